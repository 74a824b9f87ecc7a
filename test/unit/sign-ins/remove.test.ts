/**
 * Removing sign-ins, with a real keyring, database and HTTP. Nothing of them is left, and pending
 * changes of their organizations are kept.
 */
import { describe, expect, it } from 'vitest';
import { sampleCredential } from '../../standin';
import { INDEX } from '../keychain/memory-keychain';
import { outboxOf, rowsOf, submitFor, useSignIn } from './harness';
import { entered, fails, NOTHING, realHarness } from './real-harness';

const parts = realHarness();

const colleague = { email: 'it@brightwater.example', key: 'e'.repeat(37) };

describe('removing a sign-in', () => {
  it('leaves nothing of the sign-in, even if an organization uses it', async () => {
    const { signIns, store, entries, published } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(store)[0]?.id ?? '';
    useSignIn(store, signInId);
    // `remove` is for a sign-in that no organization uses any more, so it refuses here.
    expect(await signIns.remove(signInId)).toEqual(fails('sign-in.in-use'));
    expect(await signIns.handlers.list(NOTHING)).toMatchObject({
      value: [{ id: signInId, state: 'stored', organizations: 1 }],
    });
    expect(await signIns.handlers.remove({ signInId })).toEqual({ ok: true, value: null });
    expect(rowsOf(store)).toEqual([]);
    expect(await entries.get(signInId)).toBeNull();
    expect(await entries.get(INDEX)).toBeNull();
    expect(published.organizations).toContain('a'.repeat(32));
    expect(store.read(({ organizations }) => organizations.all())).toMatchObject({
      value: [{ id: 'a'.repeat(32), credentialId: null }],
    });
    expect(await signIns.authorizationOf(signInId)).toEqual(fails('sign-in.not-found'));
    expect(await signIns.handlers.remove({ signInId })).toEqual(fails('sign-in.not-found'));
  });

  it('keeps unsent changes of the organizations, and reports that they wait for a sign-in', async () => {
    const credentials = [sampleCredential, { ...colleague, userId: 'f'.repeat(32) }];
    const { signIns, store } = await parts('unlocked', { credentials });
    await signIns.handlers.add(entered());
    await signIns.handlers.add(entered({ ...colleague, keep: 'session' }));
    const [signInId, other] = rowsOf(store).map(({ id }) => id) as [string, string];
    const states = ['queued', 'waiting', 'paused', 'conflict', 'refused'] as const;
    for (const [n, state] of states.entries()) {
      useSignIn(store, signInId, `${n}`.repeat(32));
      submitFor(store, `${n}`.repeat(32), state);
    }
    useSignIn(store, other, 'b'.repeat(32));
    submitFor(store, 'b'.repeat(32), 'waiting');
    const before = outboxOf(store);
    await signIns.handlers.remove({ signInId });
    const paused = { state: 'paused', failure: { code: 'sign-in.not-found' }, nextAttemptAt: null };
    expect(outboxOf(store)).toEqual(before.map((row, n) => (n < 3 ? { ...row, ...paused } : row)));
    expect(rowsOf(store).map(({ id }) => id)).toEqual([other]);
  });

  it('waits for a locked keychain, and then finishes; meanwhile the sign-in cannot be used', async () => {
    const { signIns, store, keyring, entries } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(store)[0]?.id ?? '';
    await keyring.lock();
    expect(await signIns.handlers.remove({ signInId })).toEqual(fails('keychain.locked'));
    expect(rowsOf(store)).toMatchObject([{ state: 'removing' }]);
    expect(await signIns.authorizationOf(signInId)).toEqual(fails('sign-in.not-found'));
    await keyring.unlock();
    await signIns.finishInterrupted();
    expect(rowsOf(store)).toEqual([]);
    expect(await entries.get(signInId)).toBeNull();
  });
});
