/** The saves panel: counts, time left, pause, resume, cancel, results. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { remainingText, timeLeftText } from '../../../src/renderer/features/bulk/job-text';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { failed, success } from '../../../src/shared/outcome';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { id, view } from '../samples';
import { renderBulk, sampleSave, sampleResult } from './render-bulk';

const button = (name: string) => screen.getByRole('button', { name });

it('shows the progress of a save, pauses and resumes it, and keeps the focus', async () => {
  const fake = new FakeApi().answer('saves', 'list', () => success([sampleSave()]));
  fake.answer('saves', 'pause', () => {
    fake.emit('savesChanged', [sampleSave({ state: 'paused', timeLeft: null })]);
    return success(null);
  });
  fake.answer('saves', 'resume', () => {
    fake.emit('savesChanged', [sampleSave()]);
    return success(null);
  });
  await renderBulk(fake);
  const bar = await screen.findByRole('progressbar', { name: 'Saving changes' });
  expect(bar.getAttribute('aria-valuetext')).toBe(
    '2 of 10 saved · 7 waiting · 1 failed · about 3 minutes left',
  );
  expect(screen.queryByRole('button', { name: 'Resume' })).toBeNull();
  await userEvent.click(button('Pause'));
  await waitFor(() => expect(document.activeElement).toBe(button('Resume')));
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
  expect(bar.getAttribute('aria-valuetext')).toContain('paused');
  await userEvent.click(button('Resume'));
  await waitFor(() => expect(document.activeElement).toBe(button('Pause')));
  expect(fake.requests('saves.pause')).toEqual([{ saveId: 'save-1' }]);
  expect(fake.requests('saves.resume')).toEqual([{ saveId: 'save-1' }]);
});

it('asks before it cancels', async () => {
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([sampleSave()]))
    .answer('saves', 'cancel', () => success(null));
  await renderBulk(fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Cancel remaining changes' }));
  dialog.getByText(/^7 changes have not been sent yet\. Keep them as unsent .*History/);
  await userEvent.click(dialog.getByRole('button', { name: 'Do not cancel' }));
  expect(fake.requests('saves.cancel')).toEqual([]);
  for (const way of ['Keep as unsent', 'Discard']) {
    await userEvent.click(button('Cancel'));
    const question = within(screen.getByRole('dialog'));
    await userEvent.click(question.getByRole('button', { name: way }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  }
  expect(fake.requests('saves.cancel')).toEqual([
    { saveId: 'save-1', then: 'keep' },
    { saveId: 'save-1', then: 'discard' },
  ]);
});

it('shows the result of a save, and closes it', async () => {
  const ended = sampleSave({ state: 'ended', done: 9, waiting: 0, timeLeft: null });
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([ended]))
    .answer('saves', 'close', () => failed('save.not-ended'));
  await renderBulk(fake);
  const summary = '9 of 10 organizations saved and confirmed by Cloudflare.';
  expect((await screen.findAllByText(new RegExp(`^\\s*${summary}`))).length).toBe(2);
  expect(screen.queryByRole('progressbar')).toBeNull();
  await userEvent.click(button('Close'));
  await screen.findByText(/still waiting to be sent/);
  fake.emit('savesChanged', []);
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Saves' })).toBeNull());
});

it('shows one of several saves in full, the rest collapsed', async () => {
  const other = sampleSave({
    id: 'save-2',
    kind: 'import',
    total: 4,
    done: 1,
    waiting: 3,
    failed: 0,
  });
  const fake = new FakeApi().answer('saves', 'list', () => success([sampleSave(), other]));
  await renderBulk(fake);
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
])('formats %d ms as %s', (timeLeft, text) => {
  expect(timeLeftText(timeLeft)).toBe(text);
});

it('never shows less than the time left, and never more than one minute too much', () => {
  fc.assert(
    fc.property(fc.integer({ min: 60_000, max: 90 * 60_000 }), (timeLeft) => {
      const minutes = Number(/\d+/.exec(timeLeftText(timeLeft))?.[0]);
      expect(minutes * 60_000).toBeGreaterThanOrEqual(timeLeft);
      expect((minutes - 1) * 60_000).toBeLessThan(timeLeft);
    }),
  );
});

it('shows what the save waits for instead of the time left', () => {
  const clock = { ahead: (moment: number | null): moment is number => moment !== null };
  const text = (more: Parameters<typeof sampleSave>[0], connection = {}) =>
    remainingText(
      sampleSave(more),
      { ...UNKNOWN_CONNECTION, state: 'online', ...connection },
      clock,
    );
  expect(text({ state: 'paused' })).toBe('paused');
  expect(text({}, { state: 'offline' })).toBe('waiting for the connection');
  expect(text({ waitsUntil: 5 })).toMatch(/^Paused by Cloudflare’s limit until \d/);
  expect(text({ waitsUntil: 5, state: 'paused' })).toBe('paused');
  expect(text({ timeLeft: null })).toBe('time left not known yet');
  expect(text({ waiting: 0 })).toBe('the rest needs your attention');
});

it('lists and filters results, retries and exports them, and opens an organization', async () => {
  const ended = sampleSave({
    state: 'ended',
    done: 1,
    waiting: 0,
    failed: 1,
    canceled: 1,
    total: 3,
  });
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([ended]))
    .answer('saves', 'results', () =>
      success([
        sampleResult(1, 'Albrecht'),
        sampleResult(2, 'Brunn', 'failed', { code: 'organization.forbidden' }),
        sampleResult(3, 'Casa', 'canceled'),
      ]),
    )
    .answer('saves', 'retryFailed', () => success(null))
    .answer('saves', 'exportResults', () => success({ exportId: 'export-1' }))
    .answer('csv', 'openExported', () => success(null))
    .answer('csv', 'showExported', () => failed('file.gone'))
    .answer('organizations', 'open', () => success(view(2, 'Brunn')));
  const state = await renderBulk(fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Show results' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Results' }));
  const texts = () => dialog.getAllByRole('row').slice(1).map(textOf);
  await waitFor(() => expect(texts()).toHaveLength(3));
  expect(texts()[0]).toMatch(/^Brunn Not saved .+\./);
  expect(texts()[1]).toMatch(/^Casa Canceled .*History/);
  const closing = dialog
    .getAllByRole('button')
    .filter(({ textContent }) => /close|done/i.test(textContent));
  expect(closing.map(textOf)).toEqual(['Close']);
  const reason = dialog.getByRole('button', { expanded: false });
  expect(reason.title).toBe(textOf(reason));
  await userEvent.click(reason);
  expect(reason.getAttribute('aria-expanded')).toBe('true');
  await userEvent.click(dialog.getByRole('radio', { name: /^Failed only/ }));
  expect(texts()).toHaveLength(1);
  await userEvent.click(dialog.getByRole('button', { name: 'Retry failed changes' }));
  expect(dialog.queryByRole('button', { name: 'Open file' })).toBeNull();
  await userEvent.click(dialog.getByRole('button', { name: 'Export results' }));
  await dialog.findByText('Results exported.');
  await userEvent.click(dialog.getByRole('button', { name: 'Open file' }));
  expect(fake.requests('csv.openExported')).toEqual([{ exportId: 'export-1' }]);
  await userEvent.click(dialog.getByRole('button', { name: 'Show in folder' }));
  expect(fake.requests('csv.showExported')).toEqual([{ exportId: 'export-1' }]);
  await dialog.findByRole('alert');
  expect(fake.requests('saves.retryFailed')).toEqual([{ saveId: 'save-1' }]);

  fake.answer('saves', 'results', () =>
    success([sampleResult(1, 'A'), sampleResult(2, 'B'), sampleResult(3, 'C')]),
  );
  fake.emit('savesChanged', [{ ...ended, done: 2, failed: 0 }]);
  await dialog.findByText('None failed.');
  await userEvent.click(dialog.getByRole('radio', { name: /^All/ }));
  await userEvent.click(dialog.getByRole('button', { name: 'B' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(state.open.id).toBe(id(2));
});

/** Opens the results of an ended save of three, of which two failed. */
async function openResults(save: Parameters<typeof sampleSave>[0], retryable: boolean[]) {
  const ended = sampleSave({ state: 'ended', done: 1, waiting: 0, failed: 2, total: 3, ...save });
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([ended]))
    .answer('saves', 'results', () =>
      success([
        sampleResult(1, 'Albrecht'),
        ...retryable.map((one, at) => ({
          ...sampleResult(2 + at, `Brunn ${at}`, 'failed', { code: 'profile.refused' }),
          retryable: one,
        })),
      ]),
    );
  await renderBulk(fake);
  await userEvent.click(await screen.findByRole('button', { name: 'Show results' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Results' }));
  await dialog.findByText('Albrecht');
  return {
    dialog,
    retry: () => dialog.queryByRole<HTMLButtonElement>('button', { name: /^Retry/ }),
  };
}

const LEFT_OUT = /not retried\. Open/;

it('retries what was refused, and says what waits for a decision and where', async () => {
  const { dialog, retry } = await openResults({}, [true, false]);
  expect(retry()?.disabled).toBe(false);
  dialog.getByText(
    '1 change needs your decision, so it is not retried. Open its organization from this list and decide there.',
  );
});

it('mentions no decisions where none are needed', async () => {
  const { dialog, retry } = await openResults({}, [true, true]);
  expect(retry()?.disabled).toBe(false);
  expect(dialog.queryByText(LEFT_OUT)).toBeNull();
});

it('cannot retry what only waits for decisions', async () => {
  const { dialog, retry } = await openResults({}, [false, false]);
  expect(retry()?.disabled).toBe(true);
  dialog.getByText(/^2 changes need your decision, so they are not retried\./);
});

it('does not offer to retry a canceled save', async () => {
  const { dialog, retry } = await openResults({ afterCancel: 'keep' }, [false, false]);
  expect(retry()).toBeNull();
  dialog.getByText(LEFT_OUT);
});
