/** The panel about adding many organizations: progress, actions, and the result. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import AdditionProgress from '../../../src/renderer/features/add/AdditionProgress.svelte';
import type { Addition } from '../../../src/shared/additions';
import { failed, success } from '../../../src/shared/result';
import { FakeApi } from '../fake-api';

const RUNNING: Addition = { state: 'running', added: 39_000, total: 100_000, failure: null };

function show(addition: Addition | null) {
  const fake = new FakeApi()
    .answer('additions', 'get', () => success({ listing: null, addition }))
    .answer('additions', 'stop', () => success(null))
    .answer('additions', 'resume', () => success(null))
    .answer('additions', 'dismiss', () => success(null));
  const { context } = fake.state();
  const { container } = render(AdditionProgress, { context });
  const update = (next: Addition | null) =>
    fake.emit('additionsChanged', { listing: null, addition: next });
  const announced = () => container.querySelector('[aria-live="polite"]')?.textContent.trim();
  return { fake, update, announced };
}

const button = (name: string) => screen.getByRole('button', { name });

it('shows nothing while nothing is being added', async () => {
  const { fake } = show(null);
  await waitFor(() => expect(fake.requests('additions.get')).toHaveLength(1));
  expect(screen.queryByRole('region', { name: 'Adding organizations' })).toBeNull();
});

it('shows the progress, and says that the user can keep working', async () => {
  const { update, announced } = show(RUNNING);
  const bar = await screen.findByRole('progressbar', { name: 'Adding organizations' });
  expect(bar.getAttribute('aria-valuetext')).toBe('39,000 of 100,000 added');
  screen.getByText(/You can keep working/);
  update({ ...RUNNING, added: 40_000 });
  await waitFor(() => expect(bar.getAttribute('aria-valuetext')).toBe('40,000 of 100,000 added'));
  expect(announced()).toBe('');
});

it('stops, announces how many were added, and moves the focus to the panel', async () => {
  const { fake, update, announced } = show(RUNNING);
  await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
  expect(fake.requests('additions.stop')).toHaveLength(1);
  update({ ...RUNNING, state: 'ended' });
  const result =
    '39,000 of 100,000 organizations were added. To add the others, choose “Add organization” again.';
  await waitFor(() => expect(announced()).toBe(result));
  const region = screen.getByRole('region', { name: 'Adding organizations' });
  await waitFor(() => expect(document.activeElement).toBe(region));
  await userEvent.click(button('Close'));
  expect(fake.requests('additions.dismiss')).toHaveLength(1);
  update(null);
  await waitFor(() => expect(region.isConnected).toBe(false));
});

it('announces that all were added', async () => {
  const { announced } = show({ ...RUNNING, state: 'ended', added: 100_000 });
  await waitFor(() => expect(announced()).toBe('100,000 organizations were added.'));
  expect(screen.queryByRole('progressbar')).toBeNull();
});

it('shows why it is paused, and retries', async () => {
  const { fake, update } = show(RUNNING);
  await screen.findByRole('progressbar');
  update({ ...RUNNING, state: 'paused', failure: { code: 'database.full' } });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The disk is full');
  expect(screen.queryByText(/You can keep working/)).toBeNull();
  button('Stop');
  await userEvent.click(button('Try again'));
  expect(fake.requests('additions.resume')).toHaveLength(1);
  update(RUNNING);
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('shows why it could not be stopped while paused', async () => {
  const { fake } = show({ ...RUNNING, state: 'paused', failure: { code: 'database.full' } });
  fake.answer('additions', 'stop', () => failed('database.busy'));
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full');
  await userEvent.click(button('Stop'));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Another program'));
  await userEvent.click(button('Try again'));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('The disk is full'));
});

it('shows why it could not be stopped', async () => {
  const { fake, update } = show(RUNNING);
  fake.answer('additions', 'stop', () => failed('database.busy'));
  await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Another program');
  update({ ...RUNNING, added: 40_000 });
  await screen.findByText('40,000 of 100,000 added');
  screen.getByRole('alert');
  update({ ...RUNNING, state: 'ended', added: 100_000 });
  await screen.findByText('Close');
  expect(screen.queryByRole('alert')).toBeNull();
});
