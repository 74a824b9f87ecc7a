/**
 * The circuit breaker. While no request succeeds, many pending changes cause only as many requests as
 * one change would. They are sent at full speed again once a request succeeds.
 */
import { afterEach, expect, test } from 'vitest';
import { organizationPage } from '../../../src/main/organizations/handlers';
import { createCircuitBreaker } from '../../../src/main/sync/circuit-breaker';
import { SMALL_SAVE } from '../../../src/shared/saves';
import { Clock } from '../cloudflare/clock';
import { eventLoopTurns } from '../event-loop';
import { valueOf } from '../results';
import { ORGANIZATION } from '../samples';
import { addSignIn, requestedIds, untilState, useUpLimit } from './helpers';
import { closeHarnesses, SyncHarness } from './harness';
import { submitInSave } from '../save-events';

afterEach(closeHarnesses);

const unreachable = { code: 'network.unreachable' } as const;

/** Submits a change of one organization as part of a save too large to be sent like single saves. */
function submitInLargeSave(harness: SyncHarness, id: string, text: string): void {
  harness.write((tables) => {
    const save = { id: 'save', at: 1, stage: 'sending', paused: false } as const;
    tables.saves.add({ ...save, fields: ['business_name'] });
    for (let number = 0; number < SMALL_SAVE; number += 1) {
      const other = number.toString(16).padStart(32, '0');
      tables.organizations.put({
        ...ORGANIZATION,
        id: other,
        name: '',
        signInId: null,
        addedAt: 1,
        viewedAt: null,
      });
      tables.saves.addSubmitted('save', other, []);
    }
    submitInSave(tables, 'save', id, { business_name: text });
  });
}

function createBreaker() {
  const clock = new Clock();
  const breaker = createCircuitBreaker({
    now: clock.now,
    elapsed: clock.elapsed,
    random: () => 0.999_999,
  });
  const fail = (): boolean => breaker.failed(unreachable, breaker.started());
  return { clock, breaker, fail, wait: () => Math.max(0, breaker.from() - clock.elapsed()) };
}

test('opens after a failure that affects everything, with waits that grow to five minutes', () => {
  const { breaker, fail, wait } = createBreaker();
  expect([breaker.isOpen(), wait()]).toEqual([false, 0]);
  const waits = Array.from({ length: 10 }, () => {
    expect(fail()).toBe(true);
    return wait();
  });
  expect(waits).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
  ]);
  expect(breaker.isOpen()).toBe(true);
  breaker.retry(false);
  expect([breaker.isOpen(), wait()]).toEqual([true, 0]);
  breaker.passed();
  expect(breaker.isOpen()).toBe(false);
});

test('waits as long as Cloudflare asks, unless the person tries again', () => {
  const { breaker, clock, wait } = createBreaker();
  const fail = (ms: number) =>
    breaker.failed(
      { code: 'cloudflare.unavailable', retryAt: clock.now() + ms },
      breaker.started(),
    );
  fail(100);
  expect(wait()).toBe(1_000);
  fail(120_000);
  expect(wait()).toBe(120_000);
  breaker.retry(false);
  expect(wait()).toBe(120_000);
  breaker.retry(true);
  expect(wait()).toBe(0);
});

test('keeps the wait that Cloudflare asked for when another failure follows', () => {
  const { breaker, clock, wait } = createBreaker();
  const asks = (ms: number) =>
    ({ code: 'cloudflare.unavailable', retryAt: clock.now() + ms }) as const;
  breaker.failed(asks(120_000), breaker.started());
  breaker.retry(true);
  breaker.failed(unreachable, breaker.started());
  expect(wait()).toBe(120_000);
  breaker.failed(asks(60_000), breaker.started());
  expect(wait()).toBe(120_000);
  breaker.passed();
  breaker.failed(unreachable, breaker.started());
  expect(wait()).toBe(1_000);
});

test('waits as long as any of the sends asks that started together', () => {
  const { breaker, clock, wait } = createBreaker();
  const started = breaker.started();
  breaker.failed({ code: 'cloudflare.unavailable' }, started);
  const retryAt = clock.now() + 300_000;
  expect(breaker.failed({ code: 'cloudflare.unavailable', retryAt }, started)).toBe(true);
  expect(breaker.failed({ code: 'cloudflare.unavailable', retryAt }, started)).toBe(false);
  expect(wait()).toBe(300_000);
  // What was asked before Cloudflare answered another send is over.
  breaker.passed();
  const late = { code: 'cloudflare.unavailable', retryAt: retryAt + 1 } as const;
  expect([breaker.failed(late, 1), breaker.isOpen()]).toEqual([false, false]);
});

test('counts the failures of sends that started together as one', () => {
  const { breaker, wait } = createBreaker();
  const started = [breaker.started(), breaker.started(), breaker.started()];
  const isCounted = started.map((one) => breaker.failed(unreachable, one));
  expect(isCounted).toEqual([true, false, false]);
  expect(wait()).toBe(1_000);
});

test.each([
  ['network.timed-out', true],
  ['cloudflare.unavailable', true],
  ['cloudflare.unreadable', true],
  ['database.full', true],
  ['cloudflare.rate-limited', false],
  ['organization.forbidden', false],
] as const)('%s opens it: %s', (code, isOpen) => {
  const { breaker } = createBreaker();
  breaker.failed({ code }, breaker.started());
  expect(breaker.isOpen()).toBe(isOpen);
});

test('a clock that is set back changes no wait', () => {
  const { clock, fail, wait } = createBreaker();
  fail();
  clock.set(clock.now() - 86_400_000);
  expect(wait()).toBe(1_000);
});

/** Creates a function that counts attempts to send, even those whose requests never arrive. */
function attemptsOf(harness: SyncHarness): () => number {
  let count = 0;
  const { set } = harness.sendStatus;
  harness.sendStatus.set = (id, changes) => {
    if (changes.step === 'reading') count += 1;
    set(id, changes);
  };
  return () => count;
}

test('offline for an hour with forty pending changes: makes no more attempts than for one', async () => {
  const harness = await SyncHarness.start({ organizations: 40 });
  harness.random = 0.999;
  const attempts = attemptsOf(harness);
  await harness.standin.goOffline();
  for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
  const startedAt = harness.clock.now();
  await harness.until(() => harness.clock.now() - startedAt > 3_600_000 && !harness.busy());
  // One attempt after 1 s, 2 s, 4 s and so on up to five minutes, plus the few that started together.
  expect(attempts()).toBeLessThan(40);
  await harness.standin.goOnline();
  const onlineAt = harness.clock.now();
  await harness.connectivity.probeNow();
  await harness.until(
    () => harness.ids.every((id) => harness.row(id) === null) && !harness.busy(),
    {
      clock: false,
    },
  );
  expect(harness.clock.now()).toBe(onlineAt);
  for (const id of harness.ids) expect(harness.saved(id)?.business_name).toBe('New');
});

test('does not try everything when Cloudflare fails but the network responds', async () => {
  const harness = await SyncHarness.start({ organizations: 20 });
  harness.random = 0.999;
  harness.standin.faults.add({ mode: '500-empty', match: { path: /profile$/ } });
  for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
  const startedAt = harness.clock.now();
  await harness.until(() => harness.clock.now() - startedAt > 600_000 && !harness.busy());
  const before = harness.standin.requests.length;
  expect(before).toBeLessThan(30);
  const waiting = harness.ids.filter((id) => harness.row(id)?.state === 'waiting');
  const waits = (): (number | null | undefined)[] =>
    waiting.map((id) => harness.row(id)?.nextTryAt);
  const earlierWaits = waits();
  expect(earlierWaits.length).toBeGreaterThan(3);
  await harness.connectivity.probeNow();
  await harness.until(() => !harness.busy(), { clock: false });
  // The connectivity probe and one trial change. All other changes keep waiting.
  expect(harness.standin.requests.length - before).toBeLessThanOrEqual(2);
  expect(waits().filter((wait, index) => wait !== earlierWaits[index]).length).toBeLessThanOrEqual(
    1,
  );
  harness.standin.faults.clear();
  await harness.until(() => harness.ids.every((id) => harness.row(id) === null) && !harness.busy());
});

test('sends nothing before the time that Cloudflare asked for, whatever happens, unless the person tries', async () => {
  const harness = await SyncHarness.start({ organizations: 6 });
  const { standin, clock, scheduler, ids } = harness;
  standin.faults.add({ mode: '502-problem', retryAfter: '600', match: { path: /profile$/ } });
  for (const id of ids) harness.submit({ business_name: 'New' }, id);
  const failures = () => ids.flatMap((id) => harness.row(id)?.failure ?? []);
  await harness.until(() => failures().length > 3 && !harness.busy(), { clock: false });
  const retryAt = clock.now() + 600_000;
  for (const failure of failures()) expect(failure).toMatchObject({ retryAt });
  const asked = standin.requests.length;
  for (const happens of [scheduler.wake, scheduler.onNetworkRecovered, scheduler.onKeyRead]) {
    clock.advance(199_000);
    happens();
    let turns = 0;
    await harness.until(() => (turns += 1) > 20 && !harness.busy(), { clock: false });
  }
  expect(standin.requests).toHaveLength(asked);
  scheduler.retryNow(ids[3]);
  await harness.until(() => standin.requests.length > asked && !harness.busy(), { clock: false });
  standin.faults.clear();
  await harness.until(() => ids.every((id) => harness.row(id) === null) && !harness.busy());
  expect(clock.now()).toBeGreaterThanOrEqual(retryAt);
});

test('sends nothing before the time that Cloudflare asked for, also after a restart, and then what waits', async () => {
  const harness = await SyncHarness.start({ organizations: 6 });
  const { standin, clock, ids } = harness;
  standin.faults.add({ mode: '502-problem', retryAfter: '600', match: { path: /profile$/ } });
  for (const id of ids) harness.submit({ business_name: 'New' }, id);
  const waiting = () => ids.filter((id) => harness.row(id)?.state === 'waiting');
  await harness.until(() => waiting().length === 6 && !harness.busy(), { clock: false });
  const retryAt = clock.now() + 600_000;
  standin.faults.clear();
  const asked = standin.requests.length;
  clock.advance(300_000);
  await harness.restart();
  let turns = 0;
  await harness.until(() => (turns += 1) > 20 && !harness.busy(), { clock: false });
  expect(standin.requests).toHaveLength(asked);
  expect(waiting()).toHaveLength(6);
  await harness.until(() => ids.every((id) => harness.row(id) === null) && !harness.busy());
  expect(clock.now()).toBeGreaterThanOrEqual(retryAt);
});

test('uses a change submitted during the failure as the trial', async () => {
  const harness = await SyncHarness.start({ organizations: 6 });
  harness.random = 0.999;
  const bad = harness.ids.slice(0, 5);
  const last = harness.ids[5] ?? '';
  for (const id of bad)
    harness.standin.faults.add({ mode: 'reset', match: { path: `${id}/profile` } });
  for (const id of bad) harness.submit({ business_name: 'New' }, id);
  await harness.until(() => !harness.busy(), { clock: false });
  harness.submit({ business_name: 'New' }, last);
  await harness.until(() => harness.row(last) === null, { clock: false });
  expect(harness.saved(last)?.business_name).toBe('New');
});

test('reports why changes wait that were not tried, and until when; then sends them all', async () => {
  const harness = await SyncHarness.start({ organizations: 7 });
  harness.random = 0.999;
  harness.standin.faults.add({ mode: '503-text' });
  for (const id of harness.ids) harness.submit({ business_name: 'New' }, id);
  await harness.until(() => harness.ids.every((id) => harness.row(id)?.state === 'waiting'), {
    clock: false,
  });
  const pages = harness.ids.map(
    (id) => valueOf(organizationPage(harness.database, harness.sendStatus, id)).change,
  );
  expect(pages.filter((page) => page?.attempts === 0)).toHaveLength(3);
  const continuesAt = harness.clock.now() + 999;
  for (const page of pages) {
    expect(page?.failure?.code).toBe('cloudflare.unavailable');
    expect(page?.nextTryAt ?? 0).toBeLessThanOrEqual(continuesAt);
  }
  expect(harness.sendStatus.breakerUntil()).toBe(continuesAt);
  harness.standin.faults.clear();
  await harness.until(() => harness.ids.every((id) => harness.row(id) === null));
});

test.each(['of another user', 'of a save of this user'])(
  'a wait for the limit %s does not prevent a save from being the trial',
  async (whose) => {
    const harness = await SyncHarness.start();
    const [first = '', waits = ''] = harness.ids;
    harness.random = 0.999;
    harness.standin.faults.add({ mode: 'reset', times: 1 });
    harness.submit({ business_name: 'New' }, first);
    await untilState(harness, 'waiting', first);
    // The limit of the other user is used up, or only the share of saves, which is smaller than that
    // of saves.
    const isOther = whose === 'of another user';
    if (isOther) addSignIn(harness, [first]);
    const release = await useUpLimit(harness, { leave: isOther ? 0 : 3 });
    if (isOther) harness.submit({ business_name: 'Waits' }, waits);
    else submitInLargeSave(harness, waits, 'Waits');
    await eventLoopTurns();
    expect(requestedIds(harness)).not.toContain(waits);
    harness.submit({ business_name: 'Newer' }, first);
    await harness.until(() => harness.row(first) === null, { clock: false });
    expect(harness.saved(first)?.business_name).toBe('Newer');
    release();
  },
);
