/**
 * Choosing the pending change to send next, and counting those of each sign-in. The indexed queries must return the same as a scan over
 * all rows.
 */
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { drafts } from '../../../src/main/database/draft-table';
import { outboxQueue } from '../../../src/main/database/outbox-queue';
import { saves } from '../../../src/main/database/saves-table';
import type { SaveRow } from '../../../src/main/database/saves-table';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import type { Database, Tables } from '../../../src/main/database/tables';
import { SMALL_SAVE } from '../../../src/shared/saves';
import { CHANGE_STATES } from '../../../src/shared/organization';
import {
  addOrganization,
  addSignIns,
  change,
  contextOver,
  explaining,
  freshDatabase,
  NOW,
  opened,
  entryId,
  profile,
  read,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const HORIZON = NOW + 1_000;
const BOTH = { own: true, saves: true };

/** What `next` considers. */
const from = ({ outbox }: Pick<Tables, 'outbox'>, { own, saves }: typeof BOTH) => ({
  own,
  saves: saves ? outbox.savesInOrder() : [],
});
const noneBusy = (): boolean => false;
let open: Database | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

const RUNS = ['b', 'a', 'c'] as const;
const SIGN_INS = [null, signInId(1), signInId(2)] as const;
const STAGES = ['submitting', 'sending', 'canceling'] as const;

const row = fc.record({
  state: fc.constantFrom(...CHANGE_STATES),
  attempts: fc.nat(3),
  submittedAt: fc.nat(3),
  nextTryAt: fc.constantFrom(null, NOW - 1, NOW, NOW + 1, NOW + 500, HORIZON, HORIZON + 1),
  saveId: fc.constantFrom(null, ...RUNS),
});

/** Stores a save without items. */
function addSave(tables: Tables, id: string, more: Partial<SaveRow> = {}): void {
  const fields = ['business_phone' as const];
  tables.saves.add({
    id,

    at: NOW,
    fields,
    stage: 'sending',
    paused: false,
    ...more,
  });
}

/** Gives an organization a sign-in. */
function assignSignIn(tables: Tables, id: string, signInId: string | null): void {
  const record = tables.organizations.get(id);
  if (record) tables.organizations.put({ ...record, signInId });
}

/** Whether a change may be sent now. */
function isDue({ state, nextTryAt: at }: OutboxRow): boolean {
  return state === 'queued' || (state === 'waiting' && (at === null || at <= NOW));
}

test("chooses the person's own changes first, then by oldest save, fewest attempts, and age", () => {
  const anyRuns = fc.tuple(
    ...RUNS.map(() => fc.record({ paused: fc.boolean(), stage: fc.constantFrom(...STAGES) })),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(row, fc.constantFrom(...SIGN_INS)), { maxLength: 60 }),
      anyRuns,
      fc.subarray([...SIGN_INS]),
      fc.record({ own: fc.boolean(), saves: fc.boolean() }),
      fc.func(fc.boolean()),
      (rows, runs, signIns, requested, isBusy) => {
        const database = freshDatabase();
        write(database, (tables) => {
          addSignIns(tables);
          for (const [index, id] of RUNS.entries()) addSave(tables, id, runs[index]);
          for (const [index, [more, signIn]] of rows.entries()) {
            const id = addOrganization(tables, index);
            assignSignIn(tables, id, signIn);
            tables.outbox.put(change(id, profile('a'), more));
          }
        });
        const except = (id: string): boolean => isBusy(id);
        read(database, ({ outbox }) => {
          const all = rows.map(([{ submittedAt, ...more }, signIn], index) => ({
            ...change(entryId(index), profile('a'), { ...more, submittedAt }),
            signIn,
          }));
          const ready = all.filter(
            (one) => isDue(one) && !except(one.entryId) && signIns.includes(one.signIn),
          );
          const sent = RUNS.filter((_, index) => {
            const run = runs[index];
            return run?.stage === 'sending' && !run.paused;
          });
          const order = [...(requested.own ? [null] : []), ...(requested.saves ? sent : [])];
          const inOrder = order.flatMap((run) =>
            ready
              .filter(({ saveId }) => saveId === run)
              .sort((one, two) => one.attempts - two.attempts || one.submittedAt - two.submittedAt),
          );
          const [first] = inOrder;
          expect(outbox.next(signIns, from({ outbox }, requested), NOW, except)).toEqual(
            first
              ? {
                  entryId: first.entryId,
                  signInId: first.signIn,
                  saveId: first.saveId,
                }
              : null,
          );
          const later = all.flatMap(({ state, nextTryAt: at }) =>
            state === 'waiting' && at !== null && at > NOW ? at : [],
          );
          expect(outbox.nextDue(NOW)).toBe(later.length > 0 ? Math.min(...later) : null);
          const used = new Set(all.map(({ signIn }) => signIn));
          expect(new Set(outbox.signIns())).toEqual(used);
          const sending = all.filter(({ state }) => state === 'queued' || state === 'waiting');
          for (const { signInId, saveId, changes } of outbox.loads()) {
            const same = sending.filter((one) => one.signIn === signInId && one.saveId === saveId);
            expect(same).toHaveLength(changes);
          }
          const loaded = outbox.loads().reduce((sum, { changes }) => sum + changes, 0);
          expect(loaded).toBe(sending.filter(({ signIn }) => signIn !== null).length);
        });
        database.close();
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['no time', null, true],
  ['now', NOW, true],
  ['a moment later', NOW + 1, false],
  ['the latest plausible time', HORIZON, false],
  ['later, because the clock was set back', HORIZON + 1, true],
])('a change that waits until %s', (_, nextTryAt, isNext) => {
  open = freshDatabase();
  write(open, (tables) => {
    const id = addOrganization(tables, 1);
    tables.outbox.put(change(id, profile('a'), { state: 'waiting', nextTryAt }));
  });
  write(open, ({ outbox }) => outbox.endWaitsAfter(HORIZON));
  const next = read(open, ({ outbox }) =>
    outbox.next([null], from({ outbox }, BOTH), NOW, noneBusy),
  );
  expect(next !== null).toBe(isNext);
});

test('moves the end of a wait, and of nothing else', () => {
  const database = (open = freshDatabase());
  const [waiting, due, queued] = write(database, (tables) =>
    [1, 2, 3].map((n) => addOrganization(tables, n)),
  ) as [string, string, string];
  write(database, ({ outbox }) => {
    outbox.put(change(waiting, profile('a'), { state: 'waiting', nextTryAt: NOW }));
    outbox.put(change(due, profile('a'), { state: 'waiting', nextTryAt: null }));
    outbox.put(change(queued, profile('a'), { state: 'queued', nextTryAt: NOW }));
    outbox.moveWaits(-1_000);
  });
  const ends = [waiting, due, queued].map((id) =>
    read(database, ({ outbox }) => outbox.get(id)?.nextTryAt),
  );
  expect(ends).toEqual([NOW - 1_000, null, NOW]);
});

test('finds the next change in an index on its state, whatever else waits', () => {
  const folder = temporaryFolder();
  opened(folder).database.close();
  const { sql, plans, close } = explaining(folder);
  // Check only the queries for the next change. The others list all rows.
  const queue = outboxQueue(contextOver({ ...sql, get: () => null, arrays: () => [] }));
  queue.next([signInId(1)], { own: true, saves: [] }, NOW, noneBusy);
  close();
  const steps = plans
    .flatMap((plan) => plan.split('; '))
    .filter((step) => /SEARCH|SCAN/.test(step));
  expect(steps).toHaveLength(2);
  for (const step of steps) {
    expect(step).toMatch(
      /^SEARCH outbox USING INDEX outbox_by_turn \(sign_in_id=\? AND save_id=\? AND state[=<>]/,
    );
  }
});

test('finds the changes of a save, and drafts over changes, without a look at all others', () => {
  const folder = temporaryFolder();
  opened(folder).database.close();
  const { sql, plans, close } = explaining(folder);
  const context = contextOver(sql);
  const queue = outboxQueue(context);
  queue.ofSave('save');
  queue.ofSeveralSaves('save');
  saves(context).results('save');
  drafts(context).summariesOf([entryId(1)]);
  close();
  expect(plans).toHaveLength(4);
  for (const plan of plans) {
    expect(plan).toMatch(/SEARCH pending_field (EXISTS )?USING (COVERING )?INDEX/);
    expect(plan).not.toMatch(/SCAN (?!json_each)/);
  }
});

test('finds the next change behind many that are being sent', () => {
  open = freshDatabase();
  write(open, (tables) => {
    for (let index = 0; index < 100; index += 1) {
      const id = addOrganization(tables, index);
      tables.outbox.put(change(id, profile('a'), { submittedAt: index }));
    }
  });
  const busy = new Set(Array.from({ length: 99 }, (_, index) => entryId(index)));
  const next = read(open, ({ outbox }) =>
    outbox.next([null], from({ outbox }, BOTH), NOW, (id) => busy.has(id)),
  );
  expect(next?.entryId).toBe(entryId(99));
});

test('sends no change of a save whose record was lost, because it may have been paused', () => {
  open = freshDatabase();
  write(open, (tables) => {
    tables.outbox.put(change(addOrganization(tables, 1), profile('a'), { saveId: 'lost' }));
  });
  expect(
    read(open, ({ outbox }) => outbox.next([null], from({ outbox }, BOTH), NOW, noneBusy)),
  ).toBeNull();
});

test('an unreadable change is chosen until it is read, and then hides no other one', () => {
  const folder = temporaryFolder();
  let { database } = opened(folder);
  write(database, (tables) => {
    for (const index of [1, 2, 3]) {
      const id = addOrganization(tables, index);
      tables.outbox.put(change(id, profile('a'), { submittedAt: index }));
    }
  });
  database.close();
  withRawDatabase(folder, (db) =>
    db.exec(`UPDATE pending_field SET text = '{' WHERE entry_id <> '${entryId(3)}'`),
  );
  ({ database } = opened(folder));
  const sendNext = (): unknown =>
    read(database, ({ outbox }) => {
      const next = outbox.next([null], from({ outbox }, BOTH), NOW, noneBusy);
      return next && outbox.get(next.entryId);
    });
  expect(sendNext()).toMatchObject({ entryId: entryId(3) });
});

test('sends a save over few organizations before an older one over many', () => {
  open = freshDatabase();
  write(open, (tables) => {
    for (const [save, items] of [
      ['large', SMALL_SAVE + 1],
      ['small', SMALL_SAVE],
    ] as const) {
      addSave(tables, save);
      const ids = Array.from({ length: items }, (_, number) => addOrganization(tables, number));
      for (const id of ids) tables.saves.addSubmitted(save, id, []);
      expect(tables.saves.isSmall(save)).toBe(save === 'small');
    }
    tables.outbox.put(change(entryId(1), profile('a'), { saveId: 'large' }));
    tables.outbox.put(change(entryId(2), profile('a'), { saveId: 'small' }));
  });
  const next = (saves: boolean) =>
    read(open!, ({ outbox }) =>
      outbox.next([null], from({ outbox }, { own: true, saves }), NOW, noneBusy),
    );
  expect(next(true)).toMatchObject({ saveId: 'small' });
  expect(next(false)).toBeNull();
});

test('counts paused changes and all pending changes by the sign-in that they need', () => {
  const database = freshDatabase();
  write(database, (tables) => {
    addSignIns(tables);
    const paused: [number, number][] = [
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 0],
    ];
    const put = (number: number, signIn: number, state: OutboxRow['state']): void => {
      const id = addOrganization(tables, number);
      assignSignIn(tables, id, signIn === 0 ? null : signInId(signIn));
      tables.outbox.put(change(id, profile('a'), { state }));
    };
    for (const [number, signIn] of paused) put(number, signIn, 'paused');
    for (const [index, state] of CHANGE_STATES.filter((each) => each !== 'paused').entries())
      put(10 + index, 2, state);
  });
  expect(read(database, (tables) => tables.outbox.pausedCounts())).toEqual(
    new Map([
      [signInId(1), 2],
      [signInId(2), 1],
    ]),
  );
  expect(read(database, (tables) => tables.outbox.waitingCounts())).toEqual(
    new Map([
      [signInId(1), 2],
      [signInId(2), 3],
    ]),
  );
  expect(read(freshDatabase(), (tables) => tables.outbox.pausedCounts())).toEqual(new Map());
});
