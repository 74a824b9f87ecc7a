/** The connection line: begins with Online or Offline, and says the rest. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import ConnectionLine from '../../../src/renderer/features/sidebar/ConnectionLine.svelte';
import { NOT_ASKED } from '../../../src/renderer/state/connection.svelte';
import { timeOfDay } from '../../../src/renderer/ui/time';
import type { Connection } from '../../../src/shared/connection';
import { success } from '../../../src/shared/failure';
import { FakeApi } from '../fake-api';

async function show(connection: Connection) {
  const fake = new FakeApi()
    .answer('connection', 'get', () => success(connection))
    .answer('connection', 'tryNow', () => success(null));
  const { state, context } = fake.state();
  await state.load();
  render(ConnectionLine, { context });
  const region = screen.getByRole('region', { name: 'Connection' });
  return { fake, text: () => region.textContent.replace(/\s+/g, ' ').trim() };
}

it('says Online and when Cloudflare answered', async () => {
  const { text } = await show({ ...NOT_ASKED, state: 'online', answeredAt: Date.now() - 130_000 });
  expect(text()).toBe('Online Cloudflare answered 2 minutes ago');
});

it('says Offline, what waits, why, when the next try is, and tries now', async () => {
  const nextTryAt = Date.now() + 60_000;
  const { fake, text } = await show({
    state: 'offline',
    answeredAt: null,
    failure: { code: 'network.unreachable' },
    nextTryAt,
    waiting: 2,
  });
  expect(text()).toMatch(/^Offline · 2 changes wait/);
  expect(text()).toContain('Cloudflare cannot be reached from this computer.');
  expect(text()).toContain(`Next try at ${timeOfDay(nextTryAt)}.`);
  await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
  expect(fake.requests('connection.tryNow')).toHaveLength(1);
});

it('claims nothing before Cloudflare was asked, then follows events', async () => {
  const { fake, text } = await show(NOT_ASKED);
  expect(text()).toMatch(/^Offline so far/);
  fake.emit('connectionChanged', { ...NOT_ASKED, state: 'online', answeredAt: Date.now() });
  await waitFor(() => expect(text()).toBe('Online Cloudflare answered just now'));
});
