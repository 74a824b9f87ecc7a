/** Which entry each row of a table is about: by ID, by name, by an entry of the metadata. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TableRow } from '../../../src/main/csv/import';
import { MAX_IMPORT_ROWS } from '../../../src/shared/limits';
import { failed, success } from '../../../src/shared/result';
import { valueOf } from '../results';
import { createImporter, table, type Importer } from './table';

const HEADINGS = ['who', 'phone'];

let person: Importer;
let ids: [string, string, string];
beforeEach(() => {
  person = createImporter();
  ids = person.add(3) as typeof ids;
});

const reasons = (batchId: string) =>
  person.notImported(batchId).map(({ number, reason }) => [number, reason]);

test('by ID, also in capitals and with blanks; another ID fits nothing', async () => {
  const rows = [
    [` ${ids[0].toUpperCase()} `, '1'],
    ['f'.repeat(32), '2'],
    ['x', '3'],
    ['', '4'],
  ];
  const batch = await person.import(table(HEADINGS, rows));
  expect(person.draft(ids[0])).toEqual({ business_phone: '1' });
  expect(batch).toMatchObject({ made: 1, total: 1, notImported: 3 });
  expect(reasons(batch.id)).toEqual([
    [3, 'no-match'],
    [4, 'no-match'],
    [5, 'no-key'],
  ]);
});

test.each([
  // German in Mac OS Roman, in code page 850, Polish in Windows-1250, Russian in Windows-1251.
  ['StraŸe', true],
  ['B„ckerei', true],
  ['Stra§e', true],
  ['£ódŸ', true],
  ['ul. D³uga', true],
  ['Ìîñêâà', true],
  ['grÜn', true],
  ['Straße 1 – „Zur Mühle“', false],
  ['L’Œuvre à Genève, n° 3', false],
  ['Ærøskøbing, 5 €', false],
  ['Größe', false],
  ['créée', false],
  ['Äänekoski, Pääkatu', false],
  ['Fundação', false],
  ['Peñíscola', true],
])('doubts a guess of the encoding only where it looks wrong: %s', async (text, isDoubted) => {
  const file = { ...table(HEADINGS, [[ids[0], text]]), encoding: 'windows-1252' as const };
  expect(await person.counts(file, { by: 'id' })).toMatchObject({ isGuessed: isDoubted });
});

test('doubts a guess of the encoding for texts that are imported and names without a match', async () => {
  const isGuessed = async (rows: string[][], encoding: 'utf-8' | 'windows-1252') => {
    const file = { ...table([...HEADINGS, 'street'], rows), encoding };
    return (await person.counts(file, { by: 'id' })).isGuessed;
  };
  const matched = [ids[0], 'Stra§e'];
  expect(await isGuessed([matched], 'windows-1252')).toBe(true);
  expect(await isGuessed([matched], 'utf-8')).toBe(false);
  expect(await isGuessed([['BŸcherei', '1']], 'windows-1252')).toBe(true);
  // Nothing of this is imported.
  expect(await isGuessed([[ids[0], '1', 'Stra§e']], 'windows-1252')).toBe(false);
});

test('by name: case and spaces do not count, and a name that two entries have fits none', async () => {
  person.rename(ids[0], 'Casa  Verde');
  person.rename(ids[1], 'Twin');
  person.rename(ids[2], 'twin');
  const rows = [
    ['casa verde ', '1'],
    ['TWIN', '2'],
    ['Casa', '3'],
  ];
  expect(await person.counts(table(HEADINGS, rows), { by: 'name' })).toMatchObject({
    matched: 1,
    notImported: 2,
    changes: 1,
  });
  const batch = await person.import(table(HEADINGS, rows), undefined, {
    key: { by: 'name', column: 0 },
  });
  expect(person.draft(ids[0])).toEqual({ business_phone: '1' });
  expect(reasons(batch.id)).toEqual([
    [3, 'several-matches'],
    [4, 'no-match'],
  ]);
});

test.each([
  ['Straße GmbH', 'STRASSE GMBH'],
  ['Ａｃｍｅ　２', 'acme 2'],
  ['Mu\u0308ller', 'M\u00fcller'],
  ['Ångström', 'angstrom'],
  ['Łódź', 'LODZ'],
])('by name as the search finds it: %s and %s are the same', async (name, cell) => {
  person.rename(ids[1], name);
  await person.import(table(HEADINGS, [[cell, '1']]), undefined, {
    key: { by: 'name', column: 0 },
  });
  expect(person.draft(ids[1])).toEqual({ business_phone: '1' });
});

test('a name that is written from right to left', async () => {
  person.rename(ids[1], 'شركة النور');
  await person.import(table(HEADINGS, [['شركة  النور', '1']]), undefined, {
    key: { by: 'name', column: 0 },
  });
  expect(person.draft(ids[1])).toEqual({ business_phone: '1' });
});

describe('an account is matched', () => {
  const GROUP = { id: 'a'.repeat(32), name: 'Harbour Group' };
  const AMBIGUOUS = { matched: 0, notImported: 1 };
  const counts = (name: string) => person.counts(table(HEADINGS, [[name, '1']]), { by: 'name' });
  const importBy = (name: string) =>
    person.import(table(HEADINGS, [[name, '1']]), undefined, { key: { by: 'name', column: 0 } });

  beforeEach(() => {
    person.rename(ids[0], 'Branch 001');
    person.makeAccount(ids[0], GROUP);
  });

  test.each(['harbour  group', 'Branch 001', 'Harbour Group, through the account Branch 001'])(
    'by each name that the window shows: %s',
    async (name) => {
      await importBy(name);
      expect(person.draft(ids[0])).toEqual({ business_phone: '1' });
    },
  );

  test('not by its organization’s name if another account has the same organization', async () => {
    person.makeAccount(ids[1], GROUP);
    expect(await counts('Harbour Group')).toMatchObject(AMBIGUOUS);
  });

  test('not by the name of two organizations', async () => {
    person.makeAccount(ids[1], { id: 'b'.repeat(32), name: GROUP.name });
    expect(await counts(GROUP.name)).toMatchObject(AMBIGUOUS);
    person.rename(ids[0], GROUP.name);
    expect(await counts(GROUP.name)).toMatchObject(AMBIGUOUS);
  });

  test('not by its organization’s name if another entry has that name, or is that organization', async () => {
    person.rename(ids[1], 'Harbour Group');
    expect(await counts('Harbour Group')).toMatchObject(AMBIGUOUS);
    person.makeAccount(ids[0], { id: ids[1], name: 'Harbour Group' });
    await importBy('Harbour Group');
    expect(person.draft(ids[0])).toEqual({});
    expect(person.draft(ids[1])).toEqual({ business_phone: '1' });
  });

  test('by its own name if its organization has the same, also with another account of it', async () => {
    person.rename(ids[0], 'Harbour Group');
    person.makeAccount(ids[1], GROUP);
    await importBy('Harbour Group');
    expect(person.draft(ids[0])).toEqual({ business_phone: '1' });
  });
});

test('two rows about one entry: neither is imported', async () => {
  const rows = [
    [ids[0], '1'],
    [ids[1], '2'],
    [ids[0], '3'],
  ];
  expect(await person.counts(table(HEADINGS, rows))).toMatchObject({
    matched: 1,
    notImported: 2,
  });
  const batch = await person.import(table(HEADINGS, rows));
  expect(person.draft(ids[0])).toEqual({});
  expect(person.draft(ids[1])).toEqual({ business_phone: '2' });
  expect(reasons(batch.id)).toEqual([
    [2, 'duplicate'],
    [4, 'duplicate'],
  ]);
});

const byNumber = { by: 'metadata', column: 0, name: 'customer_number' } as const;

test('by an entry of the metadata, a text or a number; two of one name in one entry fit nothing', async () => {
  person.setMetadata(ids[0], '{"customer_number": "4711"}');
  person.setMetadata(ids[1], '{"customer_number": 4712, "other": 4711}');
  person.setMetadata(ids[2], '{"customer_number": 1, "customer_number": 4713}');
  const [decomposed] = person.add(1, { from: 40 }) as [string];
  person.setMetadata(decomposed, '{"customer_number": "Ko\u0308ln-1"}');
  const rows = [
    ['4711', '1'],
    [' 4712', '2'],
    ['4713', '3'],
    ['K\u00f6ln-1', '4'],
  ];
  await person.import(table(HEADINGS, rows, { '0:0': 'number' }), undefined, { key: byNumber });
  expect(person.draft(decomposed)).toEqual({ business_phone: '4' });
  expect(ids.map((id) => person.draft(id).business_phone)).toEqual(['1', '2', undefined]);
});

test('by metadata waits for the first read of every entry that will have one', async () => {
  person.setMetadata(ids[0], '{"customer_number": "4711"}');
  person.add(2, { from: 10, unread: true });
  const rows = [['4711', '1']];
  // Without a sign-in, no one will ever read them.
  expect(await person.counts(table(HEADINGS, rows), byNumber)).toMatchObject({
    waits: 0,
    unreadable: 2,
  });
  const [unread] = person.add(1, { from: 20, unread: true }) as [string];
  person.giveSignIn(unread);
  expect(await person.counts(table(HEADINGS, rows), byNumber)).toMatchObject({
    matched: 1,
    waits: 1,
  });
  const chosen = await person.choices(table(HEADINGS, rows), ['business_phone'], { key: byNumber });
  expect(await person.imports.makeDrafts(chosen)).toEqual(failed('import.unread'));
  valueOf(person.imports.readUnread(chosen.importId));
  expect(person.reader.readFor).toHaveBeenCalledWith(chosen.importId, [unread]);
  person.setMetadata(unread, '{"customer_number": "4712"}');
  expect(await person.imports.makeDrafts(chosen)).toMatchObject({ ok: true });
  expect(person.reader.stopReadingFor).toHaveBeenCalledWith(chosen.importId);
});

test('by metadata does not wait for what cannot be read: without a sign-in that works, or refused by Cloudflare', async () => {
  person.setMetadata(ids[0], '{"customer_number": "4711"}');
  const [dead, refused] = person.add(2, { from: 20, unread: true }) as [string, string];
  person.giveSignIn(dead, { issue: { code: 'sign-in.refused' } });
  person.giveSignIn(refused);
  person.write(({ organizations }) => organizations.tried(refused, false));
  const file = table(HEADINGS, [['4711', '1']]);
  expect(await person.counts(file, byNumber)).toMatchObject({
    ...{ matched: 1, changes: 1, waits: 0, unreadable: 2 },
  });
  await person.import(file, undefined, { key: byNumber });
  expect(person.draft(ids[0])).toEqual({ business_phone: '1' });
});

test('what Cloudflare refused to read is not offered to be read, also if a row names it by its ID', async () => {
  const [refused] = person.add(1, { from: 20, unread: true }) as [string];
  person.giveSignIn(refused);
  person.write(({ organizations }) => organizations.tried(refused, false));
  expect(await person.counts(table(['id', 'phone'], [[refused, '1']]))).toMatchObject({
    ...{ matched: 1, unread: 0, unreadable: 1 },
  });
});

test('names of metadata entries and counts follow what is read meanwhile', async () => {
  const [unread] = person.add(1, { from: 20, unread: true }) as [string];
  person.giveSignIn(unread);
  const chosen = await person.choices(table(HEADINGS, [['4711', '1']]), ['business_phone'], {
    key: { by: 'name', column: 0 },
  });
  expect(valueOf(await person.imports.counts(chosen)).metadataNames).toEqual([]);
  person.setMetadata(unread, '{"customer_number": "4711"}');
  expect(valueOf(await person.imports.counts(chosen)).metadataNames).toEqual(['customer_number']);
  expect(await person.imports.counts({ ...chosen, key: byNumber })).toMatchObject({
    value: { matched: 1, changes: 1, waits: 0 },
  });
});

test('names the entries of the metadata, the most frequent ones first', async () => {
  person.setMetadata(ids[0], '{"rare": "1", "customer_number": "4711"}');
  person.setMetadata(ids[1], '{"customer_number": "4712", "nested": {"no": "1"}}');
  person.setMetadata(ids[2], 'no JSON');
  const kept = await person.imports.keep(null, table(HEADINGS, []), () => false);
  expect(kept).toMatchObject({ value: { metadataNames: ['customer_number', 'rare'] } });
});

test('keeping a table looks at none of its rows, however many there are', async () => {
  const file = table([ids[0], 'phone'], [[ids[0], '']]);
  const looked = vi.fn();
  const rows = new Proxy(Array<TableRow>(MAX_IMPORT_ROWS), {
    get(all, name) {
      if (name === 'length') return all.length;
      looked(name);
      return Reflect.get(all, name) as unknown;
    },
  });
  const kept = await person.imports.keep(null, { ...file, rows }, () => false);
  expect(kept).toMatchObject({ value: { rows: MAX_IMPORT_ROWS } });
  expect(looked).not.toHaveBeenCalled();
});

test('a table that is canceled while the metadata is read is not kept', async () => {
  const first = valueOf(
    await person.imports.keep(null, table(HEADINGS, [['a', '1']]), () => false),
  );
  const second = await person.imports.keep(null, table(HEADINGS, [['b', '2']]), () => true);
  expect(second).toEqual(success(null));
  expect(person.imports.notImported(first!.importId, { offset: 0, limit: 1 })).not.toBeNull();
});

test('200,000 rows are matched in turns of the event loop', { timeout: 60_000 }, async () => {
  const rows = Array.from({ length: MAX_IMPORT_ROWS - 1 }, (_, n) => [`unknown ${n}`, '1']);
  rows.push([ids[0], '1']);
  let turns = 0;
  const count = (): void => void (turns += 1);
  const timer = setInterval(count, 0);
  const counts = await person.counts(table(HEADINGS, rows));
  clearInterval(timer);
  expect(counts).toMatchObject({ matched: 1, notImported: MAX_IMPORT_ROWS - 1, changes: 1 });
  expect(turns).toBeGreaterThan(10);
});

test('a table that another one replaced makes nothing', async () => {
  const old = await person.choices(table(HEADINGS, [[ids[0], '1']]), ['business_phone']);
  await person.choices(table(HEADINGS, [[ids[1], '1']]), ['business_phone']);
  expect(await person.imports.counts(old)).toEqual(failed('import.outdated'));
  expect(await person.imports.makeDrafts(old)).toEqual(failed('import.outdated'));
  expect(person.allDrafts()).toEqual([]);
});

test('entries whose metadata may be long are read and compared in small slices', async () => {
  const all = [...ids, ...person.add(97, { from: 10 })];
  for (const id of all) person.setMetadata(id, `{"customer_number": "${id}"}`);
  const file = table(
    HEADINGS,
    all.map((id) => [id, '1']),
  );
  const chosen = await person.choices(file, ['business_phone'], { key: byNumber });
  // At most 32 of 100 in one turn.
  expect(person.turns()).toBeGreaterThanOrEqual(4);
  const before = person.turns();
  expect(await person.imports.counts(chosen)).toMatchObject({ value: { changes: 100 } });
  // Read once more, matched, and compared.
  expect(person.turns() - before).toBeGreaterThanOrEqual(4 + 1 + 4);
});

test('a cell to match by that is too long is not called empty', async () => {
  const batch = await person.import(
    table(
      HEADINGS,
      [
        ['', '1'],
        [ids[0], '2'],
      ],
      { '0:0': 'too-long' },
    ),
  );
  expect(reasons(batch.id)).toEqual([[2, 'too-long']]);
});

test('a table that is read while drafts of another are made is kept', async () => {
  const first = await person.choices(table(HEADINGS, [[ids[0], '1']]), ['business_phone']);
  const making = person.imports.makeDrafts(first);
  const second = await person.choices(table(HEADINGS, [[ids[1], '2']]), ['business_phone']);
  expect(await making).toMatchObject({ ok: true });
  expect(await person.imports.counts(second)).toMatchObject({ value: { changes: 1 } });
});

test('asked twice at once, it makes drafts once', async () => {
  const chosen = await person.choices(table(HEADINGS, [[ids[0], '1']]), ['business_phone']);
  const both = [person.imports.makeDrafts(chosen), person.imports.makeDrafts(chosen)];
  const [first, second] = await Promise.all(both);
  expect(first).toMatchObject({ ok: true });
  expect(second).toEqual(failed('import.outdated'));
});
