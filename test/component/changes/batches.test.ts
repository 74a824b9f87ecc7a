/** The line of a batch: what it made and left out, undoing it, and reading what was not read. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, onTestFinished, vi } from 'vitest';
import { low } from '../../../src/renderer/ui/window-size';
import type { Batch } from '../../../src/shared/changes';
import { failed, success, type Result } from '../../../src/shared/result';
import { textOf } from '../dom';
import { deferred, FakeApi } from '../fake-api';
import { entryName, id } from '../samples';
import { sampleSave } from './pending-samples';
import { renderChanges } from './render-changes';
import { Drafts, group, reviewRow, sampleBatch } from './samples';

const FILL = group('batch-1', { kind: 'fill', fields: ['business_phone'], at: 1 });

async function open(batch: Batch, rows = 1) {
  const fake = new FakeApi().answer('drafts', 'batches', () => success([batch]));
  const drafts = new Drafts(
    fake,
    [FILL],
    Array.from({ length: rows }, (_, index) =>
      reviewRow(index + 1, index === 0 ? 'Albrecht' : `Branch ${index}`, 'batch-1'),
    ),
  );
  const state = await renderChanges(fake, 'to-save');
  const line = await screen.findByRole('group', { name: 'Fill Business phone' });
  return { fake, drafts, state, line, find: within(line) };
}
type Line = Awaited<ReturnType<typeof open>>['find'];
const press = async (line: Line, name: string) =>
  userEvent.click(await line.findByRole('button', { name }));

it('says what was made, and how many were left out for which reason', async () => {
  const { find } = await open(
    sampleBatch({
      made: 26,
      total: 40,
      leftOut: [
        { reason: 'unchanged', count: 3 },
        { reason: 'unread', count: 1_709 },
        { reason: 'read-only', count: 1 },
        { reason: 'decide', count: 1 },
        { reason: 'draft', count: 2 },
        { reason: 'too-long', count: 1 },
        { reason: 'removed', count: 1 },
      ],
    }),
    26,
  );
  await find.findByRole('button', { name: 'Undo: Fill Business phone' });
  expect(textOf(find.getByRole('status'))).toBe(
    'Fill Business phone 26 · Drafts in 26 organizations · 3 have this text already · 1,709 not read yet · 1 read-only · 1 waits for your decision · Your earlier edit was kept in 2 organizations · 1 too long · 1 removed meanwhile',
  );
});

it('counts the drafts that are left, and goes once none is and there is nothing else to say', async () => {
  const { fake, drafts, find } = await open(sampleBatch({ made: 2 }));
  await find.findByText(/Draft in 1 organization$/);
  drafts.rows = [];
  const left = { undoable: false, leftOut: [{ reason: 'unchanged' as const, count: 3 }] };
  fake.emit('batchesChanged', [sampleBatch(left)]);
  await waitFor(() =>
    expect(textOf(find.getByRole('status'))).toBe('Fill Business phone · 3 have this text already'),
  );
  fake.emit('batchesChanged', [sampleBatch({ undoable: false })]);
  await waitFor(() =>
    expect(screen.queryByRole('group', { name: 'Fill Business phone' })).toBeNull(),
  );
});

it('says how far it is', async () => {
  const { find } = await open(sampleBatch({ stage: 'running', done: 3_120, total: 10_000 }));
  const bar = await find.findByRole('progressbar', { name: 'Fill Business phone' });
  expect(bar.getAttribute('aria-valuetext')).toBe('3,120 of 10,000');
});

it('says where it stopped when the app ended, and offers nothing that needs what it was to write', async () => {
  const { find } = await open(
    sampleBatch({
      stage: 'stopped',
      done: 3_120,
      total: 10_000,
      made: 3_000,
      leftOut: [{ reason: 'unread', count: 120 }],
    }),
    3_000,
  );
  await find.findByText(/Drafts in 3,000 organizations/);
  expect(textOf(find.getByRole('status'))).toBe(
    'Fill Business phone 3,000 · Stopped at 3,120 of 10,000 · Drafts in 3,000 organizations · 120 not read yet',
  );
  expect(find.queryByRole('button', { name: 'Read these first' })).toBeNull();
});

it('says once and below the drafts why batches cannot continue, and that they will', async () => {
  const failure = { code: 'database.full' } as const;
  const { fake } = await open(sampleBatch());
  const save = await screen.findByRole('button', { name: /^Save / });
  fake.emit('batchesChanged', [
    sampleBatch({ id: 'batch-2', stage: 'running', done: 0, failure }),
    sampleBatch({ stage: 'running', done: 3, failure }),
  ]);
  await screen.findAllByRole('progressbar');
  const alert = screen.getByRole('alert');
  expect(textOf(alert)).toContain(
    'The disk is full, so this could not be saved. Free up some space. Letterhead will try again automatically.',
  );
  for (const above of [save, await screen.findByRole('checkbox', { name: 'Albrecht' })])
    expect(above.compareDocumentPosition(alert)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  fake.emit('batchesChanged', [sampleBatch({ stage: 'running', done: 4 })]);
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('undoes what it made, says what it could not undo, and shows the drafts that are left', async () => {
  const { fake, drafts, find } = await open(sampleBatch());
  fake.answer('drafts', 'undoBatch', () => {
    drafts.rows = [];
    return success(null);
  });
  await screen.findByRole('checkbox', { name: 'Albrecht' });
  await press(find, 'Undo: Fill Business phone');
  fake.emit('batchesChanged', [sampleBatch({ stage: 'undone', made: 1, undoable: false })]);
  await find.findByText(/^Undone/);
  await find.findByText('1 no longer had this draft: it was saved, discarded or changed.');
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Albrecht' })).toBeNull());
});

it('is closed after its drafts were undone, if that is pressed meanwhile', async () => {
  const { fake, find } = await open(sampleBatch());
  fake
    .answer('drafts', 'undoBatch', () => success(null))
    .answer('drafts', 'closeBatch', () => success(null));
  const release = fake.hold('drafts.undoBatch');
  await press(find, 'Undo: Fill Business phone');
  await press(find, 'Close');
  release();
  await waitFor(() => expect(fake.requests('drafts.closeBatch')).toEqual([{ batchId: 'batch-1' }]));
});

it('stays open with why undoing failed, also if Close was pressed meanwhile', async () => {
  const { fake, find } = await open(sampleBatch());
  fake.answer('drafts', 'undoBatch', () => failed('database.full'));
  const release = fake.hold('drafts.undoBatch');
  await press(find, 'Undo: Fill Business phone');
  await press(find, 'Close');
  release();
  await find.findByRole('alert');
  expect(fake.requests('drafts.closeBatch')).toEqual([]);
});

it('shows why undoing failed', async () => {
  const { fake, find } = await open(sampleBatch());
  fake.answer('drafts', 'undoBatch', () => failed('database.full'));
  await press(find, 'Undo: Fill Business phone');
  await find.findByRole('alert');
});

it('undoes the newest act that can be undone with the command Undo', async () => {
  const saved = sampleBatch({ id: 'batch-3', fields: ['business_name'], undoable: false });
  const older = sampleBatch({ id: 'batch-2', fields: ['business_email'] });
  const { fake, state } = await open(sampleBatch());
  fake.answer('drafts', 'undoBatch', () => success(null));
  fake.emit('batchesChanged', [saved, sampleBatch(), older]);
  const undo = await screen.findByRole('button', { name: 'Undo: Fill Business phone' });
  await waitFor(() => expect(undo.getAttribute('aria-keyshortcuts')).toBe('Control+Z'));
  const other = screen.getByRole('button', { name: 'Undo: Fill Business email' });
  expect(other.hasAttribute('aria-keyshortcuts')).toBe(false);
  expect(state.commands.can('undo')).toBe(true);
  fake.emit('menuCommand', { command: 'undo' });
  await waitFor(() => expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'batch-1' }]));

  fake.emit('batchesChanged', [saved, sampleBatch({ undoable: false })]);
  await waitFor(() => expect(state.commands.can('undo')).toBe(false));

  // What is submitted is undone as a save: it takes the focus, with its button.
  fake.emit('savesChanged', [
    sampleSave({ state: 'ended', done: 10, waiting: 0, failed: 0, undoable: true }),
  ]);
  await waitFor(() => expect(state.commands.can('undo')).toBe(true));
  fake.emit('menuCommand', { command: 'undo' });
  const save = screen.getByRole('group', { name: 'Change: Business phone' });
  const undoSave = await within(save).findByRole('button', { name: 'Undo this save' });
  await waitFor(() => expect(document.activeElement).toBe(undoSave));
  expect(fake.requests('drafts.undoBatch')).toHaveLength(1);
});

it('undoes nothing older than the last act with the command Undo', async () => {
  const older = sampleBatch({ id: 'batch-2', at: Date.now() - 1, fields: ['business_email'] });
  const { fake, state } = await open(sampleBatch());
  const canUndo = (can: boolean) => waitFor(() => expect(state.commands.can('undo')).toBe(can));
  await canUndo(true);

  // While drafts are made, and after an undo that did not get to its end.
  const made = sampleBatch({ id: 'batch-3', fields: ['business_name'], undoable: false });
  fake.emit('batchesChanged', [{ ...made, stage: 'running' }, sampleBatch(), older]);
  await canUndo(false);
  fake.answer('drafts', 'undoBatch', () => success(null));
  fake.emit('batchesChanged', [{ ...made, stage: 'stopped', undoable: true }, older]);
  await canUndo(true);
  fake.emit('menuCommand', { command: 'undo' });
  await waitFor(() => expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'batch-3' }]));

  // While drafts are submitted, and after that.
  fake.emit('batchesChanged', [sampleBatch()]);
  await canUndo(true);
  const answer =
    deferred<Result<{ saveId: string; submitted: number; stayed: number; uncheckable: number }>>();
  fake.answer('changes', 'submitMany', () => answer.promise);
  const submit = await screen.findByRole('button', { name: 'Save 1 change' });
  await userEvent.click(submit);
  await canUndo(false);
  const button = screen.getByRole('button', { name: 'Undo: Fill Business phone' });
  expect(button.title).toBe('You can undo this once saving or discarding is done.');
  expect(button.getAttribute('aria-disabled')).toBe('true');
  await userEvent.click(button);
  expect(fake.requests('drafts.undoBatch')).toHaveLength(1);
  const save = sampleSave({ at: Date.now() + 1 });
  fake.emit('savesChanged', [save]);
  answer.resolve(success({ saveId: 'save-1', submitted: 1, stayed: 0, uncheckable: 0 }));
  await waitFor(() => expect(submit.hasAttribute('aria-busy')).toBe(false));
  await canUndo(false);
  const ended = { ...save, state: 'ended', done: 10, waiting: 0, undoable: true } as const;
  fake.emit('savesChanged', [ended]);
  await canUndo(true);
  screen.getByRole('heading', { level: 1 }).focus();
  const scroll = vi.spyOn(Element.prototype, 'scrollIntoView');
  onTestFinished(() => scroll.mockRestore());
  const undo = await screen.findByRole('button', { name: 'Undo this save' });
  fake.emit('menuCommand', { command: 'undo' });
  await waitFor(() => expect(document.activeElement).toBe(undo));
  expect(scroll.mock.contexts).toEqual([undo]);
  expect(fake.requests('drafts.undoBatch')).toHaveLength(1);

  // A closed save is in *Saved*, and one of an earlier run was not made by the person just now.
  for (const one of [{ closed: true }, { at: performance.timeOrigin - 1 }]) {
    fake.emit('batchesChanged', []);
    fake.emit('savesChanged', [{ ...ended, ...one }]);
    await canUndo(false);
    fake.emit('savesChanged', [ended]);
    await canUndo(true);
  }
});

it('lists what was left out for a reason, and leads to each', async () => {
  const leftOut = [
    { reason: 'unread' as const, count: 2 },
    { reason: 'draft' as const, count: 1 },
    { reason: 'removed' as const, count: 1 },
  ];
  const { fake, state, find } = await open(sampleBatch({ leftOut }));
  const named = { unread: ['Brunn', 'Casa'], draft: ['Dahl'] } as Record<string, string[]>;
  fake.answer('drafts', 'leftOut', ({ reason }) => {
    const rows = (named[reason] ?? []).map((name, at) => ({
      entryId: id(at + 2),
      ...entryName(name),
    }));
    return success({ total: rows.length, rows });
  });
  // What was removed has no page.
  expect(find.queryByRole('button', { name: '1 removed meanwhile' })).toBeNull();
  const reason = find.getByRole('button', { name: '2 not read yet' });
  await userEvent.click(reason);
  const list = await find.findByRole('list', { name: '2 not read yet' });
  expect(within(list).getAllByRole('button').map(textOf)).toEqual(['Brunn', 'Casa']);
  expect(reason.getAttribute('aria-expanded')).toBe('true');

  await press(find, 'Your earlier edit was kept in 1 organization');
  const drafts = await find.findByRole('list', {
    name: 'Your earlier edit was kept in 1 organization',
  });
  expect(find.queryByRole('list', { name: '2 not read yet' })).toBeNull();
  await userEvent.click(within(drafts).getByRole('button', { name: 'Dahl' }));
  expect(state.navigation.screen).toBe('organization');
});

it('does not list what an act of an earlier run left out, which is not known any more', async () => {
  const { find } = await open(
    sampleBatch({ stage: 'stopped', leftOut: [{ reason: 'unread', count: 120 }] }),
  );
  expect(find.queryByRole('button', { name: '120 not read yet' })).toBeNull();
});

it('reads what was not read, stops on request, and fills what was read', async () => {
  const unread = sampleBatch({ leftOut: [{ reason: 'unread', count: 1_709 }] });
  const { fake, find } = await open(unread);
  for (const call of ['readLeftOut', 'stopReading'] as const) {
    fake.answer('drafts', call, () => success(null));
  }
  fake.answer('drafts', 'fillLeftOut', () => success({ batchId: 'batch-2' }));
  await press(find, 'Read these first');
  expect(fake.requests('drafts.readLeftOut')).toEqual([{ batchId: 'batch-1' }]);

  fake.emit('batchesChanged', [{ ...unread, reading: { read: 591, total: 1_709, running: true } }]);
  const progress = await find.findByRole('progressbar', { name: 'Reading profiles' });
  expect(progress.getAttribute('aria-valuetext')).toBe('591 of 1,709');
  await press(find, 'Stop');
  expect(fake.requests('drafts.stopReading')).toEqual([{ batchId: 'batch-1' }]);

  fake.emit('batchesChanged', [
    { ...unread, reading: { read: 591, total: 1_709, running: false } },
  ]);
  await find.findByText('591 read');
  find.getByRole('button', { name: 'Read these first' });

  fake.emit('batchesChanged', [
    { ...unread, reading: { read: 1_709, total: 1_709, running: false } },
  ]);
  await find.findByText('1,709 read');
  expect(find.queryByRole('button', { name: 'Read these first' })).toBeNull();
  await press(find, 'Fill these');
  expect(fake.requests('drafts.fillLeftOut')).toEqual([{ batchId: 'batch-1' }]);
});

it('closes', async () => {
  const { fake, find } = await open(sampleBatch());
  fake.answer('drafts', 'closeBatch', () => success(null));
  await press(find, 'Close');
  expect(fake.requests('drafts.closeBatch')).toEqual([{ batchId: 'batch-1' }]);
  fake.emit('batchesChanged', []);
  await waitFor(() =>
    expect(screen.queryByRole('group', { name: 'Fill Business phone' })).toBeNull(),
  );
});

it('shows the drafts again after its line was closed', async () => {
  const fake = new FakeApi().answer('drafts', 'batches', () => success([]));
  new Drafts(fake, [FILL], [reviewRow(1, 'Albrecht', 'batch-1')]);
  const state = await renderChanges(fake, 'to-save');
  state.changes.start('batch-1');
  expect(state.changes.isMaking).toBe(true);
  fake.emit('batchesChanged', [sampleBatch()]);
  fake.emit('batchesChanged', []);
  expect(state.changes.isMaking).toBe(false);
});

it('folds only earlier lines in a low window, so that what runs and the newest result are in view', async () => {
  vi.spyOn(low, 'current', 'get').mockReturnValue(true);
  onTestFinished(() => void vi.restoreAllMocks());
  const running = sampleBatch({
    stage: 'running',
    undoable: false,
    leftOut: [{ reason: 'unread', count: 3 }],
  });
  const { fake, find } = await open(running);
  await find.findByRole('progressbar', { name: 'Fill Business phone' });

  const done = sampleBatch({ leftOut: [{ reason: 'unread', count: 3 }] });
  const earlier = sampleBatch({ id: 'batch-0', fields: ['business_email'], at: 1 });
  const slow = sampleBatch({ ...running, id: 'batch-00', fields: ['business_name'], at: 0 });
  fake
    .answer('drafts', 'batches', () => success([done, earlier, slow]))
    .emit('batchesChanged', [done, earlier, slow]);
  await waitFor(() => expect(textOf(find.getByRole('status'))).toContain('3 not read yet'));
  find.getByRole('button', { name: 'Undo: Fill Business phone' });
  await screen.findByRole('progressbar', { name: 'Fill Business name' });
  const undoEarlier = () => screen.queryByRole('button', { name: 'Undo: Fill Business email' });
  expect(undoEarlier()).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Drafts made in one step (1)' }));
  expect(undoEarlier()).not.toBeNull();
});

it('keeps the line of the only group in view in a low window, because that has no heading', async () => {
  vi.spyOn(low, 'current', 'get').mockReturnValue(true);
  onTestFinished(() => void vi.restoreAllMocks());
  const { fake, find } = await open(sampleBatch());
  const newest = sampleBatch({
    id: 'batch-2',
    fields: ['business_email'],
    undoable: false,
    made: 0,
    leftOut: [{ reason: 'read-only', count: 1 }],
  });
  fake
    .answer('drafts', 'batches', () => success([newest, sampleBatch()]))
    .emit('batchesChanged', [newest, sampleBatch()]);
  await screen.findByRole('group', { name: 'Fill Business email' });
  find.getByRole('button', { name: 'Undo: Fill Business phone' });
  expect(screen.queryByRole('button', { name: /^Drafts made in one step/ })).toBeNull();
});

it('says once what the drafts are, where all are of one batch: its line has no heading below it', async () => {
  const { find, fake } = await open(sampleBatch(), 2);
  const rows = () => within(screen.getByRole('list', { name: 'Drafts' })).getAllByRole('listitem');
  await screen.findByRole('checkbox', { name: 'Albrecht' });
  expect(rows()).toHaveLength(2);
  const all = screen.getByRole<HTMLInputElement>('checkbox', {
    name: 'All: Fill Business phone 2',
  });
  expect(all.checked).toBe(true);
  await userEvent.click(screen.getByRole('checkbox', { name: 'Albrecht' }));
  expect(all.indeterminate).toBe(true);
  await userEvent.click(all);
  await screen.findByRole('button', { name: 'Save 2 changes' });

  // Without the line, the heading says it.
  fake.answer('drafts', 'closeBatch', () => {
    fake.emit('batchesChanged', []);
    return success(null);
  });
  await press(find, 'Close');
  await screen.findByRole('checkbox', { name: 'Fill Business phone 2' });
  expect(rows()).toHaveLength(3);
  expect(screen.queryByRole('checkbox', { name: /^All/ })).toBeNull();
});

it('keeps the heading that says that a file has no check column', async () => {
  const source = { title: 'branches.csv', hasCheck: false };
  const imported = group('batch-1', { kind: 'import', source });
  const batch = sampleBatch({ kind: 'import', source });
  const fake = new FakeApi().answer('drafts', 'batches', () => success([batch]));
  new Drafts(fake, [imported], [reviewRow(1, 'Albrecht', 'batch-1')]);
  await renderChanges(fake, 'to-save');
  await screen.findByRole('checkbox', { name: 'branches.csv 1' });
  screen.getByText('from a file without a check column');
});
