/**
 * Removing sign-ins, with a real keyring, database and HTTP. Nothing of them is left, and pending
 * changes of their organizations are kept.
 */
import { describe, expect, it } from 'vitest';
import { sampleSignIn } from '../../standin';
import { INDEX } from '../keychain/memory-keychain';
import { outboxOf, rowsOf, submitFor, useSignIn } from './harness';
import { entered, fails, NOTHING, realHarness } from './real-harness';

const parts = realHarness();

const colleague = { email: 'it@brightwater.example', key: 'e'.repeat(37) };

describe('removing a sign-in', () => {
  it('leaves nothing of the sign-in, even if an organization uses it', async () => {
    const { signIns, database, entries, published } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(database)[0]?.id ?? '';
    useSignIn(database, signInId);
    // `remove` is for a sign-in that no organization uses any more, so it refuses here.
    expect(await signIns.remove(signInId)).toEqual(fails('sign-in.in-use'));
    expect(await signIns.handlers.list(NOTHING)).toMatchObject({
      value: [{ id: signInId, state: 'stored', organizations: 1 }],
    });
    expect(await signIns.handlers.remove({ signInId })).toEqual({ ok: true, value: null });
    expect(rowsOf(database)).toEqual([]);
    expect(await entries.get(signInId)).toBeNull();
    expect(await entries.get(INDEX)).toBeNull();
    expect(published.organizations).toContain('a'.repeat(32));
    expect(database.read(({ organizations }) => organizations.all())).toMatchObject({
      value: [{ id: 'a'.repeat(32), signInId: null }],
    });
    expect(await signIns.authorizationOf(signInId)).toEqual(fails('sign-in.not-found'));
    expect(await signIns.handlers.remove({ signInId })).toEqual(fails('sign-in.not-found'));
  });

  it('keeps unsent changes of the organizations, and reports that they wait for a sign-in', async () => {
    const keySignIns = [sampleSignIn, { ...colleague, userId: 'f'.repeat(32) }];
    const { signIns, database } = await parts('unlocked', { signIns: keySignIns });
    await signIns.handlers.add(entered());
    await signIns.handlers.add(entered({ ...colleague, keep: 'session' }));
    const [signInId, other] = rowsOf(database).map(({ id }) => id) as [string, string];
    const states = ['queued', 'waiting', 'paused', 'conflict', 'refused'] as const;
    for (const [n, state] of states.entries()) {
      useSignIn(database, signInId, `${n}`.repeat(32));
      submitFor(database, `${n}`.repeat(32), state);
    }
    useSignIn(database, other, 'b'.repeat(32));
    submitFor(database, 'b'.repeat(32), 'waiting');
    const before = outboxOf(database);
    await signIns.handlers.remove({ signInId });
    const paused = { state: 'paused', failure: { code: 'sign-in.not-found' }, nextTryAt: null };
    expect(outboxOf(database)).toEqual(
      before.map((row, n) => (n < 3 ? { ...row, ...paused } : row)),
    );
    expect(rowsOf(database).map(({ id }) => id)).toEqual([other]);
  });

  it('waits for a locked keychain, and then finishes; meanwhile the sign-in cannot be used', async () => {
    const { signIns, database, keyring, entries } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(database)[0]?.id ?? '';
    await keyring.lock();
    expect(await signIns.handlers.remove({ signInId })).toEqual(fails('keychain.locked'));
    expect(rowsOf(database)).toMatchObject([{ state: 'removing' }]);
    expect(await signIns.authorizationOf(signInId)).toEqual(fails('sign-in.not-found'));
    await keyring.unlock();
    await signIns.finishInterrupted();
    expect(rowsOf(database)).toEqual([]);
    expect(await entries.get(signInId)).toBeNull();
  });
});
