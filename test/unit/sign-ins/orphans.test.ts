/** Orphans: keys in the keychain that belong to no sign-in, with a real keyring and database. */
import { describe, expect, it, vi } from 'vitest';
import { failed } from '../../../src/shared/result';
import { sampleSignIn, sampleToken } from '../../standin';
import { INDEX } from '../keychain/memory-keychain';
import { rowsOf } from './harness';
import { entered, fails, realHarness } from './real-harness';

const parts = realHarness();

/** The request to add the sample token. */
const enteredToken = () =>
  ({
    kind: 'token',
    label: 'Branches',
    key: sampleToken.value,
    keep: 'keychain',
    readOnly: false,
  }) as const;

describe('keys without a sign-in', () => {
  async function orphaned() {
    const harness = await parts('unlocked');
    await harness.signIns.handlers.add(entered());
    const signInId = rowsOf(harness.database)[0]?.id ?? '';
    harness.database.write(({ signIns }) => signIns.remove(signInId));
    harness.signIns.stop();
    return { ...harness, signInId };
  }

  it('are found, and removed on request', async () => {
    const { signIns, entries, signInId } = await orphaned();
    expect(await signIns.orphans.list()).toEqual({
      ok: true,
      value: [{ signInId, kind: 'key' }],
    });
    expect(await signIns.orphans.removeKeys()).toEqual({ ok: true, value: null });
    expect(await entries.get(signInId)).toBeNull();
    expect(await signIns.orphans.list()).toEqual({ ok: true, value: [] });
  });

  it('are used again when a sign-in with a matching email is added', async () => {
    const { signIns, database, signInId } = await orphaned();
    const request = { signInId, label: 'Found again', email: 'other@brightwater.example' };
    expect(await signIns.orphans.adoptKey(request)).toEqual(fails('sign-in.unknown'));
    expect(rowsOf(database)).toEqual([]);
    request.email = sampleSignIn.email;
    const adopted = { ok: true, value: { signInId } };
    expect(await signIns.orphans.adoptKey(request)).toEqual(adopted);
    expect(rowsOf(database)).toMatchObject([
      { id: signInId, label: 'Found again', state: 'stored', readOnly: 'chosen' },
    ]);
    expect(await signIns.authorizationOf(signInId)).toMatchObject({ ok: true });
    expect(await signIns.orphans.adoptKey(request)).toEqual(adopted);
    expect(await signIns.orphans.list()).toEqual({ ok: true, value: [] });
  });

  it('are not used before the person has confirmed the email', async () => {
    const { signIns, database, standin, person, signInId } = await orphaned();
    standin.requests.length = 0;
    person.confirms = false;
    const request = { signInId, label: '', email: sampleSignIn.email };
    expect(await signIns.orphans.adoptKey(request)).toEqual(fails('sign-in.not-confirmed'));
    expect(standin.requests).toEqual([]);
    expect(rowsOf(database)).toEqual([]);
  });

  it('are replaced when the same sign-in is entered again', async () => {
    const { signIns, database, entries, signInId } = await orphaned();
    await signIns.handlers.add(entered());
    const kept = rowsOf(database)[0]?.id ?? '';
    const request = { signInId, label: '', email: sampleSignIn.email };
    expect(await signIns.orphans.adoptKey(request)).toEqual({
      ok: true,
      value: { signInId: kept },
    });
    expect(await entries.get(signInId)).toBeNull();
    expect(await entries.get(kept)).toBe(sampleSignIn.key);
  });

  it.each(['was kept for this session only', 'was lost'])(
    'become the key of the same sign-in, whose own %s',
    async (own) => {
      const { signIns, database, entries, start, signInId } = await orphaned();
      const keep = own === 'was lost' ? 'keychain' : 'session';
      await signIns.handlers.add(entered({ keep }));
      const kept = rowsOf(database)[0]?.id ?? '';
      await entries.delete(kept);
      const later = start();
      expect(await later.signIns.authorizationOf(kept)).toEqual(fails('keychain.lost'));
      const request = { signInId, label: '', email: sampleSignIn.email };
      expect(await later.signIns.orphans.adoptKey(request)).toEqual({
        ok: true,
        value: { signInId: kept },
      });
      expect(rowsOf(database)).toMatchObject([
        { id: kept, state: 'stored', readOnly: null, issue: null, issueSince: null },
      ]);
      expect(await entries.get(kept)).toBe(sampleSignIn.key);
      expect(await entries.get(signInId)).toBeNull();
      expect(await later.signIns.authorizationOf(kept)).toMatchObject({ ok: true });
    },
  );

  it('are kept if the same sign-in without a key cannot get them', async () => {
    const { signIns, database, entries, keychain, signInId } = await orphaned();
    await signIns.handlers.add(entered({ keep: 'session' }));
    vi.spyOn(keychain, 'set').mockResolvedValueOnce(failed('keychain.full'));
    const request = { signInId, label: '', email: sampleSignIn.email };
    expect(await signIns.orphans.adoptKey(request)).toEqual(fails('keychain.full'));
    expect(rowsOf(database)).toMatchObject([{ state: 'session-only' }]);
    expect(await entries.get(signInId)).toBe(sampleSignIn.key);
    expect(await signIns.orphans.adoptKey(request)).toMatchObject({ ok: true });
    expect(await entries.get(signInId)).toBeNull();
  });

  it('are not reported for an id whose key is gone; a locked keychain is a failure, not "none"', async () => {
    const { signIns, entries, keyring, signInId } = await orphaned();
    await keyring.lock();
    expect(await signIns.orphans.list()).toEqual(fails('keychain.locked'));
    await keyring.unlock();
    await entries.delete(signInId);
    expect(await signIns.orphans.list()).toEqual({ ok: true, value: [] });
    expect(await entries.get(INDEX)).toBeNull();
  });

  async function orphanedToken() {
    const harness = await parts('unlocked', {}, 50);
    await harness.signIns.handlers.add(enteredToken());
    const signInId = rowsOf(harness.database)[0]?.id ?? '';
    harness.database.write(({ signIns }) => signIns.remove(signInId));
    harness.signIns.stop();
    harness.person.asked.length = 0;
    await harness.signIns.orphans.list();
    return { ...harness, signInId };
  }

  it('are told from tokens, which need no email but the question about the token', async () => {
    const { signIns, database, person, signInId } = await orphanedToken();
    expect(await signIns.orphans.list()).toEqual({
      ok: true,
      value: [{ signInId, kind: 'token' }],
    });
    const request = { signInId, label: '', email: '' };
    person.confirms = false;
    expect(await signIns.orphans.adoptKey(request)).toEqual(fails('sign-in.not-confirmed'));
    expect(rowsOf(database)).toEqual([]);
    const accounts = ['Brightwater Bristol', 'Brightwater Online Shop'];
    expect(person.asked).toMatchObject([
      { about: 'token', tokenId: sampleToken.id, accounts, readOnly: true, replaces: null },
    ]);
  });

  it('make a sign-in of a token, named after its first account', async () => {
    const { signIns, database, signInId } = await orphanedToken();
    const request = { signInId, label: ' ', email: 'ignored@brightwater.example' };
    const adopted = { ok: true, value: { signInId } };
    expect(await signIns.orphans.adoptKey(request)).toEqual(adopted);
    expect(rowsOf(database)).toMatchObject([
      {
        id: signInId,
        kind: 'token',
        label: 'Brightwater Bristol',
        email: '',
        tokenId: sampleToken.id,
        state: 'stored',
      },
    ]);
    expect(await signIns.authorizationOf(signInId)).toMatchObject({
      ok: true,
      value: { kind: 'token', key: sampleToken.value },
    });
    expect(await signIns.orphans.adoptKey(request)).toEqual(adopted);
  });

  it('are not used if they were deleted while the person was asked', async () => {
    const { signIns, database, entries, person, signInId } = await orphanedToken();
    person.whileAsked = () => entries.delete(signInId);
    const request = { signInId, label: '', email: '' };
    expect(await signIns.orphans.adoptKey(request)).toEqual(fails('keychain.lost'));
    expect(rowsOf(database)).toEqual([]);
  });

  it('need an email if they are keys', async () => {
    const { signIns, person, signInId } = await orphaned();
    person.asked.length = 0;
    const request = { signInId, label: '', email: '' };
    expect(await signIns.orphans.adoptKey(request)).toEqual(fails('sign-in.invalid-input'));
    expect(person.asked).toEqual([]);
  });
});
