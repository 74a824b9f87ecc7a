/** Authorizations: how long API keys stay in memory, and when the keychain is accessed. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failed, success, type Result } from '../../../src/shared/result';
import { createSignIns } from '../../../src/main/sign-ins';
import { keychainOn } from '../keychain/memory-keychain';
import { MemoryKeyring } from '../keychain/memory-keyring';
import { KEY_SIGN_IN } from '../samples';
import {
  EMAIL,
  KEY,
  NEW_KEY,
  PublishedIds,
  rowsOf,
  smallCloudflare,
  temporaryDatabase,
  checked,
} from './harness';

const ID = '0123456789abcdef';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stored sign-in, and a keychain whose answers the test decides. */
function oneSignIn(verification = checked) {
  const database = temporaryDatabase();
  database.write(({ signIns }) =>
    signIns.put({
      ...KEY_SIGN_IN,
      id: ID,
      label: 'Main',
      email: EMAIL,
      userId: 'user-1',
      state: 'stored',
      checkedAt: null,
      issue: null,
      issueSince: null,
    }),
  );
  const keychain = keychainOn(new MemoryKeyring());
  const get = vi.spyOn(keychain, 'get').mockResolvedValue(success(KEY));
  const endIdleHelper = vi.spyOn(keychain, 'endIdleHelper');
  const published = new PublishedIds(database);
  const { cloudflare } = smallCloudflare();
  const signIns = createSignIns({
    database,
    keychain,
    cloudflare,
    verification,
    now: Date.now,
    elapsed: () => performance.now(),
    ask: () => Promise.resolve(true),
  });
  return { database, get, signIns, published, endIdleHelper };
}

it('reads the key once for simultaneous and consecutive requests', async () => {
  const { get, signIns } = oneSignIn();
  await Promise.all([signIns.authorizationOf(ID), signIns.authorizationOf(ID)]);
  await signIns.authorizationOf(ID);
  expect(get).toHaveBeenCalledTimes(1);
});

it('asks the keychain for no key before the key of the data folder has been read', async () => {
  let answer: (outcome: Result<null>) => void = () => {};
  const ready = () => new Promise<Result<null>>((resolve) => (answer = resolve));
  const { get, signIns } = oneSignIn({ ...checked, ready });
  const first = signIns.authorizationOf(ID);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(get).not.toHaveBeenCalled();
  answer(failed('keychain.locked'));
  expect(await first).toEqual(failed('keychain.locked'));
  expect(get).not.toHaveBeenCalled();
  signIns.retryRefused();
  const second = signIns.authorizationOf(ID);
  answer(success(null));
  expect(await second).toMatchObject({ value: { key: KEY } });
});

it('tries every sign-in again once the keychain answers for one: a person unlocks it once', async () => {
  const { database, get, signIns } = oneSignIn();
  const [row] = rowsOf(database);
  const [other, lost] = ['a'.repeat(16), 'b'.repeat(16)] as const;
  const issue = { code: 'keychain.lost' } as const;
  database.write((tables) => {
    tables.signIns.put({ ...row!, id: other });
    tables.signIns.put({ ...row!, id: lost, issue, issueSince: 1 });
  });
  get.mockResolvedValue(failed('keychain.locked'));
  for (const id of [ID, other]) await signIns.authorizationOf(id);
  const issues = () => new Map(rowsOf(database).map(({ id, issue }) => [id, issue?.code]));
  const locked = 'keychain.locked';
  expect(issues()).toEqual(
    new Map([
      [ID, locked],
      [other, locked],
      [lost, issue.code],
    ]),
  );
  get.mockResolvedValue(success(KEY));
  signIns.retryRefused();
  expect((await signIns.authorizationOf(ID)).ok).toBe(true);
  expect(issues()).toEqual(
    new Map([
      [ID, undefined],
      [other, undefined],
      [lost, issue.code],
    ]),
  );
  expect((await signIns.authorizationOf(other)).ok).toBe(true);
});

it('drops a key 60 s after its last use', async () => {
  const { get, signIns } = oneSignIn();
  await signIns.authorizationOf(ID);
  await vi.advanceTimersByTimeAsync(50_000);
  await signIns.authorizationOf(ID);
  await vi.advanceTimersByTimeAsync(59_000);
  await signIns.authorizationOf(ID);
  expect(get).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  await signIns.authorizationOf(ID);
  expect(get).toHaveBeenCalledTimes(2);
});

it('drops every key when the computer sleeps or is locked, and one that is being read', async () => {
  const { get, signIns, endIdleHelper } = oneSignIn();
  let answer: (outcome: Result<string>) => void = () => {};
  get.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const reading = signIns.authorizationOf(ID);
  signIns.forgetKeys();
  answer(success(KEY));
  expect(await reading).toMatchObject({ value: { key: KEY } });
  await signIns.authorizationOf(ID);
  expect(get).toHaveBeenCalledTimes(2);
  signIns.forgetKeys();
  await signIns.authorizationOf(ID);
  expect(get).toHaveBeenCalledTimes(3);
  expect(endIdleHelper, 'the helper process has read it, too').toHaveBeenCalledTimes(2);
});

it('keeps a key for this session while the computer sleeps, because it cannot be read again', async () => {
  const { signIns } = oneSignIn();
  await signIns.handlers.replaceKey({ signInId: ID, key: NEW_KEY, keep: 'session' });
  signIns.forgetKeys();
  expect(await signIns.authorizationOf(ID)).toMatchObject({ value: { key: NEW_KEY } });
});

it('drops every key when the app quits', async () => {
  const { get, signIns } = oneSignIn();
  await signIns.authorizationOf(ID);
  signIns.stop();
  await signIns.authorizationOf(ID);
  expect(get).toHaveBeenCalledTimes(2);
});

it('does not access the keychain for 3 s after a refusal, unless the person requests it', async () => {
  const { get, signIns } = oneSignIn();
  get.mockResolvedValue(failed('keychain.locked'));
  const locked = failed('keychain.locked');
  expect(await signIns.authorizationOf(ID)).toEqual(locked);
  expect(await signIns.authorizationOf(ID)).toEqual(locked);
  expect(get).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await signIns.authorizationOf(ID)).toEqual(locked);
  expect(get).toHaveBeenCalledTimes(2);
  signIns.retryRefused();
  await signIns.authorizationOf(ID);
  expect(get).toHaveBeenCalledTimes(3);
});

it('a check reads the key again, also after a refusal, but not beside another read', async () => {
  const { get, signIns } = oneSignIn();
  await signIns.authorizationOf(ID);
  get.mockResolvedValue(failed('keychain.locked'));
  const check = () => signIns.handlers.check({ signInId: ID });
  expect(await Promise.all([check(), check()])).toMatchObject([
    { value: { issue: { code: 'keychain.locked' } } },
    { value: { issue: { code: 'keychain.locked' } } },
  ]);
  expect(get).toHaveBeenCalledTimes(2);
  get.mockResolvedValue(success(KEY));
  await check();
  expect(get).toHaveBeenCalledTimes(3);
  expect(await signIns.authorizationOf(ID)).toMatchObject({ ok: true });
});

it('reports an issue once, and its end once', async () => {
  const { database, get, signIns, published } = oneSignIn();
  await Promise.resolve();
  published.clear();
  get.mockResolvedValue(failed('keychain.unavailable'));
  for (let n = 0; n < 3; n += 1) {
    await signIns.authorizationOf(ID);
    signIns.retryRefused();
  }
  expect(published.signIns).toEqual([ID]);
  published.clear();
  get.mockResolvedValue(success(KEY));
  await signIns.authorizationOf(ID);
  await signIns.authorizationOf(ID);
  expect(published.signIns).toEqual([ID]);
  expect(rowsOf(database)).toMatchObject([{ issue: null }]);
});

it('a working keychain does not end an issue that Cloudflare reported', async () => {
  const { database, signIns, published } = oneSignIn();
  signIns.report(ID, { code: 'sign-in.unknown', status: 403 });
  await signIns.authorizationOf(ID);
  expect(published.signIns).toContain(ID);
  published.clear();
  expect(rowsOf(database)).toMatchObject([{ issue: { code: 'sign-in.unknown' } }]);
  signIns.report(ID, null);
  expect(rowsOf(database)).toMatchObject([{ issue: null }]);
  await Promise.resolve();
  expect(published.signIns).toEqual([ID]);
});

it('records no issue when the app is quitting', async () => {
  const { database, get, signIns } = oneSignIn();
  get.mockResolvedValue(failed('app.stopping'));
  expect(await signIns.authorizationOf(ID)).toEqual(failed('app.stopping'));
  expect(rowsOf(database)).toMatchObject([{ issue: null }]);
});

it('returns the new key when it was replaced during the keychain request', async () => {
  const { get, signIns } = oneSignIn();
  let answer: (outcome: Result<string>) => void = () => {};
  get.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const authorization = signIns.authorizationOf(ID);
  await signIns.handlers.add({
    kind: 'key',
    label: '',
    email: EMAIL,
    key: NEW_KEY,
    keep: 'keychain',
    readOnly: false,
  });
  answer(success(KEY));
  expect(await authorization).toMatchObject({ value: { key: NEW_KEY } });
});

it('returns nothing for a sign-in removed during the keychain request', async () => {
  const { get, signIns } = oneSignIn();
  let answer: (outcome: Result<string>) => void = () => {};
  get.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const authorization = signIns.authorizationOf(ID);
  await signIns.remove(ID);
  answer(success(KEY));
  expect(await authorization).toEqual(failed('sign-in.not-found'));
});

it('has another version after the key or the email was replaced, and only then', async () => {
  const { database, signIns } = oneSignIn();
  const old = signIns.versionOf(ID);
  await signIns.authorizationOf(ID);
  signIns.forgetKeys();
  await signIns.handlers.check({ signInId: ID });
  expect(signIns.versionOf(ID)).toBe(old);
  const replaced = await signIns.handlers.replaceKey({
    signInId: ID,
    key: NEW_KEY,
    keep: 'session',
  });
  expect(replaced.ok).toBe(true);
  const withNewKey = signIns.versionOf(ID);
  expect(withNewKey).not.toBe(old);
  expect(withNewKey).not.toContain(NEW_KEY);
  database.write(({ signIns }) => {
    const row = signIns.get(ID);
    if (row) signIns.put({ ...row, email: 'other@example.com' });
  });
  expect(signIns.versionOf(ID)).not.toBe(withNewKey);
});
