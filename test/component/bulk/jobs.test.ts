/** The panel of jobs: counts, time left in words, pause, resume, cancel, and the results. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { remainingText, timeLeftText } from '../../../src/renderer/features/bulk/job-text';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { failed, success } from '../../../src/shared/failure';
import { FakeApi } from '../fake-api';
import { id, view } from '../samples';
import { result, run, stage } from './samples';

const button = (name: string) => screen.getByRole('button', { name });

it('shows how far a job is, pauses and resumes it, and keeps the focus', async () => {
  const fake = new FakeApi().answer('bulk', 'list', () => success([run()]));
  fake.answer('bulk', 'pause', () => {
    fake.emit('bulkChanged', [run({ state: 'paused', timeLeft: null })]);
    return success(null);
  });
  fake.answer('bulk', 'resume', () => {
    fake.emit('bulkChanged', [run()]);
    return success(null);
  });
  await stage(fake);
  const bar = await screen.findByRole('progressbar', { name: 'Saving changes' });
  expect(bar.getAttribute('aria-valuetext')).toBe(
    '2 of 10 saved · 7 waiting · 1 failed · about 3 minutes left',
  );
  expect(button('Resume')).toHaveProperty('disabled', true);
  await userEvent.click(button('Pause'));
  await waitFor(() => expect(document.activeElement).toBe(button('Resume')));
  expect(bar.getAttribute('aria-valuetext')).toContain('paused');
  await userEvent.click(button('Resume'));
  await waitFor(() => expect(document.activeElement).toBe(button('Pause')));
  expect(fake.requests('bulk.pause')).toEqual([{ jobId: 'run-1' }]);
});

it('asks once before it cancels', async () => {
  const fake = new FakeApi()
    .answer('bulk', 'list', () => success([run()]))
    .answer('bulk', 'cancel', () => success(null));
  await stage(fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Cancel remaining changes' }));
  dialog.getByText(/^7 changes have not been sent yet\..*History/);
  await userEvent.click(dialog.getByRole('button', { name: 'Continue saving' }));
  expect(fake.requests('bulk.cancel')).toEqual([]);
  await userEvent.click(button('Cancel'));
  await userEvent.click(
    within(screen.getByRole('dialog')).getByRole('button', { name: 'Cancel remaining changes' }),
  );
  expect(fake.requests('bulk.cancel')).toEqual([{ jobId: 'run-1' }]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('says what came of a job, and lets it go', async () => {
  const ended = run({ state: 'ended', done: 9, waiting: 0, timeLeft: null });
  const fake = new FakeApi()
    .answer('bulk', 'list', () => success([ended]))
    .answer('bulk', 'dismiss', () => failed('bulk.not-over'));
  await stage(fake);
  const sentence = '9 of 10 organizations saved and confirmed by Cloudflare.';
  expect((await screen.findAllByText(new RegExp(`^\\s*${sentence}`))).length).toBe(2);
  expect(screen.queryByRole('progressbar')).toBeNull();
  await userEvent.click(button('Done'));
  await screen.findByText(/still waiting to be sent/);
  fake.emit('bulkChanged', []);
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Jobs' })).toBeNull());
});

it('shows one of several jobs whole, the others on a line', async () => {
  const other = run({ id: 'run-2', kind: 'import', total: 4, done: 1, waiting: 3, failed: 0 });
  const fake = new FakeApi().answer('bulk', 'list', () => success([run(), other]));
  await stage(fake);
  await screen.findByRole('group', { name: 'Change: Business phone' });
  expect(screen.getAllByRole('progressbar')).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: /^Import.*1 of 4 saved/ }));
  screen.getByRole('group', { name: 'Import' });
});

it.each([
  [0, 'less than a minute left'],
  [60_000, 'about 1 minute left'],
  [16.2 * 60_000, 'about 17 minutes left'],
  [91 * 60_000, 'about 2 hours left'],
])('says %d ms as %s', (left, words) => {
  expect(timeLeftText(left)).toBe(words);
});

it('never says less time than there is, and at most a unit more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 60_000, max: 90 * 60_000 }), (left) => {
      const minutes = Number(/\d+/.exec(timeLeftText(left))?.[0]);
      expect(minutes * 60_000).toBeGreaterThanOrEqual(left);
      expect((minutes - 1) * 60_000).toBeLessThan(left);
    }),
  );
});

it('says why nobody knows the time left', () => {
  const clock = { ahead: (moment: number | null): moment is number => moment !== null };
  const words = (more: Parameters<typeof run>[0], connection = {}) =>
    remainingText(run(more), { ...UNKNOWN_CONNECTION, state: 'online', ...connection }, clock);
  expect(words({ state: 'paused' })).toBe('paused');
  expect(words({}, { state: 'offline' })).toBe('waiting for the connection');
  expect(words({ waitsUntil: 5 })).toMatch(/^Paused by Cloudflare’s limit until \d/);
  expect(words({ waitsUntil: 5, state: 'paused' })).toBe('paused');
  expect(words({ timeLeft: null })).toBe('time left not known yet');
  expect(words({ waiting: 0 })).toBe('the rest needs your attention');
});

it('lists the results, narrows them to failures, and leads on from there', async () => {
  const ended = run({ state: 'ended', done: 1, waiting: 0, failed: 1, cancelled: 1, total: 3 });
  const fake = new FakeApi()
    .answer('bulk', 'list', () => success([ended]))
    .answer('bulk', 'results', () =>
      success([
        result(1, 'Albrecht'),
        result(2, 'Brunn', 'failed', { code: 'organization.forbidden' }),
        result(3, 'Casa', 'cancelled'),
      ]),
    )
    .answer('bulk', 'retryFailed', () => success(null))
    .answer('bulk', 'exportResults', () => success({ saved: true }))
    .answer('organizations', 'open', () => success(view(2, 'Brunn')));
  const state = await stage(fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Show results' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Results' }));
  const texts = () =>
    dialog
      .getAllByRole('row')
      .slice(1)
      .map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  await waitFor(() => expect(texts()).toHaveLength(3));
  expect(texts()[0]).toMatch(/^Brunn Not saved .+\./);
  expect(texts()[1]).toMatch(/^Casa Cancelled .*History/);
  await userEvent.click(dialog.getByRole('radio', { name: /^Failed only/ }));
  expect(texts()).toHaveLength(1);
  await userEvent.click(dialog.getByRole('button', { name: 'Retry failed changes' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Export results' }));
  await dialog.findByText('Results exported.');
  expect(fake.requests('bulk.retryFailed')).toEqual([{ jobId: 'run-1' }]);

  fake.answer('bulk', 'results', () => success([result(1, 'A'), result(2, 'B'), result(3, 'C')]));
  fake.emit('bulkChanged', [{ ...ended, done: 2, failed: 0 }]);
  await dialog.findByText('None failed.');
  await userEvent.click(dialog.getByRole('radio', { name: /^All/ }));
  await userEvent.click(dialog.getByRole('button', { name: 'B' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(state.open.id).toBe(id(2));
});
