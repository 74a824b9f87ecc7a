/** The banner about sign-ins that do not work. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import AddScreen from '../../../src/renderer/features/add/AddScreen.svelte';
import Banners from '../../../src/renderer/features/banners/Banners.svelte';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/result';
import type { SignIn } from '../../../src/shared/sign-in';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { change, ENTRY_ID, view } from '../organization/samples';
import { KEY, signIn, signInId } from '../samples';

async function show(signIns: SignIn[], fake = new FakeApi()) {
  fake.answer('signIns', 'list', () => success(signIns));
  const { state, context } = await fake.loadedState();
  render(Banners, { context });
  return { fake, state, context };
}

const broken = (n: number, code: FailureCode, more: Partial<SignIn> = {}) =>
  signIn(n, `Branch ${n}`, { issue: { code }, ...more });
const region = () => screen.queryByRole('region', { name: 'Sign-ins that need your attention' });
const buttons = () =>
  within(region()!)
    .getAllByRole('button')
    .map((button) => button.textContent.trim())
    .filter((label) => label !== 'Details');

it('shows the problem, the waiting changes and the action, and disappears when it works again', async () => {
  const { fake } = await show([
    signIn(1, 'Fine'),
    broken(2, 'sign-in.unknown', { waiting: 2 }),
    broken(3, 'sign-in.unknown', { state: 'removing' }),
  ]);
  expect(textOf(region()!)).toMatch(
    /The sign-in “Branch 2” stopped working: Cloudflare does not recognize this email and key\..*2 changes are waiting\./,
  );
  expect(textOf(region()!)).not.toMatch(/Fine|Branch 3/);
  expect(buttons()).toEqual(['Replace key']);
  // The page's only status region shows the outcome of a change, and a banner must not take the focus.
  expect(screen.queryByRole('status')).toBeNull();
  expect(document.activeElement).toBe(document.body);
  fake.emit('signInsChanged', [signIn(1, 'Fine'), signIn(2, 'Branch 2')]);
  await waitFor(() => expect(region()).toBeNull());
});

it('says nothing of the keychain while the system asks for its password', async () => {
  const { fake } = await show([broken(1, 'keychain.locked'), broken(2, 'sign-in.unknown')]);
  expect(textOf(region()!)).toContain('keychain is locked');
  fake.emit('bannersChanged', [{ kind: 'keychain-asking' }]);
  await waitFor(() => expect(textOf(region()!)).not.toContain('keychain is locked'));
  expect(textOf(region()!)).toContain('Branch 2');
  fake.emit('bannersChanged', []);
  await waitFor(() => expect(textOf(region()!)).toContain('keychain is locked'));
});

it('says nothing of the keychain while the form for a new sign-in says it itself, and only then', async () => {
  const fake = new FakeApi().answer('signIns', 'canStoreKey', () => failed('keychain.locked'));
  const all = [broken(1, 'keychain.locked'), broken(2, 'sign-in.unknown')];
  const { state, context } = await show(all, fake);
  state.navigation.add();
  const page = render(AddScreen, { context });
  const choose = (name: string) => userEvent.click(screen.getByRole('radio', { name }));
  // The page knows of a new sign-in only.
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Branch 1' }).checked).toBe(true);
  expect(textOf(region()!)).toContain('keychain is locked');
  await choose('API token');
  await screen.findByRole('checkbox', { name: 'Keep the token for this session only' });
  await waitFor(() => expect(textOf(region()!)).not.toContain('keychain is locked'));
  expect(textOf(region()!)).toContain('Branch 2');
  await choose('Branch 1');
  await waitFor(() => expect(textOf(region()!)).toContain('keychain is locked'));
  await choose('API token');
  await waitFor(() => expect(textOf(region()!)).not.toContain('keychain is locked'));
  page.unmount();
  await waitFor(() => expect(textOf(region()!)).toContain('keychain is locked'));
});

it('says that the keychain is locked where a sign-in is added, as long as it can store its key', async () => {
  const fake = new FakeApi().answer('signIns', 'canStoreKey', () => success(null));
  const { state, context } = await show(
    [1, 2].map((n) => broken(n, 'keychain.locked')),
    fake,
  );
  state.navigation.add();
  render(AddScreen, { context });
  await userEvent.click(screen.getByRole('radio', { name: 'API token' }));
  await waitFor(() => expect(fake.requests('signIns.canStoreKey')).toHaveLength(1));
  expect(textOf(region()!)).toContain('keychain is locked');
});

it('says how many organizations or accounts a sign-in concerns, in one message', async () => {
  const { fake } = await show([broken(1, 'sign-in.unknown', { organizations: 2_300, waiting: 2 })]);
  expect(textOf(region()!)).toMatch(/2,300 organizations use it\. 2 changes are waiting\./);
  expect(within(region()!).getAllByRole('button', { name: 'Replace key' })).toHaveLength(1);
  fake.emit('signInsChanged', [
    broken(1, 'sign-in.unknown', { organizations: 26, kind: 'token', email: '' }),
  ]);
  await waitFor(() => expect(textOf(region()!)).toContain('26 accounts use it.'));
  // A number that says nothing is not shown.
  fake.emit('signInsChanged', [broken(1, 'sign-in.unknown', { organizations: 1 })]);
  await waitFor(() => expect(textOf(region()!)).not.toMatch(/use it|uses it/));
  const locked = [1, 2].map((n) => broken(n, 'keychain.locked', { organizations: 1_000 }));
  fake.emit('signInsChanged', locked);
  await waitFor(() => expect(textOf(region()!)).toContain('2,000 organizations use them.'));
  const many = [1, 2, 3].map((n) => broken(n, 'sign-in.unknown', { organizations: 10 }));
  fake.emit('signInsChanged', many);
  await waitFor(() => expect(textOf(region()!)).toContain('30 organizations use them.'));
});

it('replaces the key in a dialog, without leaving the page', async () => {
  const fake = new FakeApi().answer('signIns', 'replaceKey', () => success(signIn(2, 'Branch 2')));
  await show([broken(2, 'keychain.lost')], fake);
  await userEvent.click(screen.getByRole('button', { name: 'Replace key' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Replace key' }));
  // The dialog stays open when the sign-in recovers in the meantime.
  fake.emit('signInsChanged', [signIn(2, 'Branch 2')]);
  await waitFor(() => expect(region()).toBeNull());
  await userEvent.type(dialog.getByLabelText('Global API Key'), `${KEY}{Enter}`);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('signIns.replaceKey')).toEqual([
    { signInId: signInId(2), key: KEY, keep: 'keychain' },
  ]);
});

it('shows one message for a keychain problem, however many sign-ins it affects, and checks one of them', async () => {
  const all = [1, 2, 3, 4].map((n) => broken(n, 'keychain.locked', { waiting: n }));
  const fake = new FakeApi().answer('signIns', 'check', () => failed('network.unreachable'));
  await show(all, fake);
  expect(textOf(region()!)).toMatch(
    /^\s*This computer’s keychain is locked\..*10 changes are waiting for them\./,
  );
  expect(buttons()).toEqual(['Try again']);
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByText(/The sign-in could not be checked: Cloudflare cannot be reached/);

  expect(fake.requests('signIns.check')).toEqual([{ signInId: signInId(1) }]);
});

it.each<[FailureCode, string]>([
  ['sign-in.refused', 'Replace key'],
  ['keychain.lost', 'Replace key'],
  ['keychain.unavailable', 'Try again'],
  ['keychain.timed-out', 'Try again'],
  ['sign-in.not-permitted', 'Try again'],
])('offers for %s: %s', async (code, button) => {
  await show([broken(1, code)]);
  expect(buttons()).toEqual([button]);
});

it('collapses three or more sign-ins into one line that leads to Settings', async () => {
  const all = [1, 2, 3, 4, 5].map((n) => broken(n, 'sign-in.unknown', { waiting: 1 }));
  const { fake } = await show(all.slice(0, 2));
  expect(buttons()).toEqual(['Replace key', 'Replace key']);
  fake.emit('signInsChanged', all);
  await waitFor(() => expect(buttons()).toEqual(['Show sign-ins']));
  expect(textOf(region()!)).toMatch(
    /5 sign-ins do not work: Branch 1, Branch 2, Branch 3, and 2 more\..*5 changes are waiting for them\./,
  );
});

it('is not above the page that says why its change waits', async () => {
  const issue = { code: 'sign-in.unknown' as const };
  const down = broken(2, 'sign-in.unknown', { waiting: 2 });
  const paused = change({ business_phone: '1' }, { state: 'paused', failure: issue });
  const fake = new FakeApi().answer('organizations', 'open', () =>
    success(view({ signIn: down, change: paused })),
  );
  const { state } = await show([down], fake);
  expect(textOf(region()!)).toContain('Cloudflare does not recognize this email and key.');
  state.navigation.openOrganization(ENTRY_ID);
  await waitFor(() => expect(region()).toBeNull());
  // Other pages do not show the reason.
  state.navigation.add();
  await waitFor(() => expect(textOf(region()!)).toContain('Cloudflare does not recognize'));
});

it('is hidden while the list of sign-ins is shown', async () => {
  const { state } = await show([1, 2, 3].map((n) => broken(n, 'sign-in.unknown')));
  await userEvent.click(screen.getByRole('button', { name: 'Show sign-ins' }));
  expect(state.navigation.screen).toBe('settings');
  await waitFor(() => expect(region()).toBeNull());
  state.navigation.settings('about');
  await waitFor(() => expect(region()).not.toBeNull());
});

it('says nothing on the page of an organization that uses another sign-in', async () => {
  const own = broken(1, 'sign-in.unknown');
  const fake = new FakeApi();
  fake.answer('signIns', 'list', () => success([own, broken(2, 'sign-in.unknown')]));
  fake.answer('organizations', 'open', () => success(view({ signIn: own })));
  const { state, context } = await fake.loadedState();
  render(Banners, { context });
  await waitFor(() => expect(textOf(region()!)).toContain('Branch 2'));
  state.navigation.openOrganization(ENTRY_ID);
  await waitFor(() => expect(textOf(region()!)).not.toContain('Branch 2'));
  expect(textOf(region()!)).toContain('Branch 1');
});
