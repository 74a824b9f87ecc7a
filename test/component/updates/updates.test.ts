/** Updates in the window: the status panel and the banner. */
import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import Banners from '../../../src/renderer/features/banners/Banners.svelte';
import UpdateStatusPanel from '../../../src/renderer/features/updates/UpdateStatusPanel.svelte';
import { failed, success } from '../../../src/shared/result';
import type { UpdateStatus } from '../../../src/shared/updates';
import { textOf } from '../dom';
import { IDLE_UPDATES } from '../../scripted/idle-main';
import { FakeApi } from '../fake-api';

async function show(status: Partial<UpdateStatus>) {
  const fake = new FakeApi()
    .answer('updates', 'get', () => success({ ...IDLE_UPDATES, ...status }))
    .answer('updates', 'check', () => success(null))
    .answer('updates', 'restart', () => success(null));
  const { state, context } = fake.state();
  render(UpdateStatusPanel, { context });
  const panel = screen.getByRole('region', { name: 'Updates' });
  await waitFor(() => expect(state.updates.loaded).toBe(true));
  return { fake, panel, text: () => textOf(panel) };
}

it.each<[string, Partial<UpdateStatus>, RegExp, string[]]>([
  ['not checked yet', {}, /has not checked for updates yet/, ['Check for updates']],
  [
    'nothing newer',
    { checkedAt: Date.now() },
    /newest version\. Last checked just now/,
    ['Check for updates'],
  ],
  ['checking', { step: 'checking' }, /Checking for updates…/, ['Check for updates']],
  [
    'downloading',
    { step: 'downloading', version: '2.0.0' },
    /Downloading Letterhead 2\.0\.0/,
    ['Check for updates'],
  ],
  [
    'ready',
    { step: 'ready', version: '2.0.0' },
    /installed when you quit/,
    ['Restart now', 'Check for updates'],
  ],
  [
    'off',
    { step: 'off', checkedAt: 1 },
    /turned off in Settings, General, so Letterhead does not check for them\.$/,
    [],
  ],
  ['no server', { mode: 'none', reason: 'no-server' }, /built without an update server/, []],
  ['development', { mode: 'none', reason: 'development' }, /is a development version/, []],
  [
    'only notified',
    { mode: 'notify', reason: 'package', step: 'available', version: '2.0.0' },
    /2\.0\.0 is available\..*got this version.*only notifies you/,
    ['Check for updates'],
  ],
])('shows the status and its buttons: %s', async (_what, status, expected, buttons) => {
  const { panel, text } = await show(status);
  await waitFor(() => expect(text()).toMatch(expected));
  const names = within(panel)
    .queryAllByRole('button')
    .map((button) => button.textContent?.trim());
  expect(names).toEqual(buttons);
});

it('shows a failure with what happens next, and checks again with one press', async () => {
  const { fake, panel, text } = await show({ failure: { code: 'updates.wrong-hash' } });
  await waitFor(() =>
    expect(text()).toMatch(/^Updates The downloaded file does not match.*Nothing was installed/),
  );
  expect(text()).toContain('will try again automatically');
  await userEvent.click(within(panel).getByRole('button', { name: 'Check for updates' }));
  expect(fake.requests('updates.check')).toHaveLength(1);
});

it('follows events', async () => {
  const { fake, text } = await show({});
  fake.emit('updatesChanged', { ...IDLE_UPDATES, step: 'ready', version: '3.1.4' });
  await waitFor(() => expect(text()).toMatch(/Letterhead 3\.1\.4 is ready\./));
});

async function showBanner(reason: UpdateStatus['reason']) {
  const fake = new FakeApi()
    .answer('app', 'banners', () => success([{ kind: 'update', version: '2.0.0', reason }]))
    .answer('app', 'dismissBanner', () => success(null));
  const { state, context } = fake.state();
  await state.banners.load();
  render(Banners, { context });
  return { fake, region: screen.getByRole('region', { name: 'Messages' }) };
}

it('restarts only once when the banner’s button is pressed several times, or shows why it cannot', async () => {
  const { fake, region } = await showBanner(null);
  const restart = within(region).getByRole('button', { name: 'Restart now' });
  fake.answer('updates', 'restart', () => failed('updates.not-ready'));
  await userEvent.click(restart);
  await within(region).findByText(/No new version is ready/);
  fake.answer('updates', 'restart', () => success(null));
  await userEvent.click(restart);
  await userEvent.click(restart);
  expect(fake.requests('updates.restart')).toHaveLength(2);
});

it('offers only to dismiss the banner in a build that cannot install updates', async () => {
  const { fake, region } = await showBanner('package');
  expect(region.textContent).toMatch(/2\.0\.0 is available\./);
  const buttons = within(region).getAllByRole('button');
  expect(buttons).toHaveLength(1);
  await userEvent.click(buttons[0]!);
  expect(fake.requests('app.dismissBanner')).toEqual([{ kind: 'update' }]);
});
