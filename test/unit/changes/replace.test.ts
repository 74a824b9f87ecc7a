/** Replacing a text in many cells, and setting one entry of JSON texts: what is made, left out, undone and made again. */
import { beforeEach, expect, test } from 'vitest';
import { MAX_FIELD_LENGTH } from '../../../src/shared/limits';
import { applyEdits, EMPTY_PROFILE, type Edits } from '../../../src/shared/profile';
import { copy } from '../database/temporary-database';
import { valueOf } from '../results';
import { codeOf, createPerson, type Person } from './many-harness';

let person: Person;
beforeEach(() => {
  person = createPerson();
});

/** Entries with these texts, which the table shows. */
function shown(texts: readonly Edits[]): string[] {
  const ids = person.add(texts.length);
  person.write(({ profiles }) => {
    for (const [n, edits] of texts.entries())
      profiles.put(copy(ids[n]!, applyEdits(EMPTY_PROFILE, edits)));
  });
  person.show(ids);
  return ids;
}

const addressed = (...addresses: string[]): string[] =>
  shown(addresses.map((address) => ({ business_address: address })));
const address = (id: string): string | undefined => person.draft(id).business_address;

test('replaces every place in every cell, keeps all else, and names both texts', async () => {
  const ids = addressed(
    '1 Old Street\r\n2 old street\r\nLondon',
    'Old Street\nOld Street\r',
    'High Street',
  );
  const batch = await person.replace('Old Street', 'New Street');
  expect(batch).toMatchObject({
    kind: 'replace',
    titleTexts: ['Old Street', 'New Street'],
    total: 2,
    made: 2,
    leftOut: [],
  });
  expect(ids.map(address)).toEqual([
    '1 New Street\r\n2 New Street\r\nLondon',
    'New Street\nNew Street\r',
    undefined,
  ]);
  const { groups } = await person.review();
  expect(groups).toMatchObject([
    { id: batch.id, kind: 'replace', titleTexts: ['Old Street', 'New Street'], rows: 2 },
  ]);
});

test('a line break is found whatever it is, and written as those of the text', async () => {
  const ids = addressed('a\r\nb\r\nc', 'a\nb', 'a\rb', 'ab');
  await person.replace('a\nb', 'x\ny');
  expect(ids.map(address)).toEqual(['x\r\ny\r\nc', 'x\ny', 'x\ry', undefined]);
});

test('nothing in the texts is a pattern', async () => {
  const ids = addressed('a.b', 'axb');
  await person.replace('a.b', '$&$1');
  expect(ids.map(address)).toEqual(['$&$1', undefined]);
});

test('leaves unsent edits out unless asked, and their text goes to the history', async () => {
  const [one, two] = addressed('Old 1', 'Old 2');
  person.type(one!, 'business_address', 'Old, typed');
  expect(await person.replace('Old', 'New')).toMatchObject({
    made: 1,
    leftOut: [{ reason: 'draft', count: 1 }],
  });
  expect(address(one!)).toBe('Old, typed');
  const over = await person.replace('Old', 'New', {}, true);
  expect(over).toMatchObject({ total: 1, made: 1 });
  expect(address(one!)).toBe('New, typed');
  expect(person.read(({ drafts }) => drafts.get(one!)?.patch.business_address?.base)).toBe('Old 1');
  expect(person.revisions(one!).at(-1)).toMatchObject({
    kind: 'replaced',
    texts: { business_address: 'Old, typed' },
  });
  valueOf(await person.many.drafts.undoBatch({ batchId: over.id }));
  expect(address(one!)).toBe('Old, typed');
  expect(address(two!)).toBe('New 2');
});

test('leaves out what would be too long, is read-only or waits for a decision', async () => {
  const ids = addressed('a'.repeat(MAX_FIELD_LENGTH), 'a', 'a', 'a');
  person.giveSignIn(ids[1]!, { readOnly: 'chosen' });
  person.makeConflict(ids[2]!, 'business_phone');
  const batch = await person.replace('a', 'aa', { fields: ['business_address'] });
  expect(batch).toMatchObject({ made: 1 });
  expect(batch.leftOut).toEqual([
    { reason: 'read-only', count: 1 },
    { reason: 'decide', count: 1 },
    { reason: 'too-long', count: 1 },
  ]);
  expect(address(ids[3]!)).toBe('aa');
});

test('what was changed meanwhile is replaced as it is then', async () => {
  const [one, two] = addressed('Old 1', 'Old 2');
  const replacing = person.replace('Old', 'New');
  person.write(({ profiles }) => {
    profiles.put(copy(one!, { ...EMPTY_PROFILE, business_address: 'Very Old 1' }));
    profiles.put(copy(two!, { ...EMPTY_PROFILE, business_address: 'gone' }));
  });
  expect(await replacing).toMatchObject({ made: 1 });
  expect(address(one!)).toBe('Very New 1');
  expect(address(two!)).toBeUndefined();
});

test('is undone and made again as one', async () => {
  const ids = addressed('Old 1', 'Old 2');
  const { id: batchId } = await person.replace('Old', 'Old Old');
  valueOf(await person.many.drafts.undoBatch({ batchId }));
  expect(ids.map(address)).toEqual([undefined, undefined]);
  const again = valueOf(await person.many.drafts.redoBatch({ batchId }));
  expect(await person.ended(again.batchId)).toMatchObject({ kind: 'replace', made: 2 });
  expect(ids.map(address)).toEqual(['Old Old 1', 'Old Old 2']);
});

test('is made again only where the text is still the one it was made from, so never twice', async () => {
  const [submitted, typedOver, changed, undone] = addressed('Old 1', 'Old 2', 'Old 3', 'Old 4');
  const { id: first } = await person.replace('Old', 'Very Old');
  person.apply(submitted!, { type: 'submit' });
  person.type(typedOver!, 'business_address', 'Very Old 2, typed');
  valueOf(await person.many.drafts.undoBatch({ batchId: first }));
  person.write(({ profiles }) =>
    profiles.put(copy(changed!, { ...EMPTY_PROFILE, business_address: 'Old, theirs' })),
  );
  let batchId = first;
  for (const _ of [1, 2]) {
    ({ batchId } = valueOf(await person.many.drafts.redoBatch({ batchId })));
    expect(await person.ended(batchId)).toMatchObject({
      made: 1,
      leftOut: [{ reason: 'changed', count: 3 }],
    });
    expect(person.pending(submitted!).business_address).toBe('Very Old 1');
    expect([submitted, typedOver, changed, undone].map((id) => address(id!))).toEqual([
      undefined,
      'Very Old 2, typed',
      undefined,
      'Very Old 4',
    ]);
    valueOf(await person.many.drafts.undoBatch({ batchId }));
  }
});

test('over drafts is made again only where the draft is still the one it replaced', async () => {
  const [one, two] = addressed('Old 1', 'Old 2');
  for (const id of [one!, two!]) person.type(id, 'business_address', `Old, typed`);
  const { id: batchId } = await person.replace('Old', 'Very Old', {}, true);
  person.type(one!, 'business_address', 'Very Old, typed on');
  valueOf(await person.many.drafts.undoBatch({ batchId }));
  const again = valueOf(await person.many.drafts.redoBatch({ batchId }));
  await person.ended(again.batchId);
  expect([one, two].map((id) => address(id!))).toEqual(['Very Old, typed on', 'Very Old, typed']);
});

test('stopped on the way, is made again where it had not been either', async () => {
  const ids = addressed(...Array.from({ length: 300 }, (_, n) => `Old ${String(n)}`));
  let undoing: Promise<unknown> | undefined;
  const stop = (): void => {
    const [running] = person.batches();
    if (running) undoing = Promise.resolve(person.many.drafts.undoBatch({ batchId: running.id }));
    else person.between.push(stop);
  };
  person.between.push(stop);
  const { id: batchId, done } = await person.replace('Old', 'Very Old');
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(300);
  await undoing;
  expect(person.allDrafts()).toEqual([]);
  const again = valueOf(await person.many.drafts.redoBatch({ batchId }));
  expect(await person.ended(again.batchId)).toMatchObject({ made: 300, leftOut: [] });
  expect(address(ids.at(-1)!)).toBe('Very Old 299');
});

test('is refused as a whole for another snapshot, and where nothing is found', async () => {
  addressed('Old');
  const find = {
    text: 'Old',
    matchCase: false,
    wholeText: false,
    fields: ['business_address' as const],
  };
  const request = { find, replacement: '', alsoOverDrafts: false };
  expect(await codeOf(person.many.drafts.replace({ ...request, snapshot: 2 }))).toBe(
    'table.outdated',
  );
  const nothing = { ...request, snapshot: 1, find: { ...find, text: 'nothing' } };
  expect(await codeOf(person.many.drafts.replace(nothing))).toBe('change.not-found');
  expect(person.batches()).toEqual([]);
});

test('counts every place of a text against the limit of a batch, before anything is made', async () => {
  const many = addressed(...Array.from({ length: 1_020 }, () => 'a'.repeat(100)));
  // With each of the 100 letters replaced, that is 102 million characters; with one of them, a million.
  const find = { text: 'a', matchCase: false, wholeText: false };
  const request = { snapshot: 1, alsoOverDrafts: false, replacement: 'b'.repeat(1_000) };
  const fields = ['business_address' as const];
  expect(await codeOf(person.many.drafts.replace({ ...request, find: { ...find, fields } }))).toBe(
    'batch.too-large',
  );
  expect(person.batches()).toEqual([]);
  expect(await person.replace('a'.repeat(100), 'b'.repeat(1_000))).toMatchObject({
    made: many.length,
  });
});

test('sets one entry of metadata, and leaves out what is no object', async () => {
  const ids = shown(
    ['{"a": "1", "tier":"x"}', '{}', '', 'plain', '{"tier": {"a": 1}}', '{"tier": "gold"}'].map(
      (metadata) => ({ external_metadata: metadata }),
    ),
  );
  expect(await person.setEntry(ids, 'tier', 'gold')).toMatchObject({
    kind: 'set-entry',
    titleTexts: ['tier', 'gold'],
    made: 2,
    leftOut: [
      { reason: 'unchanged', count: 1 },
      { reason: 'no-json', count: 2 },
      { reason: 'nested', count: 1 },
    ],
  });
  expect(ids.map((id) => person.draft(id).external_metadata)).toEqual([
    '{"a": "1", "tier":"gold"}',
    '{"tier": "gold"}',
    ...[undefined, undefined, undefined, undefined],
  ]);
});

test('leaves an entry alone that has other line ends than the same text', async () => {
  const [one, two] = shown(
    [String.raw`{"note": "a\r\nb", "x": 1}`, String.raw`{"note": "a\r\nc", "x": 1}`].map(
      (metadata) => ({ external_metadata: metadata }),
    ),
  );
  expect(await person.setEntry([one!, two!], 'note', 'a\nb')).toMatchObject({ made: 1 });
  expect(person.draft(one!)).toEqual({});
  expect(person.draft(two!).external_metadata).toBe(String.raw`{"note": "a\r\nb", "x": 1}`);
});
