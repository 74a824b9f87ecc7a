/** Bulk jobs in the database: whose turn it is, how items stand, and when a job is forgotten. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutboxRow, Tables } from '../../../src/main/store/tables';
import { CHANGE_STATES } from '../../../src/shared/organization';
import {
  addOrganization,
  addSignIns,
  change,
  directly,
  freshStore,
  NOW,
  opened,
  organizationId,
  profile,
  read,
  signInId,
  temporaryFolder,
  write,
} from './temporary-store';

const HORIZON = NOW + 1_000;
const RUNS = ['b', 'a', 'c'] as const;

const row = fc.record({
  state: fc.constantFrom(...CHANGE_STATES),
  attempts: fc.nat(2),
  nextAttemptAt: fc.constantFrom(null, NOW - 1, NOW, NOW + 1, HORIZON, HORIZON + 1),
  bulkRunId: fc.constantFrom(null, ...RUNS),
});

function addRun(tables: Tables, id: string, paused = false, versions: number[] = []): void {
  tables.bulk.add(
    { id, kind: 'change', at: NOW, fields: ['business_phone'], paused },
    versions.map((version, index) => ({
      organizationId: organizationId(index),
      version,
      leftOut: null,
    })),
  );
}

test('whose turn it is: the oldest job that is not paused, with a sign-in that has a hand free', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(row, fc.nat(2)), { maxLength: 50 }),
      fc.subarray([...RUNS]),
      fc.subarray(['', signInId(1), signInId(2)]),
      fc.func(fc.boolean()),
      (rows, paused, full, leaveOut) => {
        const store = freshStore();
        write(store, (tables) => {
          addSignIns(tables);
          for (const id of RUNS) addRun(tables, id, paused.includes(id));
          rows.forEach(([more, signIn], index) => {
            const id = addOrganization(tables, index);
            const record = tables.organizations.get(id)!;
            const credentialId = signIn === 0 ? null : signInId(signIn);
            tables.organizations.put({ ...record, credentialId });
            tables.outbox.put(change(id, profile('a'), more));
          });
        });
        const except = (id: string): boolean => leaveOut(id);
        read(store, (tables) => {
          const signInOf = (one: OutboxRow): string | null =>
            tables.organizations.get(one.organizationId)?.credentialId ?? null;
          const all = tables.outbox.all();
          const isDue = ({ state, nextAttemptAt: at }: OutboxRow): boolean =>
            state === 'queued' ||
            (state === 'waiting' && (at === null || at <= NOW || at > HORIZON));
          const going = RUNS.filter((id) => !paused.includes(id));
          const turns = going.map((id) =>
            all
              .filter((one) => one.bulkRunId === id && isDue(one) && !except(one.organizationId))
              .filter((one) => !full.includes(signInOf(one) ?? ''))
              .sort((one, two) => one.attempts - two.attempts),
          );
          const found = tables.outbox.nextOfRuns(NOW, HORIZON, except, full);
          const [expected] = turns.find((due) => due.length > 0) ?? [];
          expect(found?.bulkRunId).toBe(expected?.bulkRunId);
          const chosen = all.find((one) => one.organizationId === found?.organizationId);
          expect(chosen?.attempts).toBe(expected?.attempts);
          if (chosen) expect(turns.flat()).toContainEqual(chosen);
          if (chosen) expect(found?.credentialId).toBe(signInOf(chosen));

          // The person's own are not of a job, and waits of paused jobs wake nobody.
          const own = tables.outbox.due(NOW, HORIZON, 99, except);
          expect(own.filter((one) => one.bulkRunId !== null)).toEqual([]);
          const later = all.flatMap(({ state, nextAttemptAt: at, bulkRunId }) => {
            const counts = bulkRunId === null || going.some((id) => id === bulkRunId);
            return counts && state === 'waiting' && at !== null && at > NOW ? at : [];
          });
          expect(tables.outbox.nextDue(NOW)).toBe(later.length > 0 ? Math.min(...later) : null);
        });
        store.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('changes of a job whose record was lost are sent all the same', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    tables.outbox.put(change(addOrganization(tables, 1), profile('a'), { bulkRunId: 'lost' }));
  });
  const next = read(store, ({ outbox }) => outbox.nextOfRuns(NOW, HORIZON, () => false, []));
  expect(next).toEqual({
    organizationId: organizationId(1),
    credentialId: null,
    bulkRunId: 'lost',
  });
});

test('an item stands as its change does, and keeps its end when that is gone', () => {
  const store = freshStore();
  const failure = { code: 'organization.forbidden' as const };
  const counts = () => read(store, ({ bulk }) => bulk.counts('run'));
  write(store, (tables) => {
    for (let number = 0; number < 4; number += 1) {
      const id = addOrganization(tables, number);
      const more = { version: number + 1, bulkRunId: 'run' };
      tables.outbox.put(change(id, profile('a'), more));
    }
    addRun(tables, 'run', false, [1, 2, 3, 4]);
    tables.outbox.move([organizationId(1)], 'refused', failure);
    tables.outbox.removeVersion(organizationId(2), 3);
    tables.bulk.end(organizationId(2), 3, 'done');
    tables.outbox.remove(organizationId(3));
  });
  // Nothing said how the last one ended: it will not be sent any more.
  expect(counts()).toEqual({ done: 1, waiting: 1, failed: 1, cancelled: 1 });
  expect(read(store, ({ bulk }) => bulk.results('run'))).toEqual([
    { organizationId: organizationId(0), name: 'Org 0', state: 'waiting', failure: null },
    { organizationId: organizationId(1), name: 'Org 1', state: 'failed', failure },
    { organizationId: organizationId(2), name: 'Org 2', state: 'done', failure: null },
    { organizationId: organizationId(3), name: 'Org 3', state: 'cancelled', failure: null },
  ]);
  write(store, (tables) => {
    // A newer change of the same organization is none of the job's, unless the item follows it.
    tables.outbox.put(change(organizationId(0), profile('b'), { version: 9 }));
  });
  expect(counts()).toMatchObject({ waiting: 0, cancelled: 2 });
  write(store, ({ bulk }) => bulk.follow(organizationId(0), 1, 9));
  expect(counts()).toMatchObject({ waiting: 1, cancelled: 1 });
  write(store, ({ bulk }) => {
    bulk.follow(organizationId(2), 3, 9);
    bulk.end(organizationId(2), 9, 'cancelled');
  });
  expect(counts(), 'what has ended follows nothing').toMatchObject({ done: 1 });
  write(store, ({ organizations }) => organizations.remove(organizationId(2)));
  expect(counts()).toEqual({ done: 0, waiting: 1, failed: 1, cancelled: 1 });
});

test('a dismissed job is forgotten when nothing pending is of it any more', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  const records = () => {
    const found = directly(folder, (db) => db.prepare('SELECT id FROM bulk_run').all());
    return found.map((one) => String((one as { id: unknown }).id));
  };
  write(store, (tables) => {
    const id = addOrganization(tables, 0);
    tables.outbox.put(change(id, profile('a'), { bulkRunId: 'run', state: 'refused' }));
    addRun(tables, 'run', true, [1]);
    tables.bulk.dismiss('run');
  });
  expect(read(store, ({ bulk }) => [bulk.all(), bulk.get('run')])).toEqual([[], null]);
  expect(records()).toEqual(['run']);
  // It was paused: tried again on its page, its change must not wait for a job nobody sees.
  write(store, ({ outbox }) => outbox.move([organizationId(0)], 'queued', null));
  const next = read(store, ({ outbox }) => outbox.nextOfRuns(NOW, HORIZON, () => false, []));
  expect(next?.organizationId).toBe(organizationId(0));
  write(store, (tables) => {
    tables.outbox.remove(organizationId(0));
    addRun(tables, 'other');
  });
  expect(records()).toEqual(['other']);
});

test('damaged rows of jobs take nothing down', () => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    addOrganization(tables, 0);
    addRun(tables, 'run', false, [1]);
  });
  directly(folder, (db) =>
    db.exec(`UPDATE bulk_run SET kind = 'x', fields = '{"a":1}', paused = 7;
      UPDATE bulk_item SET state = 'x', failure = '[]'`),
  );
  read(store, ({ bulk }) => {
    expect(bulk.all()).toEqual([{ id: 'run', kind: 'change', at: NOW, fields: [], paused: false }]);
    expect(bulk.counts('run')).toEqual({ done: 0, waiting: 0, failed: 0, cancelled: 1 });
    expect(bulk.results('run')).toMatchObject([{ state: 'cancelled', failure: null }]);
  });
});
