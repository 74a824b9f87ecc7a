/**
 * Sign-ins that may only read: the person chose it, or Cloudflare refused a token's first write. Their changes are
 * kept, and sent once they may be.
 */
import { afterEach, expect, test } from 'vitest';
import { createSignIns } from '../../../src/main/sign-ins';
import { sampleReadOnlyToken, type StandinOptions } from '../../standin';
import { keychainOn } from '../keychain/memory-keychain';
import { MemoryKeyring } from '../keychain/memory-keyring';
import { valueOf } from '../results';
import { checked } from '../sign-ins/harness';
import { closeHarnesses, SIGN_IN, SyncHarness } from './harness';
import { refreshProfile, untilConfirmed, untilState } from './helpers';

afterEach(closeHarnesses);

const READ_ONLY = { code: 'sign-in.read-only' };

/** A harness whose sends report to the app's own sign-ins module, as in app.ts. */
async function withSignIns(options: StandinOptions = {}) {
  const harness = await SyncHarness.startWithToken(options);
  const signIns = createSignIns({
    database: harness.database,
    keychain: keychainOn(new MemoryKeyring()),
    cloudflare: harness.deps.cloudflare,
    verification: checked,
    now: harness.clock.now,
    elapsed: harness.clock.elapsed,
    ask: () => Promise.reject(new Error('not asked here')),
  });
  harness.deps.recordSignInIssue = signIns.recordIssue;
  harness.deps.onSignInIssue = (id, failure) => signIns.report(id, failure);
  harness.deps.onSignInWorks = (id) => signIns.report(id, null);
  harness.deps.onWriteSucceeded = (id) => signIns.writeSucceeded(id);
  const setReadOnly = async (readOnly: boolean) =>
    valueOf(await signIns.handlers.setReadOnly({ signInId: SIGN_IN, readOnly }));
  const signInRow = () => harness.read(({ signIns }) => signIns.get(SIGN_IN));
  return { harness, setReadOnly, signInRow };
}

/** The same with a token that Cloudflare lets only read. */
const withReadingToken = () => withSignIns({ tokens: [structuredClone(sampleReadOnlyToken)] });

test('writes the profile of an account with a token, and reads it back', async () => {
  const { harness, signInRow } = await withSignIns();
  harness.submit({ business_phone: '+44 1' });
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)?.business_phone).toBe('+44 1');
  expect(harness.traffic()).toBe('GET PUT GET');
  expect(signInRow()).toMatchObject({ issue: null, readOnly: null });
  expect(harness.standin.violations).toEqual([]);
});

test('a refused write makes the sign-in read-only and pauses its changes; nothing is written to try it', async () => {
  const { harness, signInRow } = await withReadingToken();
  const before = harness.ids.map((id) => harness.standin.profileOf(id));
  harness.submit({ business_phone: '+44 1' });
  await untilState(harness, 'paused');
  expect(harness.row()?.failure).toMatchObject(READ_ONLY);
  // Reading works, so it has no issue.
  expect(signInRow()).toMatchObject({ readOnly: 'refused', issue: null });
  expect(harness.traffic()).toBe('GET PUT');
  valueOf(await refreshProfile(harness));
  expect(signInRow()).toMatchObject({ readOnly: 'refused', issue: null });
  // Later changes are kept, too, and the next launch sends none of them.
  const [, other] = harness.ids;
  harness.standin.requests.length = 0;
  harness.submit({ business_phone: '+44 2' }, other);
  await untilState(harness, 'paused', other);
  await harness.restart();
  await harness.until(() => !harness.busy());
  expect(harness.standin.requests).toEqual([]);
  expect(harness.ids.map((id) => harness.standin.profileOf(id))).toEqual(before);
});

test('Try again sends once the token may write, and all other changes follow', async () => {
  const { harness, signInRow } = await withReadingToken();
  const other = harness.ids[1]!;
  // Otherwise it would wait for the write through the first.
  harness.write(({ organizations }) =>
    organizations.put({ ...organizations.get(other)!, parent: null }),
  );
  for (const id of [harness.id, other]) harness.submit({ business_phone: '+44 1' }, id);
  for (const id of [harness.id, other]) await untilState(harness, 'paused', id);
  // Still without the permission: one write is refused again.
  harness.scheduler.retryNow(harness.id);
  await harness.until(() => harness.busy(), { clock: false });
  await untilState(harness, 'paused');
  expect(signInRow()?.readOnly).toBe('refused');
  harness.standin.tokens[0]!.permissions.accountSettings = 'write';
  harness.scheduler.retryNow(harness.id);
  for (const id of [harness.id, other]) await untilConfirmed(harness, id);
  expect(signInRow()).toMatchObject({ readOnly: null, issue: null });
  for (const id of harness.ids) {
    expect(harness.standin.profileOf(id)?.business_phone).toBe('+44 1');
  }
});

test('a refusal with a token that no longer works is an issue of the sign-in instead', async () => {
  const { harness, signInRow } = await withSignIns();
  const write = harness.standin.hold({ method: 'PUT' });
  harness.submit({ business_phone: '+44 1' });
  await write.arrived;
  harness.standin.tokens[0]!.status = 'expired';
  harness.standin.faults.add({ mode: '403-10000', match: { method: 'PUT' } });
  write.release();
  await untilState(harness, 'paused');
  expect(signInRow()).toMatchObject({ readOnly: null, issue: { code: 'token.expired' } });
});

test('a save sends no request while the token does not work', async () => {
  const { harness } = await withSignIns();
  harness.write(({ signIns }) => {
    signIns.put({ ...signIns.get(SIGN_IN)!, issue: { code: 'token.expired' } });
  });
  harness.submit({ business_phone: '+44 1' });
  await untilState(harness, 'paused');
  expect(harness.row()?.failure).toEqual({ code: 'token.expired' });
  expect(harness.standin.requests).toEqual([]);
});

test('what the person made read-only is not even tried, until they allow writes again', async () => {
  const { harness, setReadOnly, signInRow } = await withSignIns();
  expect((await setReadOnly(true)).readOnly).toBe('chosen');
  harness.submit({ business_phone: '+44 1' });
  await untilState(harness, 'paused');
  expect(harness.row()?.failure).toEqual(READ_ONLY);
  harness.scheduler.retryNow(harness.id);
  await untilState(harness, 'paused');
  expect(harness.standin.requests).toEqual([]);
  valueOf(await refreshProfile(harness));
  expect(harness.traffic()).toBe('GET');
  expect(signInRow()?.readOnly).toBe('chosen');
  expect((await setReadOnly(false)).readOnly).toBeNull();
  await untilConfirmed(harness);
});

test('a key without the right to write is no read-only sign-in: another organization may allow it', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: '403-10000', match: { method: 'PUT' } });
  harness.submit({ business_phone: '+44 1' });
  await untilState(harness, 'refused');
  expect(harness.row()?.failure?.code).toBe('organization.forbidden');
});

test.each([
  ['a refused write', withReadingToken, '403-10000' as const, 0],
  ['a refused token', withSignIns, '403-10000' as const, 1],
])('%s: a change is never stored as paused before its sign-in has the reason', async (...row) => {
  const [, begin, mode, times] = row;
  const { harness, signInRow } = await begin();
  if (times > 0) harness.standin.faults.add({ mode });
  // What a kill after each commit leaves.
  const commits: string[] = [];
  const { write } = harness.deps.database;
  harness.deps.database.write = (work, by) => {
    const written = write(work, by);
    const { issue, readOnly } = signInRow() ?? {};
    commits.push(`${harness.row()?.state} ${issue || readOnly ? 'with' : 'without'} a reason`);
    return written;
  };
  harness.submit({ business_phone: '+44 1' });
  await untilState(harness, 'paused');
  expect(commits.at(-1)).toBe('paused with a reason');
  expect(commits).not.toContain('paused without a reason');
});
