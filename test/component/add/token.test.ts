/** Adding a sign-in with an API token, and choosing its accounts. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import AddScreen from '../../../src/renderer/features/add/AddScreen.svelte';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/result';
import { answerAvailable } from '../../scripted/available-list';
import { descriptionOf } from '../dom';
import { FakeApi } from '../fake-api';
import { found, id, KEY, signInId } from '../samples';
import { fakeListing, renderChoose } from './render-choose';

const TOKEN = `cfut_${'a'.repeat(48)}`;

async function show(fake = new FakeApi()) {
  answerAvailable(fake, { organizations: () => [], add: () => null });
  const { context } = await fake.loadedState();
  render(AddScreen, { context });
  return fake;
}

const token = () => document.querySelector<HTMLInputElement>('[name="api-token"]')!;
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));

it('is offered first, and needs neither name nor email', async () => {
  const fake = await show(
    new FakeApi().answer('signIns', 'add', () => success({ signInId: signInId(7) })),
  );
  const [first, second] = screen.getAllByRole<HTMLInputElement>('radio');
  expect(first).toBe(screen.getByRole('radio', { name: 'API token' }));
  expect(second).toBe(screen.getByRole('radio', { name: 'Email and Global API Key' }));
  expect(first?.checked).toBe(true);
  expect(screen.queryByRole('textbox', { name: 'Account email' })).toBeNull();
  screen.getByText('The token needs one permission: Account Settings: Edit.');
  expect(screen.getByLabelText('API token', { selector: '[type="password"]' })).toBe(token());
  await userEvent.type(token(), TOKEN);
  await userEvent.click(screen.getByRole('checkbox', { name: 'Read-only' }));
  await press('Continue');
  // The list of sign-ins does not have it yet.
  await screen.findByRole('heading', { name: 'Choose accounts' });
  expect(fake.requests('signIns.add')).toEqual([
    { kind: 'token', label: '', key: TOKEN, keep: 'keychain', readOnly: true },
  ]);
});

it.each<[FailureCode, string]>([
  ['token.malformed', 'Copy the whole token again.'],
  ['token.unknown', 'ask your IT colleague for a new one'],
  ['token.disabled', 'Ask your IT colleague to enable it'],
  ['token.expired', 'Ask your IT colleague for a new one.'],
  ['token.refused', 'limited to another network'],
])('shows %s beside the field, without the way through Settings', async (code, next) => {
  await show(new FakeApi().answer('signIns', 'add', () => failed(code, { status: 401 })));
  await userEvent.type(token(), TOKEN);
  await press('Continue');
  await waitFor(() => expect(descriptionOf(token())).toContain(next));
  expect(descriptionOf(token())).not.toContain('Settings');
  expect(token().value).toBe(TOKEN);
  expect(screen.queryByRole('alert')).toBeNull();
  screen.getByRole('button', { name: 'Details' });
  await userEvent.click(screen.getByRole('radio', { name: 'Email and Global API Key' }));
  expect(screen.queryByRole('button', { name: 'Details' })).toBeNull();
});

it('keeps a token that was not confirmed', async () => {
  await show(new FakeApi().answer('signIns', 'add', () => failed('sign-in.not-confirmed')));
  await userEvent.type(token(), TOKEN);
  await press('Continue');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('You did not confirm this token, so it was not stored.');
  expect(token().value).toBe(TOKEN);
});

it('keeps what was pasted when the other kind is chosen, and reads it again', async () => {
  const fake = await show();
  await userEvent.type(token(), KEY);
  expect(descriptionOf(token())).toContain('This is a Global API Key, not an API token.');
  await press('Continue');
  expect(fake.requests('signIns.add')).toEqual([]);
  await userEvent.click(screen.getByRole('radio', { name: 'Email and Global API Key' }));
  const key = screen.getByLabelText<HTMLInputElement>('Global API Key', { selector: '[name]' });
  expect(key.value).toBe(KEY);
  expect(key.getAttribute('aria-invalid')).toBeNull();
});

it('uses a pasted text as the other kind at the press of a button, and focuses what is missing', async () => {
  const key = () =>
    screen.getByLabelText<HTMLInputElement>('Global API Key', { selector: '[name]' });
  await show();
  expect(screen.queryByRole('button', { name: /^Use as/ })).toBeNull();
  await userEvent.type(token(), KEY);
  await press('Use as Global API Key');
  const email = screen.getByRole<HTMLInputElement>('textbox', { name: 'Account email' });
  await waitFor(() => expect(document.activeElement).toBe(email));
  expect(key().value).toBe(KEY);
  expect(screen.getByRole('radio', { name: 'Email and Global API Key' })).toHaveProperty(
    'checked',
    true,
  );
  await userEvent.type(email, 'it@brightwater.example');
  await userEvent.clear(key());
  await userEvent.type(key(), TOKEN);
  await press('Use as API token');
  await waitFor(() => expect(document.activeElement).toBe(token()));
  expect(token().value).toBe(TOKEN);
  expect(token().getAttribute('aria-invalid')).toBeNull();
  await userEvent.clear(token());
  await userEvent.type(token(), KEY);
  await press('Use as Global API Key');
  // The email is there already.
  await waitFor(() => expect(document.activeElement).toBe(key()));
  // A token of an account is of neither kind.
  await userEvent.clear(key());
  await userEvent.type(key(), `cfat_${'a'.repeat(48)}`);
  expect(screen.queryByRole('button', { name: /^Use as/ })).toBeNull();
});

it('says in both fields that a token of an account cannot be used', async () => {
  await show();
  const text = 'This token belongs to an account. Letterhead needs a token of a user';
  await userEvent.type(token(), `cfat_${'a'.repeat(48)}`);
  expect(descriptionOf(token())).toContain(text);
  await userEvent.click(screen.getByRole('radio', { name: 'Email and Global API Key' }));
  const key = screen.getByLabelText<HTMLInputElement>('Global API Key', { selector: '[name]' });
  await press('Continue');
  expect(descriptionOf(key)).toContain(text);
});

it('copies the instructions through main, and says so or why not', async () => {
  const fake = await show();
  fake.answer('app', 'copyTokenInstructions', () => failed('app.unexpected'));
  await press('Copy instructions for your IT colleague');
  await waitFor(() =>
    expect(screen.getByRole('status').textContent).toContain('could not be copied'),
  );
  fake.answer('app', 'copyTokenInstructions', () => success(null));
  await press('Copy instructions for your IT colleague');
  await waitFor(() =>
    expect(screen.getByRole('status').textContent).toBe('The instructions are on the clipboard.'),
  );
  // The copied ones ask for another permission.
  await userEvent.click(screen.getByRole('checkbox', { name: 'Read-only' }));
  expect(screen.getByRole('status').textContent).toBe('');
  await press('Copy instructions for your IT colleague');
  expect(fake.requests('app.copyTokenInstructions')).toEqual([
    { readOnly: false },
    { readOnly: false },
    { readOnly: true },
  ]);
});

it('asks for no more permission than is needed', async () => {
  await show();
  await press('Show instructions');
  screen.getByText(/^The token needs one permission: Account Settings: Edit\.$/);
  screen.getByText(/Account > Account Settings > Edit\./);
  await userEvent.click(screen.getByRole('checkbox', { name: 'Read-only' }));
  screen.getByText(/^The token needs one permission: Account Settings: Read\.$/);
  screen.getByText(/Account > Account Settings > Read\./);
});

it('lists the accounts of an organization as one row, which can be opened', async () => {
  const harbour = { kind: 'account', parent: { id: id(9), name: 'Harbour Group' } } as const;
  const { fake, added } = fakeListing([
    { ...found(1, 'Bristol'), ...harbour },
    { ...found(3, 'York'), ...harbour },
    { ...found(2, 'Alone'), kind: 'account' },
  ]);
  await renderChoose(fake, false, 'token');
  const box = await screen.findByRole('checkbox', { name: 'Harbour Group · 2 accounts' });
  expect(box).toHaveProperty('checked', true);
  expect(descriptionOf(box)).toBe('Through the account Bristol');
  const alone = screen.getByRole('checkbox', { name: 'Alone' });
  expect(descriptionOf(alone)).toBe(id(2));
  expect(screen.getByText(id(2)).className).toContain('visually-hidden');
  expect(screen.getByText('Alone').title).toBe(`Alone\n${id(2)}`);
  await press('Show accounts');
  const york = await screen.findByRole('checkbox', { name: 'York' });
  expect(descriptionOf(box)).toBe('Same profile; one is enough.');
  expect(screen.getByRole('checkbox', { name: 'Bristol' })).toHaveProperty('checked', true);
  await userEvent.click(york);
  await press('Add selected');
  await waitFor(() => expect(added).toEqual([id(2), id(1), id(3)]));
  screen.getByRole('heading', { name: 'Choose accounts' });
  screen.getByRole('group', { name: 'Accounts' });
});

it('shows the ID of accounts where two have the same name, and has it read out for all', async () => {
  const { fake } = fakeListing([
    { ...found(1, 'Bristol'), kind: 'account' },
    { ...found(2, 'Bristol'), kind: 'account' },
    { ...found(3, 'York'), kind: 'account' },
  ]);
  await renderChoose(fake, false, 'token');
  const boxes = await screen.findAllByRole('checkbox', { name: /Bristol|York/ });
  expect(boxes.map((box) => descriptionOf(box).trim())).toEqual([id(1), id(2), id(3)]);
  const isHidden = (n: number) => screen.getByText(id(n)).matches('.visually-hidden');
  expect([1, 2, 3].map(isHidden)).toEqual([false, false, true]);
});

it('shows the ID that the filter found', async () => {
  const { fake } = fakeListing([
    { ...found(1, 'Bristol'), kind: 'account' },
    { ...found(2, 'Saved'), kind: 'account', saved: true },
  ]);
  await renderChoose(fake, false, 'token');
  await screen.findByRole('checkbox', { name: 'Bristol' });
  const shownIds = () =>
    [...document.querySelectorAll('.row .description')].map(({ textContent }) => textContent);
  expect(shownIds()).toEqual(['Already in your list']);
  const filter = screen.getByRole('searchbox', { name: 'Filter' });
  await userEvent.type(filter, id(1));
  await waitFor(() => expect(shownIds()).toEqual([id(1)]));
  await userEvent.clear(filter);
  await userEvent.type(filter, id(2));
  await waitFor(() => expect(shownIds()).toEqual([`Already in your list\u00a0·\u00a0${id(2)}`]));
});

it.each([
  ['a whole address', `https://dash.cloudflare.com/${id(5)}/members?x=${id(6)}`],
  ['an address without a scheme', `dash.cloudflare.com/${id(5)}`],
  ['an ID', id(5).toUpperCase()],
])('adds an account by %s', async (_, typed) => {
  const { fake } = fakeListing([]);
  fake.answer('organizations', 'addById', ({ entryId }) => success({ entryId }));
  await renderChoose(fake, false, 'token');
  await userEvent.type(await screen.findByRole('textbox', { name: 'Account ID' }), typed);
  await press('Add by ID');
  expect(fake.requests('organizations.addById')).toEqual([
    { signInId: signInId(1), entryId: id(5) },
  ]);
});

it.each<[string, string, FailureCode]>([
  ['evil.example/' + id(5), 'This is not an account ID.', 'account.forbidden'],
  [id(5), 'This API token is not allowed to open this account.', 'account.forbidden'],
  [id(5), 'This account is already in your list.', 'organization.already-added'],
])('says beside the field what is wrong with %s', async (typed, message, code) => {
  const { fake } = fakeListing([]);
  fake.answer('organizations', 'addById', () => failed(code));
  await renderChoose(fake, false, 'token');
  const field = await screen.findByRole('textbox', { name: 'Account ID' });
  await userEvent.type(field, typed);
  await press('Add by ID');
  await waitFor(() => expect(descriptionOf(field)).toContain(message));
});
