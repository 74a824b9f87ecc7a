/** Adding many organizations, above every page: how far it is, what can be done, and how it ended. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import AdditionProgress from '../../../src/renderer/features/add/AdditionProgress.svelte';
import type { Addition } from '../../../src/shared/additions';
import { failed, success } from '../../../src/shared/failure';
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
  const become = (next: Addition | null) =>
    fake.emit('additionsChanged', { listing: null, addition: next });
  const said = () => container.querySelector('[aria-live="polite"]')?.textContent.trim();
  return { fake, become, said };
}

const button = (name: string) => screen.getByRole('button', { name });

it('shows nothing while nothing is added', async () => {
  const { fake } = show(null);
  await waitFor(() => expect(fake.requests('additions.get')).toHaveLength(1));
  expect(screen.queryByRole('region', { name: 'Adding organizations' })).toBeNull();
});

it('shows how far it is, and that it continues without the person', async () => {
  const { become, said } = show(RUNNING);
  const bar = await screen.findByRole('progressbar', { name: 'Adding organizations' });
  expect(bar.getAttribute('aria-valuetext')).toBe('39,000 of 100,000 added');
  screen.getByText(/You can keep working/);
  become({ ...RUNNING, added: 40_000 });
  await waitFor(() => expect(bar.getAttribute('aria-valuetext')).toBe('40,000 of 100,000 added'));
  expect(said()).toBe('');
});

it('stops, and says how many were added, with the focus where the button was', async () => {
  const { fake, become, said } = show(RUNNING);
  await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
  expect(fake.requests('additions.stop')).toHaveLength(1);
  become({ ...RUNNING, state: 'ended' });
  const sentence = '39,000 of 100,000 organizations were added; the others were not.';
  await waitFor(() => expect(said()).toBe(sentence));
  const region = screen.getByRole('region', { name: 'Adding organizations' });
  await waitFor(() => expect(document.activeElement).toBe(region));
  await userEvent.click(button('Done'));
  expect(fake.requests('additions.dismiss')).toHaveLength(1);
  become(null);
  await waitFor(() => expect(region.isConnected).toBe(false));
});

it('says that all were added', async () => {
  const { said } = show({ ...RUNNING, state: 'ended', added: 100_000 });
  await waitFor(() => expect(said()).toBe('100,000 organizations were added.'));
  expect(screen.queryByRole('progressbar')).toBeNull();
});

it('says why it is paused, and tries again', async () => {
  const { fake, become } = show(RUNNING);
  await screen.findByRole('progressbar');
  become({ ...RUNNING, state: 'paused', failure: { code: 'store.full' } });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The disk is full');
  expect(screen.queryByText(/You can keep working/)).toBeNull();
  button('Stop');
  await userEvent.click(button('Try again'));
  expect(fake.requests('additions.resume')).toHaveLength(1);
  become(RUNNING);
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('says why it could not be stopped while it is paused', async () => {
  const { fake } = show({ ...RUNNING, state: 'paused', failure: { code: 'store.full' } });
  fake.answer('additions', 'stop', () => failed('store.busy'));
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full');
  await userEvent.click(button('Stop'));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Another program'));
  await userEvent.click(button('Try again'));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('The disk is full'));
});

it('says why it could not be stopped', async () => {
  const { fake } = show(RUNNING);
  fake.answer('additions', 'stop', () => failed('store.busy'));
  await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Another program');
});
