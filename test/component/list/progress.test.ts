/** Progress in the sidebar: the initial fetch, and preparing the list. */
import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { timeOfDay } from '../../../src/renderer/ui/time';
import { success } from '../../../src/shared/result';
import type { InitialFetchStatus } from '../../../src/shared/initial-fetch';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { row } from '../samples';
import { names, renderSidebar, rowLabels } from './render-sidebar';

afterEach(() => vi.useRealTimers());

const READING: InitialFetchStatus = {
  read: 896,
  total: 2_300,
  timeLeft: 7.4 * 60_000,
  waitsUntil: null,
  paused: false,
};

async function show(reading: InitialFetchStatus | null) {
  const fake = new FakeApi().answer('initialFetch', 'get', () => success(reading));
  return renderSidebar([row(1, 'Albrecht')], fake);
}

const status = () => screen.getByRole('status', { name: 'Reading profiles' });
const text = () => textOf(status());

it('shows how many profiles were read and the time left, until all are read', async () => {
  const { fake } = await show(READING);
  expect(text()).toBe('Reading 896 of 2,300 · about 8 min');
  expect(status().title).toBe('Reading profiles: 896 of 2,300 · about 8 min');
  // The numbers change too often to be announced.
  expect(status().getAttribute('aria-live')).toBe('off');
  fake.emit('initialFetchChanged', null);
  await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
});

it('says of each profile that it is not read yet, also while they are being read', async () => {
  const fake = new FakeApi().answer('initialFetch', 'get', () => success(READING));
  await renderSidebar([row(1, 'Albrecht', { detail: '' })], fake);
  expect(rowLabels()).toEqual(['Albrecht, Not read yet']);
});

it.each<[Partial<InitialFetchStatus>, string]>([
  [{ timeLeft: 20_000 }, ' · less than a minute'],
  [{ timeLeft: 100 * 60_000 }, ' · about 2 hr'],
  [{ timeLeft: null }, ''],
  [{ timeLeft: null, paused: true }, ' · paused while your changes are sent'],
])('shows the time left, or what the fetch waits for: %o', async (more, suffix) => {
  await show({ ...READING, ...more });
  expect(text()).toBe(`Reading 896 of 2,300${suffix}`);
});

it('says how many are not read yet while offline, and that they wait for the connection', async () => {
  const { fake } = await show(READING);
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'offline' });
  await waitFor(() => expect(text()).toBe('1,404 not read yet · waiting for the connection'));
});

it('shows until when Cloudflare’s rate limit pauses the fetch, and only until then', async () => {
  vi.useFakeTimers({
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  const waitsUntil = Date.now() + 10_000;
  await show({ ...READING, waitsUntil });
  expect(text()).toContain(`paused by Cloudflare’s limit until ${timeOfDay(waitsUntil)}`);
  await vi.advanceTimersByTimeAsync(10_100);
  expect(text()).toContain('about 8 min');
});

it('shows while offline that the fetch waits for the connection, even if something else pauses it, too', async () => {
  const { fake } = await show({ ...READING, paused: true, timeLeft: null });
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'offline' });
  await waitFor(() => expect(text()).toContain('waiting for the connection'));
});

it('shows why the list cannot be prepared, until that works again', async () => {
  const fake = new FakeApi();
  fake.list.building = { done: 12, total: 100_000, failure: { code: 'database.full' } };
  await renderSidebar([row(1, 'Albrecht')], fake);
  const notice = screen.getByText(/^The list could not be prepared\./).closest('.notice');
  expect(notice?.textContent).toContain('Letterhead tries again every 30 seconds.');
  expect(notice?.textContent).toContain('The disk is full');
  expect(notice?.closest('[aria-live]')?.getAttribute('aria-live')).toBe('polite');
  fake.list.building = { done: 500, total: 100_000, failure: null };
  fake.list.notifyChanged();
  await waitFor(() => expect(screen.queryByText(/could not be prepared/)).toBeNull());
  screen.getByRole('progressbar', { name: 'Preparing the list' });
});

it('shows the progress of preparing the list in its place, and accepts a search during it', async () => {
  const fake = new FakeApi();
  fake.list.building = { done: 34_000, total: 100_000, failure: null };
  await renderSidebar([row(1, 'Albrecht'), row(2, 'Brunn')], fake);
  const bar = screen.getByRole('progressbar', { name: 'Preparing the list' });
  expect(bar.getAttribute('aria-valuetext')).toBe('Preparing the list: 34,000 of 100,000');
  expect(screen.queryByRole('listbox')).toBeNull();
  expect(screen.queryByText(/\d organizations?$/)).toBeNull();
  expect(screen.getByRole('radio', { name: 'All' }).parentElement?.textContent.trim()).toBe('All');
  await userEvent.type(screen.getByRole('searchbox'), 'brunn');
  screen.getByRole('progressbar', { name: 'Preparing the list' });
  fake.list.building = null;
  fake.list.notifyChanged();
  await screen.findByRole('listbox', { name: 'Organizations' });
  expect(names()).toEqual(['Brunn']);
});
