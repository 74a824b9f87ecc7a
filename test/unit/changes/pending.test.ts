/**
 * All changes that are not at Cloudflare yet: how many there are, which wait and why, withdrawing one, and deciding
 * about one or many.
 */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createPendingChanges } from '../../../src/main/changes/pending';
import { applyEvent } from '../../../src/main/changes/repository';
import { CHANGES_PER_PAGE, MAX_ROW_TEXT, type DecideRow } from '../../../src/shared/changes';
import { failed } from '../../../src/shared/result';
import { ORGANIZATION } from '../samples';
import { valueOf } from '../results';
import {
  apply,
  change,
  collide,
  database,
  draft,
  id,
  kinds,
  movedOn,
  now,
  other,
  read,
  retryNow,
  saved,
  sendFirst,
  sendStatus,
  startFreshForEachTest,
  storeDifferently,
  submit,
  type,
  write,
} from './harness';

startFreshForEachTest();

const PAGE = { offset: 0, limit: CHANGES_PER_PAGE };
let time: number;
let turns: number;
/** Work between two slices. */
let onTurn: () => void;
beforeEach(() => {
  time = 5_000;
  turns = 0;
  onTurn = () => undefined;
});

const pending = () =>
  createPendingChanges({
    database,
    now: () => (time += 1),
    sendStatus,
    sendFirst,
    retryNow,
    async yieldToEventLoop() {
      turns += 1;
      onTurn();
    },
  });
const calls = () => pending().handlers;
const counts = () => valueOf(pending().counts());
const waiting = (page = PAGE) => valueOf(now(calls().waiting(page)));
const deciding = (page = PAGE) => valueOf(now(calls().toDecide(page)));
const decidedOf = ({ entryId, version, remoteId }: DecideRow) => ({ entryId, version, remoteId });
const decide = (row: DecideRow, choice: 'mine' | 'theirs') =>
  now(calls().decide({ ...decidedOf(row), choice }));

/** Adds an entry whose change is in conflict with a stranger's text; its name is its number. */
function addConflict(number: number): string {
  const entryId = number.toString(16).padStart(32, '0');
  write((tables) => {
    const name = `Org ${String(number).padStart(4, '0')}`;
    const record = { ...ORGANIZATION, id: entryId, name, signInId: null, addedAt: 1 };
    tables.organizations.put({ ...record, viewedAt: null });
    const times = { confirmedAt: 1, checkedAt: 1, changedElsewhere: false };
    tables.profiles.put({ entryId, fields: saved, ...times });
    const context = { at: number };
    const edit = { type: 'edit', field: 'business_phone', text: 'mine' } as const;
    applyEvent(tables, entryId, edit, context);
    applyEvent(tables, entryId, { type: 'submit' }, context);
    const copy = { ...saved, business_phone: 'theirs' };
    applyEvent(tables, entryId, { type: 'read', copy }, context);
  });
  return entryId;
}

/** Submits a text on behalf of a save. */
function submitAs(save: string, { paused = false } = {}): void {
  write((tables) => {
    const row = { at: 1, fields: ['business_phone'], stage: 'sending' } as const;
    tables.saves.add({ id: save, ...row, fields: ['business_phone'], paused });
  });
  apply({ type: 'edit', field: 'business_phone', text: 'of the save' });
  apply({ type: 'submit', save });
}

test('counts each entry once in all, and once in each kind', () => {
  expect(counts()).toEqual({ all: 0, toSave: 0, waiting: 0, decide: 0 });
  type({ business_phone: 'typed' });
  expect(counts()).toEqual({ all: 1, toSave: 1, waiting: 0, decide: 0 });
  submit({ business_phone: 'typed' });
  type({ business_name: 'Typed' });
  expect(counts()).toEqual({ all: 1, toSave: 1, waiting: 1, decide: 0 });
  collide({ business_phone: 'theirs' });
  expect(counts()).toEqual({ all: 1, toSave: 1, waiting: 0, decide: 1 });
  addConflict(1);
  expect(counts()).toEqual({ all: 2, toSave: 1, waiting: 0, decide: 2 });
});

describe('the changes that wait', () => {
  test('come oldest first, with their texts, in pages', () => {
    type({ business_name: 'Second' });
    write((tables) => {
      const context = { at: 1 };
      const edit = { type: 'edit', field: 'business_phone', text: '' } as const;
      applyEvent(tables, other, edit, context);
      applyEvent(tables, other, { type: 'submit' }, context);
    });
    submit({ business_name: 'Second' });
    expect(waiting()).toMatchObject({
      total: 2,
      rows: [
        {
          entryId: other,
          state: 'queued',
          since: 1,
          texts: [{ field: 'business_phone', before: saved.business_phone, after: '' }],
        },
        {
          entryId: id,
          name: 'Brightwater',
          version: change()!.version,
          failure: null,
          nextTryAt: null,
          isSavePaused: false,
          texts: [
            {
              field: 'business_name',
              before: saved.business_name,
              after: 'Second',
              replacesWaiting: null,
              notes: [],
            },
          ],
        },
      ],
    });
    expect(waiting({ offset: 1, limit: 1 })).toMatchObject({ total: 2, rows: [{ entryId: id }] });
    expect(waiting({ offset: 2, limit: 1 })).toMatchObject({ total: 2, rows: [] });
  });

  test('say why: being sent, its save is paused, its sign-in, or until when', () => {
    submitAs('save', { paused: true });
    expect(waiting().rows).toMatchObject([{ state: 'paused', isSavePaused: true }]);
    // It was on its way already when the save was paused.
    sendStatus.set(id, { step: 'writing' });
    expect(waiting().rows).toMatchObject([{ state: 'sending', isSavePaused: false }]);
    sendStatus.set(id, { step: null });
    write((tables) => tables.saves.setPaused('save', false));
    expect(waiting().rows).toMatchObject([{ state: 'queued', isSavePaused: false }]);
    write((tables) => tables.outbox.move([id], 'paused', { code: 'sign-in.unknown' }));
    const failure = { code: 'sign-in.unknown' };
    expect(waiting().rows).toMatchObject([{ state: 'paused', isSavePaused: false, failure }]);
    write((tables) => {
      const row = tables.outbox.get(id)!;
      tables.outbox.put({ ...row, state: 'waiting', nextTryAt: 9_000 });
    });
    expect(waiting().rows).toMatchObject([{ state: 'waiting', nextTryAt: 9_000 }]);
    sendStatus.set(id, { step: 'writing' });
    expect(waiting().rows).toMatchObject([{ state: 'sending' }]);
  });

  test('cut long texts, but no character in two', () => {
    submit({ external_metadata: `${'x'.repeat(MAX_ROW_TEXT - 1)}\u{1f600}` });
    expect(waiting().rows[0]?.texts[0]?.after).toBe('x'.repeat(MAX_ROW_TEXT - 1));
  });
});

describe('withdrawing', () => {
  const withdraw = (version: number) =>
    now(calls().withdraw({ entryId: id, version, fields: ['business_phone'] }));

  test('makes the fields drafts again, and leaves the others', () => {
    const { version } = submit({ business_phone: 'mine', business_name: 'Mine' });
    expect(withdraw(version)).toMatchObject({ ok: true });
    expect(draft()).toEqual({
      business_phone: { base: saved.business_phone, text: 'mine' },
    });
    expect(change()?.patch).toEqual({
      business_name: { base: saved.business_name, text: 'Mine' },
    });
    expect(counts()).toEqual({ all: 1, toSave: 1, waiting: 1, decide: 0 });
  });

  test.each([
    ['another version', (version: number) => version - 1, () => undefined],
    ['one that is being written', same, () => sendStatus.set(id, { step: 'writing' })],
    ['one that waits for a decision', same, () => collide({ business_phone: 'theirs' })],
  ])('does nothing about %s', (_what, versionOf, prepare) => {
    const { version } = submit({ business_phone: 'mine' });
    prepare();
    const before = change();
    expect(withdraw(versionOf(version))).toEqual(movedOn);
    expect(change()).toEqual(before);
    expect(draft()).toBeNull();
  });
});

/** The same version. */
function same(version: number): number {
  return version;
}

describe('the changes that wait for a decision', () => {
  test('come by name, in pages, with both texts', () => {
    const last = addConflict(30);
    const first = addConflict(4);
    expect(deciding()).toMatchObject({
      total: 2,
      rows: [
        {
          entryId: first,
          state: 'conflict',
          draft: [],
          texts: [{ field: 'business_phone', before: 'theirs', after: 'mine' }],
        },
        { entryId: last },
      ],
    });
    expect(deciding({ offset: 1, limit: 9 }).rows).toMatchObject([{ entryId: last }]);
  });

  test('show only the fields to decide about, and the draft beside Cloudflare’s text', () => {
    submit({ business_phone: 'mine', business_name: 'Mine' });
    collide({ business_phone: 'theirs' });
    type({ business_address: 'typed' });
    const [row] = deciding().rows;
    expect(row).toMatchObject({
      draft: [{ field: 'business_address', before: saved.business_address, after: 'typed' }],
      failure: { code: 'profile.conflict' },
    });
    expect(row?.texts.map(({ field }) => field)).toEqual(['business_phone']);
  });

  const author = () => deciding().rows[0]?.remoteAuthor;
  const by = (who: string, at: number) =>
    write(({ revisions }) =>
      revisions.setAuthor(revisions.copyBefore(id, null)!.id, { who, via: 'dashboard', at }),
    );
  const firstRead = () =>
    write(({ revisions }) =>
      revisions.add({ entryId: id, at: 0, kind: 'observed', texts: saved, author: null }),
    );

  test('name who changed all fields of a conflict, with the time of the last one', () => {
    firstRead();
    submit({ business_phone: 'mine', business_name: 'Mine' });
    collide({ business_phone: 'theirs' });
    expect(author()).toBeNull();
    by('erika', 10);
    expect(author()).toMatchObject({ who: 'erika', at: 10 });
    // Who changed another field only is not named.
    collide({ business_phone: 'theirs', business_email: 'x@example.org' });
    by('kim', 20);
    expect(author()).toMatchObject({ who: 'erika', at: 10 });
    collide({ business_phone: 'theirs', business_name: 'Theirs' });
    expect(author()).toBeNull();
    by('erika', 30);
    expect(author()).toMatchObject({ who: 'erika', at: 30 });
    by('kim', 30);
    expect(author()).toBeNull();
  });

  test('name no one in a conflict whose field was changed twice since the person started', () => {
    firstRead();
    submit({ business_phone: 'mine' });
    collide({ business_phone: 'first' });
    by('kim', 10);
    expect(author()).toMatchObject({ who: 'kim' });
    collide({ business_phone: 'second' });
    by('erika', 20);
    expect(author()).toBeNull();
  });

  test('have another id for another copy', () => {
    submit({ business_phone: 'mine' });
    collide({ business_phone: 'theirs' });
    const before = deciding().rows[0]?.remoteId;
    collide({ business_phone: 'theirs', business_email: 'x@example.org' });
    expect(deciding().rows[0]?.remoteId).not.toBe(before);
    collide({ business_phone: 'theirs' });
    expect(deciding().rows[0]?.remoteId).toBe(before);
  });
});

describe('deciding', () => {
  test('mine in a conflict sends the text again, before others, as the person’s', () => {
    submitAs('save');
    collide({ business_phone: 'theirs' });
    expect(decide(deciding().rows[0]!, 'mine')).toMatchObject({ ok: true });
    expect(change()).toMatchObject({ state: 'queued' });
    expect(change()?.patch.business_phone).toEqual({ base: 'theirs', text: 'of the save' });
    expect(sendFirst).toHaveBeenCalledWith(id);
  });

  test('theirs in a conflict keeps their text, and sends the other fields', () => {
    submit({ business_phone: 'mine', business_name: 'Mine' });
    collide({ business_phone: 'theirs' });
    expect(decide(deciding().rows[0]!, 'theirs')).toMatchObject({ ok: true });
    expect(change()).toMatchObject({ state: 'queued' });
    expect(Object.keys(change()?.patch ?? {})).toEqual(['business_name']);
    expect(kinds()).toContain('replaced');
    expect(sendFirst).toHaveBeenCalledWith(id);
  });

  test('theirs in a conflict in which nothing is left to send ends no wait', () => {
    submit({ business_phone: 'mine' });
    collide({ business_phone: 'theirs' });
    sendFirst.mockClear();
    expect(decide(deciding().rows[0]!, 'theirs')).toMatchObject({ ok: true });
    expect(change()).toBeNull();
    expect(sendFirst).not.toHaveBeenCalled();
  });

  test.each([
    ['mine', { state: 'queued' }],
    ['theirs', null],
  ] as const)('%s about what Cloudflare stored differently', (choice, after) => {
    submit({ business_phone: 'mine' });
    storeDifferently({ business_phone: 'as stored' });
    const [row] = deciding().rows;
    expect(row).toMatchObject({ state: 'differs', texts: [{ before: 'as stored' }] });
    sendFirst.mockClear();
    expect(decide(row!, choice)).toMatchObject({ ok: true });
    if (after) expect(change()).toMatchObject(after);
    else expect(change()).toBeNull();
    expect(retryNow).toHaveBeenCalledTimes(choice === 'mine' ? 1 : 0);
    expect(sendFirst).not.toHaveBeenCalled();
  });

  test.each([
    ['mine', { state: 'queued' }],
    ['theirs', null],
  ] as const)('%s about what Cloudflare refused', (choice, after) => {
    const { version } = submit({ business_phone: 'mine' });
    apply({ type: 'refuse', version }, { code: 'profile.refused' });
    const [row] = deciding().rows;
    expect(row).toMatchObject({
      state: 'refused',
      failure: { code: 'profile.refused' },
      texts: [{ before: saved.business_phone, after: 'mine' }],
    });
    expect(decide(row!, choice)).toMatchObject({ ok: true });
    if (after) expect(change()).toMatchObject(after);
    else expect(kinds()).toContain('discarded');
    expect(change() === null).toBe(after === null);
  });

  test('a refused change shows first the field that Cloudflare names, also one that was not changed', () => {
    const { version } = submit({ business_phone: 'mine' });
    const errors = [
      { code: 1, message: 'must be an address', field: 'business_email', link: null },
      { code: 2, message: 'must be a number', field: 'business_phone', link: null },
    ] as const;
    apply({ type: 'refuse', version }, { code: 'profile.refused', errors: [...errors] });
    expect(deciding().rows[0]!.texts).toMatchObject([
      { field: 'business_email', before: saved.business_email, after: saved.business_email },
      { field: 'business_phone', before: saved.business_phone, after: 'mine' },
    ]);
  });

  test.each(['mine', 'theirs'] as const)(
    '%s about another change or copy does nothing',
    (choice) => {
      submit({ business_phone: 'mine' });
      collide({ business_phone: 'theirs' });
      const row = deciding().rows[0]!;
      collide({ business_phone: 'theirs, later' });
      const before = change();
      expect(decide(row, choice)).toEqual(movedOn);
      expect(decide({ ...deciding().rows[0]!, version: row.version + 1 }, choice)).toEqual(movedOn);
      expect(change()).toEqual(before);
      expect(sendFirst).toHaveBeenCalledTimes(1);
    },
  );
});

test.each(['mine', 'theirs'] as const)(
  '%s about an entry that was removed does nothing',
  (choice) => {
    const removed = addConflict(1);
    const stays = addConflict(2);
    const [row] = deciding().rows;
    write(({ organizations }) => organizations.remove(removed));
    expect(decide(row!, choice)).toEqual(movedOn);
    expect(sendFirst).not.toHaveBeenCalled();
    expect(deciding()).toMatchObject({ total: 1, rows: [{ entryId: stays }] });
  },
);

test.each([
  ['before all', () => 0, 39],
  ['before its turn', (count: number) => count - 1, 39],
  ['after its turn', () => 0, 40],
] as const)(
  'keeps Cloudflare’s texts in the others if an entry was removed %s',
  async (when, placeIn, decided) => {
    for (let number = 1; number <= 40; number += 1) addConflict(number);
    const { rows } = deciding();
    const removed = rows[placeIn(rows.length)]!.entryId;
    const remove = (): void => {
      onTurn = () => undefined;
      const isDecided = when === 'after its turn';
      expect(read(({ outbox }) => outbox.get(removed) === null)).toBe(isDecided);
      write(({ organizations }) => organizations.remove(removed));
    };
    if (when === 'before all') remove();
    else onTurn = remove;
    vi.spyOn(performance, 'now').mockImplementation(() => (time += 1));
    const kept = valueOf(await calls().useTheirs({ decisions: rows.map(decidedOf) }));
    expect(kept).toEqual({ decided, left: 40 - decided });
    expect(turns).toBeGreaterThan(1);
    expect(counts()).toEqual({ all: 0, toSave: 0, waiting: 0, decide: 0 });
    const others = rows.filter(({ entryId }) => entryId !== removed);
    for (const { entryId } of others) expect(kinds(entryId)).toContain('replaced');
  },
);

test('makes durable what was decided before a slice fails', async () => {
  for (let number = 1; number <= 3; number += 1) addConflict(number);
  const decisions = deciding({ offset: 0, limit: 100 }).rows.map(decidedOf);
  vi.spyOn(database, 'writeSlice').mockReturnValueOnce(failed('database.full'));
  const flush = vi.spyOn(database, 'flush');
  expect(await calls().useTheirs({ decisions })).toEqual(failed('database.full'));
  expect(flush).toHaveBeenCalledTimes(1);
});

test('keeps Cloudflare’s texts in many, in slices, and leaves those that changed since', async () => {
  for (let number = 1; number <= 300; number += 1) addConflict(number);
  const rows = [0, 1, 2].flatMap((page) => deciding({ offset: page * 100, limit: 100 }).rows);
  expect(rows).toHaveLength(300);
  const [changed] = rows;
  write((tables) => {
    const copy = { ...saved, business_phone: 'theirs, later' };
    applyEvent(tables, changed!.entryId, { type: 'read', copy }, { at: 1 });
    applyEvent(tables, changed!.entryId, { type: 'observe', copy }, { at: 1 });
  });
  expect(valueOf(await calls().useTheirs({ decisions: rows.map(decidedOf) }))).toEqual({
    decided: 299,
    left: 1,
  });
  expect(counts()).toEqual({ all: 1, toSave: 0, waiting: 0, decide: 1 });
  expect(turns).toBeGreaterThan(0);
  const texts = read((tables) => tables.revisions.of(rows[299]!.entryId));
  expect(texts.map(({ kind }) => kind)).toContain('replaced');
});
