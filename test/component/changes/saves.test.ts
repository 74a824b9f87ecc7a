/** Saves on *Changes*: progress, time left, pause, resume, cancel; results, undo, export, retry; closed ones in *Saved*. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { tick } from 'svelte';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { low } from '../../../src/renderer/ui/window-size';
import { remainingText, timeLeftText } from '../../../src/renderer/features/changes/save-text';
import { UNKNOWN_CONNECTION } from '../../../src/renderer/state/connection.svelte';
import { failed, success } from '../../../src/shared/result';
import type { Save, SaveResult } from '../../../src/shared/saves';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { entryName, id, view } from '../samples';

import { renderChanges } from './render-changes';
import { answerRows, counts, sampleResult, sampleSave } from './pending-samples';

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
  await renderChanges(fake, 'saved');
  const bar = await screen.findByRole('progressbar', { name: 'Saving changes' });
  expect(bar.getAttribute('aria-valuetext')).toBe(
    '2 of 10 saved\u00a0·\u00a07 waiting\u00a0·\u00a01 not saved\u00a0·\u00a0about 3 minutes left',
  );
  // Below what they are about, in every window, and before what takes their place at the end.
  const save = within(screen.getByRole('group', { name: 'Change: Business phone' }));
  expect(save.getAllByRole('button').map(({ textContent }) => textContent.trim())).toEqual([
    'Results (1 not saved)',
    'Pause',
    'Cancel…',
  ]);
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
  await renderChanges(fake, 'saved');
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel…' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Cancel remaining changes' }));
  dialog.getByText(
    /^The changes in 8 organizations are not saved yet\. Keep them as drafts, .*History/,
  );
  await userEvent.click(dialog.getByRole('button', { name: 'Keep sending' }));
  expect(fake.requests('saves.cancel')).toEqual([]);
  for (const way of ['Keep as drafts', 'Discard']) {
    await userEvent.click(button('Cancel…'));
    const question = within(screen.getByRole('dialog'));
    await userEvent.click(question.getByRole('button', { name: way }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  }
  expect(fake.requests('saves.cancel')).toEqual([
    { saveId: 'save-1', then: 'keep' },
    { saveId: 'save-1', then: 'discard' },
  ]);
});

it('shows what became of a save, and moves it to *Saved* when it is closed', async () => {
  const ended = sampleSave({ state: 'ended', done: 9, waiting: 0, timeLeft: null });
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([ended]))
    .answer('saves', 'close', () => failed('save.not-ended'));
  await renderChanges(fake, 'saved');
  const current = within(await screen.findByRole('region', { name: 'Current saves' }));
  current.getByText('9 of 10 saved · 1 not saved');
  expect(screen.queryByRole('progressbar')).toBeNull();
  screen.getByText('Nothing here yet. After a save, close its result above, and it appears here.');
  await userEvent.click(button('Close'));
  await current.findByText(/still waiting to be sent/);
  fake.answer('saves', 'close', () => {
    fake.emit('savesChanged', [{ ...ended, closed: true }]);
    return success(null);
  });
  await userEvent.click(button('Close'));
  const saved = within(await screen.findByRole('list', { name: 'Saved changes' }));
  saved.getByText('9 of 10 saved · 1 not saved');
  expect(screen.queryByRole('region', { name: 'Current saves' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
});

it('replaces its buttons a moment after it has ended, so that a press meant for them hits nothing else', async () => {
  const fake = new FakeApi().answer('saves', 'list', () => success([sampleSave()]));
  await renderChanges(fake, 'saved');
  const pause = await screen.findByRole('button', { name: 'Pause' });
  fake.emit('savesChanged', [
    sampleSave({ state: 'ended', done: 10, waiting: 0, failed: 0, undoable: true }),
  ]);
  await screen.findByText('10 organizations saved and confirmed by Cloudflare.');
  expect(screen.queryByRole('button', { name: 'Undo this save' })).toBeNull();
  await userEvent.click(pause);
  expect(fake.requests('saves.pause')).toEqual([]);
  await screen.findByRole('button', { name: 'Undo this save' });
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
});

it('says in a sentence that everything was saved', async () => {
  const done = sampleSave({ state: 'ended', done: 10, waiting: 0, failed: 0 });
  await renderChanges(
    new FakeApi().answer('saves', 'list', () => success([done])),
    'saved',
  );
  await screen.findByText('10 organizations saved and confirmed by Cloudflare.');
});

it('says that a save was interrupted, and leads to the drafts while there are any', async () => {
  const interrupted = sampleSave({ notSubmitted: 800, total: 1_200, waiting: 1_198, failed: 0 });
  const fake = new FakeApi().answer('saves', 'list', () => success([interrupted]));
  const state = await renderChanges(fake, 'saved');
  await screen.findByText(
    /^Interrupted: 800 organizations were left out of this save; their drafts were kept\./,
  );
  expect(screen.queryByRole('button', { name: 'Review them' })).toBeNull();
  fake.emit('changesChanged', { all: 800, toSave: 800, waiting: 0, decide: 0 });
  await userEvent.click(await screen.findByRole('button', { name: 'Review them' }));
  expect(state.navigation.changesTab).toBe('to-save');
});

it('takes the focus when it was just submitted', async () => {
  const fake = new FakeApi().answer('saves', 'list', () => success([sampleSave()]));
  const state = await renderChanges(fake, 'saved');
  state.saves.focus('save-1');
  const item = await screen.findByRole('group', { name: 'Change: Business phone' });
  await waitFor(() => expect(document.activeElement).toBe(item));
});

it('undoes a save, names what has changed since, and leads to the drafts', async () => {
  const done = sampleSave({ state: 'ended', done: 10, waiting: 0, failed: 0, undoable: true });
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([done]))
    .answer('saves', 'undo', () =>
      success({
        batchId: 'batch-1',
        drafts: 9,
        changedSince: { total: 1, first: [{ entryId: id(1), ...entryName('Albrecht') }] },
      }),
    );
  const state = await renderChanges(fake, 'saved');
  await userEvent.click(await screen.findByRole('button', { name: 'Undo this save' }));
  await screen.findByText(
    /The old texts of 9 organizations are drafts now\. 1 organization keeps its newer texts: \W?Albrecht\W?\./,
  );
  expect(fake.requests('saves.undo')).toEqual([{ saveId: 'save-1' }]);
  expect(screen.queryByRole('button', { name: 'Undo this save' })).toBeNull();
  await userEvent.click(button('Review them'));
  expect(state.navigation.changesTab).toBe('to-save');
});

it('exports its results after it was undone, if that is pressed meanwhile', async () => {
  const done = sampleSave({ state: 'ended', done: 10, waiting: 0, failed: 0, undoable: true });
  const undone = { batchId: 'batch-1', drafts: 10, changedSince: { total: 0, first: [] } };
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([done]))
    .answer('saves', 'undo', () => success(undone))
    .answer('saves', 'exportResults', () => success({ exportId: 'export-1' }));
  const release = fake.hold('saves.undo');
  await renderChanges(fake, 'saved');
  await userEvent.click(await screen.findByRole('button', { name: 'Undo this save' }));
  await userEvent.click(button('Export this list'));
  release();
  await waitFor(() => expect(fake.requests('saves.exportResults')).toHaveLength(1));
  await screen.findByText(/^The old texts of 10 organizations are drafts now\./);
});

it('offers nothing else while it is being canceled', async () => {
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([sampleSave()]))
    .answer('saves', 'cancel', () => success(null));
  const release = fake.hold('saves.cancel');
  await renderChanges(fake, 'saved');
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel…' }));
  const dialog = within(screen.getByRole('dialog'));
  await userEvent.click(dialog.getByRole('button', { name: 'Discard' }));
  for (const name of ['Keep as drafts', 'Keep sending'])
    expect(dialog.getByRole<HTMLButtonElement>('button', { name }).disabled).toBe(true);
  release();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('saves.cancel')).toEqual([{ saveId: 'save-1', then: 'discard' }]);
});

it('says so when nothing could be undone, and names the first that changed since', async () => {
  const done = sampleSave({
    state: 'ended',
    done: 1,
    total: 1,
    waiting: 0,
    failed: 0,
    undoable: true,
  });
  const names = ['Albrecht', 'Brunn', 'Casa', 'Delmar'];
  const first = names.map((name, index) => ({ entryId: id(index + 1), ...entryName(name) }));
  const changedSince = { total: 5, first };
  const fake = new FakeApi()
    .answer('saves', 'list', () => success([done]))
    .answer('saves', 'undo', () => success({ batchId: 'batch-1', drafts: 0, changedSince }));
  await renderChanges(fake, 'saved');
  await userEvent.click(await screen.findByRole('button', { name: 'Undo this save' }));
  await screen.findByText(
    /^Nothing could be undone\. 5 organizations keep their newer texts: \W?Albrecht, Brunn, Casa and 2 more/,
  );
  expect(screen.queryByRole('button', { name: 'Review them' })).toBeNull();
});

it('offers no undo where none of its texts is there any more', async () => {
  const done = sampleSave({ state: 'ended', done: 10, waiting: 0, failed: 0 });
  await renderChanges(
    new FakeApi().answer('saves', 'list', () => success([done])),
    'saved',
  );
  await screen.findByText(/^10 organizations saved/);
  expect(screen.queryByRole('button', { name: 'Undo this save' })).toBeNull();
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
  expect(text({ waitsUntil: 5 })).toMatch(/^paused by Cloudflare’s limit until \d/);
  expect(text({ waitsUntil: 5, state: 'paused' })).toBe('paused');
  expect(text({ timeLeft: null })).toBe('time left not known yet');
  expect(text({ waiting: 0 })).toBe('the rest needs your attention');
});

/** Opens the results of a save that has ended, of which some were not saved. */
async function openResults(save: Parameters<typeof sampleSave>[0], results: SaveResult[]) {
  const ended = sampleSave({ state: 'ended', waiting: 0, total: results.length, ...save });
  const fake = new FakeApi().answer('saves', 'list', () => success([ended]));
  fake.answer('saves', 'results', ({ offset, limit }) =>
    success({ total: results.length, rows: results.slice(offset, offset + limit) }),
  );
  const state = await renderChanges(fake, 'saved');
  const show = await screen.findByRole('button', { name: /^Results/ });
  expect(show.getAttribute('aria-expanded')).toBe('false');
  await userEvent.click(show);
  const list = within(await screen.findByRole('list', { name: 'Result of each organization' }));
  return { fake, ended, state, texts: () => list.getAllByRole('listitem').map(textOf) };
}

it('shows what became of each organization, and opens one', async () => {
  const results = [
    sampleResult(2, 'Brunn', 'failed', { code: 'organization.forbidden' }),
    { ...sampleResult(3, 'Branch 3', 'canceled'), organizationName: 'Casa' },
    sampleResult(1, 'Albrecht'),
  ];
  const { fake, ended, state, texts } = await openResults(
    { done: 1, failed: 1, canceled: 1 },
    results,
  );
  button('Results (2 not saved)');
  screen.getByText(/· 2 not saved \(1 no longer in this save\)$/);
  expect(texts()).toEqual([
    expect.stringMatching(/^Not saved ?Brunn .+\.$/),
    expect.stringMatching(
      /^No longer in this save ?Casa, through the account Branch 3 .*History\.$/,
    ),
    // What went well needs no sentence.
    expect.stringMatching(/^Saved ?Albrecht$/),
  ]);
  results[0] = sampleResult(2, 'Brunn');
  fake.emit('savesChanged', [{ ...ended, done: 2, failed: 0 }]);
  await waitFor(() => expect(texts()[0]).toMatch(/^Saved ?Brunn/));
  fake.answer('organizations', 'open', () => success(view(2, 'Brunn')));
  await userEvent.click(button('Brunn'));
  expect(state.open.id).toBe(id(2));
});

it('says in the results that Cloudflare kept a text', async () => {
  await openResults({ done: 0, failed: 1 }, [
    sampleResult(1, 'Albrecht', 'failed', { code: 'profile.empty-kept' }),
  ]);
  screen.getByText(
    'Cloudflare keeps the old text instead of an empty one. Accept it, or save another text.',
  );
});

it('retries what was refused, and says that the rest has to be decided', async () => {
  const { fake } = await openResults({ done: 0, failed: 2, toDecide: 1 }, [
    sampleResult(1, 'Albrecht', 'failed', { code: 'profile.refused' }),
    { ...sampleResult(2, 'Brunn', 'failed'), retryable: false },
  ]);
  screen.getByText(/Decide about the rest/);
  fake.answer('saves', 'retryFailed', () => success(null));
  await userEvent.click(button('Retry those not saved'));
  expect(fake.requests('saves.retryFailed')).toEqual([{ saveId: 'save-1' }]);
});

it('mentions no decisions where none are needed', async () => {
  await openResults({ done: 0, failed: 1 }, [
    sampleResult(1, 'Albrecht', 'failed', { code: 'profile.refused' }),
  ]);
  expect(screen.queryByText(/Decide about the rest/)).toBeNull();
});

it('does not offer to retry a canceled save', async () => {
  const { texts } = await openResults({ done: 0, failed: 1, canceled: 1, afterCancel: 'keep' }, [
    { ...sampleResult(1, 'Albrecht', 'failed'), retryable: false },
    sampleResult(2, 'Brunn', 'canceled'),
  ]);
  expect(texts()[1]).toMatch(/^Canceled ?Brunn/);
  screen.getByText('0 of 2 saved · 2 not saved (1 canceled)');
  expect(screen.queryByRole('button', { name: 'Retry those not saved' })).toBeNull();
});

it('exports the results, and opens their file', async () => {
  const { fake } = await openResults({ done: 1, failed: 0 }, [sampleResult(1, 'Albrecht')]);
  fake
    .answer('saves', 'exportResults', () => success({ exportId: 'export-1' }))
    .answer('csv', 'openExported', () => success(null))
    .answer('csv', 'showExported', () => failed('file.gone'));
  expect(screen.queryByRole('button', { name: 'Open file' })).toBeNull();
  await userEvent.click(button('Export this list'));
  await screen.findByText('List exported.');
  // The program may start slowly.
  const started = fake.hold('csv.openExported');
  await userEvent.click(button('Open file'));
  expect(fake.requests('csv.openExported')).toEqual([{ exportId: 'export-1' }]);
  await userEvent.click(button('Show in folder'));
  expect(fake.requests('csv.showExported')).toEqual([{ exportId: 'export-1' }]);
  await screen.findByRole('alert');
  started();
});

it('folds several saves above Decide that had ended before it was shown, and none that ends there', async () => {
  const ended = sampleSave({ state: 'ended', total: 6, done: 5, waiting: 0, failed: 1 });
  const other = { ...ended, id: 'save-2', done: 3, failed: 3 };
  const running = { ...other, state: 'running', waiting: 1 } as const;
  const fake = new FakeApi().answer('saves', 'list', () => success([ended, running]));
  answerRows(fake, {});
  fake.answer('changes', 'counts', () => success(counts({ all: 3, decide: 3 })));
  const { navigation } = await renderChanges(fake, 'decide');
  const region = await screen.findByRole('region', { name: 'Current saves' });
  const fold = () => within(region).queryByRole('button', { name: 'Current saves (2)' });
  fake.emit('savesChanged', [ended, other]);
  await waitFor(() => expect(within(region).queryByRole('progressbar')).toBeNull());
  expect(fold()).toBeNull();

  navigation.changes('saved');
  await tick();
  navigation.changes('decide');
  await waitFor(() => expect(fold()?.getAttribute('aria-expanded')).toBe('false'));
  await userEvent.click(fold()!);
  expect(fold()?.getAttribute('aria-expanded')).toBe('true');
  navigation.changes('saved');
  await waitFor(() => expect(fold()).toBeNull());
});

describe('in a low window', () => {
  const fold = (count = 1) => screen.findByRole('button', { name: `Current saves (${count})` });

  /** Shows *Waiting* with so many rows. */
  async function renderLow(saves: readonly Save[], waiting: number): Promise<FakeApi> {
    vi.spyOn(low, 'current', 'get').mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    const fake = new FakeApi()
      .answer('saves', 'list', () => success([...saves]))
      .answer('changes', 'counts', () => success(counts({ all: waiting, waiting })));
    answerRows(fake, {});
    await renderChanges(fake, 'waiting');
    return fake;
  }

  it('folds a save above rows into a line with its counts and the button that pauses or resumes it', async () => {
    const fake = await renderLow([sampleSave()], 3);
    expect((await fold()).getAttribute('aria-expanded')).toBe('false');
    screen.getByText(/^2 of 10 saved/);
    expect(screen.queryByRole('button', { name: 'Cancel…' })).toBeNull();
    fake.answer('saves', 'pause', () => {
      fake.emit('savesChanged', [sampleSave({ state: 'paused' })]);
      return success(null);
    });
    await userEvent.click(button('Pause'));
    await waitFor(() => expect(document.activeElement).toBe(button('Resume')));
    await userEvent.click(await fold());
    button('Resume');
    button('Cancel…');
  });

  it('shows all of a save above no rows, and leaves it so when rows come', async () => {
    const fake = await renderLow([sampleSave()], 0);
    expect((await fold()).getAttribute('aria-expanded')).toBe('true');
    button('Cancel…');
    fake.emit('changesChanged', counts({ all: 1, waiting: 1 }));
    await screen.findByRole('tab', { name: 'Waiting 1' });
    expect((await fold()).getAttribute('aria-expanded')).toBe('true');
  });

  it('stays folded when the last row has gone, so that nothing moves under the pointer', async () => {
    const fake = await renderLow([sampleSave()], 1);
    expect((await fold()).getAttribute('aria-expanded')).toBe('false');
    fake.emit('changesChanged', counts());
    await screen.findByRole('tab', { name: 'Waiting 0' });
    expect((await fold()).getAttribute('aria-expanded')).toBe('false');
  });

  it('stays with one save, so that its button does not become that of another one', async () => {
    const email = sampleSave({ fields: ['business_email'], failed: 0 });
    const other = sampleSave({ id: 'save-2', failed: 0 });
    const fake = await renderLow([email, other], 3);
    await fold(2);
    screen.getByRole('group', { name: 'Change: Business email' });
    fake.emit('savesChanged', [email, { ...other, waiting: 6, failed: 1 }]);
    fake.emit('changesChanged', counts({ all: 2, waiting: 2 }));
    await screen.findByRole('tab', { name: 'Waiting 2' });
    screen.getByRole('group', { name: 'Change: Business email' });
    expect(screen.queryByRole('group', { name: 'Change: Business phone' })).toBeNull();
    // Until the person unfolds and folds them, or it is closed.
    await userEvent.click(await fold(2));
    await userEvent.click(await fold(2));
    await screen.findByRole('group', { name: 'Change: Business phone' });
    fake.emit('savesChanged', [email, { ...other, state: 'ended', closed: true }]);
    await screen.findByRole('group', { name: 'Change: Business email' });
  });

  it('names the one of several saves that needs the person, and offers to undo it', async () => {
    const ended = sampleSave({ state: 'ended', total: 6, done: 6, waiting: 0, failed: 0 });
    const other = { ...ended, id: 'save-2', done: 3, failed: 3, undoable: true } as const;
    const fake = await renderLow([ended, { ...other, fields: ['business_email'] }], 1);
    expect((await fold(2)).getAttribute('aria-expanded')).toBe('false');
    const save = within(screen.getByRole('group', { name: 'Change: Business email' }));
    save.getByText('3 of 6 saved · 3 not saved');
    expect(screen.queryByRole('group', { name: 'Change: Business phone' })).toBeNull();
    const changedSince = { total: 0, first: [] };
    fake.answer('saves', 'undo', () => success({ batchId: 'b', drafts: 3, changedSince }));
    await userEvent.click(save.getByRole('button', { name: 'Undo this save' }));
    await save.findByText(/3 organizations/);
  });
});
