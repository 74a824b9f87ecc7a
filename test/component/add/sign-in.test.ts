/** First step of adding organizations: choosing or entering a sign-in, with errors next to their cause. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { AddFlow } from '../../../src/renderer/features/add/add-flow.svelte';
import AddScreen from '../../../src/renderer/features/add/AddScreen.svelte';
import type { FailureCode } from '../../../src/shared/failure';
import { failed, success, type Result } from '../../../src/shared/result';
import type { SignIn } from '../../../src/shared/sign-in';
import { answerAvailable } from '../../scripted/available-list';
import { descriptionOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import { found, id, KEY, signIn, signInId } from '../samples';

const EMAIL = 'finance@example.com';

async function start(saved: SignIn[], fake: FakeApi) {
  fake.answer('signIns', 'list', () => success(saved));
  if (!fake.scripted('additions.list')) {
    answerAvailable(fake, { organizations: () => [], add: () => null });
  }
  const { state, context } = await fake.loadedState();
  render(AddScreen, { context });
  return state;
}

async function show(saved: SignIn[] = [], fake = new FakeApi()) {
  await start(saved, fake);
  return fake;
}

const email = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Account email' });
const key = () => screen.getByLabelText<HTMLInputElement>('Global API Key');
const chooseKey = () =>
  userEvent.click(screen.getByRole('radio', { name: 'Email and Global API Key' }));
const pressContinue = () => userEvent.click(screen.getByRole('button', { name: 'Continue' }));
async function submitSignIn(): Promise<void> {
  await chooseKey();
  await userEvent.type(email(), EMAIL);
  await userEvent.type(key(), KEY);
  await pressContinue();
}

it('starts with the first saved sign-in selected', async () => {
  const fake = await show([signIn(1, 'Head office'), signIn(2, 'Vienna')]);
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Head office' }).checked).toBe(true);
  screen.getByRole('radio', { name: 'API token' });
  screen.getByRole('radio', { name: 'Email and Global API Key' });
  expect(screen.queryByLabelText('Global API Key')).toBeNull();
  await pressContinue();
  await screen.findByRole('heading', { name: 'Choose organizations' });
  expect(fake.requests('additions.list')).toEqual([{ signInId: signInId(1), onlyNew: false }]);
});

describe('with one saved sign-in', () => {
  const list = { signInId: signInId(1), onlyNew: false };

  it('skips the choice, and Back leaves the page', async () => {
    const fake = new FakeApi();
    const state = await start([signIn(1, 'Head office')], fake);
    state.navigation.add();
    await screen.findByRole('heading', { name: 'Choose organizations' });
    screen.getByText('Organizations available to Head office');
    expect(fake.requests('additions.list')).toEqual([list]);
    await userEvent.click(screen.getByRole('button', { name: 'Back' }));
    expect(state.navigation.screen).toBe('none');
  });

  it('leads to another sign-in, and Back returns to the list', async () => {
    const fake = await show([signIn(1, 'Head office')]);
    await userEvent.click(screen.getByRole('button', { name: 'Use another sign-in' }));
    screen.getByRole('heading', { name: 'Add organizations' });
    const token = screen.getByRole<HTMLInputElement>('radio', { name: 'API token' });
    expect(token.checked).toBe(true);
    screen.getByRole('radio', { name: 'Head office' });
    await userEvent.click(screen.getByRole('button', { name: 'Back' }));
    await screen.findByRole('heading', { name: 'Choose organizations' });
    expect(fake.requests('additions.list')).toEqual([list, list]);
    screen.getByRole('button', { name: 'Use another sign-in' });
  });

  it('goes back to the choice from the list of a sign-in that was added since', async () => {
    const fake = new FakeApi().answer('signIns', 'add', () => success({ signInId: signInId(7) }));
    const state = await start([signIn(1, 'Head office')], fake);
    state.navigation.add();
    await userEvent.click(screen.getByRole('button', { name: 'Use another sign-in' }));
    await submitSignIn();
    await screen.findByRole('heading', { name: 'Choose organizations' });
    expect(screen.queryByRole('button', { name: 'Use another sign-in' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Back' }));
    screen.getByRole('heading', { name: 'Add organizations' });
    await userEvent.click(screen.getByRole('button', { name: 'Back' }));
    expect(state.navigation.screen).toBe('none');
  });

  it('is asked about nonetheless when a new sign-in is wanted', async () => {
    const flow = new AddFlow(new FakeApi().state().state.api, [signIn(1, 'Head office')], {
      kind: 'new-sign-in',
    });
    expect(flow.signIn).toBeNull();
    expect(flow.returnToList()).toBe(false);
  });
});

describe('the sample sign-in', () => {
  const use = () => screen.findByRole('button', { name: 'Use the sample sign-in' });

  it('is not offered outside the demo', async () => {
    const fake = await show();
    await waitFor(() => expect(fake.requests('signIns.hasSample')).toHaveLength(1));
    await tick();
    expect(screen.queryByRole('button', { name: 'Use the sample sign-in' })).toBeNull();
  });

  it('takes one click, and leads to its organizations', async () => {
    const fake = new FakeApi()
      .answer('signIns', 'hasSample', () => success(true))
      .answer('signIns', 'addSample', () => success({ signInId: signInId(7) }));
    await show([], fake);
    await userEvent.click(await use());
    await screen.findByRole('heading', { name: 'Choose organizations' });
    expect(fake.requests('signIns.addSample')).toEqual([null]);
    expect(fake.requests('additions.list')).toEqual([{ signInId: signInId(7), onlyNew: false }]);
  });

  it('says why it could not be added, and can be tried again', async () => {
    const fake = new FakeApi()
      .answer('signIns', 'hasSample', () => success(true))
      .answer('signIns', 'addSample', () => failed('network.unreachable'));
    await show([], fake);
    await userEvent.click(await use());
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached');
    await userEvent.click(await use());
    expect(fake.requests('signIns.addSample')).toHaveLength(2);
  });

  it('says so beside it, also while a saved sign-in is selected', async () => {
    const fake = new FakeApi()
      .answer('signIns', 'hasSample', () => success(true))
      .answer('signIns', 'addSample', () => failed('network.unreachable'));
    await show([signIn(1, 'Head office'), signIn(2, 'Vienna')], fake);
    await userEvent.click(await use());
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached');
    fake.answer('signIns', 'addSample', () => success({ signInId: signInId(7) }));
    await userEvent.click(await use());
    await screen.findByRole('heading', { name: 'Choose organizations' });
  });
});

describe('what is typed for a new sign-in', () => {
  const saved = [signIn(1, 'Head office'), signIn(2, 'Vienna')];

  async function open() {
    const state = await start(saved, new FakeApi());
    state.navigation.add();
    await chooseKey();
    return state;
  }

  it.each([
    ['a name', () => screen.getByRole('textbox', { name: 'Name for this sign-in' })],
    ['an email', email],
    ['a key', key],
  ])('is not thrown away by Escape: %s', async (_, control) => {
    const state = await open();
    await userEvent.type(control(), 'x{Escape}');
    expect(state.navigation.screen).toBe('add');
    expect(control()).toHaveProperty('value', 'x');
    await userEvent.type(control(), '{Backspace}{Escape}');
    expect(state.navigation.screen).toBe('none');
  });

  it('is kept, unseen, while a saved sign-in is selected, until it is used', async () => {
    const state = await open();
    await userEvent.type(key(), KEY);
    const field = key();
    await userEvent.click(screen.getByRole('radio', { name: 'Vienna' }));
    expect(field.closest('[hidden]')).not.toBeNull();
    await userEvent.keyboard('{Escape}');
    expect(state.navigation.screen).toBe('add');
    await chooseKey();
    expect(field.closest('[hidden]')).toBeNull();
    expect(key().value).toBe(KEY);
    await userEvent.click(screen.getByRole('radio', { name: 'Vienna' }));
    await pressContinue();
    await screen.findByRole('heading', { name: 'Choose organizations' });
    expect(field.value).toBe('');
  });
});

it('returns to the list when no added organization can be opened yet', async () => {
  const fake = new FakeApi();
  answerAvailable(fake, { organizations: () => [found(1, 'Albrecht')], add: () => null });
  const state = await start([signIn(1, 'Head office')], fake);
  state.navigation.add();
  await waitFor(() =>
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Albrecht' }).checked).toBe(true),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Add selected' }));
  await waitFor(() => expect(state.navigation.screen).toBe('none'));
  expect(fake.requests('organizations.open')).toEqual([]);
});

it('does not navigate when the user has opened another page in the meantime', async () => {
  const fake = new FakeApi();
  answerAvailable(fake, { organizations: () => [found(1, 'Albrecht')], add: () => null });
  const answer = deferred<Result<{ first: string | null }>>();
  fake.answer('additions', 'add', () => answer.promise);
  const state = await start([signIn(1, 'Head office')], fake);
  state.navigation.add();
  const checkbox = () => screen.getByRole<HTMLInputElement>('checkbox', { name: 'Albrecht' });
  await waitFor(() => expect(checkbox().checked).toBe(true));
  await userEvent.click(screen.getByRole('button', { name: 'Add selected' }));
  state.navigation.settings();
  answer.resolve(success({ first: id(1) }));
  // Wait for everything that follows from the answer.
  await new Promise((resolve) => setTimeout(resolve));
  expect(state.navigation.screen).toBe('settings');
  expect(fake.requests('organizations.open')).toEqual([]);
});

it('does not offer a sign-in that is being removed', async () => {
  const removing = signIn(1, 'Head office', { state: 'removing' });
  await show([removing, signIn(2, 'Vienna'), signIn(3, 'Linz')]);
  expect(screen.queryByRole('radio', { name: 'Head office' })).toBeNull();
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Vienna' }).checked).toBe(true);
});

it('checks a new sign-in, and names it after its email by default', async () => {
  const fake = await show(
    [],
    new FakeApi().answer('signIns', 'add', () => success({ signInId: signInId(7) })),
  );
  screen.getByRole('textbox', { name: 'Name for this sign-in' });
  await submitSignIn();
  await screen.findByRole('heading', { name: 'Choose organizations' });
  expect(fake.requests('signIns.add')).toEqual([
    { kind: 'key', label: EMAIL, email: EMAIL, key: KEY, keep: 'keychain', readOnly: false },
  ]);
});

it('keeps the key in its field, masked, until the sign-in is accepted', async () => {
  const answer = deferred<Result<{ signInId: string }>>();
  const fake = await show(
    [],
    new FakeApi().answer('signIns', 'add', () => answer.promise),
  );
  await chooseKey();
  await userEvent.click(screen.getByRole('button', { name: 'Show key' }));
  await submitSignIn();
  expect(fake.requests('signIns.add')).toHaveLength(1);
  const field = key();
  expect(field.value).toBe(KEY);
  expect(field.type).toBe('password');
  const others = [...document.querySelectorAll('input')].filter((input) => input !== field);
  for (const input of others) expect(input.value).not.toContain(KEY);
  expect(document.documentElement.outerHTML).not.toContain(KEY);
  expect(screen.getByRole('button', { name: 'Continue' }).getAttribute('aria-busy')).toBe('true');
  screen.getByText('Checking with Cloudflare…');
  await pressContinue();
  expect(fake.requests('signIns.add')).toHaveLength(1);
  answer.resolve(failed('sign-in.unknown', { status: 403 }));
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Cloudflare does not recognize this email and key.');
  expect(email().value).toBe(EMAIL);
  expect(field.value).toBe(KEY);
  await waitFor(() => expect(document.activeElement).toBe(email()));

  // With the email corrected, nothing has to be pasted again.
  fake.answer('signIns', 'add', () => success({ signInId: signInId(7) }));
  await userEvent.type(email(), '.org{Enter}');
  await screen.findByRole('heading', { name: 'Choose organizations' });
  expect(fake.requests('signIns.add')).toMatchObject([
    { email: EMAIL, key: KEY },
    { email: `${EMAIL}.org`, key: KEY },
  ]);
  expect(field.value).toBe('');
});

it.each<FailureCode>([
  'sign-in.malformed-email',
  'sign-in.malformed-key',
  'network.unreachable',
  'cloudflare.rate-limited',
  'keychain.locked',
])('keeps the key in its field after %s', async (code) => {
  const fake = await show(
    [],
    new FakeApi().answer('signIns', 'add', () => failed(code)),
  );
  await submitSignIn();
  expect(fake.requests('signIns.add')).toHaveLength(1);
  await waitFor(() =>
    expect(screen.getByRole('button', { name: 'Continue' }).ariaBusy).not.toBe('true'),
  );
  expect(key().value).toBe(KEY);
});

it('empties the field when the page is left, even during the check', async () => {
  const answer = deferred<Result<{ signInId: string }>>();
  const fake = new FakeApi().answer('signIns', 'add', () => answer.promise);
  const { context } = await fake.loadedState();
  const { unmount } = render(AddScreen, { context });
  await submitSignIn();
  const field = key();
  unmount();
  await tick();
  expect(field.value).toBe('');
  answer.resolve(failed('network.unreachable'));
});

it('selects a key that Cloudflare refused, so that the next paste replaces it', async () => {
  await show(
    [],
    new FakeApi().answer('signIns', 'add', () => failed('sign-in.malformed-key', { status: 400 })),
  );
  await submitSignIn();
  await waitFor(() => expect(document.activeElement).toBe(key()));
  await userEvent.paste('0123456789abcdef0123456789abcdef01234');
  expect(key().value).toBe('0123456789abcdef0123456789abcdef01234');
});

it.each<[FailureCode, () => HTMLElement, string]>([
  ['sign-in.malformed-key', key, 'not a Global API Key'],
  ['sign-in.malformed-email', email, 'not an account email'],
])('shows %s next to the field that caused it', async (code, field, message) => {
  await show(
    [],
    new FakeApi().answer('signIns', 'add', () => failed(code, { status: 400 })),
  );
  await submitSignIn();
  await waitFor(() => expect(descriptionOf(field())).toContain(message));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(document.activeElement).toBe(field());
  screen.getByRole('button', { name: 'Details' });
  await userEvent.type(field(), 'x');
  expect(descriptionOf(field())).not.toContain(message);
});

it('sends nothing while email or key is invalid', async () => {
  const fake = await show();
  await chooseKey();
  await userEvent.type(email(), 'finance@');
  await pressContinue();
  expect(descriptionOf(email())).toContain('This is not an email address.');
  expect(descriptionOf(key())).toContain('Paste the Global API Key');
  expect(document.activeElement).toBe(email());
  expect(fake.requests('signIns.add')).toEqual([]);
});

it('shows why a key cannot be stored, and offers to keep it for this session only', async () => {
  const fake = new FakeApi()
    .answer('signIns', 'canStoreKey', () => failed('keychain.unavailable'))
    .answer('signIns', 'add', () => success({ signInId: signInId(7) }));
  await show([], fake);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('keychain cannot be used');
  await chooseKey();
  await userEvent.type(email(), EMAIL);
  await userEvent.type(key(), KEY);
  await pressContinue();
  // Unless the checkbox is checked, the key is neither sent nor cleared.
  expect(fake.requests('signIns.add')).toEqual([]);
  expect(key().value).toBe(KEY);
  const sessionOnly = screen.getByRole('checkbox', { name: 'Keep the key for this session only' });
  await waitFor(() => expect(document.activeElement).toBe(sessionOnly));
  await userEvent.click(sessionOnly);
  await pressContinue();
  await screen.findByRole('heading', { name: 'Choose organizations' });
  expect(fake.requests('signIns.add')).toMatchObject([{ keep: 'session' }]);
});

it('does not offer “this session only” while the keychain works', async () => {
  const fake = await show();
  await waitFor(() => expect(fake.requests('signIns.canStoreKey')).toHaveLength(1));
  expect(screen.queryByRole('checkbox', { name: /for this session only/ })).toBeNull();
});

it('offers “this session only” when the keychain fails only while storing the key', async () => {
  await show(
    [],
    new FakeApi().answer('signIns', 'add', () => failed('keychain.locked')),
  );
  await submitSignIn();
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('keychain is locked');
  screen.getByRole('checkbox', { name: 'Keep the key for this session only' });
});

it.each<FailureCode>(['sign-in.not-confirmed', 'sign-in.confirm-later'])(
  'keeps everything as typed when the email was not confirmed: %s',
  async (code) => {
    await show(
      [],
      new FakeApi().answer('signIns', 'add', () => failed(code)),
    );
    await submitSignIn();
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('nothing was sent or stored');
    expect(email().value).toBe(EMAIL);
    expect(key().value).toBe(KEY);
  },
);

it('sends a key only once, even if the form is submitted several times', async () => {
  const answer = deferred<Result<{ signInId: string }>>();
  const fake = new FakeApi().answer('signIns', 'add', () => answer.promise);
  const flow = new AddFlow(fake.state().state.api, []);
  flow.choice = 'key';
  const field = { read: () => KEY, clear: vi.fn() };
  const first = flow.addNew(field);
  await flow.addNew(field);
  answer.resolve(success({ signInId: signInId(1) }));
  await first;
  expect(fake.requests('signIns.add')).toHaveLength(1);
  expect(flow.signIn).toBe(signInId(1));
  expect(field.clear).toHaveBeenCalledOnce();
});
