/**
 * The sign-in stops working, or the entry disappears, during a send: what the stand-in answers on its own then, with
 * each status that the real answer may have. The change is kept, and sent once the cause is gone.
 */
import { afterEach, expect, test } from 'vitest';
import type { FailureCode } from '../../../src/shared/failure';
import type { SignInKind } from '../../../src/shared/sign-in';
import type { Settings } from '../../standin/index';
import { setIssue } from '../../unit/sync/helpers';
import { closeHarnesses, type SyncHarness } from '../../unit/sync/harness';
import { EDIT } from './afterwards';
import { stateOf } from './expected';
import { request, startOne } from './steps';

afterEach(closeHarnesses);

interface Refusal {
  kind: SignInKind;
  what: string;
  settings: Partial<Settings>;
  /** Causes it. Returns what ends it. */
  cause(harness: SyncHarness): () => void;
  code: FailureCode;
}

function expire({ token }: SyncHarness): () => void {
  token.status = 'expired';
  return () => (token.status = 'active');
}

/** The app keeps using the old token. */
function forget(harness: SyncHarness): () => void {
  const { id, value: key, userId } = harness.token;
  const value = { kind: 'token', email: '', key, userId } as const;
  harness.authorizationOf = () => Promise.resolve({ ok: true, value });
  harness.standin.setToken(id, `cfut_${'0'.repeat(48)}`);
  return () => harness.standin.setToken(id, key);
}

function replaceKey({ standin, signIn }: SyncHarness): () => void {
  const { userId, key } = signIn;
  standin.setKey(userId, 'f'.repeat(37));
  return () => standin.setKey(userId, key);
}

/** Lets no one see the entry any more. */
function hide({ standin, id }: SyncHarness): () => void {
  const entry = standin.accounts.get(id) ?? standin.organizations.get(id)!;
  entry.visibleTo = [];
  return () => (entry.visibleTo = 'everyone');
}

const tokens = ([401, 403] as const).flatMap((refusedToken): Refusal[] => [
  {
    kind: 'token',
    what: `the token expires (${refusedToken})`,
    settings: { refusedToken },
    cause: expire,
    code: 'token.expired',
  },
  {
    kind: 'token',
    what: `the token is deleted (${refusedToken})`,
    settings: { refusedToken },
    cause: forget,
    code: 'token.unknown',
  },
]);

const entries = ([403, 404] as const).flatMap((status): Refusal[] => [
  {
    kind: 'token',
    what: `the account disappears (${status})`,
    settings: { unknownAccount: status },
    cause: hide,
    code: status === 403 ? 'account.forbidden' : 'account.not-found',
  },
  {
    kind: 'key',
    what: `the organization disappears (${status})`,
    settings: { unknownOrganization: status },
    cause: hide,
    code: status === 403 ? 'organization.forbidden' : 'organization.not-found',
  },
]);

const key: Refusal = {
  kind: 'key',
  what: 'the key is replaced',
  settings: {},
  cause: replaceKey,
  code: 'sign-in.unknown',
};

const moments = {
  'before it is read': request.read(1),
  'before it is written': request.write,
  'before it is read back': request.read(2),
};

for (const { kind, what, settings, cause, code } of [key, ...tokens, ...entries]) {
  for (const [moment, match] of Object.entries(moments)) {
    // A refused write with a token that works means that it may only read.
    const isWriteOfToken = moment === 'before it is written' && code === 'account.forbidden';
    const expected = isWriteOfToken ? 'sign-in.read-only' : code;
    test(`${what} ${moment}`, async () => {
      const harness = await startOne(kind);
      Object.assign(harness.standin.settings, settings);
      let end = (): void => undefined;
      harness.standin.beforeAnswer(match(), () => {
        end = cause(harness);
      });
      harness.submit(EDIT);
      const over = (): boolean => !harness.busy() && harness.row()?.state !== 'queued';
      await harness.until(over, { clock: false });
      expect(harness.row()?.failure?.code).toBe(expected);
      expect(harness.row()?.state).toBe(stateOf(expected));
      end();
      if (harness.row()?.state === 'paused') setIssue(harness, null);
      else expect(harness.retry().ok).toBe(true);
      await harness.until(() => harness.row() === null && !harness.busy());
      expect(harness.standin.profileOf(harness.id)).toMatchObject(EDIT);
      expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
      expect(harness.standin.violations).toEqual([]);
    });
  }
}

for (const accountPut of [200, 204] as const) {
  test(`a write to an account that is answered with ${accountPut} is confirmed`, async () => {
    const harness = await startOne('token');
    harness.standin.settings.accountPut = accountPut;
    harness.submit(EDIT);
    await harness.until(() => harness.row() === null && !harness.busy());
    expect(harness.traffic()).toBe('GET PUT GET');
    expect(harness.standin.profileOf(harness.id)).toMatchObject(EDIT);
  });
}
