/** The tab *To save* of *Changes*: what it shows, what is ticked, saving and discarding. */
import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { Ticks } from '../../../src/shared/changes';
import { failed, success, type Result } from '../../../src/shared/result';
import { descriptionOf, textOf } from '../dom';
import { ONLINE } from '../../scripted/idle-main';
import { deferred, FakeApi } from '../fake-api';
import { view } from '../samples';
import { sampleSave } from './pending-samples';
import { renderChanges } from './render-changes';
import { Drafts, group, phone, reviewRow, sampleBatch } from './samples';

const FILL = group('batch-1', { kind: 'fill', fields: ['business_phone'], at: 1 });
const TYPED = group('typed');
const EARLIER = group('earlier', { kind: 'earlier', ticked: false });

const ROWS = [
  reviewRow(1, 'Albrecht', 'batch-1'),
  reviewRow(2, 'Brunn', 'batch-1'),
  reviewRow(3, 'Casa', 'typed'),
  reviewRow(4, 'Delmar', 'earlier'),
];

const box = (name: string) => screen.findByRole<HTMLInputElement>('checkbox', { name });
const press = async (name: string) => userEvent.click(await screen.findByRole('button', { name }));
const ticksOf = (fake: FakeApi): Ticks | undefined =>
  fake.requests('changes.submitMany').at(-1) as Ticks | undefined;

async function open(groups = [FILL, TYPED, EARLIER], rows = ROWS) {
  const fake = new FakeApi();
  const drafts = new Drafts(fake, groups, rows);
  const state = await renderChanges(fake, 'to-save');
  return { fake, drafts, state };
}

it('shows the drafts by what made them, each text before and after, and ticks those of this start', async () => {
  await open();
  expect(await screen.findByRole('heading', { level: 1, name: 'Changes' })).toBe(
    document.activeElement,
  );
  const list = await screen.findByRole('list', { name: 'Drafts' });
  await screen.findByRole('checkbox', { name: 'Delmar' });
  expect(within(list).getAllByRole('listitem').map(textOf)).toEqual([
    'Fill Business phone 2',
    expect.stringMatching(/^Albrecht Business phone Before \+49 1 ?After \+49 2$/),
    expect.stringMatching(/^Brunn /),
    'Typed 1',
    expect.stringMatching(/^Casa /),
    'From earlier – please review 1',
    expect.stringMatching(/^Delmar /),
  ]);
  expect((await box('Fill Business phone 2')).checked).toBe(true);
  expect((await box('From earlier – please review 1')).checked).toBe(false);
  expect((await box('Delmar')).checked).toBe(false);
  screen.getByText(
    /^Drafts “from earlier” were typed before Letterhead was last started, or they waited/,
  );
  await screen.findByText('3 changes in 3 organizations');
  await screen.findByRole('button', { name: 'Save 3 changes' });
});

it('saves what is ticked as one save, and shows what stays', async () => {
  const { fake } = await open();
  await userEvent.click(await box('Brunn'));
  const ofGroup = await box('Fill Business phone 2');
  await waitFor(() => expect(ofGroup.indeterminate).toBe(true));
  await press('Save 2 changes');
  expect(ticksOf(fake)).toEqual({
    reviewId: 'review-1',
    groups: ['batch-1', 'typed'],
    whole: [],
    except: [1],
  });
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Albrecht' })).toBeNull());
  // What was unticked one by one stays so.
  expect((await box('Brunn')).checked).toBe(false);
  await screen.findByText('Nothing is ticked.');
  expect(await screen.findByRole('button', { name: 'Save 0 changes' })).toHaveProperty(
    'disabled',
    true,
  );
});

it('saves with the menu command and with the shortcut of the button', async () => {
  const { fake, state } = await open();
  await screen.findByRole('button', { name: 'Save 3 changes' });
  state.commands.run('save');
  await waitFor(() => expect(ticksOf(fake)?.groups).toEqual(['batch-1', 'typed']));
});

it('ticks and unticks a whole group, and one row of an unticked group', async () => {
  const { fake } = await open();
  await userEvent.click(await box('Fill Business phone 2'));
  await userEvent.click(await box('Delmar'));
  await press('Save 2 changes');
  expect(ticksOf(fake)).toEqual({
    reviewId: 'review-1',
    groups: ['typed'],
    whole: [],
    except: [3],
  });
});

it('shows a group as partly ticked whose numbers start unticked, and ticks them with it, by keyboard too', async () => {
  const number = phone({ notes: ['number'] });
  const { fake, drafts } = await open(
    [FILL],
    [
      reviewRow(1, 'Albrecht', 'batch-1'),
      reviewRow(2, 'Brunn', 'batch-1', [number]),
      reviewRow(3, 'Casa', 'batch-1', [number]),
    ],
  );
  const ofGroup = await box('Fill Business phone 3');
  await screen.findByRole('button', { name: 'Save 1 change' });
  expect([ofGroup.checked, ofGroup.indeterminate]).toEqual([false, true]);
  ofGroup.focus();
  await userEvent.keyboard(' ');
  await screen.findByRole('button', { name: 'Save 3 changes' });
  expect([ofGroup.checked, ofGroup.indeterminate]).toEqual([true, false]);
  expect((await box('Brunn')).checked).toBe(true);
  await userEvent.click(await box('Casa'));
  await screen.findByRole('button', { name: 'Save 2 changes' });
  expect([ofGroup.checked, ofGroup.indeterminate]).toEqual([false, true]);
  // It stays so in the next review.
  drafts.changed = ['Albrecht'];
  await press('Save 2 changes');
  const ticks = { reviewId: 'review-1', groups: [], whole: ['batch-1'], except: [2] };
  expect(ticksOf(fake)).toEqual(ticks);
  await screen.findByRole('button', { name: 'Save 1 change' });
  expect((await box('Casa')).checked).toBe(false);
  await userEvent.click(await box('Fill Business phone 2'));
  await screen.findByRole('button', { name: 'Save 2 changes' });
  await userEvent.click(await box('Fill Business phone 2'));
  await screen.findByRole('button', { name: 'Save 0 changes' });
});

it('shows a group as unticked whose rows were unticked one by one', async () => {
  await open();
  await userEvent.click(await box('Casa'));
  const ofGroup = await box('Typed 1');
  await waitFor(() => expect(ofGroup.checked).toBe(false));
  expect(ofGroup.indeterminate).toBe(false);
});

it('does not tick with its whole group what replaces a waiting change since the last review', async () => {
  const { drafts } = await open(
    [TYPED],
    [reviewRow(1, 'Waits', 'typed', [phone({ replacesWaiting: '1' })])],
  );
  await userEvent.click(await box('Typed 1'));
  await screen.findByRole('button', { name: 'Save 1 change' });
  drafts.rows = [...drafts.rows, reviewRow(2, 'New', 'typed', [phone({ replacesWaiting: '2' })])];
  drafts.outdate();
  await press('Save 1 change');
  expect((await box('New')).checked).toBe(false);
});

it('keeps a row unticked that was unticked and replaces a waiting change by now', async () => {
  const { drafts } = await open(
    [TYPED],
    [reviewRow(1, 'Casa', 'typed'), reviewRow(2, 'Elba', 'typed')],
  );
  await userEvent.click(await box('Casa'));
  await screen.findByRole('button', { name: 'Save 1 change' });
  drafts.rows = [
    reviewRow(1, 'Casa', 'typed', [phone({ replacesWaiting: '1' })]),
    reviewRow(2, 'Elba', 'typed'),
  ];
  drafts.outdate();
  await press('Save 1 change');
  await screen.findByText(/^These drafts have changed/);
  await screen.findByRole('button', { name: 'Save 1 change' });
  expect((await box('Casa')).checked).toBe(false);
});

it('says what a row clears, when it replaces JSON, touches metadata or replaces a waiting change', async () => {
  await open(
    [TYPED],
    [
      reviewRow(1, 'Clear', 'typed', [phone({ after: '' })]),
      reviewRow(2, 'Json', 'typed', [
        phone({ field: 'business_address', before: '{"line":"A"}', after: 'A 1' }),
      ]),
      reviewRow(3, 'Meta', 'typed', [
        phone({ field: 'external_metadata', before: '{}', after: '{"a":1}' }),
      ]),
      reviewRow(4, 'Waits', 'typed', [phone({ replacesWaiting: '+49 3' })]),
    ],
  );
  expect(descriptionOf(await box('Clear'))).toBe('Clears Business phone');
  expect(descriptionOf(await box('Json'))).toBe(
    'Replaces JSON with plain text in Business address',
  );
  expect(descriptionOf(await box('Meta'))).toBe('Changes metadata, which other software uses');
  expect(descriptionOf(await box('Waits'))).toBe('Replaces your waiting change: +49 3');
  expect((await box('Waits')).checked).toBe(false);
  await screen.findByText(
    '3 changes in 3 organizations · clears Business phone in 1 organization · changes metadata (used by other software) in 1 organization',
  );
});

it('counts fields as changes, and says in how many organizations they are', async () => {
  await open(
    [group('typed')],
    [reviewRow(1, 'Both', 'typed', [phone(), phone({ field: 'business_name' })])],
  );
  await screen.findByText('2 changes in 1 organization');
  await screen.findByRole('button', { name: 'Save 2 changes' });
  await press('Discard…');
  await screen.findByRole('dialog', { name: 'Discard 2 changes in 1 organization?' });
});

it('shows a row ticked as it was reviewed, also if the change it replaced is confirmed since', async () => {
  await open(
    [group('typed')],
    [{ ...reviewRow(4, 'Waited', 'typed'), startsUnticked: true }, reviewRow(3, 'Casa', 'typed')],
  );
  expect((await box('Waited')).checked).toBe(false);
  expect((await box('Casa')).checked).toBe(true);
  await screen.findByRole('button', { name: 'Save 1 change' });
});

it('lets the save take the focus, but not from who has gone on to something else', async () => {
  for (const goesOn of [false, true]) {
    const { fake, state } = await open();
    const answer =
      deferred<
        Result<{ saveId: string; submitted: number; stayed: number; uncheckable: number }>
      >();
    fake.answer('changes', 'submitMany', () => answer.promise);
    await press('Save 3 changes');
    if (goesOn) screen.getByRole('button', { name: 'Back' }).focus();
    answer.resolve(success({ saveId: 'save-1', submitted: 3, stayed: 0, uncheckable: 0 }));
    await waitFor(() => expect(fake.requests('changes.review')).toHaveLength(2));
    expect(state.saves.toFocus).toBe(goesOn ? null : 'save-1');
    cleanup();
  }
});

it('submits to the end although the tab was left meanwhile', async () => {
  const { fake, state } = await open();
  const answer =
    deferred<Result<{ saveId: string; submitted: number; stayed: number; uncheckable: number }>>();
  fake.answer('changes', 'submitMany', () => answer.promise);
  await press('Save 3 changes');
  state.navigation.changes('saved');
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Save 3 changes' })).toBeNull());
  answer.resolve(success({ saveId: 'save-1', submitted: 3, stayed: 0, uncheckable: 0 }));
  await waitFor(() => expect(fake.requests('changes.review')).toHaveLength(2));
  expect(state.saves.toFocus).toBeNull();
});

it('shows new drafts at once where there was none', async () => {
  const { fake, drafts } = await open([], []);
  await screen.findByText('Nothing to save: there are no drafts, and nothing is waiting.');
  drafts.groups = [TYPED];
  drafts.rows = [reviewRow(5, 'Elba', 'typed')];
  fake.emit('changesChanged', { all: 1, toSave: 1, waiting: 0, decide: 0 });
  await box('Elba');
  await screen.findByRole('button', { name: 'Save 1 change' });
});

it('does not change what the button says when new drafts appear, but offers to show them', async () => {
  const { fake, drafts } = await open();
  await userEvent.click(await box('Casa'));
  await screen.findByRole('button', { name: 'Save 2 changes' });
  drafts.rows = [...drafts.rows, reviewRow(5, 'Elba', 'typed')];
  fake.emit('changesChanged', { all: 5, toSave: 5, waiting: 0, decide: 0 });
  const show = await screen.findByRole('button', { name: 'Show 1 new' });
  // Below the rows, so that it moves none.
  const list = screen.getByRole('list', { name: 'Drafts' });
  expect(list.compareDocumentPosition(show)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  screen.getByRole('button', { name: 'Save 2 changes' });
  await userEvent.click(show);
  await screen.findByRole('button', { name: 'Save 3 changes' });
  expect((await box('Elba')).checked).toBe(true);
  expect((await box('Casa')).checked).toBe(false);
});

it('says how many stayed because they changed since', async () => {
  const { drafts } = await open();
  drafts.changed = ['Albrecht'];
  await press('Save 3 changes');
  await screen.findByText(/^The draft of 1 organization has changed since you reviewed it\./);
  await box('Albrecht');
});

it('says how many stayed because of a waiting change that cannot be checked', async () => {
  const { drafts } = await open();
  drafts.uncheckable = 2;
  await press('Save 3 changes');
  await screen.findByText(/^2 organizations have waiting changes\. Until this computer’s keychain/);
});

describe('with text that cannot be saved on this computer', () => {
  const LEFT_OUT =
    'Left out, because what was typed last could not be saved on this computer: Casa.';
  /** Types in an organization whose drafts are in the review; main cannot store what is typed now. */
  async function openWithUnsaved() {
    const opened = await open();
    opened.fake.answer('drafts', 'save', () => failed('database.full'));
    await screen.findByRole('button', { name: 'Save 3 changes' });
    const { autosaves, unsavedTexts } = opened.state;
    // As the page does.
    unsavedTexts.register(autosaves);
    autosaves.of(view(3, 'Casa')).edit('business_phone', '+49 3');
    return opened;
  }

  it('names the organization, leaves its drafts out, and saves the others', async () => {
    const { fake } = await openWithUnsaved();
    await press('Save 3 changes');
    await screen.findByText(LEFT_OUT);
    const calls = fake.recorded.map(({ name }) => name);
    const inOrder = calls.filter((name) => ['drafts.save', 'changes.submitMany'].includes(name));
    expect(inOrder.slice(0, 2)).toEqual(['drafts.save', 'changes.submitMany']);
    expect(fake.requests('changes.submitMany')).toEqual([
      { reviewId: 'review-1', groups: ['batch-1', 'typed'], whole: [], except: [2] },
    ]);
    // Its drafts stay in the list, unticked.
    expect((await box('Casa')).checked).toBe(false);
    await screen.findByRole('button', { name: 'Save 0 changes' });
  });

  it('saves nothing if no other is ticked', async () => {
    const { fake } = await openWithUnsaved();
    await userEvent.click(await box('Fill Business phone 2'));
    await press('Save 1 change');
    await screen.findByText(LEFT_OUT);
    await screen.findByText('Nothing is ticked.');
    expect(fake.requests('changes.submitMany')).toEqual([]);
  });
});

it('shows the current drafts when the review is out of date, and does nothing else', async () => {
  const { fake, drafts } = await open();
  await screen.findByRole('button', { name: 'Save 3 changes' });
  drafts.outdate();
  await press('Save 3 changes');
  await screen.findByText(
    'These drafts have changed, so nothing was done. Here are the current ones.',
  );
  expect(fake.requests('changes.review')).toHaveLength(2);
  await box('Albrecht');
});

describe('pressed while the drafts are listed again', () => {
  async function listAgain() {
    const opened = await open();
    await screen.findByRole('button', { name: 'Save 3 changes' });
    const listing = deferred<null>();
    opened.drafts.held = listing.promise;
    opened.fake.emit('batchesChanged', [sampleBatch({ stage: 'running', undoable: false })]);
    opened.fake.emit('batchesChanged', [sampleBatch()]);
    await waitFor(() => expect(opened.fake.requests('changes.review')).toHaveLength(2));
    return { ...opened, listing };
  }

  it.each(['the button', 'the shortcut'])('%s saves what was shown', async (how) => {
    const { fake, state, listing } = await listAgain();
    if (how === 'the button') await press('Save 3 changes');
    else state.commands.run('save');
    listing.resolve(null);
    await waitFor(() => expect(ticksOf(fake)).toMatchObject({ reviewId: 'review-2' }));
    await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Albrecht' })).toBeNull());
  });

  it('does nothing, and says so, if it would save something else by then', async () => {
    const { fake, drafts, listing } = await listAgain();
    await press('Save 3 changes');
    drafts.rows = [...ROWS, reviewRow(5, 'Elba', 'typed')];
    listing.resolve(null);
    await screen.findByText(
      'These drafts have changed, so nothing was done. Here are the current ones.',
    );
    expect(fake.requests('changes.submitMany')).toEqual([]);
    await press('Save 4 changes');
    await waitFor(() => expect(ticksOf(fake)).toMatchObject({ reviewId: 'review-2' }));
  });
});

it('keeps what is ticked or unticked while the rows of the next review are read', async () => {
  const { fake, drafts } = await open();
  await userEvent.click(await box('Casa'));
  await screen.findByRole('button', { name: 'Save 2 changes' });
  const release = fake.hold('changes.reviewRows');
  const read = fake.requests('changes.reviewRows').length;
  drafts.rows = [...ROWS.slice(0, 3), reviewRow(5, 'Elba', 'typed'), ...ROWS.slice(3)];
  fake.emit('batchesChanged', [sampleBatch()]);
  await waitFor(() => expect(fake.requests('changes.reviewRows')).toHaveLength(read + 1));
  await userEvent.click(await box('Albrecht'));
  await userEvent.click(await box('From earlier – please review 1'));
  release();
  expect((await box('Elba')).checked).toBe(true);
  expect((await box('Albrecht')).checked).toBe(false);
  expect((await box('Casa')).checked).toBe(false);
  expect((await box('Delmar')).checked).toBe(true);
  await press('Save 3 changes');
  await waitFor(() => expect(ticksOf(fake)).toMatchObject({ whole: ['earlier'], except: [0, 2] }));
});

it('shows why saving failed, and keeps what is ticked', async () => {
  const { fake } = await open();
  fake.answer('changes', 'submitMany', () => failed('database.full'));
  await userEvent.click(await box('Casa'));
  await press('Save 2 changes');
  await screen.findByRole('alert');
  expect((await box('Casa')).checked).toBe(false);
  screen.getByRole('button', { name: 'Save 2 changes' });
});

it.each(['Save', 'Discard'])(
  'shows what is left after part of it was done, and why: %s',
  async (act) => {
    const { fake, drafts } = await open();
    const breakOff = () => {
      drafts.rows = drafts.rows.filter(({ name }) => name !== 'Albrecht');
      return failed('database.full');
    };
    fake.answer('changes', 'submitMany', breakOff).answer('drafts', 'discardMany', breakOff);
    await screen.findByRole('button', { name: 'Save 3 changes' });
    await press(act === 'Save' ? 'Save 3 changes' : 'Discard…');
    if (act === 'Discard') await press('Discard');
    await screen.findByRole('button', { name: 'Save 2 changes' });
    await waitFor(() => expect(screen.queryByRole('checkbox', { name: 'Albrecht' })).toBeNull());
    await screen.findAllByText(/^The disk is full/);
    expect((await box('Brunn')).checked).toBe(true);
  },
);

it('shows why rows could not be read, and reads them when asked', async () => {
  const fake = new FakeApi();
  const drafts = new Drafts(fake, [TYPED], ROWS);
  fake.answer('changes', 'reviewRows', () => failed('database.busy'));
  await renderChanges(fake, 'to-save');
  await screen.findByRole('alert');
  fake.answer('changes', 'reviewRows', () => success({ rows: drafts.rows.slice(2, 3) }));
  await press('Try again');
  await box('Casa');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('forgets why the drafts could not be listed once they are', async () => {
  const { fake } = await open();
  await box('Casa');
  fake.answer('changes', 'review', () => failed('database.busy'));
  fake.emit('batchesChanged', [sampleBatch({ at: 1 })]);
  await screen.findByRole('alert');
  new Drafts(fake, [TYPED], ROWS);
  fake.emit('batchesChanged', [sampleBatch({ at: 2 })]);
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('reads the rows of a later review that came while those of the one before were read', async () => {
  const fake = new FakeApi();
  new Drafts(fake, [TYPED], ROWS);
  const release = fake.hold('changes.reviewRows');
  await renderChanges(fake, 'to-save');
  await screen.findByRole('button', { name: 'Save 1 change' });
  await waitFor(() => expect(fake.requests('changes.reviewRows')).toHaveLength(1));
  fake.emit('batchesChanged', [sampleBatch()]);
  // It is counted once it is shown.
  await waitFor(() =>
    expect(fake.requests('changes.ticked').at(-1)).toMatchObject({ reviewId: 'review-2' }),
  );
  release();
  await box('Casa');
});

it('lists the drafts again when their rows are out of date', async () => {
  const fake = new FakeApi();
  new Drafts(fake, [TYPED], ROWS);
  fake.answer('changes', 'reviewRows', ({ reviewId }) =>
    reviewId === 'review-1' ? failed('review.outdated') : success({ rows: ROWS.slice(2, 3) }),
  );
  await renderChanges(fake, 'to-save');
  await box('Casa');
  expect(fake.requests('changes.review')).toHaveLength(2);
  expect(screen.queryByRole('alert')).toBeNull();
});

it('asks before it discards the ticked drafts', async () => {
  const { fake } = await open();
  await screen.findByRole('button', { name: 'Save 3 changes' });
  await press('Discard…');
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Discard 3 changes in 3 organizations?' }),
  );
  dialog.getByText('Discarded text stays in History.');
  await userEvent.click(dialog.getByRole('button', { name: 'Discard' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(fake.requests('drafts.discardMany')).toEqual([
    { reviewId: 'review-1', groups: ['batch-1', 'typed'], whole: [], except: [] },
  ]);
  expect(screen.queryByRole('checkbox', { name: 'Casa' })).toBeNull();
  await box('Delmar');
});

it('offers no Cancel any more while the ticked drafts are discarded', async () => {
  const { fake } = await open();
  await screen.findByRole('button', { name: 'Save 3 changes' });
  await press('Discard…');
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Discard 3 changes in 3 organizations?' }),
  );
  const release = fake.hold('drafts.discardMany');
  const cancel = dialog.getByRole<HTMLButtonElement>('button', { name: 'Cancel' });
  expect(cancel.disabled).toBe(false);
  await userEvent.click(dialog.getByRole('button', { name: 'Discard' }));
  expect(cancel.disabled).toBe(true);
  release();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('offers no Discard while the ticked drafts are saved', async () => {
  const { fake } = await open();
  await screen.findByRole('button', { name: 'Save 3 changes' });
  const release = fake.hold('changes.submitMany');
  const discard = screen.getByRole<HTMLButtonElement>('button', { name: 'Discard…' });
  expect(discard.disabled).toBe(false);
  await press('Save 3 changes');
  expect(discard.disabled).toBe(true);
  release();
});

it('counts what is ticked again only once the save is submitted', async () => {
  const { fake } = await open();
  await screen.findByRole('button', { name: 'Save 3 changes' });
  const release = fake.hold('changes.submitMany');
  await press('Save 3 changes');
  const counted = fake.requests('changes.ticked').length;
  fake.emit('changesChanged', { all: 4, toSave: 2, waiting: 2, decide: 0 });
  await tick();
  expect(fake.requests('changes.ticked')).toHaveLength(counted);
  release();
  await waitFor(() => expect(fake.requests('changes.ticked').length).toBeGreaterThan(counted));
});

it('opens the page of an organization', async () => {
  const { state } = await open();
  await press('Casa');
  expect(state.navigation.screen).toBe('organization');
});

it('says so when there is nothing to save, and what else is not at Cloudflare', async () => {
  const { fake, state } = await open([], []);
  fake.answer('changes', 'toDecide', () => success({ total: 0, rows: [] }));
  await screen.findByText('Nothing to save: there are no drafts, and nothing is waiting.');
  fake.emit('changesChanged', { all: 2, toSave: 0, waiting: 2, decide: 0 });
  const onItsWay = 'Nothing to save. What you saved is still on its way to Cloudflare.';
  await screen.findByText(onItsWay);
  fake.emit('connectionChanged', { ...ONLINE, state: 'offline' });
  await screen.findByText('Nothing to save. What you saved waits until Cloudflare can be reached.');
  // Until it is resumed, the connection does not matter.
  const paused = sampleSave({ state: 'paused' });
  fake.emit('savesChanged', [paused]);
  await screen.findByText(
    'Nothing to save. Saving is paused: what you saved is sent once you resume it above.',
  );
  fake.emit('connectionChanged', ONLINE);
  // Also what was saved from a page waits: it is not paused.
  fake.emit('savesChanged', [{ ...paused, waiting: 1, failed: 0 }]);
  await screen.findByText(onItsWay);
  // What waits for its sign-in is not saved, but is not to be decided about.
  fake.emit('savesChanged', [{ ...paused, waiting: 1, failed: 2, toDecide: 1 }]);
  await screen.findByText(/^Nothing to save\. Saving is paused/);
  fake.emit('savesChanged', [{ ...paused, waiting: 1, failed: 1, toDecide: 1 }]);
  await screen.findByText(onItsWay);
  fake.emit('changesChanged', { all: 2, toSave: 0, waiting: 1, decide: 1 });
  await screen.findByText('Nothing to save. 1 organization needs your decision.');
  await press('Show what to decide');
  expect(state.navigation.changesTab).toBe('decide');
});

it('does not say that all is at Cloudflare when drafts are left out', async () => {
  const fake = new FakeApi();
  new Drafts(fake, [], []).notReviewed = { readOnly: 1, decide: 0 };
  await renderChanges(fake, 'to-save');
  await screen.findByText('Nothing to save here.');
});

it('says how many drafts are left out, and why', async () => {
  const fake = new FakeApi();
  new Drafts(fake, [TYPED], ROWS).notReviewed = { readOnly: 2, decide: 1 };
  await renderChanges(fake, 'to-save');
  await screen.findByText('Left out: 2 organizations whose sign-ins are read-only.');
  await screen.findByText(/Left out: 1 organization that waits for your decision\./);
});

it('reads rows once, a page at a time', async () => {
  const many = Array.from({ length: 98 }, (_, n) => reviewRow(n + 1, `Org ${n + 1}`, 'typed'));
  const { fake } = await open([TYPED], many);
  await box('Org 98');
  expect(fake.requests('changes.reviewRows')).toEqual([
    { reviewId: 'review-1', offset: 0, limit: 100 },
  ]);
});

it('waits for a batch that is being made, and then lists what it made', async () => {
  const fake = new FakeApi();
  const running = sampleBatch({ stage: 'running', done: 1, made: 1, undoable: false });
  fake.answer('drafts', 'batches', () => success([running]));
  new Drafts(fake, [FILL, TYPED], ROWS);
  await renderChanges(fake, 'to-save');
  const progress = await screen.findByRole('progressbar', { name: 'Fill Business phone' });
  expect(progress.getAttribute('aria-valuetext')).toBe('1 of 2');
  expect(fake.requests('changes.review')).toEqual([]);
  fake.emit('batchesChanged', [sampleBatch()]);
  await screen.findByText(/Drafts in 2 organizations/);
  await screen.findByRole('button', { name: 'Save 3 changes' });
  // Who is here reviews already.
  expect(screen.queryByRole('button', { name: /^Review/ })).toBeNull();
});
