/** The app frame: first run, list, banners, menu commands. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
// The window imports the pages after its first paint. Imported here, they are there without a delay.
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import type { Banner } from '../../../src/shared/banner';
import { failed, success, type Result } from '../../../src/shared/result';
import type { OrganizationRow } from '../../../src/shared/organization';
import type { SignIn } from '../../../src/shared/sign-in';
import { deferred, FakeApi } from '../fake-api';
import { row, rows, signIn, signInId } from '../samples';

interface Setup {
  rows?: OrganizationRow[];
  signIns?: SignIn[];
  banners?: Banner[];
}

async function show({ rows = [], signIns = [], banners = [] }: Setup, fake = new FakeApi()) {
  if (!fake.scripted('organizations.list')) fake.setRows(rows);
  fake
    .answer('signIns', 'list', () => success(signIns))
    .answer('app', 'banners', () => success(banners))
    .answer('app', 'dismissBanner', () => success(null));
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  return { fake, state };
}

it('shows a welcome page with one action and no empty list', async () => {
  const { fake } = await show({});
  await screen.findByRole('heading', { level: 1, name: 'Welcome to Letterhead' });
  expect(screen.getAllByRole('button').map((button) => button.textContent.trim())).toEqual([
    'Add organizations',
  ]);
  expect(screen.queryByRole('listbox')).toBeNull();
  await waitFor(() => expect(fake.requests('app.painted')).toEqual([null]));
  await userEvent.click(screen.getByRole('button', { name: 'Add organizations' }));
  await screen.findByRole('heading', { level: 1, name: 'Add organizations' });
  expect(document.activeElement?.getAttribute('name')).toBe('api-token');
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  screen.getByRole('button', { name: 'Add organizations' });
});

it('uses no Intl before its first paint, because the first use takes milliseconds', async () => {
  const fake = new FakeApi().setRows(rows(10_000));
  fake.answer('signIns', 'list', () => success([signIn(1, 'Head'), signIn(2, 'North')]));
  const { state, context } = fake.state();
  await state.load();
  const used: string[] = [];
  const original = globalThis.Intl;
  vi.stubGlobal(
    'Intl',
    new Proxy(original, {
      get(target, name: keyof typeof Intl) {
        used.push(String(name));
        return target[name];
      },
    }),
  );
  render(App, { context });
  screen.getByRole('listbox', { name: 'Organizations' });
  screen.getByText('10,000 organizations');
  expect(used).toEqual([]);
  screen.getByText('10,000');
  // Also after it: the counts of the filters once loaded the rules for compact numbers in the frame of the first paint.
  await vi.waitFor(() => expect(fake.requests('app.painted')).not.toEqual([]));
  expect(used).toEqual([]);
  new Intl.NumberFormat('en');
  expect(used).toEqual(['NumberFormat']);
  vi.unstubAllGlobals();
});

it('shows only the reason when the list cannot be loaded, neither welcome page nor list', async () => {
  const fake = new FakeApi().answer('organizations', 'list', () => failed('database.busy'));
  const { state } = await show({}, fake);
  expect((await screen.findByRole('alert')).textContent).toContain('Another program');
  expect(screen.queryByRole('button', { name: 'Add organizations' })).toBeNull();
  expect(fake.requests('app.painted')).toEqual([]);
  fake.setRows([row(1, 'Albrecht')]);
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByRole('listbox', { name: 'Organizations' });
  expect(state.organizations.failure).toBeNull();
});

it('shows no welcome page while the list is being prepared', async () => {
  const fake = new FakeApi().setRows([row(1, 'Albrecht')]);
  fake.list.building = { done: 0, total: 1, failure: null };
  await show({}, fake);
  await screen.findByRole('progressbar', { name: 'Preparing the list' });
  expect(screen.queryByRole('heading', { name: 'Welcome to Letterhead' })).toBeNull();
});

it('follows menu commands', async () => {
  const { fake } = await show({ rows: rows(2) });
  await screen.findByRole('heading', { level: 1, name: 'Choose an organization' });
  fake.emit('menuCommand', { command: 'add' });
  await screen.findByRole('heading', { level: 1, name: 'Add organizations' });
  fake.emit('menuCommand', { command: 'settings' });
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
});

it('checks the connection when the browser’s online flag changes, but does not trust the flag', async () => {
  const fake = new FakeApi()
    .answer('connection', 'get', () => success({ ...UNKNOWN_CONNECTION, state: 'online' }))
    .answer('connection', 'networkBack', () => success(null));
  await show({ rows: [row(1, 'Albrecht')] }, fake);
  const region = await screen.findByRole('region', { name: 'Connection' });
  window.dispatchEvent(new Event('offline'));
  window.dispatchEvent(new Event('online'));
  expect(fake.requests('connection.networkBack')).toEqual([null, null]);
  await waitFor(() => expect(region.textContent).toMatch(/^\s*Online/));
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'offline' });
  await waitFor(() => expect(region.textContent).toMatch(/^\s*Offline/));
});

const SET_ASIDE = {
  kind: 'database-set-aside',
  reason: 'damaged',
  path: '/data/old.db',
  readable: true,
} satisfies Banner;

it('says that the database was replaced, and what can be recovered', async () => {
  await show({ banners: [{ ...SET_ASIDE, reason: 'replaced' }] });
  await screen.findByText(/was replaced while Letterhead was open/);
  screen.getByText('That file is kept at /data/old.db.');
  screen.getByText(/comes back as drafts/);
  screen.getByRole('button', { name: 'Recover readable data' });
});

it('recovers the readable data of a damaged database', async () => {
  const fake = new FakeApi().answer('recovery', 'recover', () =>
    success({ organizations: 3, signIns: 1, drafts: 2 }),
  );
  await show({ banners: [SET_ASIDE] }, fake);
  await screen.findByText('The damaged file is kept at /data/old.db.');
  // Nothing is added before the old data is recovered.
  const isPrimary = (name: string) => screen.getByRole('button', { name }).matches('.primary');
  expect(isPrimary('Add organizations')).toBe(false);
  expect(isPrimary('Recover readable data')).toBe(true);
  await userEvent.click(screen.getByRole('button', { name: 'Recover readable data' }));
  await screen.findByText('Recovered organizations: 3. Sign-ins: 1. Drafts: 2.');
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(fake.requests('app.dismissBanner')).toEqual([{ kind: 'database-set-aside' }]);
  // Another damaged database needs its own answer.
  fake.emit('bannersChanged', [{ ...SET_ASIDE, path: '/data/older.db' }]);
  await screen.findByText('The damaged file is kept at /data/older.db.');
  screen.getByRole('button', { name: 'Recover readable data' });
});

it('contains no live region of its own, because the whole banner is announced', async () => {
  const outcomes = [failed('database.full'), success({ organizations: 3, signIns: 1, drafts: 2 })];
  const fake = new FakeApi().answer('recovery', 'recover', () => outcomes.shift()!);
  await show({ banners: [SET_ASIDE] }, fake);
  const banner = await screen.findByRole('alert');
  for (const text of [/The disk is full/, /Recovered organizations: 3/]) {
    await userEvent.click(within(banner).getByRole('button', { name: 'Recover readable data' }));
    await within(banner).findByText(text);
    expect(banner.querySelectorAll('[aria-live], [role=alert], [role=status]')).toHaveLength(0);
  }
});

it('calls an older database old, not damaged', async () => {
  await show({ banners: [{ ...SET_ASIDE, reason: 'older', readable: false }] });
  await screen.findByText(/comes from an earlier preview of Letterhead/);
  screen.getByText('This version cannot read it. The old file is kept at /data/old.db.');
  expect(screen.queryByRole('button', { name: 'Recover readable data' })).toBeNull();
  expect(screen.queryByText(/damaged/)).toBeNull();
  expect(screen.getByRole('button', { name: 'Add organizations' }).matches('.primary')).toBe(true);
});

it('asks for no email to use an orphaned token again', async () => {
  const fake = new FakeApi().answer('recovery', 'adoptKey', () =>
    success({ signInId: signInId(5) }),
  );
  const keys = [
    { signInId: signInId(4), kind: 'key' as const },
    { signInId: signInId(5), kind: 'token' as const },
  ];
  await show({ banners: [{ kind: 'keys-without-record', keys }] }, fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Use a key or token again' }));
  const use = within(screen.getByRole('dialog', { name: 'Use a key or token again' }));
  await userEvent.click(use.getByRole('radio', { name: 'Token 2 of 2' }));
  expect(use.queryByRole('textbox', { name: 'Account email' })).toBeNull();
  use.getByText(/asks Cloudflare which accounts the token opens/);
  await userEvent.click(use.getByRole('button', { name: 'Use this token' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('recovery.adoptKey')).toEqual([
    { signInId: signInId(5), label: '', email: '' },
  ]);
});

it('leaves the dialog that was opened after a canceled use of a key', async () => {
  const answer = deferred<Result<{ signInId: string }>>();
  const fake = new FakeApi().answer('recovery', 'adoptKey', () => answer.promise);
  const keys = [{ signInId: signInId(5), kind: 'token' as const }];
  await show({ banners: [{ kind: 'keys-without-record', keys }] }, fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Use a key or token again' }));
  const use = within(screen.getByRole('dialog'));
  await userEvent.click(use.getByRole('button', { name: 'Use this token' }));
  expect(use.getByRole<HTMLInputElement>('textbox').readOnly).toBe(true);
  await userEvent.click(use.getByRole('button', { name: 'Cancel' }));
  await userEvent.click(screen.getByRole('button', { name: 'Remove the key or token' }));
  answer.resolve(success({ signInId: signInId(5) }));
  await userEvent.tab();
  screen.getByRole('dialog', { name: 'Remove the key or token' });
});

it('uses or removes orphaned keys after a confirmation', async () => {
  const fake = new FakeApi()
    .answer('recovery', 'removeKeys', () => success(null))
    .answer('recovery', 'adoptKey', () => failed('sign-in.unknown'));
  await show(
    { banners: [{ kind: 'keys-without-record', keys: [{ signInId: signInId(4), kind: 'key' }] }] },
    fake,
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Use a key or token again' }));
  const use = within(screen.getByRole('dialog', { name: 'Use a key or token again' }));
  await userEvent.type(use.getByRole('textbox', { name: 'Account email' }), 'a@example.com');
  await userEvent.click(use.getByRole('button', { name: 'Use this key' }));
  await use.findByText('Cloudflare does not recognize this email and key.');
  expect(fake.requests('recovery.adoptKey')).toEqual([
    { signInId: signInId(4), label: '', email: 'a@example.com' },
  ]);
  await userEvent.click(use.getByRole('button', { name: 'Cancel' }));

  await userEvent.click(screen.getByRole('button', { name: 'Remove the key or token' }));
  expect(fake.requests('recovery.removeKeys')).toEqual([]);
  await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }));
  expect(fake.requests('recovery.removeKeys')).toEqual([null]);
});

it.each<[Banner, string]>([
  [{ kind: 'keychain-asking' }, 'may be asking for the password of its keychain'],
  [{ kind: 'session-only', labels: ['A', 'B'] }, 'Kept for this session only: A and B'],
  [
    { kind: 'database-failing', failure: { code: 'database.full' } },
    'The disk is full, so this could not be saved. Free up some space. Letterhead will try again automatically.',
  ],
])('shows and hides the banner %o', async (banner, text) => {
  const { fake } = await show({ rows: [row(1, 'Albrecht')] });
  fake.emit('bannersChanged', [banner]);
  const region = await screen.findByRole('region', { name: 'Messages' });
  expect(region.textContent).toContain(text);
  fake.emit('bannersChanged', []);
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Messages' })).toBeNull());
});
