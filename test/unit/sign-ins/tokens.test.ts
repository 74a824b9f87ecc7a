/** Sign-ins with an API token, with a real keyring, database and HTTP: adding, replacing and checking one. */
import { describe, expect, it } from 'vitest';
import {
  sampleAccountToken,
  sampleSignIn,
  sampleNewToken,
  sampleReadOnlyToken,
  sampleToken,
  type ApiToken,
} from '../../standin';
import { INDEX } from '../keychain/memory-keychain';
import { valueOf } from '../results';
import { rowsOf } from './harness';
import { entered, enteredToken, fails, realHarness } from './real-harness';

const parts = realHarness();
const EXPIRY = '2099-01-01T00:00:00Z';
const OTHER_USER = 'e'.repeat(32);

/** The request to add the sample token; `changes` replaces parts of it. */
const token = (changes: object = {}) => ({ ...enteredToken, ...changes });

/** A token that may also ask for its user. */
const withUser = (given: ApiToken, userId = given.userId): ApiToken => ({
  ...structuredClone(given),
  userId,
  permissions: { ...given.permissions, userDetails: 'read' },
});

/** The question about a token that opens the two sample accounts. */
const question = (about: ApiToken, replaces: string | null = null, readOnly = false) => ({
  about: 'token',
  tokenId: about.id,
  accounts: ['Brightwater Bristol', 'Brightwater Online Shop'],
  total: 2,
  readOnly,
  replaces,
});

describe('adding a token', () => {
  it('asks which accounts it opens, then stores it like a key', async () => {
    const { signIns, database, entries, standin, person } = await parts('unlocked', {
      tokens: [{ ...sampleToken, expiresOn: EXPIRY }],
    });
    const key = `  Bearer ${sampleToken.value}\n`;
    const { signInId } = valueOf(await signIns.handlers.add(token({ key })));
    expect(person.asked).toEqual([question(sampleToken)]);
    const [row] = rowsOf(database);
    expect(row).toMatchObject({
      id: signInId,
      kind: 'token',
      label: 'Brightwater Bristol',
      email: '',
      userId: null,
      tokenId: sampleToken.id,
      readOnly: null,
      expiresAt: Date.parse(EXPIRY),
      state: 'stored',
      issue: null,
    });
    expect(JSON.stringify(row)).not.toContain(sampleToken.value);
    expect(await entries.get(signInId)).toBe(sampleToken.value);
    expect(valueOf(await signIns.authorizationOf(signInId))).toMatchObject({
      kind: 'token',
      email: '',
      key: sampleToken.value,
    });
    const [shown] = valueOf(await signIns.handlers.list(null));
    expect(shown).toMatchObject({ kind: 'token', email: '', expiresAt: Date.parse(EXPIRY) });
    expect(shown).not.toHaveProperty('tokenId');
    expect(standin.violations).toEqual([]);
  });

  it.each(['keychain', 'session'] as const)(
    'stores nothing after Cancel: kept in the %s',
    async (keep) => {
      const { signIns, database, entries, standin, person } = await parts('unlocked');
      person.confirms = false;
      expect(await signIns.handlers.add(token({ keep }))).toEqual(fails('sign-in.not-confirmed'));
      expect(person.asked).toHaveLength(1);
      expect(rowsOf(database)).toEqual([]);
      expect(await entries.get(INDEX)).toBeNull();
      expect(standin.requests.every(({ method }) => method === 'GET')).toBe(true);
    },
  );

  it('names only the first accounts, and says how many there are', async () => {
    const { signIns, standin, person } = await parts('unlocked', { accounts: 70 });
    valueOf(await signIns.handlers.add(token({ label: 'Shops' })));
    const names = [...standin.accounts.values()].slice(0, 3).map(({ name }) => name);
    expect(person.asked).toMatchObject([{ accounts: names, total: 70 }]);
  });

  it('asks even if Cloudflare does not list the accounts', async () => {
    const { signIns, database, person } = await parts('unlocked', { accountsEnabled: false });
    valueOf(await signIns.handlers.add(token()));
    expect(person.asked).toMatchObject([{ accounts: [], total: null }]);
    expect(rowsOf(database)[0]?.label).not.toBe('');
  });

  it('the same token twice is one sign-in, with the name and rights entered last', async () => {
    const { signIns, database, standin, entries, person } = await parts('unlocked', {
      tokens: [structuredClone(sampleToken), structuredClone(sampleNewToken)],
    });
    const first = await signIns.handlers.add(token({ label: 'First' }));
    standin.setToken(sampleToken.id, sampleReadOnlyToken.value);
    const rolled = token({ label: 'Second', key: sampleReadOnlyToken.value, readOnly: true });
    expect(await signIns.handlers.add(rolled)).toEqual(first);
    expect(rowsOf(database)).toMatchObject([{ label: 'Second', readOnly: 'chosen' }]);
    expect(person.asked).toEqual([question(sampleToken), question(sampleToken, null, true)]);
    expect(await entries.get(rowsOf(database)[0]!.id)).toBe(sampleReadOnlyToken.value);
    // Another token of the same person is another sign-in, and so is their key.
    valueOf(await signIns.handlers.add(token({ key: sampleNewToken.value })));
    valueOf(await signIns.handlers.add(entered()));
    expect(rowsOf(database).map(({ kind }) => kind)).toEqual(['token', 'token', 'key']);
  });

  it('knows its user if the token may ask for it', async () => {
    const { signIns, database } = await parts('unlocked', { tokens: [withUser(sampleToken)] });
    valueOf(await signIns.handlers.add(token()));
    expect(rowsOf(database)).toMatchObject([{ userId: sampleSignIn.userId, email: '' }]);
  });

  it.each([
    ['a key', sampleSignIn.key],
    ['a token that an account owns', sampleAccountToken.value],
    ['an organization id', 'a'.repeat(32)],
    ['nothing', ' '],
  ])('sends nothing if the input cannot be right: %s', async (_, key) => {
    const { signIns, standin, person } = await parts('none');
    expect(await signIns.handlers.add(token({ key }))).toEqual(fails('sign-in.invalid-input'));
    expect(standin.requests).toEqual([]);
    expect(person.asked).toEqual([]);
  });

  it.each([
    ['disabled', 'token.disabled'],
    ['expired', 'token.expired'],
  ] as const)('does not ask about a token that is %s', async (status, code) => {
    const { signIns, database, person } = await parts('unlocked', {
      tokens: [{ ...sampleToken, status }],
    });
    expect(await signIns.handlers.add(token())).toEqual(fails(code));
    expect(person.asked).toEqual([]);
    expect(rowsOf(database)).toEqual([]);
  });

  it('sends no further one after three that were not confirmed, unless the person lets it pass', async () => {
    const { signIns, database, standin, person } = await parts('unlocked');
    for (const last of ['x', 'y', 'z']) {
      const mistyped = token({ key: sampleToken.value.slice(0, -1) + last });
      expect(await signIns.handlers.add(mistyped)).toEqual(fails('token.unknown'));
    }
    standin.requests.length = 0;
    person.confirms = false;
    expect(await signIns.handlers.add(token())).toEqual(fails('sign-in.not-confirmed'));
    expect(standin.requests).toEqual([]);
    person.confirms = true;
    // The question returns after a pause of a second.
    await expect
      .poll(async () => (await signIns.handlers.add(token())).ok, { timeout: 5_000 })
      .toBe(true);
    expect(person.asked).toEqual([{ about: 'check' }, { about: 'check' }, question(sampleToken)]);
    expect(rowsOf(database)).toHaveLength(1);
  });

  it('adds a key that only reads, too', async () => {
    const { signIns, database } = await parts('unlocked');
    valueOf(await signIns.handlers.add(entered({ readOnly: true })));
    expect(rowsOf(database)).toMatchObject([{ kind: 'key', readOnly: 'chosen' }]);
  });
});

describe('a saved token', () => {
  /** Adds the sample token; the stand-in also knows `others`. */
  async function saved(...others: ApiToken[]) {
    const first = others.some(({ permissions }) => permissions.userDetails === 'read')
      ? withUser(sampleToken)
      : structuredClone(sampleToken);
    const harness = await parts('unlocked', { tokens: [first, ...others] });
    const { signInId } = valueOf(await harness.signIns.handlers.add(token({ label: 'Shops' })));
    harness.person.asked.length = 0;
    harness.standin.requests.length = 0;
    const replace = (key: string, keep: 'keychain' | 'session' = 'keychain') =>
      harness.signIns.handlers.replaceKey({ signInId, key, keep });
    return { ...harness, signInId, replace };
  }

  it('that was rolled is replaced without a question', async () => {
    const { database, standin, person, entries, signInId, replace } = await saved();
    standin.setToken(sampleToken.id, sampleNewToken.value);
    database.write(({ signIns }) => {
      signIns.put({ ...signIns.get(signInId)!, issue: { code: 'token.unknown' } });
      signIns.setReadOnly(signInId, 'refused');
    });
    expect(valueOf(await replace(sampleNewToken.value))).toMatchObject({
      id: signInId,
      label: 'Shops',
      issue: null,
      // The new value may write until Cloudflare refuses it.
      readOnly: null,
    });
    expect(person.asked).toEqual([]);
    expect(await entries.get(signInId)).toBe(sampleNewToken.value);
  });

  it('is replaced by no further one after three that were not confirmed, unless the person lets it pass', async () => {
    const other = structuredClone(sampleNewToken);
    const { standin, person, replace } = await saved(other);
    for (const last of ['x', 'y', 'z']) {
      const mistyped = sampleToken.value.slice(0, -1) + last;
      expect(await replace(mistyped)).toEqual(fails('token.unknown'));
    }
    standin.requests.length = 0;
    person.confirms = false;
    expect(await replace(other.value)).toEqual(fails('sign-in.not-confirmed'));
    expect(person.asked).toEqual([{ about: 'check' }]);
    expect(standin.requests).toEqual([]);
  });

  it('is replaced by another one only after a question about its accounts', async () => {
    const other = structuredClone(sampleNewToken);
    const { database, person, entries, signInId, replace } = await saved(other);
    person.confirms = false;
    expect(await replace(other.value)).toEqual(fails('sign-in.not-confirmed'));
    expect(person.asked).toEqual([question(other, 'Shops')]);
    expect(rowsOf(database)).toMatchObject([{ tokenId: sampleToken.id }]);
    expect(await entries.get(signInId)).toBe(sampleToken.value);
  });

  it('keeps its id and its chosen rights when another one replaces it', async () => {
    const other = { ...structuredClone(sampleNewToken), expiresOn: EXPIRY };
    const { signIns, database, person, entries, signInId, replace } = await saved(other);
    valueOf(await signIns.handlers.setReadOnly({ signInId, readOnly: true }));
    valueOf(await replace(other.value));
    expect(person.asked).toMatchObject([{ tokenId: other.id, readOnly: true }]);
    expect(rowsOf(database)).toMatchObject([
      { id: signInId, tokenId: other.id, expiresAt: Date.parse(EXPIRY), readOnly: 'chosen' },
    ]);
    expect(await entries.get(signInId)).toBe(other.value);
  });

  it('is not replaced by the token of another user, if both users are known', async () => {
    const other = withUser(sampleNewToken, OTHER_USER);
    const second = { email: 'second@brightwater.example', key: 'd'.repeat(37), userId: OTHER_USER };
    const harness = await parts('unlocked', {
      signIns: [sampleSignIn, second],
      tokens: [withUser(sampleToken), other],
    });
    const { signInId } = valueOf(await harness.signIns.handlers.add(token()));
    harness.person.asked.length = 0;
    const request = { signInId, key: other.value, keep: 'keychain' } as const;
    expect(await harness.signIns.handlers.replaceKey(request)).toEqual(fails('sign-in.other-user'));
    expect(harness.person.asked).toEqual([]);
    expect(await harness.entries.get(signInId)).toBe(sampleToken.value);
  });

  it('is not replaced by a key', async () => {
    const { standin, replace } = await saved();
    expect(await replace(sampleSignIn.key)).toEqual(fails('sign-in.invalid-input'));
    expect(standin.requests).toEqual([]);
  });

  it('has no email that could be changed', async () => {
    const { signIns, standin, person, signInId } = await saved();
    const request = { signInId, email: 'office@brightwater.example' };
    expect(await signIns.handlers.changeEmail(request)).toEqual(fails('sign-in.wrong-kind'));
    expect(person.asked).toEqual([]);
    expect(standin.requests).toEqual([]);
  });

  it('becomes read-only and writes again as the person wants, without a request', async () => {
    const { signIns, database, standin, published, signInId } = await saved();
    published.clear();
    const set = (readOnly: boolean) => signIns.handlers.setReadOnly({ signInId, readOnly });
    expect(valueOf(await set(true))).toMatchObject({ id: signInId, readOnly: 'chosen' });
    expect(published.signIns).toContain(signInId);
    // What the person chose stays when a write is refused or works.
    signIns.report(signInId, { code: 'sign-in.read-only' });
    signIns.writeSucceeded(signInId);
    expect(rowsOf(database)).toMatchObject([{ readOnly: 'chosen', issue: null }]);
    expect(valueOf(await set(false)).readOnly).toBeNull();
    signIns.report(signInId, { code: 'sign-in.read-only' });
    expect(rowsOf(database)).toMatchObject([{ readOnly: 'refused', issue: null }]);
    signIns.writeSucceeded(signInId);
    expect(rowsOf(database)).toMatchObject([{ readOnly: null }]);
    expect(standin.requests).toEqual([]);
    const unknown = { signInId: 'f'.repeat(16), readOnly: true };
    expect(await signIns.handlers.setReadOnly(unknown)).toEqual(fails('sign-in.not-found'));
  });

  it('is checked with its verification, and learns when it expires', async () => {
    const { signIns, database, standin, signInId } = await saved();
    standin.tokens[0]!.expiresOn = EXPIRY;
    const checked = valueOf(await signIns.handlers.check({ signInId }));
    expect(checked).toMatchObject({ issue: null, expiresAt: Date.parse(EXPIRY) });
    standin.tokens[0]!.status = 'disabled';
    expect(valueOf(await signIns.handlers.check({ signInId }))).toMatchObject({
      issue: { code: 'token.disabled' },
    });
    expect(rowsOf(database)).toMatchObject([{ issue: { code: 'token.disabled' } }]);
  });
});
