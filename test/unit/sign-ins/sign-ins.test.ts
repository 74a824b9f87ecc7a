/** Using sign-ins, with a real keyring, database and HTTP: their issues, and whether they work. */
import { describe, expect, it } from 'vitest';
import { sampleSignIn, sampleNewKey } from '../../standin';
import { rowsOf } from './harness';
import { entered, fails, realHarness } from './real-harness';

const parts = realHarness();

describe('using a sign-in', () => {
  it('reports and stores issues of the keychain, and recovers from them', async () => {
    const { signIns, database, keyring, entries, start, published } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const id = rowsOf(database)[0]?.id ?? '';
    const { signIns: later } = start();

    await keyring.lock();
    expect(await later.authorizationOf(id)).toEqual(fails('keychain.locked'));
    expect(rowsOf(database)).toMatchObject([
      { state: 'stored', issue: { code: 'keychain.locked' } },
    ]);
    expect(published.signIns).toContain(id);
    published.clear();

    await keyring.unlock();
    expect(await later.authorizationOf(id)).toMatchObject({ ok: true });
    expect(rowsOf(database)).toMatchObject([{ issue: null }]);
    expect(published.signIns).toContain(id);

    await entries.delete(id);
    const { signIns: evenLater } = start();
    expect(await evenLater.authorizationOf(id)).toEqual(fails('keychain.lost'));
    expect(rowsOf(database)).toMatchObject([{ issue: { code: 'keychain.lost' } }]);

    keyring.freeze();
    expect(await start(300).signIns.authorizationOf(id)).toEqual(fails('keychain.timed-out'));
    expect(rowsOf(database)).toMatchObject([{ issue: { code: 'keychain.timed-out' } }]);
  });

  it('checks a sign-in with Cloudflare, and distinguishes an invalid key from a network failure', async () => {
    const { signIns, database, standin, published } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(database)[0]?.id ?? '';
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    expect(await signIns.handlers.check({ signInId })).toMatchObject({
      ok: true,
      value: { issue: { code: 'sign-in.unknown' } },
    });
    expect(published.signIns).toContain(signInId);
    published.clear();
    // `issueSince` stays, however many times the same issue is found.
    const since = (): number | null | undefined => rowsOf(database)[0]?.issueSince;
    const first = since();
    expect(first).toBeTypeOf('number');
    await signIns.handlers.check({ signInId });
    expect(since()).toBe(first);

    await standin.goOffline();
    expect(await signIns.handlers.check({ signInId })).toEqual(fails('network.unreachable'));
    expect(rowsOf(database)).toMatchObject([{ issue: { code: 'sign-in.unknown' } }]);

    await standin.goOnline();
    standin.setKey(sampleSignIn.userId, sampleSignIn.key);
    expect(await signIns.handlers.check({ signInId })).toMatchObject({ value: { issue: null } });
    expect(since()).toBeNull();
    expect(published.signIns).toContain(signInId);
    expect(await signIns.handlers.check({ signInId: '0'.repeat(16) })).toEqual(
      fails('sign-in.not-found'),
    );
  });

  it('does not record the refusal of a key that was replaced during the check', async () => {
    const { signIns, database, standin } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(database)[0]?.id ?? '';
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    const hold = standin.hold({ path: '/user' });
    const checking = signIns.handlers.check({ signInId });
    await hold.arrived;
    const replacement = { signInId, key: sampleNewKey, keep: 'keychain' } as const;
    expect(await signIns.handlers.replaceKey(replacement)).toMatchObject({ ok: true });
    hold.release();
    expect(await checking).toMatchObject({ ok: true, value: { issue: null } });
    expect(rowsOf(database)).toMatchObject([{ state: 'stored', issue: null }]);
  });
});
