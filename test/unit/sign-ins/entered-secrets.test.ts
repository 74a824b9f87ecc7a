/** How long a key or token that was just entered waits in main, for a person or for anything else. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EnteredSecrets, confirmEntered } from '../../../src/main/sign-ins/entered-secrets';
import { createConfirmation } from '../../../src/main/sign-ins/confirm';
import { success } from '../../../src/shared/result';
import { sampleToken } from '../../standin';
import { fails } from './real-harness';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const secrets = () => new EnteredSecrets(60_000);
const typed = () => ({ key: ` ${sampleToken.value}\n` });
const question = { about: 'email', email: 'a@b.example', replaces: null } as const;

it('takes it out of the request, cleaned', async () => {
  const entered = typed();
  const used = await secrets().use('token', entered, (secret) => {
    expect(entered.key).toBe('');
    return Promise.resolve(secret.read());
  });
  expect(used).toEqual({ ok: true, value: sampleToken.value });
});

it('refuses what cannot be one, and keeps nothing of it', async () => {
  const entered = { key: 'two words and a \u00e4' };
  const work = vi.fn();
  expect(await secrets().use('token', entered, work)).toEqual(fails('sign-in.invalid-input'));
  expect(entered.key).toBe('');
  expect(work).not.toHaveBeenCalled();
});

it('keeps it for 60 s after its last use', async () => {
  await secrets().use('token', typed(), (secret) => {
    const { authorize } = secret.authorizer({ kind: 'token', email: '', userId: 'user' });
    vi.advanceTimersByTime(59_999);
    expect(secret.read()).toMatchObject({ ok: true });
    vi.advanceTimersByTime(60_000);
    expect(secret.read()).toEqual(fails('sign-in.forgotten'));
    return authorize().then((authorized) => {
      expect(authorized).toEqual(fails('sign-in.forgotten'));
      return success(null);
    });
  });
});

it('a request is a use, and the end of the call is its end', async () => {
  let authorize = () => Promise.resolve<unknown>(null);
  await secrets().use('token', typed(), async (secret) => {
    ({ authorize } = secret.authorizer({ kind: 'token', email: '', userId: 'user' }));
    vi.advanceTimersByTime(40_000);
    expect(await authorize()).toEqual({
      ok: true,
      value: { kind: 'token', email: '', key: sampleToken.value, userId: 'user' },
    });
    vi.advanceTimersByTime(40_000);
    return secret.read();
  });
  expect(await authorize()).toEqual(fails('sign-in.forgotten'));
});

it.each(['sleep or lock', 'a minute'])(
  'an answer that comes after %s does not count, and the next try asks again',
  async (ending) => {
    const all = secrets();
    let asked = 0;
    const whileOpen = () => {
      asked += 1;
      if (asked > 1) return;
      if (ending === 'a minute') vi.advanceTimersByTime(60_000);
      else all.forget();
    };
    const confirmation = createConfirmation({
      elapsed: () => 0,
      ask: () => {
        whileOpen();
        return Promise.resolve(true);
      },
    });
    const add = () =>
      all.use('token', typed(), (secret) => confirmEntered(confirmation, question, secret));
    expect(await add()).toEqual(fails('sign-in.forgotten'));
    expect(await add()).toEqual({ ok: true, value: null });
    expect(asked).toBe(2);
  },
);
