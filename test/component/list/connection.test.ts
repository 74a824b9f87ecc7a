/** The connection line. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import ConnectionLine from '../../../src/renderer/features/list/ConnectionLine.svelte';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { timeOfDay } from '../../../src/renderer/ui/time';
import type { Connection } from '../../../src/shared/connection';
import { success } from '../../../src/shared/result';
import { sampleSave } from '../changes/pending-samples';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';

afterEach(() => vi.useRealTimers());

async function show(connection: Connection) {
  const fake = new FakeApi()
    .answer('connection', 'get', () => success(connection))
    .answer('connection', 'tryNow', () => success(null));
  const { state, context } = await fake.loadedState();
  render(ConnectionLine, { context });
  const region = screen.getByRole('region', { name: 'Connection' });
  return { fake, state, text: () => textOf(region) };
}

it('shows Online and when Cloudflare answered', async () => {
  const { text } = await show({
    ...UNKNOWN_CONNECTION,
    state: 'online',
    answeredAt: Date.now() - 130_000,
  });
  expect(text()).toBe('Online Cloudflare answered 2 minutes ago');
});

it('shows Offline, the waiting changes, the reason and the next try, and can try now', async () => {
  const nextTryAt = Date.now() + 60_000;
  const { fake, text } = await show({
    state: 'offline',
    answeredAt: null,
    failure: { code: 'network.unreachable' },
    nextTryAt,
    blockedUntil: null,
    breakerUntil: null,
    waiting: 2,
  });
  expect(text()).toContain('2 waiting Try now');
  expect(text()).toContain('Cloudflare cannot be reached from this computer.');
  expect(text()).toContain(`Next try at ${timeOfDay(nextTryAt)}.`);
  await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
  expect(fake.requests('connection.tryNow')).toHaveLength(1);
});

it('shows neither Online nor Offline before the first answer, then follows events', async () => {
  const { fake, text } = await show(UNKNOWN_CONNECTION);
  expect(text()).toMatch(/^Not connected yet/);
  fake.emit('connectionChanged', {
    ...UNKNOWN_CONNECTION,
    state: 'online',
    answeredAt: Date.now(),
  });
  await waitFor(() => expect(text()).toBe('Online Cloudflare answered just now'));
});

it('leads to the waiting changes', async () => {
  const { state } = await show({ ...UNKNOWN_CONNECTION, state: 'online', waiting: 1_234 });
  await userEvent.click(screen.getByRole('button', { name: '1,234 waiting' }));
  expect([state.navigation.screen, state.navigation.changesTab]).toEqual(['changes', 'waiting']);
});

it('counts only the waiting changes that unfinished saves do not count themselves', async () => {
  const { fake } = await show({ ...UNKNOWN_CONNECTION, state: 'offline', waiting: 7 });
  fake.emit('savesChanged', [
    sampleSave({ total: 10, done: 9, waiting: 1, state: 'paused' }),
    sampleSave({ id: 'save-2', total: 3, done: 1, waiting: 2 }),
  ]);
  await screen.findByRole('button', { name: '4 waiting' });
  fake.emit('savesChanged', [sampleSave({ total: 10, done: 3, waiting: 7 })]);
  await waitFor(() => expect(screen.queryByRole('button', { name: /waiting/ })).toBeNull());
});

it('shows no link when nothing waits', async () => {
  await show({ ...UNKNOWN_CONNECTION, state: 'online' });
  expect(screen.getAllByRole('button').map((button) => button.textContent.trim())).toEqual([
    'Online',
  ]);
});

it('shows until when Cloudflare asked to wait, even online, and hides it at that moment', async () => {
  vi.useFakeTimers({
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  const blockedUntil = Date.now() + 63_000;
  const { text } = await show({ ...UNKNOWN_CONNECTION, state: 'online', blockedUntil });
  const message = `Cloudflare asked Letterhead to wait until ${timeOfDay(blockedUntil)}.`;
  expect(text()).toContain(message);
  await vi.advanceTimersByTimeAsync(62_900);
  expect(text()).toContain(message);
  await vi.advanceTimersByTimeAsync(200);
  expect(text()).not.toContain('asked Letterhead to wait');
});

it('shows that a try is running once its time has come', async () => {
  vi.useFakeTimers({
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  });
  const { text } = await show({
    ...UNKNOWN_CONNECTION,
    state: 'offline',
    nextTryAt: Date.now() + 5_000,
  });
  expect(text()).toContain('Next try at');
  await vi.advanceTimersByTimeAsync(5_100);
  expect(text()).toContain('Trying now…');
  screen.getByRole('button', { name: 'Try now' });
});

it('announces only the change to Offline', async () => {
  const { fake } = await show({ ...UNKNOWN_CONNECTION, state: 'online' });
  fake.emit('connectionChanged', { ...UNKNOWN_CONNECTION, state: 'offline', waiting: 3 });
  const announced = await screen.findByText('Offline');
  expect(announced.getAttribute('aria-live')).toBe('polite');
});
