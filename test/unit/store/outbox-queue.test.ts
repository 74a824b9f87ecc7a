/** The questions about many pending changes give what looking at every row would give. */
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { OutboxRow, Store, Tables } from '../../../src/main/store/tables';
import { CHANGE_STATES } from '../../../src/shared/organization';
import {
  addOrganization,
  change,
  directly,
  freshStore,
  NOW,
  opened,
  organizationId,
  profile,
  read,
  signIn,
  signInId,
  temporaryFolder,
  write,
} from './temporary-store';

const HORIZON = NOW + 1_000;
const nobody = (): boolean => false;
let open: Store | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

const row = fc.record({
  state: fc.constantFrom(...CHANGE_STATES),
  attempts: fc.nat(3),
  submittedAt: fc.nat(3),
  nextAttemptAt: fc.constantFrom(null, NOW - 1, NOW, NOW + 1, NOW + 500, HORIZON, HORIZON + 1),
});

/** What `due` must give, from all rows. */
function dueOf(rows: OutboxRow[], limit: number, except: (id: string) => boolean): OutboxRow[] {
  const isDue = ({ state, nextAttemptAt: at }: OutboxRow): boolean =>
    state === 'queued' || (state === 'waiting' && (at === null || at <= NOW || at > HORIZON));
  return rows
    .filter((one) => isDue(one) && !except(one.organizationId))
    .sort((one, two) => one.attempts - two.attempts || one.submittedAt - two.submittedAt)
    .slice(0, limit);
}

const turn = ({ attempts, submittedAt }: OutboxRow): number[] => [attempts, submittedAt];

test('what is due, in which order, and when the next one is', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 60 }),
      fc.integer({ min: 1, max: 50 }),
      fc.func(fc.boolean()),
      (rows, limit, leaveOut) => {
        const store = freshStore();
        write(store, (tables) =>
          rows.forEach((more, index) =>
            tables.outbox.put(change(addOrganization(tables, index), profile('a'), more)),
          ),
        );
        const except = (id: string): boolean => leaveOut(id);
        read(store, ({ outbox }) => {
          const all = outbox.all();
          const found = outbox.due(NOW, HORIZON, limit, except);
          expect(found.map(turn)).toEqual(dueOf(all, limit, except).map(turn));
          for (const one of found) expect(dueOf(all, 99, except)).toContainEqual(one);
          const later = all.flatMap(({ state, nextAttemptAt: at }) =>
            state === 'waiting' && at !== null && at > NOW ? at : [],
          );
          expect(outbox.nextDue(NOW)).toBe(later.length > 0 ? Math.min(...later) : null);
        });
        store.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('a row that cannot be understood is never due and hides no other', () => {
  const folder = temporaryFolder();
  let { store } = opened(folder);
  write(store, (tables) => {
    for (let index = 0; index < 40; index += 1) {
      tables.outbox.put(
        change(addOrganization(tables, index), profile('a'), { submittedAt: index }),
      );
    }
  });
  store.close();
  directly(folder, (db) => db.exec(`UPDATE outbox SET desired = '{' WHERE submitted_at < 39`));
  directly(folder, (db) => db.exec(`UPDATE outbox SET state = 'odd' WHERE submitted_at = 39`));
  ({ store } = opened(folder, { onUnreadable: () => undefined }));
  const due = read(store, ({ outbox }) => outbox.due(NOW, HORIZON, 4, nobody));
  expect(due.map(({ organizationId: id }) => id)).toEqual([organizationId(39)]);
});

test('entries know the sign-in, and many move at once with their texts untouched', () => {
  open = freshStore();
  const failure = { code: 'sign-in.unknown' as const };
  const stay = change(organizationId(2), profile('c'));
  const before = write(open, (tables: Tables) => {
    const id = signInId(1);
    tables.credentials.put(signIn(1));
    for (const number of [1, 2]) addOrganization(tables, number);
    const record = tables.organizations.get(organizationId(1));
    if (record) tables.organizations.put({ ...record, credentialId: id });
    const waits = { state: 'waiting', attempts: 3, nextAttemptAt: NOW, failure } as const;
    const one = change(organizationId(1), profile('a'), { ...waits, theirs: profile('b') });
    tables.outbox.put(one);
    tables.outbox.put(stay);
    return one;
  });
  const bulkRunId = null;
  const one = { organizationId: organizationId(1), credentialId: signInId(1), bulkRunId };
  const two = { organizationId: organizationId(2), credentialId: null, bulkRunId };
  expect(read(open, ({ outbox }) => outbox.entries())).toEqual([
    { ...one, state: 'waiting', failure },
    { ...two, state: 'queued', failure: null },
  ]);
  write(open, ({ outbox }) => outbox.move([organizationId(1)], 'paused', failure));
  read(open, ({ outbox }) => {
    const paused = { ...before, state: 'paused', theirs: null, nextAttemptAt: null };
    expect(outbox.get(organizationId(1))).toEqual(paused);
    expect(outbox.get(organizationId(2))).toEqual(stay);
  });
});

test('a given up write is kept with its organization and goes with it', () => {
  open = freshStore();
  const row = { organizationId: organizationId(1), base: profile('a'), attempted: profile('b') };
  write(open, (tables) => {
    addOrganization(tables, 1);
    tables.givenUp.put({ ...row, attempted: profile('c') });
    tables.givenUp.put(row);
  });
  read(open, ({ givenUp }) => {
    expect(givenUp.ids()).toEqual([row.organizationId]);
    expect(givenUp.get(row.organizationId)).toEqual(row);
    expect(givenUp.get(organizationId(2))).toBeNull();
  });
  write(open, (tables) => tables.organizations.remove(row.organizationId));
  expect(read(open, ({ givenUp }) => givenUp.ids())).toEqual([]);
});
