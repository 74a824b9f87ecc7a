/** The background check in Settings: choices apply immediately or are reverted, and the status of the check. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import SettingsScreen from '../../../src/renderer/features/settings/SettingsScreen.svelte';
import { dateAndTime, timeOfDay } from '../../../src/renderer/ui/time';
import { failed, success, type Result } from '../../../src/shared/result';
import { DEFAULT_SETTINGS, type CheckStatus, type Settings } from '../../../src/shared/settings';
import { textOf } from '../dom';
import { IDLE_CHECKS } from '../../scripted/idle-main';
import { deferred, FakeApi } from '../fake-api';

async function show(status: Partial<CheckStatus> = {}, fake = new FakeApi()) {
  fake
    .answer('checks', 'get', () => success({ ...IDLE_CHECKS, ...status }))
    .answer('checks', 'run', () => success(null));
  const { state, context } = fake.state();
  state.navigation.settings('general');
  render(SettingsScreen, { context });
  await waitFor(() => expect(state.checks.loaded || state.settings.failure !== null).toBe(true));
  const panel = () => screen.getByRole('region', { name: 'Background check' });
  return { fake, state, panel, text: () => textOf(panel()) };
}

const radio = async (name: string) =>
  within(await screen.findByRole('radiogroup', { name: 'How often' })).findByRole<HTMLInputElement>(
    'radio',
    { name },
  );

it('opens the requested tab, and follows later requests', async () => {
  const { state } = await show();
  screen.getByRole('tab', { name: 'General', selected: true });
  state.navigation.settings('sign-ins');
  await screen.findByRole('tab', { name: 'Sign-ins', selected: true });
  await userEvent.click(screen.getByRole('tab', { name: 'About' }));
  expect(state.navigation.settingsTab).toBe('about');
});

it('offers every interval, and stores a choice immediately', async () => {
  const stored: Settings = { ...DEFAULT_SETTINGS };
  const fake = new FakeApi().answer('settings', 'update', (change) =>
    success(Object.assign(stored, change)),
  );
  await show({}, fake);
  expect((await radio('Every hour')).checked).toBe(true);
  const group = screen.getByRole('radiogroup', { name: 'How often' });
  expect(within(group).getAllByRole('radio')).toHaveLength(5);
  for (const name of ['Off', 'Every 15 minutes', 'Every 4 hours', 'Every day']) {
    await userEvent.click(await radio(name));
    expect((await radio(name)).checked).toBe(true);
  }
  await userEvent.click(screen.getByRole('checkbox', { name: 'Show a system notification' }));
  expect(fake.requests('settings.update')).toEqual([
    { checkEvery: 'off' },
    { checkEvery: '15-minutes' },
    { checkEvery: '4-hours' },
    { checkEvery: '1-day' },
    { notify: true },
  ]);
});

it('reverts a choice that could not be stored, and shows why next to it', async () => {
  const fake = new FakeApi().answer('settings', 'update', () => failed('database.full'));
  await show({}, fake);
  await userEvent.click(await radio('Off'));
  expect((await screen.findByRole('alert')).textContent).toContain(
    'This setting could not be saved: The disk is full',
  );
  expect((await radio('Every hour')).checked).toBe(true);
  expect((await radio('Off')).checked).toBe(false);
  const notify = screen.getByRole<HTMLInputElement>('checkbox');
  await userEvent.click(notify);
  await waitFor(() => expect(notify.checked).toBe(false));
});

it('shows the newer of two choices while their answers are slow', async () => {
  const answers = [deferred<Result<Settings>>(), deferred<Result<Settings>>()];
  let calls = 0;
  const fake = new FakeApi().answer('settings', 'update', () => answers[calls++]!.promise);
  const { state } = await show({}, fake);
  await userEvent.click(await radio('Off'));
  await userEvent.click(await radio('Every day'));
  answers[0]!.resolve(success({ ...DEFAULT_SETTINGS, checkEvery: 'off' }));
  await waitFor(() => expect(state.settings.value.checkEvery).toBe('off'));
  expect((await radio('Every day')).checked).toBe(true);
  answers[1]!.resolve(success({ ...DEFAULT_SETTINGS, checkEvery: '1-day' }));
  await waitFor(() => expect(state.settings.value.checkEvery).toBe('1-day'));
  expect((await radio('Every day')).checked).toBe(true);
});

it('follows a setting that was changed elsewhere', async () => {
  const { fake } = await show();
  expect((await radio('Every hour')).checked).toBe(true);
  fake.emit('settingsChanged', { ...DEFAULT_SETTINGS, checkEvery: 'off', notify: true });
  await waitFor(async () => expect((await radio('Off')).checked).toBe(true));
  expect(screen.getByRole<HTMLInputElement>('checkbox').checked).toBe(true);
});

it('shows why the settings cannot be read, without any choices, and retries', async () => {
  const fake = new FakeApi().answer('settings', 'get', () => failed('database.busy'));
  await show({}, fake);
  await screen.findByText(/Another program/);
  expect(screen.queryByRole('radio')).toBeNull();
  fake.answer('settings', 'get', () => success(DEFAULT_SETTINGS));
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect((await radio('Every hour')).checked).toBe(true);
});

it('shows that no check has run and that the background check is off', async () => {
  const { text } = await show();
  expect(text()).toContain('No check has run yet.');
  expect(text()).toContain('background checks are off');
});

it('shows when the last check ended, what it found, and when the next one is due', async () => {
  const { text, fake } = await show({ endedAt: Date.now() - 130_000, changed: 1_234 });
  expect(text()).toContain('The last check ended 2 minutes ago.');
  expect(text()).toContain('1,234 changed organizations found and marked “Changed” in the list.');
  fake.emit('checksChanged', { ...IDLE_CHECKS, endedAt: Date.now(), nextAt: Date.now() - 1 });
  await waitFor(() => expect(text()).toContain('The last check ended just now. No changes found'));
  expect(text()).toContain('The next check starts in a moment.');
});

it.each<[Partial<CheckStatus>, string]>([
  [{ checked: 3 }, 'No changes found.'],
  [
    { checked: 896, unchecked: 1_404 },
    'No changes found in the 896 organizations checked. 1,404 could not be checked.',
  ],
  [{ unchecked: 2 }, '2 could not be checked.'],
  [
    { checked: 5, unchecked: 1, changed: 1 },
    '1 changed organization found and marked “Changed” in the list. 1 could not be checked.',
  ],
])('reports only on organizations that were checked: %o', async (status, result) => {
  const { text } = await show({ endedAt: Date.now(), ...status });
  expect(text()).toContain(`The last check ended just now. ${result}`);
  if (status.unchecked) expect(text()).not.toContain('No changes found.');
});

it('shows the progress of the initial fetch', async () => {
  const { fake, text } = await show();
  fake.emit('initialFetchChanged', {
    read: 896,
    total: 2_300,
    timeLeft: 450_000,
    waitsUntil: null,
    paused: false,
  });
  const bar = await screen.findByRole('progressbar', { name: 'Reading profiles' });
  expect(bar).toHaveProperty('value', 896);
  expect(text()).toContain('Reading profiles: 896 of 2,300 · about 8 min');
});

it('shows the time of the next check, with the day when it is not today', async () => {
  const soon = Date.now() + 60_000;
  const { text, fake } = await show({ nextAt: soon });
  const today = new Date(soon).getDate() === new Date().getDate();
  expect(text()).toContain(`Next check: ${today ? timeOfDay(soon) : dateAndTime(soon)}.`);
  const nextAt = Date.now() + 3 * 86_400_000;
  fake.emit('checksChanged', { ...IDLE_CHECKS, nextAt });
  await waitFor(() => expect(text()).toContain(`Next check: ${dateAndTime(nextAt)}.`));
});

it('shows why not everything could be checked', async () => {
  const { text } = await show({
    endedAt: Date.now(),
    failure: { code: 'network.unreachable' },
    nextAt: Date.now() + 60_000,
  });
  expect(text()).toContain(
    'Not everything could be checked: Cloudflare cannot be reached from this computer.',
  );
});

it('starts a check, shows its progress, and ignores further presses while it runs', async () => {
  const { fake, text } = await show();
  const checkNow = screen.getByRole('button', { name: 'Check all now' });
  await userEvent.click(checkNow);
  fake.emit('checksChanged', { ...IDLE_CHECKS, running: true });
  const bar = await screen.findByRole('progressbar', { name: 'Checking profiles' });
  expect(bar.getAttribute('aria-valuetext')).toBe('The check is starting…');
  expect(bar.hasAttribute('value')).toBe(false);
  fake.emit('checksChanged', { ...IDLE_CHECKS, running: true, done: 412, total: 1_000 });
  await waitFor(() => expect(text()).toContain('412 of 1,000 checked'));
  expect(bar.getAttribute('aria-valuetext')).toBe('412 of 1,000 checked');
  await userEvent.click(checkNow);
  expect(fake.requests('checks.run')).toEqual([null]);
  fake.emit('checksChanged', { ...IDLE_CHECKS, endedAt: Date.now(), changed: 1 });
  await waitFor(() => expect(text()).toContain('1 changed organization found'));
  expect(screen.queryByRole('progressbar')).toBeNull();
  await userEvent.click(checkNow);
  expect(fake.requests('checks.run')).toHaveLength(2);
});

it('shows why a check could not start', async () => {
  const { fake, panel } = await show();
  fake.answer('checks', 'run', () => failed('database.read-only'));
  await userEvent.click(screen.getByRole('button', { name: 'Check all now' }));
  await within(panel()).findByRole('alert');
});
