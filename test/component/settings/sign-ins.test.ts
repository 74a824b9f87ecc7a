/** The *Sign-ins* tab in Settings: the status of each sign-in and its actions. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import SettingsScreen from '../../../src/renderer/features/settings/SettingsScreen.svelte';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { failed, success } from '../../../src/shared/result';
import type { SignIn } from '../../../src/shared/sign-in';
import { descriptionOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import { KEY, signIn, signInId } from '../samples';

async function show(signIns: SignIn[], fake = new FakeApi()) {
  fake.answer('signIns', 'list', () => success(signIns));
  const { state, context } = await fake.loadedState();
  state.navigation.settings();
  render(SettingsScreen, { context });
  return { fake, state };
}

const card = (name: string) => within(screen.getByRole('group', { name }));
const dialog = (name: string) => within(screen.getByRole('dialog', { name }));
/** Presses a button, or chooses an item of the menu of a card. */
async function press(container: ReturnType<typeof within>, name: string): Promise<void> {
  const button = container.queryByRole('button', { name });
  if (button) return userEvent.click(button);
  await userEvent.click(container.getByRole('button', { name: /^More actions for / }));
  await userEvent.click(await screen.findByRole('menuitem', { name }));
}

const HEAD = signIn(1, 'Head office', { organizations: 3, waiting: 2, checkedAt: Date.now() });
const BROKEN: SignIn = { ...HEAD, issue: { code: 'sign-in.unknown' } };

it('shows the status of each sign-in, its organizations and its waiting changes', async () => {
  await show([
    HEAD,
    signIn(2, 'Vienna', {
      issue: { code: 'sign-in.unknown' },
      issueSince: new Date(2026, 10, 12, 14, 5).getTime(),
      checkedAt: Date.now(),
    }),
    signIn(3, 'New'),
    signIn(4, 'For today', { state: 'session-only', issue: { code: 'keychain.lost' } }),
    signIn(5, 'Going', { state: 'removing' }),
    signIn(6, 'Partner', { organizations: 10_000, waiting: 1_234 }),
  ]);
  const text = (name: string) => screen.getByRole('group', { name }).textContent;
  expect(text('Head office')).toMatch(
    /sign-in1@example\.com.*Works, checked just now.*3 organizations.*2 changes waiting/s,
  );
  expect(text('Partner')).toMatch(/10,000 organizations.*1,234 changes waiting/s);
  expect(text('Vienna')).toMatch(
    /Not working since .*12.*2026.*(14:05|2:05).*, last checked just now.*No organizations/s,
  );
  card('Vienna').getByText('Cloudflare does not recognize this email and key.');
  expect(text('New')).toMatch(/Not checked yet/);
  card('For today').getByText('For this session only');
  card('For today').getByText('Its key was kept for the previous session only.');
  expect(text('Going')).toMatch(/Being removed/);
  const names = (name: string) =>
    card(name)
      .getAllByRole('button')
      .map((button) => button.getAttribute('aria-label') ?? button.textContent.trim())
      .filter((label) => !/^(Details|\d+ organizations?|Find new organizations)$/.test(label));
  expect(names('Head office')).toEqual(['Check', 'More actions for Head office']);
  expect(names('Vienna')).toEqual(['Check', 'More actions for Vienna', 'Replace key']);
  expect(names('Going')).toEqual(['Remove sign-in']);
});

it('checks a sign-in, and shows a failure that the sign-in did not cause', async () => {
  const answer = deferred<ReturnType<typeof failed>>();
  const fake = new FakeApi().answer('signIns', 'check', () => answer.promise);
  await show([HEAD], fake);
  await press(card('Head office'), 'Check');
  expect(card('Head office').getByRole('button', { name: 'Check' }).getAttribute('aria-busy')).toBe(
    'true',
  );
  answer.resolve(failed('network.unreachable'));
  await card('Head office').findByText('Cloudflare cannot be reached from this computer.');
  expect(fake.requests('signIns.check')).toEqual([{ signInId: signInId(1) }]);
});

it('renames a sign-in starting from its current name, and rejects an empty name', async () => {
  const fake = new FakeApi().answer('signIns', 'rename', () => success(HEAD));
  await show([HEAD], fake);
  await press(card('Head office'), 'Rename');
  const name = dialog('Rename').getByRole<HTMLInputElement>('textbox', {
    name: 'Name for this sign-in',
  });
  expect(name.value).toBe('Head office');
  await userEvent.clear(name);
  await userEvent.keyboard('  {Enter}');
  expect(descriptionOf(name)).toContain('Enter a name');
  expect(fake.requests('signIns.rename')).toEqual([]);
  await userEvent.clear(name);
  await userEvent.type(name, ' Filiale Köln {Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('signIns.rename')).toEqual([
    { signInId: signInId(1), label: 'Filiale Köln' },
  ]);
});

it('changes the email, and shows why an email was rejected', async () => {
  const fake = new FakeApi().answer('signIns', 'changeEmail', () => failed('sign-in.unknown'));
  await show([HEAD], fake);
  await press(card('Head office'), 'Change email');
  const email = dialog('Change email').getByRole('textbox', { name: 'Account email' });
  await userEvent.clear(email);
  await userEvent.type(email, 'office{Enter}');
  expect(descriptionOf(email)).toContain('This is not an email address.');
  expect(fake.requests('signIns.changeEmail')).toEqual([]);
  await userEvent.type(email, '@example.com{Enter}');
  await dialog('Change email').findByText(
    'Cloudflare does not recognize office@example.com with the saved key.',
  );
  fake.answer('signIns', 'changeEmail', () => failed('sign-in.other-user'));
  await press(dialog('Change email'), 'Change email');
  await dialog('Change email').findByText(/belongs to another Cloudflare user/);
  fake.answer('signIns', 'changeEmail', () => success(HEAD));
  await press(dialog('Change email'), 'Change email');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it.each([
  ['Change email', 'Account email', 'office@example.com', 'changeEmail'],
  ['Replace key', 'Global API Key', KEY, 'replaceKey'],
] as const)(
  'leaves the dialog open that was opened after “%s” was canceled while it was checking',
  async (action, label, text, call) => {
    const answer = deferred<ReturnType<typeof success<SignIn>>>();
    const fake = new FakeApi().answer('signIns', call, () => answer.promise);
    await show([BROKEN], fake);
    await press(card('Head office'), action);
    const field = dialog(action).getByLabelText<HTMLInputElement>(label);
    await userEvent.clear(field);
    await userEvent.type(field, `${text}{Enter}`);
    await waitFor(() => expect(fake.requests(`signIns.${call}`)).toHaveLength(1));
    await press(dialog(action), 'Cancel');
    await press(card('Head office'), 'Rename');
    const name = dialog('Rename').getByRole<HTMLInputElement>('textbox');
    answer.resolve(success(HEAD));
    await userEvent.type(name, ' West');
    expect(dialog('Rename').getByRole('textbox')).toBe(name);
    expect(name.value).toBe('Head office West');
  },
);

it('replaces the key: validates it, and keeps it selected in its field when it is refused', async () => {
  const answer = deferred<ReturnType<typeof failed>>();
  const fake = new FakeApi().answer('signIns', 'replaceKey', () => answer.promise);
  await show([BROKEN], fake);
  const user = userEvent.setup();
  await press(card('Head office'), 'Replace key');
  const key = dialog('Replace key').getByLabelText<HTMLInputElement>('Global API Key');
  expect(key.type).toBe('password');
  await waitFor(() => expect(document.activeElement).toBe(key));
  await user.type(key, `cfut_${'a'.repeat(40)}{Enter}`);
  expect(descriptionOf(key)).toContain('This is an API token.');
  expect(fake.requests('signIns.replaceKey')).toEqual([]);

  await user.clear(key);
  await user.type(key, `${KEY}{Enter}`);
  expect(key.value).toBe(KEY);
  dialog('Replace key').getByText('Checking with Cloudflare…');
  answer.resolve(failed('sign-in.unknown'));
  await dialog('Replace key').findByText('Cloudflare does not recognize this key with this email.');
  expect(key.value).toBe(KEY);
  expect(document.activeElement).toBe(key);

  fake.answer('signIns', 'replaceKey', () => failed('sign-in.other-user'));
  // What is typed or pasted next replaces it.
  await user.keyboard(`${KEY}{Enter}`);
  await dialog('Replace key').findByText(/This key belongs to another Cloudflare user/);
  fake.answer('signIns', 'replaceKey', () => success(HEAD));
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('signIns.replaceKey')).toEqual(
    Array.from({ length: 3 }, () => ({ signInId: signInId(1), key: KEY, keep: 'keychain' })),
  );
});

it('offers to keep the new key for this session where the keychain cannot store it', async () => {
  const fake = new FakeApi()
    .answer('signIns', 'canStoreKey', () => failed('keychain.locked'))
    .answer('signIns', 'replaceKey', () => success(HEAD));
  const shown = vi.spyOn(Element.prototype, 'scrollIntoView');
  await show([BROKEN], fake);
  await press(card('Head office'), 'Replace key');
  await dialog('Replace key').findByText('This computer’s keychain is locked.');
  // The dialog stays as high as it was, so the choice may appear below its end.
  await waitFor(() => expect(shown).toHaveBeenCalledWith({ block: 'nearest' }));
  shown.mockRestore();
  const key = dialog('Replace key').getByLabelText<HTMLInputElement>('Global API Key');
  await userEvent.type(key, `${KEY}{Enter}`);
  const session = dialog('Replace key').getByRole('checkbox', {
    name: 'Keep the key for this session only',
  });
  await waitFor(() => expect(document.activeElement).toBe(session));
  expect(key.value).toBe(KEY);
  await userEvent.click(session);
  await press(dialog('Replace key'), 'Replace key');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('signIns.replaceKey')).toEqual([
    { signInId: signInId(1), key: KEY, keep: 'session' },
  ]);
});

it('shows why the keychain did not store the key, next to the choice', async () => {
  const fake = new FakeApi().answer('signIns', 'replaceKey', () => failed('keychain.not-stored'));
  await show([BROKEN], fake);
  await press(card('Head office'), 'Replace key');
  await userEvent.type(dialog('Replace key').getByLabelText('Global API Key'), `${KEY}{Enter}`);
  await dialog('Replace key').findByText('This computer’s keychain could not be changed.');
  const session = dialog('Replace key').getByRole('checkbox', {
    name: 'Keep the key for this session only',
  });
  await waitFor(() => expect(document.activeElement).toBe(session));
});

it('removes a sign-in after a confirmation that lists its organizations and waiting changes', async () => {
  const fake = new FakeApi().answer('signIns', 'remove', () => failed('keychain.locked'));
  await show([HEAD, signIn(2, 'Unused')], fake);
  await press(card('Unused'), 'Remove sign-in');
  expect(screen.getByRole('dialog').textContent).not.toMatch(/uses? it|reached/);
  await press(dialog('Remove sign-in'), 'Cancel');

  await press(card('Head office'), 'Remove sign-in');
  const question = dialog('Remove sign-in');
  // A native dialog focuses the element with autofocus.
  expect(question.getByRole<HTMLButtonElement>('button', { name: 'Cancel' }).autofocus).toBe(true);
  question.getByText(/3 organizations use it\. They stay/);
  question.getByText(/2 changes have not reached Cloudflare yet\. They are kept/);
  expect(fake.requests('signIns.remove')).toEqual([]);
  await press(question, 'Remove');
  expect(fake.requests('signIns.remove')).toEqual([{ signInId: signInId(1) }]);
  await card('Head office').findByText('This computer’s keychain is locked.');
});

it('focuses the sign-in that Settings was opened for', async () => {
  const { state } = await show([signIn(1, 'Head office'), signIn(2, 'Vienna')]);
  state.navigation.settings('sign-ins', signInId(2));
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Vienna' })),
  );
  expect(state.navigation.targetSignIn).toBeNull();
});

it('filters the list to the organizations of a sign-in', async () => {
  const { state } = await show([HEAD]);
  state.organizations.query.search = 'bright';
  state.organizations.query.filter = 'changes';
  await press(card('Head office'), '3 organizations');
  expect(state.organizations.query.value).toEqual({ ...WHOLE_LIST, signIn: signInId(1) });
  expect(state.navigation.screen).toBe('none');
});

it('leads to adding a sign-in, and to new organizations of a saved one', async () => {
  const { state } = await show([HEAD]);
  await press(card('Head office'), 'Find new organizations');
  expect(state.navigation.screen).toBe('add');
  expect(state.navigation.addStart).toEqual({ kind: 'find-new', signInId: signInId(1) });
  await userEvent.click(screen.getByRole('button', { name: 'Add a sign-in' }));
  expect(state.navigation.addStart).toEqual({ kind: 'new-sign-in' });
});

it('says that there are no sign-ins yet, with a button to add one', async () => {
  await show([]);
  screen.getByText(/There are no sign-ins yet/);
  screen.getByRole('button', { name: 'Add a sign-in' });
});

it('filters no more once too few sign-ins for a filter are left', async () => {
  const many = Array.from({ length: 8 }, (_, n) => signIn(n + 1, `Branch ${n + 1}`));
  const { fake } = await show(many);
  await userEvent.type(screen.getByRole('searchbox', { name: 'Filter sign-ins' }), 'branch 2');
  expect(screen.getAllByRole('heading', { name: /^Branch/ })).toHaveLength(1);
  fake.emit('signInsChanged', many.slice(1));
  await waitFor(() => expect(screen.queryByRole('searchbox')).toBeNull());
  expect(screen.getAllByRole('heading', { name: /^Branch/ })).toHaveLength(7);
});

it('filters many sign-ins, and shows how many do not work', async () => {
  const many = Array.from({ length: 20 }, (_, n) =>
    signIn(n + 1, `Branch ${n + 1}`, n === 3 ? { issue: { code: 'sign-in.unknown' } } : {}),
  );
  const { state } = await show(many);
  screen.getByText('20 of 20 sign-ins · Not working: 1');
  await userEvent.type(screen.getByRole('searchbox', { name: 'Filter sign-ins' }), 'branch 2');
  screen.getByText('2 of 20 sign-ins · Not working: 1');
  const shown = screen.getAllByRole('heading', { name: /^Branch/ });
  expect(shown.map((heading) => heading.textContent.trim())).toEqual(['Branch 2', 'Branch 20']);
  // A requested sign-in is shown even if the filter hides it.
  state.navigation.settings('sign-ins', signInId(4));
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Branch 4' })),
  );
});
