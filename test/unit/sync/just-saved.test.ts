/**
 * Two entries that show one profile: an organization, opened with a key, and an account of it, opened with a token.
 * Cloudflare shows the one an older copy for a while after a write through the other.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addById } from '../../../src/main/organizations/add/by-id';
import { SHARED_WAIT_MS } from '../../../src/main/changes/just-saved';
import { valueOf } from '../results';
import { closeHarnesses, SyncHarness, TOKEN_SIGN_IN } from './harness';
import { untilConfirmed, untilState } from './helpers';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PHONE = { business_phone: '+44 99 1' };
const EMAIL = { business_email: 'new@else.example' };

let harness: SyncHarness;
let organization: string;
let account: string;
/** When each profile was written, on the monotonic clock. */
let writes: { id: string; at: number }[];

beforeEach(async () => {
  const started: { harness?: SyncHarness } = {};
  // Cloudflare's clock is its own.
  const now = () => started.harness?.clock.elapsed() ?? 0;
  harness = started.harness = await SyncHarness.start({ now });
  const { standin } = harness;
  organization = harness.id;
  account = [...standin.accounts.values()].find(
    ({ managedBy }) => managedBy?.parentOrgId === organization,
  )!.id;
  harness.addAccount(account, organization);
  for (const id of [organization, account]) standin.delayPropagation(id, SHARED_WAIT_MS - MINUTE);
  writes = [];
  standin.afterAnswer({ method: 'PUT' }, ({ path }) => {
    const id = path.split('/').at(-2)!;
    writes.push({ id, at: harness.clock.elapsed() });
  });
});
afterEach(closeHarnesses);

const requestsTo = (id: string): number =>
  harness.standin.requests.filter(({ path }) => path.includes(id)).length;
const untilAllConfirmed = () =>
  harness.until(() => [organization, account].every((id) => harness.row(id) === null));
/** The time between the first two writes. */
const waitedMs = (): number => writes[1]!.at - writes[0]!.at;
const refresh = (id: string) => harness.profileReader.read(id, { isPageOpen: false });

it('the other entry waits for five minutes, says why, and puts nothing back', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  harness.submit(EMAIL, account);
  await untilState(harness, 'waiting', account);
  const until = writes[0]!.at + SHARED_WAIT_MS - harness.clock.elapsed() + harness.clock.now();
  const { failure, nextTryAt } = harness.row(account)!;
  const { name } = harness.read(({ organizations }) => organizations.get(organization))!;
  expect(failure).toMatchObject({ code: 'profile.just-saved', through: name });
  expect(Math.abs(failure!.retryAt! - until)).toBeLessThan(5_000);
  expect(nextTryAt).toBeGreaterThanOrEqual(failure!.retryAt!);
  expect(requestsTo(account)).toBe(0);
  await untilAllConfirmed();
  expect(writes.map(({ id }) => id)).toEqual([organization, account]);
  expect(waitedMs()).toBeGreaterThanOrEqual(SHARED_WAIT_MS);
  expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
});

it('of two entries that are saved at once, one goes first', async () => {
  // Both are read before either is written.
  const held = harness.standin.hold({ path: `/accounts/${account}/profile` }, 'after');
  harness.submit(EMAIL, account);
  let hasArrived = false;
  void held.arrived.then(() => (hasArrived = true));
  await harness.until(() => hasArrived, { clock: false });
  harness.submit(PHONE);
  await harness.until(() => harness.row(organization) === null, { clock: false });
  held.release();
  await untilAllConfirmed();
  expect(writes.map(({ id }) => id)).toEqual([organization, account]);
  expect(waitedMs()).toBeGreaterThanOrEqual(SHARED_WAIT_MS);
  expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
});

it('waits after a restart, too, and when the person tries again', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  harness.submit(EMAIL, account);
  await untilState(harness, 'waiting', account);
  await harness.restart();
  harness.scheduler.retryNow(account);
  await untilState(harness, 'waiting', account);
  expect(requestsTo(account)).toBe(0);
  await untilAllConfirmed();
  expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
});

it('waits after a write whose answer was lost', async () => {
  harness.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  harness.random = 0.999;
  harness.submit(PHONE);
  await untilState(harness, 'waiting', organization);
  harness.submit(EMAIL, account);
  await untilAllConfirmed();
  const [last] = writes.slice(-1);
  expect(last).toMatchObject({ id: account });
  expect(last!.at - writes.at(-2)!.at).toBeGreaterThanOrEqual(SHARED_WAIT_MS);
  expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
});

describe.each([-HOUR, -2 * MINUTE, 2 * MINUTE, HOUR])('a clock that is set by %i ms', (by) => {
  it('changes nothing', async () => {
    harness.submit(PHONE);
    await untilConfirmed(harness);
    harness.clock.set(harness.clock.now() + by);
    harness.submit(EMAIL, account);
    await untilAllConfirmed();
    expect(waitedMs()).toBeGreaterThanOrEqual(SHARED_WAIT_MS);
    expect(waitedMs()).toBeLessThan(SHARED_WAIT_MS + MINUTE);
    expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
  });

  it('and a restart: waits at least as long less a jump forward, which no one can notice, and never much longer', async () => {
    harness.submit(PHONE);
    await untilConfirmed(harness);
    harness.clock.advance(MINUTE);
    harness.clock.set(harness.clock.now() + by);
    await harness.restart();
    harness.submit(EMAIL, account);
    await untilAllConfirmed();
    // After one back: at most as long again.
    const least = SHARED_WAIT_MS - Math.max(0, by);
    expect(waitedMs()).toBeGreaterThanOrEqual(Math.max(0, least));
    expect(waitedMs()).toBeLessThan(Math.max(MINUTE, least) + 2 * MINUTE);
  });
});

it('waits for a write of a removed entry, too, after the clock was set back and a restart', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  harness.write(({ organizations }) => organizations.remove(organization));
  harness.clock.set(harness.clock.now() - HOUR);
  await harness.restart();
  harness.submit(EMAIL, account);
  await harness.until(() => harness.row(account) === null);
  expect(waitedMs()).toBeGreaterThanOrEqual(SHARED_WAIT_MS);
  expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
});

it('is not read meanwhile, but afterwards, when it is a change like anybody’s', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  expect(await refresh(account)).toMatchObject({
    ok: false,
    failure: { code: 'profile.just-saved' },
  });
  expect(requestsTo(account)).toBe(0);
  harness.clock.advance(SHARED_WAIT_MS);
  expect(valueOf(await refresh(account))).toEqual({ isStored: true, isChanged: true });
  expect(harness.saved(account)).toMatchObject(PHONE);
});

it('does not show a copy that was read before the write', async () => {
  const held = harness.standin.hold({ path: `/accounts/${account}/profile` }, 'after');
  const refreshed = refresh(account);
  await held.arrived;
  harness.submit(PHONE);
  await harness.until(() => harness.row(organization) === null, { clock: false });
  held.release();
  expect(await refreshed).toMatchObject({ ok: false, failure: { code: 'profile.just-saved' } });
});

it('an open page is read as soon as it need not wait', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  harness.sendStatus.opened(account);
  await harness.profileReader.read(account, { isPageOpen: true });
  expect(harness.saved(account)).not.toMatchObject(PHONE);
  await harness.until(() => harness.saved(account)?.business_phone === PHONE.business_phone);
  expect(harness.clock.elapsed() - writes[0]!.at).toBeLessThan(SHARED_WAIT_MS + MINUTE);
});

it('an entry that is added meanwhile is read later', async () => {
  harness.write(({ organizations }) => organizations.remove(account));
  harness.submit(PHONE);
  await untilConfirmed(harness);
  valueOf(await addById(harness.deps, TOKEN_SIGN_IN, account));
  expect(harness.saved(account)).toBeNull();
  await harness.until(() => harness.saved(account) !== null);
  expect(harness.saved(account)).toMatchObject(PHONE);
});

it('accounts whose organization is not known wait for no other', async () => {
  harness.write(({ organizations }) =>
    organizations.put({ ...organizations.get(account)!, parent: null }),
  );
  harness.submit(PHONE);
  await untilConfirmed(harness);
  await refresh(account);
  expect(requestsTo(account)).toBe(1);
});

it('a write through the entry itself lets it not wait', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  harness.submit(EMAIL);
  await untilConfirmed(harness);
  expect(harness.row()).toBeNull();
  expect(harness.saved()).toMatchObject({ ...PHONE, ...EMAIL });
});

it('waits for a write through an entry that was removed since', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  harness.write(({ organizations }) => organizations.remove(organization));
  await harness.restart();
  harness.submit(EMAIL, account);
  await untilState(harness, 'waiting', account);
  await harness.until(() => harness.row(account) === null);
  expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
});

it('waits no longer for one of an earlier run, and forgets it, if its entry is gone', async () => {
  harness.submit(PHONE);
  await untilConfirmed(harness);
  harness.write(({ organizations }) => organizations.remove(organization));
  const known = () => harness.read(({ ownRequests }) => ownRequests.of(organization).length);
  expect(known()).toBe(1);
  harness.clock.advance(SHARED_WAIT_MS + 1);
  await harness.restart();
  expect(known()).toBe(0);
});

it('waits for a write of the time when the entry still belonged to the organization', async () => {
  harness.submit(PHONE, account);
  await harness.until(() => harness.row(account) === null);
  harness.write(({ organizations }) => {
    const parent = { id: harness.ids[1]!, name: 'Another' };
    organizations.put({ ...organizations.get(account)!, parent });
  });
  harness.submit(EMAIL);
  await untilState(harness, 'waiting');
  expect(harness.row()?.failure?.code).toBe('profile.just-saved');
});

it.each(['403-9109', 'validation-error'] as const)(
  'waits for no write that was certainly refused: %s',
  async (mode) => {
    harness.standin.faults.add({ mode, times: 1, match: { method: 'PUT' } });
    harness.submit(PHONE, account);
    await harness.until(() => (harness.row(account)?.state ?? 'queued') !== 'queued');
    const { code } = harness.row(account)!.failure!;
    expect(code).not.toBe('profile.just-saved');
    harness.submit(EMAIL);
    await harness.until(() => harness.row() === null, { clock: false });
    expect(writes.map(({ id }) => id)).toEqual([account, organization]);
  },
);

it('waits for no write that never left, because the copies came too late', async () => {
  const { cloudflare, elapsed } = harness.deps;
  harness.deps.cloudflare = {
    ...cloudflare,
    readProfile: async (auth, entry, options) => {
      const read = await cloudflare.readProfile(auth, entry, options);
      if (entry.id === account) harness.clock.advance(3_000);
      return read;
    },
  };
  const startedAt = elapsed();
  harness.submit(PHONE, account);
  await untilState(harness, 'waiting', account);
  expect(harness.row(account)!.failure?.code).toBe('network.timed-out');
  harness.submit(EMAIL);
  await harness.until(() => harness.row() === null, { clock: false });
  expect(elapsed() - startedAt).toBeLessThan(MINUTE);
});

/** Lets the first write of the account fail, so long ago that nothing waits for it. Returns what matches its writes. */
async function failFirstTry() {
  const match = { method: 'PUT', path: `/accounts/${account}/profile` };
  harness.standin.faults.add({ mode: '503-text', times: 1, match });
  harness.submit(PHONE, account);
  await untilState(harness, 'waiting', account);
  harness.clock.advance(SHARED_WAIT_MS);
  return match;
}

it('waits for another try of an old write while that is on its way', async () => {
  const match = await failFirstTry();
  // Stored, and not answered.
  const held = harness.standin.hold(match, 'after');
  let hasArrived = false;
  void held.arrived.then(() => (hasArrived = true));
  harness.scheduler.retryNow(account);
  await harness.until(() => hasArrived, { clock: false });
  harness.submit(EMAIL);
  const isDecided = () => harness.row()?.state !== 'queued';
  await harness.until(isDecided, { clock: false });
  held.release();
  await untilAllConfirmed();
  expect(writes.map(({ id }) => id)).toEqual([account, account, organization]);
  expect(harness.standin.profileOf(organization)).toMatchObject({ ...PHONE, ...EMAIL });
});

it('waits for a late try that was stored, although reading it back failed', async () => {
  const match = await failFirstTry();
  harness.standin.afterAnswer(match, () => {
    harness.standin.faults.add({ mode: '503-text', times: 1, match: { ...match, method: 'GET' } });
  });
  harness.scheduler.retryNow(account);
  await untilState(harness, 'waiting', account);
  expect(writes).toHaveLength(2);
  harness.submit(EMAIL);
  await untilState(harness, 'waiting');
  expect(harness.row()!.failure?.code).toBe('profile.just-saved');
});

it('a request that was taken back is not on its way, since another may get its number', async () => {
  const { cloudflare, justSaved, limiter } = harness.deps;
  harness.deps.cloudflare = {
    ...cloudflare,
    readProfile: async (auth, entry, options) => {
      const read = await cloudflare.readProfile(auth, entry, options);
      harness.clock.advance(3_000);
      return read;
    },
  };
  const onTheirWay = new Set<number>();
  let recorded = 0;
  harness.deps.justSaved = {
    ...justSaved,
    record(...args) {
      const id = justSaved.record(...args);
      recorded += 1;
      onTheirWay.add(id);
      return id;
    },
    ended(ids) {
      for (const id of ids) onTheirWay.delete(id);
      justSaved.ended(ids);
    },
  };
  const whileReserving: number[] = [];
  const reserve = limiter.reserve.bind(limiter);
  vi.spyOn(limiter, 'reserve').mockImplementation((...args) => {
    whileReserving.push(onTheirWay.size);
    return reserve(...args);
  });
  harness.submit(PHONE);
  await untilState(harness, 'waiting');
  expect(recorded).toBeGreaterThan(1);
  expect(whileReserving.length).toBeGreaterThan(1);
  expect(whileReserving.every((count) => count === 0)).toBe(true);
});

it('waits once for a write that Cloudflare keeps failing, not for each try', async () => {
  const path = `/accounts/${account}/profile`;
  harness.standin.faults.add({ mode: '503-text', match: { method: 'PUT', path } });
  harness.submit(PHONE, account);
  await untilState(harness, 'waiting', account);
  harness.submit(EMAIL);
  await harness.until(() => harness.row() === null);
  const [first] = writes;
  const tries = writes.filter(({ id }) => id === account);
  expect(tries.length).toBeGreaterThan(2);
  expect(writes.at(-1)!.id).toBe(organization);
  expect(writes.at(-1)!.at - first!.at).toBeLessThan(2 * SHARED_WAIT_MS);
});
