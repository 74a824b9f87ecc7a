/** First step of adding: choosing or entering a sign-in, and what goes wrong beside its cause. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { AddFlow } from '../../../src/renderer/features/add/add-flow.svelte';
import AddPage from '../../../src/renderer/features/add/AddPage.svelte';
import { failed, success, type FailureCode, type Outcome } from '../../../src/shared/failure';
import type { SignIn } from '../../../src/shared/sign-in';
import { answerAvailable } from '../../scripted/available-list';
import { FakeApi, later } from '../fake-api';
import { found, id, KEY, signIn, signInId } from '../samples';

const EMAIL = 'finance@example.com';

async function start(saved: SignIn[], fake: FakeApi) {
  fake.answer('signIns', 'list', () => success(saved));
  if (!fake.scripted('signIns.canKeep')) fake.answer('signIns', 'canKeep', () => success(null));
  if (!fake.scripted('additions.list')) {
    answerAvailable(fake, { organizations: () => [], add: () => null });
  }
  const { state, context } = fake.state();
  await state.load();
  await state.loadRest();
  render(AddPage, { context });
  return state;
}

async function show(saved: SignIn[] = [], fake = new FakeApi()) {
  await start(saved, fake);
  return fake;
}

const email = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Account email' });
const key = () => screen.getByLabelText<HTMLInputElement>('Global API Key');
const goOn = () => userEvent.click(screen.getByRole('button', { name: 'Continue' }));
const said = (field: HTMLElement) =>
  (field.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '')
    .join(' ');

async function enter(): Promise<void> {
  await userEvent.type(email(), EMAIL);
  await userEvent.type(key(), KEY);
  await goOn();
}

it('begins with the first saved sign-in and needs nothing else for it', async () => {
  const fake = await show([signIn(1, 'Head office'), signIn(2, 'Vienna')]);
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Head office' }).checked).toBe(true);
  screen.getByRole('radio', { name: 'New sign-in' });
  expect(screen.queryByLabelText('Global API Key')).toBeNull();
  await goOn();
  await screen.findByRole('heading', { name: 'Choose organizations' });
  expect(fake.requests('additions.list')).toEqual([{ signInId: signInId(1), onlyNew: false }]);
});

it('leaves for the list when none of what was added can be opened yet', async () => {
  const fake = new FakeApi();
  answerAvailable(fake, { organizations: () => [found(1, 'Albrecht')], add: () => null });
  const state = await start([signIn(1, 'Head office')], fake);
  state.navigation.add();
  await goOn();
  await waitFor(() =>
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Albrecht' }).checked).toBe(true),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Add selected' }));
  await waitFor(() => expect(state.navigation.page).toBe('none'));
  expect(fake.requests('organizations.open')).toEqual([]);
});

it('leaves who went to another page meanwhile where they are', async () => {
  const fake = new FakeApi();
  answerAvailable(fake, { organizations: () => [found(1, 'Albrecht')], add: () => null });
  const answer = later<Outcome<{ first: string | null }>>();
  fake.answer('additions', 'add', () => answer.promise);
  const state = await start([signIn(1, 'Head office')], fake);
  state.navigation.add();
  await goOn();
  const box = () => screen.getByRole<HTMLInputElement>('checkbox', { name: 'Albrecht' });
  await waitFor(() => expect(box().checked).toBe(true));
  await userEvent.click(screen.getByRole('button', { name: 'Add selected' }));
  state.navigation.settings();
  answer.give(success({ first: id(1) }));
  // Everything that follows from the answer has happened by then.
  await new Promise((resolve) => setTimeout(resolve));
  expect(state.navigation.page).toBe('settings');
  expect(fake.requests('organizations.open')).toEqual([]);
});

it('offers no sign-in that is being removed', async () => {
  await show([signIn(1, 'Head office', { state: 'removing' }), signIn(2, 'Vienna')]);
  expect(screen.queryByRole('radio', { name: 'Head office' })).toBeNull();
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Vienna' }).checked).toBe(true);
});

it('checks a new sign-in, named by its e-mail where no name was given', async () => {
  const fake = await show(
    [],
    new FakeApi().answer('signIns', 'add', () => success({ signInId: signInId(7) })),
  );
  screen.getByRole('textbox', { name: 'Name for this sign-in' });
  await enter();
  await screen.findByRole('heading', { name: 'Choose organizations' });
  expect(fake.requests('signIns.add')).toEqual([
    { label: EMAIL, email: EMAIL, key: KEY, keep: 'keychain' },
  ]);
});

it('holds the key nowhere from Continue on, also while Cloudflare is asked', async () => {
  const answer = later<Outcome<{ signInId: string }>>();
  const fake = await show(
    [],
    new FakeApi().answer('signIns', 'add', () => answer.promise),
  );
  await enter();
  expect(fake.requests('signIns.add')).toHaveLength(1);
  expect(key().value).toBe('');
  for (const input of document.querySelectorAll('input')) expect(input.value).not.toContain(KEY);
  expect(document.documentElement.outerHTML).not.toContain(KEY);
  expect(screen.getByRole('button', { name: 'Continue' }).getAttribute('aria-busy')).toBe('true');
  screen.getByText('Checking with Cloudflare…');
  await goOn();
  expect(fake.requests('signIns.add')).toHaveLength(1);
  answer.give(failed('sign-in.unknown', { status: 403 }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Cloudflare does not recognize this email and key.');
  expect(said(key())).toContain('Paste the key again');
  expect(email().value).toBe(EMAIL);
  await waitFor(() => expect(document.activeElement).toBe(key()));
});

it.each<[FailureCode, () => HTMLElement, string]>([
  ['sign-in.malformed-key', key, 'not a Global API Key'],
  ['sign-in.malformed-email', email, 'not an account email'],
])('says %s beside the field that caused it', async (code, field, sentence) => {
  await show(
    [],
    new FakeApi().answer('signIns', 'add', () => failed(code, { status: 400 })),
  );
  await enter();
  await waitFor(() => expect(said(field())).toContain(sentence));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(document.activeElement).toBe(field());
  screen.getByRole('button', { name: 'Details' });
  await userEvent.type(field(), 'x');
  expect(said(field())).not.toContain(sentence);
});

it('sends nothing while e-mail or key cannot be right', async () => {
  const fake = await show();
  await userEvent.type(email(), 'finance@');
  await goOn();
  expect(said(email())).toContain('This is not an email address.');
  expect(said(key())).toContain('Paste the account’s Global API Key');
  expect(document.activeElement).toBe(email());
  expect(fake.requests('signIns.add')).toEqual([]);
});

it('says why a key cannot be kept and offers this session only', async () => {
  const fake = new FakeApi()
    .answer('signIns', 'canKeep', () => failed('keychain.unavailable'))
    .answer('signIns', 'add', () => success({ signInId: signInId(7) }));
  await show([], fake);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('keychain cannot be used');
  await userEvent.type(email(), EMAIL);
  await userEvent.type(key(), KEY);
  await goOn();
  // Without the box the key is neither sent nor taken.
  expect(fake.requests('signIns.add')).toEqual([]);
  expect(key().value).toBe(KEY);
  const only = screen.getByRole('checkbox', { name: 'Keep the key for this session only' });
  await waitFor(() => expect(document.activeElement).toBe(only));
  await userEvent.click(only);
  await goOn();
  await screen.findByRole('heading', { name: 'Choose organizations' });
  expect(fake.requests('signIns.add')).toMatchObject([{ keep: 'session' }]);
});

it('offers no session-only box where the keychain works', async () => {
  const fake = await show();
  await waitFor(() => expect(fake.requests('signIns.canKeep')).toHaveLength(1));
  expect(screen.queryByRole('checkbox')).toBeNull();
});

it('offers it when the keychain fails only at keeping', async () => {
  await show(
    [],
    new FakeApi().answer('signIns', 'add', () => failed('keychain.locked')),
  );
  await enter();
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('keychain is locked');
  screen.getByRole('checkbox', { name: 'Keep the key for this session only' });
});

it('sends a key once, however often it is asked to', async () => {
  const answer = later<Outcome<{ signInId: string }>>();
  const fake = new FakeApi().answer('signIns', 'add', () => answer.promise);
  const flow = new AddFlow(fake.state().state.api, []);
  const first = flow.addNew(() => KEY);
  await flow.addNew(() => KEY);
  answer.give(success({ signInId: signInId(1) }));
  await first;
  expect(fake.requests('signIns.add')).toHaveLength(1);
  expect(flow.signIn).toBe(signInId(1));
});
