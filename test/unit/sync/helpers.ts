/**
 * Helpers of the sync tests: reading the database, waiting for states, and using up the rate limit.
 */
import type { Reservation } from '../../../src/main/rate-limit/priority';
import type { Failure } from '../../../src/shared/failure';
import { valueOf } from '../results';
import { SIGN_IN, SyncHarness } from './harness';

/** The id of a second sign-in. */
export const OTHER_SIGN_IN = 'f'.repeat(16);

/** The revisions of an organization, oldest first. */
export const revisions = (harness: SyncHarness, id = harness.id) =>
  harness.read((tables) => tables.revisions.of(id));

/** The kinds of the revisions, oldest first. */
export const revisionKinds = (harness: SyncHarness) => revisions(harness).map(({ kind }) => kind);

/** The draft of an organization, or null. */
export const draft = (harness: SyncHarness, id = harness.id) =>
  harness.read((tables) => tables.drafts.get(id)?.patch ?? null);

/** Waits until the change is confirmed and nothing is in progress. */
export const untilConfirmed = (harness: SyncHarness, id = harness.id) =>
  harness.until(() => harness.row(id) === null && !harness.busy());

/** Waits until the change has this state and nothing is in progress; the clock stands still. */
export const untilState = (harness: SyncHarness, state: string, id = harness.id) =>
  harness.until(() => harness.row(id)?.state === state && !harness.busy(), { clock: false });

/** Waits until the change is in conflict; the clock stands still. */
export const untilConflict = (harness: SyncHarness) => untilState(harness, 'conflict');

/** Reads the profile from Cloudflare, for an open page or in the background. */
export const refreshProfile = (harness: SyncHarness, isPageOpen = true) =>
  harness.profileReader.read(harness.id, { isPageOpen });

/**
 * Starts a harness with a conflict: both sides changed name and phone; only we changed the address.
 */
export async function startInConflict(): Promise<SyncHarness> {
  const harness = await SyncHarness.start();
  harness.standin.setProfile(harness.id, {
    business_name: 'Theirs',
    business_phone: '+1 2',
    external_metadata: 'from them',
  });
  harness.submit({ business_name: 'Mine', business_phone: '+1 1', business_address: 'Here' });
  await untilConflict(harness);
  return harness;
}

/**
 * Submits a change whose write is applied but whose response is lost. The next attempt is a second
 * later.
 */
export async function loseResponse(harness: SyncHarness, text: string): Promise<void> {
  harness.random = 0.999;
  harness.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  harness.submit({ business_name: text });
  await untilState(harness, 'waiting');
}

/**
 * Removes the profile of an organization, at Cloudflare and locally. Reading it takes two requests.
 */
export function removeProfile(harness: SyncHarness, id = harness.id): void {
  harness.standin.setProfile(id, null);
  harness.write(({ profiles }) => {
    const saved = profiles.get(id);
    if (saved) profiles.put({ ...saved, fields: null });
  });
}

/** Matches the request that checks whether the organization exists if there is no profile. */
export const organizationRequest = (harness: SyncHarness, id = harness.id) => ({
  path: new RegExp(`/organizations/${id}$`),
});

/** Reserves requests one by one until none is free. */
async function reserveAll(harness: SyncHarness): Promise<Reservation[]> {
  const held: Reservation[] = [];
  const waits = new Promise<null>((resolve) => void setImmediate(() => resolve(null)));
  const stop = new AbortController();
  const { userId } = harness.signIn;
  for (;;) {
    const reserving = harness.deps.limiter.reserve(userId, 1, 'send', stop.signal);
    const one = await Promise.race([reserving, waits]);
    if (!one) break;
    held.push(valueOf(one));
  }
  stop.abort();
  return held;
}

/**
 * Uses up the rate limit so that a send has to wait. `leave` requests stay free. Returns a function
 * that frees all requests again.
 */
export async function useUpLimit(harness: SyncHarness, { leave = 0 } = {}): Promise<() => void> {
  const held = await reserveAll(harness);
  for (const one of held.splice(0, leave)) one.release();
  return () => held.splice(0).forEach((one) => one.release());
}

/** The number of requests that a send could reserve now. */
export async function freeRequests(harness: SyncHarness): Promise<number> {
  const held = await reserveAll(harness);
  for (const one of held) one.release();
  return held.length;
}

/**
 * Adds a second sign-in and assigns it to these organizations. It belongs to another Cloudflare user
 * unless `userId` is given.
 */
export function addSignIn(
  harness: SyncHarness,
  ids: readonly string[],
  { userId = 'another user', email = harness.signIn.email } = {},
): void {
  const first = harness.authorizationOf;
  harness.authorizationOf = async (id) => {
    const found = await first(id);
    if (id !== OTHER_SIGN_IN || !found.ok) return found;
    return { ok: true, value: { ...found.value, userId, email } };
  };
  harness.write((tables) => {
    const signIn = tables.signIns.get(SIGN_IN);
    if (signIn) tables.signIns.put({ ...signIn, id: OTHER_SIGN_IN, userId, email });
  });
  for (const id of ids) assignSignIn(harness, id, OTHER_SIGN_IN);
}

/** Stores the issue of a sign-in, as the sign-ins module does; null: the sign-in works. */
export function setIssue(harness: SyncHarness, issue: Failure | null, signInId = SIGN_IN): void {
  harness.write(({ signIns }) => {
    const row = signIns.get(signInId);
    if (row) signIns.put({ ...row, issue });
  });
}

/** Assigns another sign-in to an organization; null: none. */
export function assignSignIn(harness: SyncHarness, id: string, signInId: string | null): void {
  harness.write(({ organizations }) => {
    const organization = organizations.get(id);
    if (organization) organizations.put({ ...organization, signInId });
  });
}

/** Ids of the requested organizations, in order, once per request. */
export const requestedIds = (harness: SyncHarness, method?: string): string[] =>
  harness.standin.requests
    .filter((request) => method === undefined || request.method === method)
    .map(({ route }) => route.split('/')[2] ?? '');
