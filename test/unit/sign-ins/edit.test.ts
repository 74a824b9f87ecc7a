/** Editing a sign-in (name, email, key), with a real keyring, database and HTTP. */
import { describe, expect, it, vi } from 'vitest';
import { sampleSignIn, sampleNewKey } from '../../standin';
import { INDEX, listedIn } from '../keychain/memory-keychain';
import { rowsOf, useSignIn } from './harness';
import { entered, fails, realHarness } from './real-harness';

const parts = realHarness();

const COLLEAGUE = { email: 'it@brightwater.example', key: 'e'.repeat(37), userId: 'f'.repeat(32) };
const OTHER_KEY = 'd'.repeat(37);

/** Adds a sign-in, then changes its key at Cloudflare, which no longer accepts the stored key. */
async function revoked(keep: 'keychain' | 'session' = 'keychain') {
  const harness = await parts('unlocked', { signIns: [{ ...sampleSignIn }, COLLEAGUE] });
  await harness.signIns.handlers.add(entered({ keep }));
  const signInId = rowsOf(harness.database)[0]?.id ?? '';
  harness.standin.setKey(sampleSignIn.userId, sampleNewKey);
  expect(await harness.signIns.handlers.check({ signInId })).toMatchObject({
    value: { issue: { code: 'sign-in.unknown' } },
  });
  const replace = (key: string, where: 'keychain' | 'session' = 'keychain') =>
    harness.signIns.handlers.replaceKey({ signInId, key, keep: where });
  return { ...harness, signInId, replace };
}

describe('replacing the key', () => {
  it('accepts a key of the same user, keeps the id, and reports that the sign-in works again', async () => {
    const { signInId, replace, signIns, database, entries, published, start } = await revoked();
    useSignIn(database, signInId);
    const before = rowsOf(database)[0]?.checkedAt ?? 0;
    expect(await replace(` Bearer ${sampleNewKey}\n`)).toMatchObject({
      ok: true,
      value: {
        id: signInId,
        label: 'Main account',
        state: 'stored',
        issue: null,
        issueSince: null,
        organizations: 1,
      },
    });
    expect(rowsOf(database)[0]?.checkedAt).toBeGreaterThanOrEqual(before);
    expect(await entries.get(signInId)).toBe(sampleNewKey);
    expect(listedIn(await entries.get(INDEX))).toEqual([signInId]);
    expect(published.signIns).toContain(signInId);
    expect(await signIns.authorizationOf(signInId)).toMatchObject({ value: { key: sampleNewKey } });
    expect(await start().signIns.authorizationOf(signInId)).toMatchObject({
      value: { key: sampleNewKey },
    });
  });

  it('does not ask the person: the email stays the same', async () => {
    const { replace, person } = await revoked();
    person.asked.length = 0;
    expect(await replace(sampleNewKey)).toMatchObject({ ok: true });
    expect(person.asked).toEqual([]);
  });

  it('refuses a key that Cloudflare does not know with this email, and changes nothing', async () => {
    const { signInId, replace, database, entries, published } = await revoked();
    const before = rowsOf(database);
    published.clear();
    expect(await replace(COLLEAGUE.key)).toEqual(fails('sign-in.unknown'));
    expect(rowsOf(database)).toEqual(before);
    expect(await entries.get(signInId)).toBe(sampleSignIn.key);
    expect(published.signIns).toEqual([]);
  });

  it('refuses a key of another user, even if the email now belongs to that user', async () => {
    const { signInId, replace, database, entries, standin, published } = await revoked();
    const before = rowsOf(database);
    published.clear();
    standin.signIns[0]!.email = 'former@brightwater.example';
    standin.signIns[1]!.email = sampleSignIn.email;
    expect(await replace(COLLEAGUE.key)).toEqual(fails('sign-in.other-user'));
    expect(rowsOf(database)).toEqual(before);
    expect(await entries.get(signInId)).toBe(sampleSignIn.key);
    expect(published.signIns).toEqual([]);
  });

  it('identifies the user of a never checked sign-in by its email', async () => {
    const { replace, database } = await revoked();
    database.write(({ signIns }) => {
      const [row] = signIns.all();
      signIns.put({ ...row!, userId: null });
    });
    expect(await replace(sampleNewKey)).toMatchObject({ ok: true });
    expect(rowsOf(database)).toMatchObject([{ userId: sampleSignIn.userId }]);
  });

  it.each([
    ['an API token', `cfut_${'a'.repeat(40)}`],
    ['an organization id', 'a'.repeat(32)],
    ['nothing', ' '],
  ])('sends nothing if the text cannot be a key: %s', async (_, key) => {
    const { replace, standin } = await revoked();
    standin.requests.length = 0;
    expect(await replace(key)).toEqual(fails('sign-in.invalid-input'));
    expect(standin.requests).toEqual([]);
  });

  it('reports why the keychain did not store the key, and keeps the old one', async () => {
    const { signInId, replace, database, entries, keyring } = await revoked();
    await keyring.lock();
    expect(await replace(sampleNewKey)).toEqual(fails('keychain.locked'));
    expect(rowsOf(database)).toMatchObject([
      { state: 'stored', issue: { code: 'sign-in.unknown' } },
    ]);
    await keyring.unlock();
    expect(await entries.get(signInId)).toBe(sampleSignIn.key);
    expect(await replace(sampleNewKey)).toMatchObject({ ok: true });
    expect(await entries.get(signInId)).toBe(sampleNewKey);
  });

  it('for this session only: removes the old key from the keychain', async () => {
    const { signInId, replace, signIns, database, entries } = await revoked();
    expect(await replace(sampleNewKey, 'session')).toMatchObject({ ok: true });
    await signIns.finishInterrupted();
    expect(rowsOf(database)).toMatchObject([{ state: 'session-only', issue: null }]);
    expect(await entries.get(signInId)).toBeNull();
    expect(await entries.get(INDEX)).toBeNull();
    expect(signIns.sessionOnlyLabels()).toEqual(['Main account']);
    expect(await signIns.authorizationOf(signInId)).toMatchObject({ value: { key: sampleNewKey } });

    // A later key can be stored in the keychain again.
    expect(await replace(sampleNewKey)).toMatchObject({ value: { state: 'stored' } });
    expect(await entries.get(signInId)).toBe(sampleNewKey);
    expect(signIns.sessionOnlyLabels()).toEqual([]);
  });

  it('for this session only, with a locked keychain: removes the old key after it is unlocked', async () => {
    const { signInId, replace, signIns, database, entries, keyring } = await revoked();
    await keyring.lock();
    expect(await replace(sampleNewKey, 'session')).toMatchObject({ ok: true });
    await signIns.finishInterrupted();
    expect(rowsOf(database)).toMatchObject([{ state: 'stored', issue: null }]);
    expect(await signIns.authorizationOf(signInId)).toMatchObject({ value: { key: sampleNewKey } });
    await keyring.unlock();
    await signIns.finishInterrupted();
    expect(rowsOf(database)).toMatchObject([{ state: 'session-only' }]);
    expect(await entries.get(signInId)).toBeNull();
  });

  it('for this session only, twice while the keychain is locked: still removes the old key later', async () => {
    const { signInId, replace, signIns, database, entries, keyring, standin } = await revoked();
    await keyring.lock();
    expect(await replace(sampleNewKey, 'session')).toMatchObject({ ok: true });
    standin.setKey(sampleSignIn.userId, OTHER_KEY);
    expect(await replace(OTHER_KEY, 'session')).toMatchObject({ ok: true });
    await keyring.unlock();
    await signIns.finishInterrupted();
    expect(rowsOf(database)).toMatchObject([{ state: 'session-only' }]);
    expect(await entries.get(signInId)).toBeNull();
  });

  it('for this session only, without a keychain: the sign-in works and can be removed', async () => {
    const { signIns, database, standin } = await parts('none');
    await signIns.handlers.add(entered({ keep: 'session' }));
    const signInId = rowsOf(database)[0]?.id ?? '';
    standin.setKey(sampleSignIn.userId, sampleNewKey);
    expect(
      await signIns.handlers.replaceKey({ signInId, key: sampleNewKey, keep: 'session' }),
    ).toMatchObject({ value: { state: 'session-only', issue: null } });
    await signIns.finishInterrupted();
    expect(rowsOf(database)).toMatchObject([{ state: 'session-only' }]);
    expect(await signIns.handlers.remove({ signInId })).toEqual({ ok: true, value: null });
    expect(rowsOf(database)).toEqual([]);
  });

  it('repairs a sign-in whose key was lost or belonged to an earlier session', async () => {
    for (const keep of ['keychain', 'session'] as const) {
      const { signInId, database, entries, start } = await revoked(keep);
      if (keep === 'keychain') await entries.delete(signInId);
      const later = start();
      await later.signIns.finishInterrupted();
      expect(await later.signIns.authorizationOf(signInId)).toEqual(fails('keychain.lost'));
      expect(
        await later.signIns.handlers.replaceKey({ signInId, key: sampleNewKey, keep: 'keychain' }),
      ).toMatchObject({ value: { state: 'stored', issue: null } });
      expect(rowsOf(database)).toMatchObject([{ state: 'stored' }]);
      expect(await entries.get(signInId)).toBe(sampleNewKey);
    }
  });

  it('fails for a sign-in that does not exist, or is removed meanwhile', async () => {
    const { signInId, replace, signIns, database, entries, standin } = await revoked();
    const hold = standin.hold({ path: '/user' });
    const replacing = replace(sampleNewKey);
    await hold.arrived;
    await signIns.handlers.remove({ signInId });
    hold.release();
    expect(await replacing).toEqual(fails('sign-in.not-found'));
    expect(rowsOf(database)).toEqual([]);
    expect(await entries.get(signInId)).toBeNull();
    expect(await replace(sampleNewKey)).toEqual(fails('sign-in.not-found'));
  });

  it('keeps a new name that was entered while the keychain was storing the key', async () => {
    const { signInId, replace, signIns, standin, keychain, keyring } = await revoked();
    vi.spyOn(keychain, 'set');
    keyring.freeze();
    const answered = standin.requests.length;
    const replacing = replace(sampleNewKey);
    await expect.poll(() => standin.requests[answered]?.status).toBe(200);
    await expect.poll(() => keychain.set).toHaveBeenCalledWith(signInId, expect.any(Function));
    expect(await signIns.handlers.rename({ signInId, label: 'Renamed' })).toMatchObject({
      ok: true,
    });
    keyring.thaw();
    expect(await replacing).toMatchObject({ value: { label: 'Renamed', issue: null } });
  });

  it('reveals no key in any response or row', async () => {
    const { signInId, replace, signIns, database, standin, keyring } = await revoked();
    standin.signIns[1]!.email = sampleSignIn.email;
    const answers: unknown[] = [await replace(COLLEAGUE.key), await replace(OTHER_KEY)];
    await keyring.lock();
    answers.push(await replace(sampleNewKey), await replace(`${OTHER_KEY} `));
    answers.push(
      await signIns.handlers.changeEmail({ signInId, email: 'else@brightwater.example' }),
    );
    const output = JSON.stringify([answers, rowsOf(database)]);
    for (const key of [COLLEAGUE.key, OTHER_KEY, sampleNewKey, sampleSignIn.key]) {
      expect(output).not.toContain(key);
    }
  });
});

describe('changing the email', () => {
  const NEW_EMAIL = 'hello@brightwater.example';

  async function moved() {
    const harness = await parts('unlocked', { signIns: [{ ...sampleSignIn }, COLLEAGUE] });
    await harness.signIns.handlers.add(entered());
    const signInId = rowsOf(harness.database)[0]?.id ?? '';
    harness.standin.signIns[0]!.email = NEW_EMAIL;
    await harness.signIns.handlers.check({ signInId });
    const change = (email: string) => harness.signIns.handlers.changeEmail({ signInId, email });
    return { ...harness, signInId, change };
  }

  it('accepts the email to which the key belongs, and the sign-in continues to work', async () => {
    const { signInId, change, signIns, database, published } = await moved();
    expect(rowsOf(database)).toMatchObject([{ issue: { code: 'sign-in.unknown' } }]);
    expect(await change(` ${NEW_EMAIL} `)).toMatchObject({
      value: { email: NEW_EMAIL, issue: null },
    });
    expect(published.signIns).toContain(signInId);
    expect(await signIns.authorizationOf(signInId)).toMatchObject({ value: { email: NEW_EMAIL } });
    expect(await signIns.handlers.check({ signInId })).toMatchObject({ value: { issue: null } });
  });

  it('asks the person to confirm the new email before anything is sent', async () => {
    const { change, database, standin, person } = await moved();
    const before = rowsOf(database);
    standin.requests.length = 0;
    person.asked.length = 0;
    person.confirms = false;
    expect(await change(NEW_EMAIL)).toEqual(fails('sign-in.not-confirmed'));
    expect(person.asked).toEqual([
      { about: 'email', email: NEW_EMAIL, replaces: sampleSignIn.email },
    ]);
    expect(standin.requests).toEqual([]);
    expect(rowsOf(database)).toEqual(before);
  });

  it('does not ask if the email stays the same', async () => {
    const { change, person } = await moved();
    person.asked.length = 0;
    expect(await change(sampleSignIn.email)).toEqual(fails('sign-in.unknown'));
    expect(person.asked).toEqual([]);
  });

  it('refuses any other email, and changes nothing', async () => {
    const { change, database, standin } = await moved();
    const before = rowsOf(database);
    expect(await change(COLLEAGUE.email)).toEqual(fails('sign-in.unknown'));
    expect(await change('not an address')).toEqual(fails('sign-in.invalid-input'));
    // The same key now belongs to someone else. That is practically impossible, but must be refused,
    // too.
    standin.signIns[1]!.key = sampleSignIn.key;
    expect(await change(COLLEAGUE.email)).toEqual(fails('sign-in.other-user'));
    expect(rowsOf(database)).toEqual(before);
  });

  it('fails if the keychain does not return the key', async () => {
    const { change, signIns, keyring } = await moved();
    signIns.stop();
    await keyring.lock();
    expect(await change(NEW_EMAIL)).toEqual(fails('keychain.locked'));
    await keyring.unlock();
    expect(await change(NEW_EMAIL)).toMatchObject({ ok: true });
  });
});

describe('renaming', () => {
  it('trims the name, and needs neither network nor keychain', async () => {
    const { signIns, database, standin, keyring, published } = await parts('unlocked');
    await signIns.handlers.add(entered());
    const signInId = rowsOf(database)[0]?.id ?? '';
    await keyring.lock();
    await standin.goOffline();
    published.clear();
    expect(await signIns.handlers.rename({ signInId, label: '  Filiale Köln \n' })).toMatchObject({
      value: { label: 'Filiale Köln' },
    });
    expect(published.signIns).toContain(signInId);
    for (const label of ['', ' \t', 'x'.repeat(201)]) {
      expect(await signIns.handlers.rename({ signInId, label })).toEqual(fails('gate.malformed'));
    }
    expect(rowsOf(database)).toMatchObject([{ label: 'Filiale Köln' }]);
    await signIns.handlers.remove({ signInId });
    // The sign-in is being removed, although its key cannot be deleted yet.
    expect(await signIns.handlers.rename({ signInId, label: 'Back' })).toEqual(
      fails('sign-in.not-found'),
    );
  });
});
