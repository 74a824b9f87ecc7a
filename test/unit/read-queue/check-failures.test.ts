/**
 * Background checks in which something fails (the list, a sign-in, the keychain, the network or
 * Cloudflare). Everything else is still checked.
 */
import { afterEach, expect, test } from 'vitest';
import type { FailureCode } from '../../../src/shared/failure';
import { failed } from '../../../src/shared/result';
import { sampleNewKey, type Hold } from '../../standin/index';
import { CheckHarness, closeHarnesses, SIGN_IN } from './harness';

afterEach(closeHarnesses);

const OTHER = 'fedcba9876543210';

test('reads the profiles one by one when the list is refused', async () => {
  const harness = await CheckHarness.start({ organizations: 3, organizationsEnabled: false });
  await harness.runNow();
  expect(harness.profileRequests.sort()).toEqual(['0', '1', '2']);
  expect(harness.check.status().failure).toBeNull();
  expect(harness.sync.signInIssues).toEqual([]);
});

test.each(['200-html', '502-branded-html', 'truncated-json'] as const)(
  'reads the profiles one by one when the list responds with %s',
  async (mode) => {
    const harness = await CheckHarness.start({ organizations: 3 });
    harness.sync.standin.faults.add({ mode, match: { path: '/organizations' } });
    await harness.runNow();
    expect(harness.profileRequests.sort()).toEqual(['0', '1', '2']);
    // Everything was still checked.
    expect(harness.check.status().failure).toBeNull();
  },
);

/**
 * Adds a sign-in of another Cloudflare user who can access the organizations with these numbers.
 */
function secondSignIn(
  harness: CheckHarness,
  indexes: readonly number[],
  issue: FailureCode | null = null,
): void {
  const { sync } = harness;
  sync.write((tables) => {
    const first = tables.signIns.get(SIGN_IN)!;
    tables.signIns.put({ ...first, id: OTHER, issue: issue && { code: issue } });
    for (const index of indexes) {
      const organization = tables.organizations.get(sync.ids[index]!)!;
      tables.organizations.put({ ...organization, signInId: OTHER });
    }
  });
}

test('skips a sign-in with an issue, and reports the issue as the reason for skipping', async () => {
  const harness = await CheckHarness.start({ organizations: 4 });
  secondSignIn(harness, [0, 2], 'sign-in.unknown');
  await harness.runNow();
  expect(harness.requests[0]).toBe('LIST');
  expect(harness.profileRequests.sort()).toEqual(['1', '3']);
  expect(harness.check.status().failure?.code).toBe('sign-in.unknown');
  expect(harness.sync.signInIssues).toEqual([]);
});

test('reads a locked keychain again only if a person requests the check', async () => {
  const harness = await CheckHarness.start({ organizations: 2 });
  harness.sync.write((tables) => {
    const row = tables.signIns.get(SIGN_IN)!;
    tables.signIns.put({ ...row, issue: { code: 'keychain.locked' } });
  });
  await harness.firstRun();
  expect(harness.requests).toEqual([]);
  expect(harness.check.status().failure?.code).toBe('keychain.locked');
  await harness.runNow();
  expect(harness.requests).toEqual(['LIST', '0', '1']);
  expect(harness.check.status().failure).toBeNull();
});

/** Starts the first automatic check, and waits until it requests the held profile. */
async function startAutomatically(harness: CheckHarness, hold: Hold): Promise<void> {
  let arrived = false;
  void hold.arrived.then(() => (arrived = true));
  harness.check.start();
  await harness.sync.until(() => arrived);
}

test('a request by a person during an automatic check includes the sign-ins skipped so far', async () => {
  const harness = await CheckHarness.start({ organizations: 6 });
  secondSignIn(harness, [0, 2], 'keychain.locked');
  const hold = harness.sync.standin.hold({ path: '/profile' });
  await startAutomatically(harness, hold);
  expect(harness.check.status()).toMatchObject({ running: true, total: 4 });
  harness.check.runNow();
  expect(harness.check.status().total).toBe(6);
  hold.release();
  await harness.ended(1);
  // The list is requested once more, and no profile twice.
  expect(harness.requests.filter((request) => request === 'LIST')).toHaveLength(2);
  expect(harness.profileRequests.sort()).toEqual(['0', '1', '2', '3', '4', '5']);
  expect(harness.check.status().failure).toBeNull();
});

test('a request by a person still skips sign-ins refused by Cloudflare, and reports the reason', async () => {
  const harness = await CheckHarness.start({ organizations: 4 });
  secondSignIn(harness, [0], 'sign-in.unknown');
  const hold = harness.sync.standin.hold({ path: '/profile' });
  await startAutomatically(harness, hold);
  harness.check.runNow();
  hold.release();
  await harness.ended(1);
  expect(harness.profileRequests.sort()).toEqual(['1', '2', '3']);
  expect(harness.check.status().failure?.code).toBe('sign-in.unknown');
});

test('skips the rest of a sign-in as soon as Cloudflare refuses it', async () => {
  const harness = await CheckHarness.start({ organizations: 8 });
  secondSignIn(harness, [0, 2, 4, 6]);
  const { sync } = harness;
  const good = sync.authorizationOf;
  sync.authorizationOf = async (id) => {
    const auth = await good(id);
    return id === OTHER && auth.ok
      ? { ok: true, value: { ...auth.value, key: sampleNewKey } }
      : auth;
  };
  await harness.runNow();
  expect(harness.profileRequests.sort()).toEqual(['1', '3', '5', '7']);
  expect(sync.signInIssues.map(([id, { code }]) => [id, code])).toEqual([
    [OTHER, 'sign-in.unknown'],
  ]);
  expect(harness.check.status().failure?.code).toBe('sign-in.unknown');
});

test('skips a sign-in whose keychain does not open', async () => {
  const harness = await CheckHarness.start({ organizations: 4 });
  secondSignIn(harness, [0, 1]);
  const good = harness.sync.authorizationOf;
  harness.sync.authorizationOf = (id) =>
    id === OTHER ? Promise.resolve(failed('keychain.locked')) : good(id);
  await harness.runNow();
  expect(harness.profileRequests.sort()).toEqual(['2', '3']);
  expect(harness.check.status().failure?.code).toBe('keychain.locked');
});

test('ends when the network fails; the next one begins with what was not reached', async () => {
  const harness = await CheckHarness.start({ organizations: 12 });
  harness.sync.standin.faults.add({
    mode: 'reset',
    match: { path: `${harness.sync.ids[0]}/profile` },
  });
  await harness.firstRun();
  expect(harness.profileRequests.length).toBeLessThan(12);
  expect(harness.check.status().failure?.code).toMatch(/^network\./);
  const notReached = harness.sync.ids.flatMap((_, index) =>
    harness.asked.includes(index) ? [] : index,
  );
  harness.forgetRequests();
  harness.asked.length = 0;
  await harness.runNow();
  expect(harness.asked.slice(0, notReached.length)).toEqual(notReached);
  expect(new Set(harness.profileRequests).size).toBe(12);
});

test('continues when Cloudflare fails for one organization, and stops when it fails for all', async () => {
  const harness = await CheckHarness.start({ organizations: 40 });
  const { faults } = harness.sync.standin;
  const stop = faults.add({
    mode: '502-nginx-html',
    match: { path: `${harness.sync.ids[3]}/profile` },
  });
  await harness.runNow();
  expect(new Set(harness.profileRequests).size).toBe(40);
  expect(harness.check.status().failure?.code).toBe('cloudflare.unavailable');
  stop();
  faults.add({ mode: '502-nginx-html', match: { path: /profile$/ } });
  harness.forgetRequests();
  // An automatic check runs few requests at the same time.
  await harness.ended(2);
  expect(harness.profileRequests.length).toBeLessThan(13);
  harness.forgetRequests();
  // A check that a person requested runs more at the same time, but does not try all of them.
  await harness.runNow();
  expect(harness.profileRequests.length).toBeLessThan(40);
});

test('leaves an organization that is gone or forbidden to its own page', async () => {
  const harness = await CheckHarness.start({ organizations: 4 });
  harness.sync.standin.removeOrganization(harness.sync.id);
  await harness.runNow();
  expect(harness.profileRequests.sort()).toEqual(['0', '1', '2', '3']);
  expect(harness.check.status().failure).toBeNull();
  expect(harness.sync.sendStatus.of(harness.sync.id).refreshFailure?.code).toBe(
    'organization.not-found',
  );
});

test('a refusal of a key that was replaced meanwhile says nothing about the new one', async () => {
  const harness = await CheckHarness.start({ organizations: 2 });
  const { sync } = harness;
  const good = sync.authorizationOf;
  sync.authorizationOf = async (id) => {
    const auth = await good(id);
    return auth.ok ? { ok: true, value: { ...auth.value, key: sampleNewKey } } : auth;
  };
  const hold = sync.standin.hold({ path: '/organizations', nth: 1 });
  await startAutomatically(harness, hold);
  sync.authorizationOf = good;
  sync.versionOf = () => 'new';
  hold.release();
  await harness.ended(1);
  expect(sync.signInIssues).toEqual([]);
  expect(harness.profileRequests.sort()).toEqual(['0', '1']);
  expect(harness.check.status().failure).toBeNull();
});
