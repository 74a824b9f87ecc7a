/** The indexed queries over many pending changes return the same as a scan over all rows. */
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { outboxQueue } from '../../../src/main/database/outbox-queue';
import type { BulkJobRow, OutboxRow, Store, Tables } from '../../../src/main/database/tables';
import { SMALL_JOB } from '../../../src/shared/bulk';
import { CHANGE_STATES } from '../../../src/shared/organization';
import { FIELD_NAMES } from '../../../src/shared/profile';
import {
  addOrganization,
  addSignIns,
  anyText,
  change,
  withRawDatabase,
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
  contextOver,
  explaining,
} from './temporary-store';

const HORIZON = NOW + 1_000;
const TIMES = { now: NOW, horizon: HORIZON };
const BOTH = { own: true, jobs: true };
const noneBusy = (): boolean => false;
let open: Store | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

const RUNS = ['b', 'a', 'c'] as const;
const SIGN_INS = [null, signInId(1), signInId(2)] as const;
const STAGES = ['applying', 'sending', 'cancelling'] as const;

const row = fc.record({
  state: fc.constantFrom(...CHANGE_STATES),
  attempts: fc.nat(3),
  submittedAt: fc.nat(3),
  nextAttemptAt: fc.constantFrom(null, NOW - 1, NOW, NOW + 1, NOW + 500, HORIZON, HORIZON + 1),
  bulkJobId: fc.constantFrom(null, ...RUNS),
});

/** Saves a job without items. */
function addJob(tables: Tables, id: string, more: Partial<BulkJobRow> = {}): void {
  const fields = ['business_phone' as const];
  tables.bulk.add({
    id,
    kind: 'change',
    at: NOW,
    fields,
    stage: 'sending',
    paused: false,
    ...more,
  });
}

/** Gives an organization a sign-in. */
function assignSignIn(tables: Tables, id: string, credentialId: string | null): void {
  const record = tables.organizations.get(id);
  if (record) tables.organizations.put({ ...record, credentialId });
}

/** Whether a change may be sent now. A wait beyond the horizon counts as over. */
function isDue({ state, nextAttemptAt: at }: OutboxRow): boolean {
  return state === 'queued' || (state === 'waiting' && (at === null || at <= NOW || at > HORIZON));
}

test("picks the next change: the person's own first, then by oldest job, fewest attempts, and age", () => {
  const anyRuns = fc.tuple(
    ...RUNS.map(() => fc.record({ paused: fc.boolean(), stage: fc.constantFrom(...STAGES) })),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(row, fc.constantFrom(...SIGN_INS)), { maxLength: 60 }),
      anyRuns,
      fc.subarray([...SIGN_INS]),
      fc.record({ own: fc.boolean(), jobs: fc.boolean() }),
      fc.func(fc.boolean()),
      (rows, runs, signIns, requested, isBusy) => {
        const store = freshStore();
        write(store, (tables) => {
          addSignIns(tables);
          for (const [index, id] of RUNS.entries()) addJob(tables, id, runs[index]);
          for (const [index, [more, signIn]] of rows.entries()) {
            const id = addOrganization(tables, index);
            assignSignIn(tables, id, signIn);
            tables.outbox.put(change(id, profile('a'), more));
          }
        });
        const except = (id: string): boolean => isBusy(id);
        read(store, ({ outbox }) => {
          const all = rows.map(([{ submittedAt, ...more }, signIn], index) => ({
            ...change(organizationId(index), profile('a'), { ...more, submittedAt }),
            signIn,
          }));
          const ready = all.filter(
            (one) => isDue(one) && !except(one.organizationId) && signIns.includes(one.signIn),
          );
          const sent = RUNS.filter((_, index) => {
            const run = runs[index];
            return run?.stage === 'sending' && !run.paused;
          });
          const order = [...(requested.own ? [null] : []), ...(requested.jobs ? sent : [])];
          const inOrder = order.flatMap((run) =>
            ready
              .filter(({ bulkJobId }) => bulkJobId === run)
              .sort((one, two) => one.attempts - two.attempts || one.submittedAt - two.submittedAt),
          );
          const [first] = inOrder;
          expect(outbox.next(signIns, requested, { now: NOW, horizon: HORIZON }, except)).toEqual(
            first
              ? {
                  organizationId: first.organizationId,
                  credentialId: first.signIn,
                  bulkJobId: first.bulkJobId,
                }
              : null,
          );
          const later = all.flatMap(({ state, nextAttemptAt: at }) =>
            state === 'waiting' && at !== null && at > NOW ? at : [],
          );
          expect(outbox.nextDue(NOW)).toBe(later.length > 0 ? Math.min(...later) : null);
          const used = new Set(all.map(({ signIn }) => signIn));
          expect(new Set(outbox.signIns())).toEqual(used);
          const sending = all.filter(({ state }) => state === 'queued' || state === 'waiting');
          for (const { credentialId, bulkJobId, changes } of outbox.loads()) {
            const same = sending.filter(
              (one) => one.signIn === credentialId && one.bulkJobId === bulkJobId,
            );
            expect(same).toHaveLength(changes);
          }
          const loaded = outbox.loads().reduce((sum, { changes }) => sum + changes, 0);
          expect(loaded).toBe(sending.filter(({ signIn }) => signIn !== null).length);
        });
        store.close();
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['no time', null, true],
  ['now', NOW, true],
  ['a moment later', NOW + 1, false],
  ['the horizon', HORIZON, false],
  ['beyond it, because the clock was set back', HORIZON + 1, true],
])('a change that waits until %s', (_, nextAttemptAt, isNext) => {
  open = freshStore();
  write(open, (tables) => {
    const id = addOrganization(tables, 1);
    tables.outbox.put(change(id, profile('a'), { state: 'waiting', nextAttemptAt }));
  });
  const next = read(open, ({ outbox }) => outbox.next([null], BOTH, TIMES, noneBusy));
  expect(next !== null).toBe(isNext);
});

test('finds the next change in an index on its state, whatever else waits', () => {
  const folder = temporaryFolder();
  opened(folder).store.close();
  const { sql, plans, close } = explaining(folder);
  // Only the queries for the next change count; the rest list everything there is.
  const queue = outboxQueue(contextOver({ ...sql, get: () => null, arrays: () => [] }));
  queue.next([signInId(1)], BOTH, TIMES, noneBusy);
  close();
  const steps = plans
    .flatMap((plan) => plan.split('; '))
    .filter((step) => /SEARCH|SCAN/.test(step));
  expect(steps.length).toBeGreaterThan(CHANGE_STATES.length);
  for (const step of steps) {
    expect(step).toMatch(
      /^SEARCH outbox USING INDEX outbox_by_turn \(credential_id=\? AND bulk_run_id=\? AND state[=<>]/,
    );
  }
});

test('finds the next change behind many that are being sent', () => {
  open = freshStore();
  write(open, (tables) => {
    for (let index = 0; index < 100; index += 1) {
      const id = addOrganization(tables, index);
      tables.outbox.put(change(id, profile('a'), { submittedAt: index }));
    }
  });
  const busy = new Set(Array.from({ length: 99 }, (_, index) => organizationId(index)));
  const next = read(open, ({ outbox }) => outbox.next([null], BOTH, TIMES, (id) => busy.has(id)));
  expect(next?.organizationId).toBe(organizationId(99));
});

test('still sends changes of a job whose record was lost', () => {
  open = freshStore();
  write(open, (tables) => {
    tables.outbox.put(change(addOrganization(tables, 1), profile('a'), { bulkJobId: 'lost' }));
  });
  expect(read(open, ({ outbox }) => outbox.next([null], BOTH, TIMES, noneBusy))).toEqual({
    organizationId: organizationId(1),
    credentialId: null,
    bulkJobId: 'lost',
  });
});

test('never sends an unreadable change, and it hides no other', () => {
  const folder = temporaryFolder();
  let { store } = opened(folder);
  write(store, (tables) => {
    for (let index = 0; index < 40; index += 1) {
      const id = addOrganization(tables, index);
      tables.outbox.put(change(id, profile('a'), { submittedAt: index }));
    }
  });
  store.close();
  withRawDatabase(folder, (db) => db.exec(`UPDATE outbox SET patch = '{' WHERE submitted_at < 39`));
  ({ store } = opened(folder, { onUnreadable: () => undefined }));
  const next = (except: (id: string) => boolean) =>
    read(store, ({ outbox }) => outbox.next([null], BOTH, TIMES, except));
  expect(next(noneBusy)?.organizationId).toBe(organizationId(39));
  expect(next((id) => id === organizationId(39))).toBeNull();
});

test('treats an unreadable state as queued, and it hides no other change', () => {
  const folder = temporaryFolder();
  let { store } = opened(folder);
  write(store, (tables) => {
    for (let index = 0; index < 3; index += 1) {
      const id = addOrganization(tables, index);
      tables.outbox.put(change(id, profile('a'), { submittedAt: index }));
    }
  });
  store.close();
  withRawDatabase(folder, (db) =>
    db.exec(`UPDATE outbox SET state = 'odd' WHERE submitted_at = 1`),
  );
  ({ store } = opened(folder));
  const sent: string[] = [];
  for (;;) {
    const next = read(store, ({ outbox }) =>
      outbox.next([null], BOTH, TIMES, (id) => sent.includes(id)),
    );
    if (!next) break;
    sent.push(next.organizationId);
  }
  expect(sent).toEqual([0, 1, 2].map(organizationId));
});

test('moves a change to the turn of another job, or of the person', () => {
  open = freshStore();
  const turn = () => read(open!, ({ outbox }) => outbox.get(organizationId(1))?.bulkJobId);
  write(open, (tables) => {
    tables.outbox.put(change(addOrganization(tables, 1), profile('a'), { bulkJobId: 'a' }));
    tables.outbox.put(change(addOrganization(tables, 2), profile('a'), { bulkJobId: 'a' }));
  });
  const before = read(open, ({ outbox }) => outbox.get(organizationId(1)));
  write(open, ({ outbox }) => outbox.setTurn(organizationId(1), 'b'));
  expect(turn()).toBe('b');
  write(open, ({ outbox }) => outbox.setTurn(organizationId(1), null));
  expect(read(open, ({ outbox }) => outbox.get(organizationId(1)))).toEqual({
    ...before,
    bulkJobId: null,
  });
  expect(read(open, ({ outbox }) => outbox.get(organizationId(2))?.bulkJobId)).toBe('a');
});

test('finds the changes of a job by its fields, whatever their texts contain', () => {
  const LIES = [
    '"job":"a"',
    '","job":"a","x":"',
    '\\","job":"a"',
    `{"base":"","text":"","job":"a"}`,
  ];
  const text = fc.oneof(anyText, fc.constantFrom(...LIES));
  const edit = fc.record({
    base: fc.option(text),
    text,
    job: fc.constantFrom(undefined, 'a', 'b', 'aa'),
  });
  const patch = fc.dictionary(fc.constantFrom(...FIELD_NAMES), edit, { minKeys: 1 });
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 8 }), (patches) => {
      const store = freshStore();
      write(store, (tables) => {
        for (const [index, one] of patches.entries()) {
          const id = addOrganization(tables, index);
          tables.outbox.put({ ...change(id, {}), patch: { ...one } });
        }
      });
      const jobs = patches.map((one) => new Set(Object.values(one).map(({ job }) => job)));
      const idsWhere = (requested: (of: Set<string | undefined>) => boolean): string[] =>
        jobs.flatMap((of, index) => (requested(of) ? organizationId(index) : []));
      read(store, ({ outbox }) => {
        for (const job of ['a', 'b', 'aa', 'none']) {
          expect(outbox.ofJob(job)).toEqual(idsWhere((of) => of.has(job)));
          const others = (of: Set<string | undefined>): boolean =>
            [...of].some((one) => one !== undefined && one !== job);
          expect(outbox.ofSeveralJobs(job)).toEqual(idsWhere((of) => of.has(job) && others(of)));
        }
      });
      store.close();
    }),
    { numRuns: 60 },
  );
});

test('knows the sign-in of each entry, and moves many at once with their texts untouched', () => {
  open = freshStore();
  const failure = { code: 'sign-in.unknown' as const };
  const unmoved = change(organizationId(2), profile('c'));
  const before = write(open, (tables: Tables) => {
    const id = signInId(1);
    tables.credentials.put(signIn(1));
    for (const number of [1, 2]) addOrganization(tables, number);
    const record = tables.organizations.get(organizationId(1));
    if (record) tables.organizations.put({ ...record, credentialId: id });
    const waits = { state: 'waiting', attempts: 3, nextAttemptAt: NOW, failure } as const;
    const one = change(organizationId(1), profile('a'), { ...waits, attempted: profile('b') });
    tables.outbox.put(one);
    tables.outbox.put(unmoved);
    return one;
  });
  const bulkJobId = null;
  const one = { organizationId: organizationId(1), credentialId: signInId(1), bulkJobId };
  const two = { organizationId: organizationId(2), credentialId: null, bulkJobId };
  expect(read(open, ({ outbox }) => outbox.entries())).toEqual([
    { ...one, state: 'waiting', failure },
    { ...two, state: 'queued', failure: null },
  ]);
  write(open, ({ outbox }) => outbox.move([organizationId(1)], 'paused', failure));
  read(open, ({ outbox }) => {
    const paused = { ...before, state: 'paused', nextAttemptAt: null };
    expect(outbox.get(organizationId(1))).toEqual(paused);
    expect(outbox.get(organizationId(2))).toEqual(unmoved);
  });
});

test('returns the changes that match a condition, and treats an unreadable state as queued', () => {
  const folder = temporaryFolder();
  const first = opened(folder).store;
  write(first, (tables) => {
    addSignIns(tables);
    for (const [index, state] of [...CHANGE_STATES, 'queued' as const].entries()) {
      const id = addOrganization(tables, index);
      const record = tables.organizations.get(id)!;
      tables.organizations.put({ ...record, credentialId: SIGN_INS[index % 3]! });
      tables.outbox.put(
        change(id, profile('a'), { state, bulkJobId: index % 2 === 0 ? null : 'job' }),
      );
    }
  });
  first.close();
  withRawDatabase(folder, (db) => db.exec("UPDATE outbox SET state = 'odd' WHERE rowid = 7"));
  open = opened(folder).store;
  const condition = fc.record(
    {
      credentialId: fc.constantFrom(...SIGN_INS),
      states: fc.subarray([...CHANGE_STATES]),
      own: fc.constant(true as const),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(condition, (only) => {
      const { credentialId, states, own } = only;
      read(open!, ({ outbox }) => {
        const fitting = outbox
          .entries()
          .filter((entry) => credentialId === undefined || entry.credentialId === credentialId)
          .filter((entry) => !own || entry.bulkJobId === null)
          .filter(({ state }) => !states || states.includes(state));
        expect(outbox.entries(only)).toEqual(fitting);
      });
    }),
  );
});

test('sends a job over few organizations before an older one over many', () => {
  open = freshStore();
  write(open, (tables) => {
    for (const [job, items] of [
      ['large', SMALL_JOB + 1],
      ['small', SMALL_JOB],
    ] as const) {
      addJob(tables, job);
      const ids = Array.from({ length: items }, (_, number) => addOrganization(tables, number));
      tables.bulk.addItems(
        job,
        ids.map((organizationId) => ({ organizationId, plan: {} })),
      );
      expect(tables.bulk.isSmall(job)).toBe(job === 'small');
    }
    tables.outbox.put(change(organizationId(1), profile('a'), { bulkJobId: 'large' }));
    tables.outbox.put(change(organizationId(2), profile('a'), { bulkJobId: 'small' }));
  });
  const next = (jobs: boolean) =>
    read(open!, ({ outbox }) => outbox.next([null], { own: true, jobs }, TIMES, noneBusy));
  expect(next(true)).toMatchObject({ bulkJobId: 'small' });
  expect(next(false)).toBeNull();
});

test('keeps an abandoned write with its organization, and removes it with it', () => {
  open = freshStore();
  const id = organizationId(1);
  write(open, (tables) => {
    addOrganization(tables, 1);
    tables.abandoned.put(id, profile('c'));
    tables.abandoned.put(id, { business_phone: '1' });
  });
  read(open, ({ abandoned }) => {
    expect(abandoned.ids()).toEqual([id]);
    expect(abandoned.get(id)).toEqual({ business_phone: '1' });
    expect(abandoned.get(organizationId(2))).toEqual({});
  });
  write(open, (tables) => tables.organizations.remove(id));
  expect(read(open, ({ abandoned }) => abandoned.ids())).toEqual([]);
});
