/** API tokens and read-only sign-ins in the tab *Sign-ins* of Settings. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { expect, it } from 'vitest';
import SettingsScreen from '../../../src/renderer/features/settings/SettingsScreen.svelte';
import { failed, success, type Result } from '../../../src/shared/result';
import type { SignIn } from '../../../src/shared/sign-in';
import { descriptionOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import { KEY, signIn, signInId } from '../samples';

const TOKEN = `cfut_${'a'.repeat(48)}`;
const DAY_MS = 86_400_000;
const BRANCHES = signIn(1, 'Branches', { kind: 'token', email: '', organizations: 2 });

async function show(signIns: SignIn[], fake = new FakeApi()) {
  fake.answer('signIns', 'list', () => success(signIns));
  const { state, context } = await fake.loadedState();
  state.navigation.settings();
  render(SettingsScreen, { context });
  return { fake, state };
}

const card = (name = 'Branches') => within(screen.getByRole('group', { name }));
const textOf = (name = 'Branches') => screen.getByRole('group', { name }).textContent;
/** Chooses an action of the menu of the sign-in. */
async function choose(action: string): Promise<void> {
  await userEvent.click(card().getByRole('button', { name: /^More actions for / }));
  await userEvent.click(await screen.findByRole('menuitem', { name: action }));
}
const readOnlyBox = () => card().getByRole<HTMLInputElement>('checkbox', { name: 'Read-only' });

it('shows a token as such, with its accounts and without an email', async () => {
  await show([BRANCHES]);
  card().getByText('API token');
  card().getByRole('button', { name: '2 accounts' });
  card().getByRole('button', { name: 'Find new accounts' });
  await userEvent.click(card().getByRole('button', { name: 'More actions for Branches' }));
  await screen.findByRole('menuitem', { name: 'Rename' });
  expect(screen.getAllByRole('menuitem').map((item) => item.textContent.trim())).toEqual([
    'Rename',
    'Replace token',
    'Remove sign-in',
  ]);
});

it('shows when a token expires, with a notice in the last week and after', async () => {
  const now = Date.now();
  const expiring = (n: number, label: string, days: number) =>
    signIn(n, label, { kind: 'token', email: '', expiresAt: now + days * DAY_MS });
  await show([
    expiring(1, 'Later', 8),
    expiring(2, 'Soon', 6),
    expiring(3, 'Over', -2),
    { ...expiring(4, 'Refused', -2), issue: { code: 'token.expired' } },
  ]);
  expect(textOf('Later')).toMatch(/Expires on .*20\d\d/);
  expect(textOf('Later')).not.toContain('Ask your IT colleague');
  expect(textOf('Soon')).toMatch(
    /Expires on .*20\d\d ?Ask your IT colleague for a new one before then\./,
  );
  expect(textOf('Over')).toMatch(
    /Expired on .*20\d\d ?Ask your IT colleague for a new one\. Until then/,
  );
  for (const name of ['Soon', 'Over']) expect(textOf(name).match(/expire/gi)).toHaveLength(1);
  expect(textOf('Refused')).toContain('This API token has expired.');
  expect(textOf('Refused')).not.toContain('Expired on');
});

it.each([
  ['chosen', 0],
  ['refused', 1],
] as const)(
  'shows that a sign-in is read-only, and why unless the person chose it: %s',
  async (readOnly, reasons) => {
    await show([{ ...BRANCHES, readOnly }]);
    const reason = 'Read-only: the token cannot change profiles';
    expect(card().queryAllByText(reason)).toHaveLength(reasons);
    expect(card().getAllByText(/^Read-only/)).toHaveLength(1 + reasons);
    expect(readOnlyBox().checked).toBe(true);
  },
);

it.each([
  ['refused', 1, '1 change waits for a token that can change profiles.', 1],
  ['refused', 3, '3 changes wait for a token that can change profiles.', 1],
  ['chosen', 1, 'Nothing is sent until you untick “Read-only”.', 0],
] as const)(
  'does not say that a sign-in works whose changes wait because it only reads: %s, %i',
  async (readOnly, waiting, text, offers) => {
    const { fake } = await show([{ ...BRANCHES, readOnly, waiting, checkedAt: Date.now() }]);
    card().getByText(text);
    expect(textOf()).toContain('Works for reading, checked just now');
    expect(textOf()).not.toMatch(/Works,/);
    expect(card().queryAllByRole('button', { name: 'Replace token' })).toHaveLength(offers);
    // One that may write by now, or for which nothing waits, works.
    fake.emit('signInsChanged', [{ ...BRANCHES, readOnly, waiting: 0, checkedAt: Date.now() }]);
    await waitFor(() => expect(textOf()).toContain('Works, checked just now'));
    expect(card().queryByText(text)).toBeNull();
  },
);

it('says in the notice about its expiry what has not been sent, and replaces the token there', async () => {
  const expiresAt = Date.now() + 2 * DAY_MS;
  await show([
    { ...BRANCHES, expiresAt, waiting: 1 },
    signIn(2, 'Reads', { kind: 'token', email: '', expiresAt, waiting: 2, readOnly: 'refused' }),
  ]);
  expect(textOf()).toContain('nothing is checked or sent. 1\u00a0change is waiting.');
  expect(textOf('Reads')).toContain('2\u00a0changes are waiting.');
  // A new token with the same rights could not send them either.
  card('Reads').getByText('Read-only: the token cannot change profiles');
  await userEvent.click(card('Reads').getByRole('button', { name: 'Replace token' }));
  screen.getByRole('dialog', { name: 'Replace token' });
});

it('offers no other token for a sign-in that is being removed', async () => {
  const removing = { ...BRANCHES, state: 'removing', waiting: 1, readOnly: 'refused' } as const;
  await show([removing, { ...removing, id: signInId(2), label: 'Soon', expiresAt: Date.now() }]);
  for (const name of ['Branches', 'Soon'])
    expect(card(name).queryByRole('button', { name: 'Replace token' })).toBeNull();
  expect(textOf()).not.toContain('waits for a token');
});

it('changes whether a sign-in is read-only, and reverts that if it fails', async () => {
  const answer = deferred<Result<SignIn>>();
  const { fake } = await show([BRANCHES], new FakeApi());
  fake.answer('signIns', 'setReadOnly', () => answer.promise);
  await userEvent.click(readOnlyBox());
  expect(readOnlyBox().checked).toBe(true);
  expect(fake.requests('signIns.setReadOnly')).toEqual([{ signInId: signInId(1), readOnly: true }]);
  answer.resolve(success({ ...BRANCHES, readOnly: 'chosen' }));
  await answer.promise;
  // Until the list is replaced, the box stays as chosen.
  await waitFor(() => expect(readOnlyBox().checked).toBe(true));
  fake.emit('signInsChanged', [{ ...BRANCHES, readOnly: 'chosen' }]);
  await tick();

  fake.answer('signIns', 'setReadOnly', () => failed('database.busy'));
  await userEvent.click(readOnlyBox());
  await card().findByRole('alert');
  expect(readOnlyBox().checked).toBe(true);
});

it('changes whether a sign-in is read-only as often as that is pressed, one after the other', async () => {
  const { fake } = await show([BRANCHES], new FakeApi());
  let current: SignIn = BRANCHES;
  fake.answer('signIns', 'setReadOnly', ({ readOnly }) => {
    current = { ...BRANCHES, readOnly: readOnly ? 'chosen' : null };
    return success(current);
  });
  const release = fake.hold('signIns.setReadOnly');
  await userEvent.click(readOnlyBox());
  await userEvent.click(readOnlyBox());
  release();
  await waitFor(() => expect(fake.requests('signIns.setReadOnly')).toHaveLength(2));
  expect(fake.requests('signIns.setReadOnly')).toMatchObject([
    { readOnly: true },
    { readOnly: false },
  ]);
  fake.emit('signInsChanged', [current]);
  await waitFor(() => expect(readOnlyBox().checked).toBe(false));
});

it('of several presses while a sign-in is set to read-only, stores the last one', async () => {
  const { fake } = await show([BRANCHES], new FakeApi());
  fake.answer('signIns', 'setReadOnly', ({ readOnly }) =>
    success({ ...BRANCHES, readOnly: readOnly ? 'chosen' : null }),
  );
  const release = fake.hold('signIns.setReadOnly');
  for (let press = 0; press < 3; press += 1) await userEvent.click(readOnlyBox());
  release();
  await waitFor(() => expect(fake.requests('signIns.setReadOnly')).toHaveLength(2));
  expect(fake.requests('signIns.setReadOnly')).toMatchObject([
    { readOnly: true },
    { readOnly: true },
  ]);
  expect(readOnlyBox().checked).toBe(true);
});

it('replaces a token, with what is wrong beside its field', async () => {
  const { fake } = await show([BRANCHES]);
  fake.answer('signIns', 'replaceKey', () => failed('token.disabled'));
  await choose('Replace token');
  const dialog = within(screen.getByRole('dialog', { name: 'Replace token' }));
  const field = dialog.getByLabelText<HTMLInputElement>('API token', { selector: 'input' });
  await userEvent.type(field, `${KEY}{Enter}`);
  expect(descriptionOf(field)).toContain('This sign-in needs an API token');
  expect(fake.requests('signIns.replaceKey')).toEqual([]);
  await userEvent.clear(field);
  await userEvent.type(field, `${TOKEN}{Enter}`);
  await waitFor(() => expect(descriptionOf(field)).toContain('is disabled at Cloudflare'));
  expect(dialog.queryByRole('alert')).toBeNull();
  expect(field.value).toBe(TOKEN);

  fake.answer('signIns', 'replaceKey', () => failed('sign-in.not-confirmed'));
  await userEvent.type(field, '{Enter}');
  await dialog.findByText(/You did not confirm this token/);
  expect(field.value).toBe(TOKEN);
  fake.answer('signIns', 'replaceKey', () => failed('sign-in.other-user'));
  await userEvent.type(field, '{Enter}');
  await dialog.findByText(/This token belongs to another Cloudflare user/);
  fake.answer('signIns', 'replaceKey', () => success(BRANCHES));
  await userEvent.type(field, '{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('speaks of token and accounts when it asks before removing', async () => {
  await show([BRANCHES]);
  await choose('Remove sign-in');
  const dialog = within(screen.getByRole('dialog'));
  dialog.getByText(/“Branches” and its token will be removed/);
  dialog.getByText(/2 accounts use it\./);
});
