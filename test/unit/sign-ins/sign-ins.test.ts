/** Adding, using and removing sign-ins, on real parts. */
import { describe, expect, it } from 'vitest';
import { sampleCredential, sampleNewKey } from '../../standin';
import { outboxOf, rowsOf, submitFor, useSignIn } from './parts';
import { entered, fails, NOTHING, realParts } from './real-parts';

const parts = realParts();

const colleague = { email: 'it@brightwater.example', key: 'e'.repeat(37) };

describe('adding a sign-in', () => {
  it('keeps the key in the keychain, the rest in the database, and works after a restart', async () => {
    const { signIns, store, seen, start, heard } = await parts('unlocked');
    expect(await signIns.handlers.canKeep(NOTHING)).toEqual({ ok: true, value: null });
    const key = `  Bearer ${sampleCredential.key}\n`;
    const added = await signIns.handlers.add(
      entered({ key, email: ` ${sampleCredential.email} ` }),
    );
    expect(added).toMatchObject({ ok: true });
    const [row] = rowsOf(store);
    expect(row).toMatchObject({
      label: 'Main account',
      email: sampleCredential.email,
      userId: sampleCredential.userId,
      state: 'stored',
      trouble: null,
    });
    expect(JSON.stringify(row)).not.toContain(sampleCredential.key);
    expect(await seen.get(row?.id ?? '')).toBe(sampleCredential.key);
    expect(heard.onSignInsChanged).toHaveBeenCalled();

    const again = start();
    expect(await again.signIns.authorizationOf(row?.id ?? '')).toEqual({
      ok: true,
      value: {
        email: sampleCredential.email,
        key: sampleCredential.key,
        userId: sampleCredential.userId,
      },
    });
  });

  it('leaves nothing anywhere when Cloudflare does not know the key', async () => {
    const { signIns, store, seen } = await parts('unlocked');
    const added = await signIns.handlers.add(entered({ key: 'f'.repeat(37) }));
    expect(added).toEqual(fails('sign-in.unknown'));
    expect(rowsOf(store)).toEqual([]);
    expect(await seen.get('index')).toBeNull();
  });

  it.each([
    ['an API token', { key: `cfut_${'a'.repeat(40)}` }],
    ['an organization id', { key: 'a'.repeat(32) }],
    ['nothing', { key: ' ' }],
    ['letters outside ASCII', { key: `${'a'.repeat(36)}ф` }],
    ['no e-mail', { email: 'office' }],
  ])('sends nothing when what was entered cannot be right: %s', async (_, changes) => {
    const { signIns, standin } = await parts('none');
    expect(await signIns.handlers.add(entered(changes))).toEqual(fails('sign-in.input'));
    expect(standin.requests).toEqual([]);
  });

  it('renews the key of the same sign-in instead of doubling it', async () => {
    const { signIns, store, seen, standin, heard } = await parts('unlocked');
    const first = await signIns.handlers.add(entered());
    standin.setKey(sampleCredential.userId, sampleNewKey);
    const again = entered({ label: '', key: sampleNewKey, email: 'Office@Brightwater.example' });
    standin.credentials.forEach((credential) => (credential.email = again.email));
    expect(await signIns.handlers.add(again)).toEqual(first);
    expect(rowsOf(store)).toMatchObject([{ label: 'Main account', state: 'stored' }]);
    const id = rowsOf(store)[0]?.id ?? '';
    expect(await seen.get(id)).toBe(sampleNewKey);
    expect(await signIns.authorizationOf(id)).toMatchObject({ value: { key: sampleNewKey } });
    expect(heard.onSignInHealed).toHaveBeenCalledWith(id);
  });

  it.each([
    ['locked', 'keychain.locked'],
    ['none', 'keychain.unavailable'],
    ['no-bus', 'keychain.unavailable'],
  ] as const)(
    'says why a key cannot be kept (%s), and keeps it for this session',
    async (state, code) => {
      const { signIns, store, start } = await parts(state);
      expect(await signIns.handlers.canKeep(NOTHING)).toEqual(fails(code));
      expect(await signIns.handlers.add(entered())).toEqual(fails(code));
      expect(rowsOf(store)).toEqual([]);

      expect(await signIns.handlers.add(entered({ keep: 'session' }))).toMatchObject({ ok: true });
      const [row] = rowsOf(store);
      const id = row?.id ?? '';
      expect(row?.state).toBe('session-only');
      expect(signIns.sessionOnlyLabels()).toEqual(['Main account']);
      expect(await signIns.authorizationOf(id)).toMatchObject({ ok: true });

      // After a restart the key is gone, the sign-in stays, and what is missing is said.
      const later = start();
      await later.signIns.finishInterrupted();
      expect(rowsOf(store)).toMatchObject([{ id, trouble: { code: 'keychain.lost' } }]);
      expect(await later.signIns.authorizationOf(id)).toEqual(fails('keychain.lost'));
      expect(later.signIns.sessionOnlyLabels()).toEqual([]);

      // Entered again, it is the same sign-in.
      await later.signIns.handlers.add(entered({ keep: 'session' }));
      expect(rowsOf(store)).toMatchObject([{ id, trouble: null }]);
      expect(await later.signIns.handlers.remove({ signInId: id })).toEqual({
        ok: true,
        value: null,
      });
      expect(rowsOf(store)).toEqual([]);
    },
  );

  it('keeps the record when a frozen keychain may still store the key, and finishes later', async () => {
    const { store, keyring, seen, start } = await parts('unlocked');
    const { signIns } = start(300);
    keyring.freeze();
    expect(await signIns.handlers.add(entered())).toEqual(fails('keychain.timed-out'));
    expect(rowsOf(store)).toMatchObject([{ state: 'storing' }]);
    keyring.thaw();
    await start().signIns.finishInterrupted();
    // The keychain was asked for its index only, so there is no key and no record either.
    expect(rowsOf(store)).toEqual([]);
    expect(await seen.get('index')).toBeNull();
  });
});

describe('using a sign-in', () => {
  it('says what is wrong with the keychain, on the row too, and heals', async () => {
    const { signIns, store, keyring, seen, start, heard } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const id = rowsOf(store)[0]?.id ?? '';
    const { signIns: later } = start();

    await keyring.lock();
    expect(await later.authorizationOf(id)).toEqual(fails('keychain.locked'));
    expect(rowsOf(store)).toMatchObject([
      { state: 'stored', trouble: { code: 'keychain.locked' } },
    ]);
    expect(heard.onSignInTrouble).toHaveBeenCalledWith(id);

    await keyring.unlock();
    expect(await later.authorizationOf(id)).toMatchObject({ ok: true });
    expect(rowsOf(store)).toMatchObject([{ trouble: null }]);
    expect(heard.onSignInHealed).toHaveBeenCalledWith(id);

    await seen.delete(id);
    const { signIns: evenLater } = start();
    expect(await evenLater.authorizationOf(id)).toEqual(fails('keychain.lost'));
    expect(rowsOf(store)).toMatchObject([{ trouble: { code: 'keychain.lost' } }]);

    keyring.freeze();
    expect(await start(300).signIns.authorizationOf(id)).toEqual(fails('keychain.timed-out'));
    expect(rowsOf(store)).toMatchObject([{ trouble: { code: 'keychain.timed-out' } }]);
  });

  it('checks with Cloudflare and tells a dead key from a dead network', async () => {
    const { signIns, store, standin, heard } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(store)[0]?.id ?? '';
    standin.setKey(sampleCredential.userId, sampleNewKey);
    expect(await signIns.handlers.check({ signInId })).toMatchObject({
      ok: true,
      value: { trouble: { code: 'sign-in.unknown' } },
    });
    expect(heard.onSignInTrouble).toHaveBeenCalledWith(signInId);

    await standin.goOffline();
    expect(await signIns.handlers.check({ signInId })).toEqual(fails('network.unreachable'));
    expect(rowsOf(store)).toMatchObject([{ trouble: { code: 'sign-in.unknown' } }]);

    await standin.goOnline();
    standin.setKey(sampleCredential.userId, sampleCredential.key);
    expect(await signIns.handlers.check({ signInId })).toMatchObject({ value: { trouble: null } });
    expect(heard.onSignInHealed).toHaveBeenCalledWith(signInId);
    expect(await signIns.handlers.check({ signInId: '0'.repeat(16) })).toEqual(
      fails('sign-in.none'),
    );
  });
});

describe('finding organizations', () => {
  it('lists all pages and marks those saved here', async () => {
    const { signIns, store, standin } = await parts('unlocked', { organizations: 25 }, 10);
    await signIns.handlers.add(entered());
    const signInId = rowsOf(store)[0]?.id ?? '';
    const [one] = [...standin.organizations.keys()];
    useSignIn(store, signInId, one);
    const found = await signIns.handlers.findOrganizations({ signInId });
    if (!found.ok) throw new Error(found.failure.code);
    expect(new Set(found.value.map(({ id }) => id))).toEqual(new Set(standin.organizations.keys()));
    expect(found.value.filter(({ saved }) => saved).map(({ id }) => id)).toEqual([one]);
    expect(standin.requests.filter(({ route }) => route === '/organizations')).toHaveLength(3);
    expect(standin.violations).toEqual([]);
  });

  it('says that Organizations are not enabled only when the sign-in works otherwise', async () => {
    const { signIns, store, standin } = await parts('unlocked', { organizationsEnabled: false });
    await signIns.handlers.add(entered());
    const signInId = rowsOf(store)[0]?.id ?? '';
    expect(await signIns.handlers.findOrganizations({ signInId })).toEqual(
      fails('organizations.not-enabled'),
    );
    expect(rowsOf(store)).toMatchObject([{ trouble: null }]);

    standin.setKey(sampleCredential.userId, sampleNewKey);
    expect(await signIns.handlers.findOrganizations({ signInId })).toEqual(
      fails('sign-in.unknown'),
    );
    expect(rowsOf(store)).toMatchObject([{ trouble: { code: 'sign-in.unknown' } }]);
  });
});

describe('removing a sign-in', () => {
  it('leaves nothing of it, also when an organization uses it', async () => {
    const { signIns, store, seen, heard } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(store)[0]?.id ?? '';
    useSignIn(store, signInId);
    // Together with its last organization it goes only if that was really the last.
    expect(await signIns.remove(signInId)).toEqual(fails('sign-in.in-use'));
    expect(await signIns.handlers.list(NOTHING)).toMatchObject({
      value: [{ id: signInId, state: 'stored', organizations: 1 }],
    });
    expect(await signIns.handlers.remove({ signInId })).toEqual({ ok: true, value: null });
    expect(rowsOf(store)).toEqual([]);
    expect(await seen.get(signInId)).toBeNull();
    expect(await seen.get('index')).toBeNull();
    expect(heard.onSignInReleased).toHaveBeenCalledWith(['a'.repeat(32)]);
    expect(store.read(({ organizations }) => organizations.all())).toMatchObject({
      value: [{ id: 'a'.repeat(32), credentialId: null }],
    });
    expect(await signIns.authorizationOf(signInId)).toEqual(fails('sign-in.none'));
    expect(await signIns.handlers.remove({ signInId })).toEqual(fails('sign-in.none'));
  });

  it('keeps what its organizations have to send, and says what that waits for', async () => {
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
    const paused = { state: 'paused', failure: { code: 'sign-in.none' }, nextAttemptAt: null };
    expect(outboxOf(store)).toEqual(before.map((row, n) => (n < 3 ? { ...row, ...paused } : row)));
    expect(rowsOf(store).map(({ id }) => id)).toEqual([other]);
  });

  it('waits for a locked keychain, usable for nothing meanwhile, and finishes', async () => {
    const { signIns, store, keyring, seen } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(store)[0]?.id ?? '';
    await keyring.lock();
    expect(await signIns.handlers.remove({ signInId })).toEqual(fails('keychain.locked'));
    expect(rowsOf(store)).toMatchObject([{ state: 'removing' }]);
    expect(await signIns.authorizationOf(signInId)).toEqual(fails('sign-in.none'));
    await keyring.unlock();
    await signIns.finishInterrupted();
    expect(rowsOf(store)).toEqual([]);
    expect(await seen.get(signInId)).toBeNull();
  });
});

describe('keys without a record', () => {
  async function orphaned() {
    const made = await parts('unlocked');
    await made.signIns.handlers.add(entered());
    const signInId = rowsOf(made.store)[0]?.id ?? '';
    made.store.write(({ credentials }) => credentials.remove(signInId));
    made.signIns.stop();
    return { ...made, signInId };
  }

  it('are found, and removed on request', async () => {
    const { signIns, seen, signInId } = await orphaned();
    expect(await signIns.orphans.list()).toEqual({ ok: true, value: [signInId] });
    expect(await signIns.orphans.removeKeys()).toEqual({ ok: true, value: null });
    expect(await seen.get(signInId)).toBeNull();
    expect(await signIns.orphans.list()).toEqual({ ok: true, value: [] });
  });

  it('are used again when the e-mail fits', async () => {
    const { signIns, store, signInId } = await orphaned();
    const request = { signInId, label: 'Found again', email: 'other@brightwater.example' };
    expect(await signIns.orphans.adoptKey(request)).toEqual(fails('sign-in.unknown'));
    expect(rowsOf(store)).toEqual([]);
    request.email = sampleCredential.email;
    const adopted = { ok: true, value: { signInId } };
    expect(await signIns.orphans.adoptKey(request)).toEqual(adopted);
    expect(rowsOf(store)).toMatchObject([{ id: signInId, label: 'Found again', state: 'stored' }]);
    expect(await signIns.authorizationOf(signInId)).toMatchObject({ ok: true });
    expect(await signIns.orphans.adoptKey(request)).toEqual(adopted);
    expect(await signIns.orphans.list()).toEqual({ ok: true, value: [] });
  });

  it('give way to the same sign-in entered again', async () => {
    const { signIns, store, seen, signInId } = await orphaned();
    await signIns.handlers.add(entered());
    const kept = rowsOf(store)[0]?.id ?? '';
    const request = { signInId, label: '', email: sampleCredential.email };
    expect(await signIns.orphans.adoptKey(request)).toEqual({
      ok: true,
      value: { signInId: kept },
    });
    expect(await seen.get(signInId)).toBeNull();
    expect(await seen.get(kept)).toBe(sampleCredential.key);
  });

  it('are not made up from an id whose key is gone, and not denied while locked', async () => {
    const { signIns, seen, keyring, signInId } = await orphaned();
    await keyring.lock();
    expect(await signIns.orphans.list()).toEqual(fails('keychain.locked'));
    await keyring.unlock();
    await seen.delete(signInId);
    expect(await signIns.orphans.list()).toEqual({ ok: true, value: [] });
    expect(await seen.get('index')).toBeNull();
  });
});
