/**
 * Adding sign-ins, with a real keyring, database and HTTP: the key is stored where possible, and a
 * failure leaves nothing behind.
 */
import { describe, expect, it } from 'vitest';
import { sampleSignIn, sampleNewKey } from '../../standin';
import { INDEX } from '../keychain/memory-keychain';
import { rowsOf } from './harness';
import { entered, fails, NOTHING, realHarness } from './real-harness';

const parts = realHarness();

describe('adding a sign-in', () => {
  it('stores the key in the keychain and the rest in the database, and works after a restart', async () => {
    const { signIns, database, entries, start, published } = await parts('unlocked');
    expect(await signIns.handlers.canStoreKey(NOTHING)).toEqual({ ok: true, value: null });
    const key = `  Bearer ${sampleSignIn.key}\n`;
    const added = await signIns.handlers.add(entered({ key, email: ` ${sampleSignIn.email} ` }));
    expect(added).toMatchObject({ ok: true });
    const [row] = rowsOf(database);
    expect(row).toMatchObject({
      label: 'Main account',
      email: sampleSignIn.email,
      userId: sampleSignIn.userId,
      state: 'stored',
      issue: null,
      issueSince: null,
    });
    expect(JSON.stringify(row)).not.toContain(sampleSignIn.key);
    expect(await entries.get(row?.id ?? '')).toBe(sampleSignIn.key);
    expect(published.signIns).toContain(row?.id);

    const again = start();
    expect(await again.signIns.authorizationOf(row?.id ?? '')).toEqual({
      ok: true,
      value: {
        kind: 'key',
        email: sampleSignIn.email,
        key: sampleSignIn.key,
        userId: sampleSignIn.userId,
      },
    });
  });

  it.each(['keychain', 'session'] as const)(
    'sends and stores nothing before the person has confirmed the email: kept in the %s',
    async (keep) => {
      const { signIns, database, entries, standin, person } = await parts('unlocked');
      person.confirms = false;
      expect(await signIns.handlers.add(entered({ keep }))).toEqual(fails('sign-in.not-confirmed'));
      expect(person.asked).toEqual([{ about: 'email', email: sampleSignIn.email, replaces: null }]);
      expect(standin.requests).toEqual([]);
      expect(rowsOf(database)).toEqual([]);
      expect(await entries.get(INDEX)).toBeNull();
    },
  );

  it('asks once for an email until it is stored, also if the key had to be corrected', async () => {
    const { signIns, person } = await parts('unlocked');
    await signIns.handlers.add(entered({ key: 'f'.repeat(37) }));
    await signIns.handlers.add(entered());
    expect(person.asked).toHaveLength(1);
    await signIns.handlers.add(entered());
    expect(person.asked).toHaveLength(2);
  });

  it('leaves nothing behind when Cloudflare does not know the key', async () => {
    const { signIns, database, entries } = await parts('unlocked');
    const added = await signIns.handlers.add(entered({ key: 'f'.repeat(37) }));
    expect(added).toEqual(fails('sign-in.unknown'));
    expect(rowsOf(database)).toEqual([]);
    expect(await entries.get(INDEX)).toBeNull();
  });

  it.each([
    ['an API token', { key: `cfut_${'a'.repeat(40)}` }],
    ['an organization id', { key: 'a'.repeat(32) }],
    ['nothing', { key: ' ' }],
    ['letters outside ASCII', { key: `${'a'.repeat(36)}ф` }],
    ['no valid email', { email: 'office' }],
    ['an email with an invisible character', { email: 'office\u202e@brightwater.example' }],
    ['an email too long to be shown', { email: `${'o'.repeat(250)}@b.example` }],
  ])('sends nothing if the input cannot be right: %s', async (_, changes) => {
    const { signIns, standin } = await parts('none');
    expect(await signIns.handlers.add(entered(changes))).toEqual(fails('sign-in.invalid-input'));
    expect(standin.requests).toEqual([]);
  });

  it('replaces the key of an existing sign-in instead of adding it twice', async () => {
    const { signIns, database, entries, standin, published } = await parts('unlocked');
    const first = await signIns.handlers.add(entered());
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    const again = entered({ label: '', key: sampleNewKey, email: 'Office@Brightwater.example' });
    published.clear();
    standin.signIns.forEach((signIn) => (signIn.email = again.email));
    expect(await signIns.handlers.add(again)).toEqual(first);
    expect(rowsOf(database)).toMatchObject([{ label: 'Main account', state: 'stored' }]);
    const id = rowsOf(database)[0]?.id ?? '';
    expect(await entries.get(id)).toBe(sampleNewKey);
    expect(await signIns.authorizationOf(id)).toMatchObject({ value: { key: sampleNewKey } });
    expect(published.signIns).toContain(id);
  });

  it('for this session only: removes the old key of an existing sign-in from the keychain', async () => {
    const { signIns, database, entries, standin, start } = await parts('unlocked');
    const first = await signIns.handlers.add(entered());
    const id = rowsOf(database)[0]?.id ?? '';
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    const again = entered({ key: sampleNewKey, keep: 'session' });
    expect(await signIns.handlers.add(again)).toEqual(first);
    await signIns.finishInterrupted();
    expect(rowsOf(database)).toMatchObject([{ state: 'session-only', issue: null }]);
    expect(await entries.get(id)).toBeNull();
    expect(await signIns.authorizationOf(id)).toMatchObject({ value: { key: sampleNewKey } });
    expect(await start().signIns.authorizationOf(id)).toEqual(fails('keychain.lost'));
  });

  it.each([
    ['locked', 'keychain.locked'],
    ['none', 'keychain.unavailable'],
    ['no-bus', 'keychain.unavailable'],
  ] as const)(
    'reports why a key cannot be stored (%s), and keeps it for this session',
    async (state, code) => {
      const { signIns, database, start } = await parts(state);
      expect(await signIns.handlers.canStoreKey(NOTHING)).toEqual(fails(code));
      expect(await signIns.handlers.add(entered())).toEqual(fails(code));
      expect(rowsOf(database)).toEqual([]);

      expect(await signIns.handlers.add(entered({ keep: 'session' }))).toMatchObject({ ok: true });
      const [row] = rowsOf(database);
      const id = row?.id ?? '';
      expect(row?.state).toBe('session-only');
      expect(signIns.sessionOnlyLabels()).toEqual(['Main account']);
      expect(await signIns.authorizationOf(id)).toMatchObject({ ok: true });

      // After a restart the key is gone. The sign-in stays, and reports that the key is missing.
      const later = start();
      await later.signIns.finishInterrupted();
      expect(rowsOf(database)).toMatchObject([{ id, issue: { code: 'keychain.lost' } }]);
      expect(await later.signIns.authorizationOf(id)).toEqual(fails('keychain.lost'));
      expect(later.signIns.sessionOnlyLabels()).toEqual([]);

      // If it is entered again, it is the same sign-in.
      await later.signIns.handlers.add(entered({ keep: 'session' }));
      expect(rowsOf(database)).toMatchObject([{ id, issue: null }]);
      expect(await later.signIns.handlers.remove({ signInId: id })).toEqual({
        ok: true,
        value: null,
      });
      expect(rowsOf(database)).toEqual([]);
    },
  );

  it('keeps the database row while a frozen keychain may still store the key, and finishes later', async () => {
    const { database, keyring, entries, start } = await parts('unlocked');
    const { signIns } = start(300);
    keyring.freeze();
    expect(await signIns.handlers.add(entered())).toEqual(fails('keychain.timed-out'));
    expect(rowsOf(database)).toMatchObject([{ state: 'storing' }]);
    keyring.thaw();
    await start().signIns.finishInterrupted();
    // The keychain was only asked for the index, so there is neither a key nor a database row.
    expect(rowsOf(database)).toEqual([]);
    expect(await entries.get(INDEX)).toBeNull();
  });
});

describe('the sample sign-in', () => {
  it('does not exist outside the demo', async () => {
    const { signIns, database, standin } = await parts('unlocked');
    expect(signIns.handlers.hasSample(NOTHING)).toEqual({ ok: true, value: false });
    expect(await signIns.handlers.addSample(NOTHING)).toEqual(fails('sign-in.invalid-input'));
    expect(rowsOf(database)).toEqual([]);
    expect(standin.requests).toEqual([]);
  });

  it('is added without a question, and kept in the keychain', async () => {
    const { start, database, entries, person } = await parts('unlocked');
    const { signIns } = start(60_000, sampleSignIn);
    expect(signIns.handlers.hasSample(NOTHING)).toEqual({ ok: true, value: true });
    const added = await signIns.handlers.addSample(NOTHING);
    const [row] = rowsOf(database);
    expect(added).toEqual({ ok: true, value: { signInId: row!.id } });
    const { email, userId } = sampleSignIn;
    expect(row).toMatchObject({ label: 'Sample sign-in', email, userId, state: 'stored' });
    expect(await entries.get(row!.id)).toBe(sampleSignIn.key);
    expect(person.asked).toEqual([]);
    // Adding it again adds no second one.
    expect(await signIns.handlers.addSample(NOTHING)).toEqual(added);
    expect(rowsOf(database)).toHaveLength(1);
  });

  it('is kept for the session where the keychain fails', async () => {
    const { start, database } = await parts('none');
    const { signIns } = start(60_000, sampleSignIn);
    expect(await signIns.handlers.addSample(NOTHING)).toMatchObject({ ok: true });
    expect(rowsOf(database)).toMatchObject([{ state: 'session-only' }]);
  });

  it('is not saved when the server does not know it', async () => {
    const { start, database } = await parts('unlocked');
    const { signIns } = start(60_000, { ...sampleSignIn, key: 'f'.repeat(37) });
    expect(await signIns.handlers.addSample(NOTHING)).toEqual(fails('sign-in.unknown'));
    expect(rowsOf(database)).toEqual([]);
  });
});
