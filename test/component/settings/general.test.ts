/** The *General* tab in Settings: appearance, and *Remove everything* with its confirmation. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import SettingsScreen from '../../../src/renderer/features/settings/SettingsScreen.svelte';
import { failed, success, type Result } from '../../../src/shared/result';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings';
import { IDLE_CHECKS } from '../../scripted/idle-main';
import { deferred, FakeApi } from '../fake-api';

const COUNTS = { organizations: 1_234, drafts: 1, waiting: 2, signIns: 0 };

function show(fake = new FakeApi()) {
  if (!fake.scripted('reset.removal')) {
    fake.answer('reset', 'removal', () => success(COUNTS));
  }
  fake.answer('checks', 'get', () => success(IDLE_CHECKS));
  const { state, context } = fake.state();
  state.navigation.settings('general');
  render(SettingsScreen, { context });
  return fake;
}

async function openRemoveEverything(fake = new FakeApi()) {
  show(fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Remove everything…' }));
  const dialog = screen.getByRole('dialog', { name: 'Remove everything from this computer' });
  const button = (name: string) => within(dialog).findByRole<HTMLButtonElement>('button', { name });
  return { fake, dialog, button };
}

it('offers three appearances and stores the choice immediately', async () => {
  const stored: Settings = { ...DEFAULT_SETTINGS };
  const fake = show(
    new FakeApi().answer('settings', 'update', (change) => success(Object.assign(stored, change))),
  );
  const radio = (name: string) => screen.findByRole<HTMLInputElement>('radio', { name });
  expect((await radio('Same as system')).checked).toBe(true);
  await userEvent.click(await radio('Dark'));
  expect((await radio('Dark')).checked).toBe(true);
  await userEvent.click(await radio('Light'));
  expect(fake.requests('settings.update')).toEqual([
    { appearance: 'dark' },
    { appearance: 'light' },
  ]);
});

it('lists what would be removed, without items whose count is zero', async () => {
  const { dialog, fake, button } = await openRemoveEverything();
  await within(dialog).findByText('1,234 organizations with their copies and history');
  within(dialog).getByText('1 draft that is not saved anywhere else');
  within(dialog).getByText(/^2 waiting changes /);
  within(dialog).getByText(/Nothing changes at Cloudflare/);
  expect(within(dialog).queryByText(/sign-in/)).toBeNull();
  await userEvent.click(await button('Cancel'));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(fake.requests('reset.remove')).toEqual([]);
});

it('removes everything only once if the button is pressed twice, and cannot be canceled meanwhile', async () => {
  const answer = deferred<Result<null>>();
  const { button, fake } = await openRemoveEverything(
    new FakeApi().answer('reset', 'remove', () => answer.promise),
  );
  const remove = await button('Remove everything');
  await waitFor(() => expect(remove.disabled).toBe(false));
  await userEvent.click(remove);
  await userEvent.click(remove);
  await userEvent.click(await button('Cancel'));
  screen.getByRole('dialog');
  expect(fake.requests('reset.remove')).toEqual([{ keysToo: true }]);
});

it('shows that the keychain is locked and nothing was removed, and offers to leave the keys', async () => {
  const { dialog, button, fake } = await openRemoveEverything(
    new FakeApi().answer('reset', 'remove', ({ keysToo }) =>
      keysToo ? failed('keychain.locked') : success(null),
    ),
  );
  expect(
    screen.queryByRole('button', { name: 'Remove everything except keys and tokens' }),
  ).toBeNull();
  await userEvent.click(await button('Remove everything'));
  const alert = await within(dialog).findByRole('alert');
  expect(alert.textContent).toMatch(/Not removed: .*locked/);
  expect(alert.textContent).toContain('Organizations, drafts and history are all still here.');
  await userEvent.click(await button('Remove everything except keys and tokens'));
  expect(fake.requests('reset.remove')).toEqual([{ keysToo: true }, { keysToo: false }]);
});

it('can remove everything even when it cannot be counted', async () => {
  const { dialog, button, fake } = await openRemoveEverything(
    new FakeApi()
      .answer('reset', 'removal', () => failed('database.damaged'))
      .answer('reset', 'remove', () => success(null)),
  );
  await within(dialog).findByText('database.damaged');
  await userEvent.click(await button('Remove everything'));
  expect(fake.requests('reset.remove')).toHaveLength(1);
});
