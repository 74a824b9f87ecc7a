/** The bar that finds and replaces in the table. Main counts and finds, so here a list says where a text is. */
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TableState, TableView } from '../../../src/renderer/features/table';
import {
  EMPTY_PROFILE,
  FIELD_NAMES,
  type FieldName,
  type Profile,
} from '../../../src/shared/profile';
import { failed, success } from '../../../src/shared/result';
import type { Patch } from '../../../src/shared/patch';
import type { FoundCells } from '../../../src/shared/table';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { sampleBatch } from '../changes/samples';
import { savedCopy, view } from '../organization/samples';
import { id, rows } from '../samples';

const TEXTS: Profile = {
  ...EMPTY_PROFILE,
  business_name: 'Acme',
  business_phone: '+49 30 1',
  business_address: '1 Old Street\r\nLondon',
};

interface Place {
  row: number;
  field: FieldName;
}

/** The table with five rows, of which these cells have what is looked for. */
async function show(
  places: Place[] = [0, 2, 4].map((row) => ({ row, field: 'business_address' })),
  more: Partial<FoundCells> = {},
) {
  const fake = new FakeApi();
  fake.setRows(rows(5));
  fake.list.textsOf = () => TEXTS;
  const drafts = new Map<string, Patch>();
  const viewOf = ({ entryId }: { entryId: string }) => {
    const patch = drafts.get(entryId);
    return success(
      view({
        id: entryId,
        profile: savedCopy(TEXTS),
        draft: patch ? { patch, updatedAt: 1 } : null,
      }),
    );
  };
  const placeOf = ({ row, field }: Place): number => row * 5 + FIELD_NAMES.indexOf(field);
  fake
    .answer('organizations', 'view', viewOf)
    .answer('drafts', 'save', ({ entryId, edits }: { entryId: string; edits: Patch }) => {
      drafts.set(entryId, { ...drafts.get(entryId), ...edits });
      return success(null);
    })
    .answer('drafts', 'undoBatch', () => success(null))
    .answer('drafts', 'replace', () => success({ batchId: 'b1' }))
    .answer('table', 'find', () => {
      const entries = new Set(places.map(({ row }) => row)).size;
      return success({ cells: places.length, entries, drafts: 0, unread: 0, ...more });
    })
    .answer('table', 'findNext', ({ from, direction }) => {
      const at = from.row * 5 + FIELD_NAMES.findIndex((field) => field === from.column);
      const isAfter = (place: Place) =>
        placeOf(place) > at || (from.isIncluded && placeOf(place) === at);
      const isBefore = (place: Place) => placeOf(place) < at;
      const found =
        direction === 'next'
          ? (places.find(isAfter) ?? places[0])
          : (places.findLast(isBefore) ?? places.at(-1));
      return success(found ?? null);
    });
  const { state, context } = await fake.loadedState();
  const table = new TableState(state.api);
  render(TableView, { props: { table }, context });
  const user = userEvent.setup();
  await screen.findByLabelText('Name, Organization 0001');
  const grid = document.querySelector<HTMLElement>('[aria-rowcount]')!;
  grid.focus();
  const command = (name: 'search' | 'replace') => fake.emit('menuCommand', { command: name });
  const active = () =>
    document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.id.slice(-3);
  const bar = async () => within(await screen.findByRole('search', { name: 'Find and replace' }));
  return { fake, state, user, grid, table, command, active, bar, drafts };
}

const fieldOf = (name: string) => screen.getByRole('textbox', { name });

describe('finding', () => {
  it.each([
    ['before it is looked for', 0],
    ['while main counts and looks', 1],
  ])('ends quietly with the table that is left %s', async (_, asked) => {
    const { command, bar, fake } = await show();
    command('search');
    await bar();
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    onTestFinished(() => warn.mockRestore());
    const input = fieldOf('Find in cells');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await fireEvent.input(input, { target: { value: 'Old' } });
    if (asked) vi.advanceTimersByTime(1_000);
    expect(fake.requests('table.findNext')).toHaveLength(asked);
    cleanup();
    vi.advanceTimersByTime(1_000);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve));
    expect(fake.requests('table.findNext')).toHaveLength(asked);
    expect(warn).not.toHaveBeenCalled();
  });

  it('opens with the command of the search, counts while typing, and goes to the first cell', async () => {
    const { user, command, bar, active, fake } = await show();
    command('search');
    const inBar = await bar();
    await waitFor(() => expect(document.activeElement).toBe(fieldOf('Find in cells')));
    expect(inBar.queryByRole('textbox', { name: 'Replace with' })).toBeNull();
    await user.keyboard('Old Street');
    expect(await inBar.findByText('3 cells in 3 organizations')).toBeTruthy();
    await waitFor(() => expect(active()).toBe('0-4'));
    expect(fake.requests('table.find').at(-1)).toMatchObject({
      snapshot: 1,
      find: {
        text: 'Old Street',
        matchCase: false,
        wholeText: false,
        fields: ['business_name', 'business_email', 'business_phone', 'business_address'],
      },
    });
    expect(document.activeElement).toBe(fieldOf('Find in cells'));
  });

  it('Enter and F3 go on, with Shift back; the cell is said; Escape returns to the table', async () => {
    const { user, command, bar, active, grid } = await show();
    command('search');
    const inBar = await bar();
    await user.keyboard('Old');
    await inBar.findByText('3 cells in 3 organizations');
    await waitFor(() => expect(active()).toBe('0-4'));
    await user.keyboard('{Enter}');
    await waitFor(() => expect(active()).toBe('2-4'));
    expect(
      await inBar.findByText('Address, 1 Old Street ↵ London, Organization 0003'),
    ).toBeTruthy();
    await user.keyboard('{F3}');
    await waitFor(() => expect(active()).toBe('4-4'));
    await user.keyboard('{Shift>}{Enter}{/Shift}');
    await waitFor(() => expect(active()).toBe('2-4'));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('search')).toBeNull();
    expect(document.activeElement).toBe(grid);
  });

  it('marks the cells in view, and says when nothing is found or not everything was read', async () => {
    const { user, command, bar, grid } = await show([], { unread: 1_709 });
    command('search');
    const inBar = await bar();
    await user.keyboard('old street');
    expect(await inBar.findByText('Not found, 1,709 not read yet')).toBeTruthy();
    expect(grid.querySelectorAll('.found')).toHaveLength(5);
    const marked = [...grid.querySelectorAll('.found mark')].map((mark) => mark.textContent);
    expect(marked).toEqual(Array(5).fill('Old Street'));
    await user.click(inBar.getByRole('checkbox', { name: 'Match case' }));
    await waitFor(() => expect(grid.querySelectorAll('.found')).toHaveLength(0));
    expect(inBar.getByRole('button', { name: 'Next cell' }).hasAttribute('disabled')).toBe(true);
  });

  it('searches one column if that is wanted', async () => {
    const { user, command, bar, fake } = await show();
    command('search');
    const inBar = await bar();
    await user.keyboard('Old');
    await user.selectOptions(inBar.getByRole('combobox', { name: 'Columns to search' }), 'Phone');
    await waitFor(() =>
      expect(fake.requests('table.find').at(-1)).toMatchObject({
        find: { fields: ['business_phone'] },
      }),
    );
  });

  it('searches all columns while the chosen one is hidden', async () => {
    const { user, command, bar, fake, table } = await show();
    command('search');
    const inBar = await bar();
    await user.keyboard('Old');
    const chosen = inBar.getByRole<HTMLSelectElement>('combobox', { name: 'Columns to search' });
    await user.selectOptions(chosen, 'Phone');
    table.toggleColumn('business_phone', false);
    await waitFor(() =>
      expect(fake.requests('table.find').at(-1)).toMatchObject({
        find: { fields: ['business_name', 'business_email', 'business_address'] },
      }),
    );
    expect(chosen.selectedOptions[0]?.text).toBe('All columns shown');
    table.toggleColumn('business_phone', true);
    await waitFor(() => expect(chosen.selectedOptions[0]?.text).toBe('Phone'));
  });

  it('counts again when rows change, and the search box keeps its own key', async () => {
    const places: Place[] = [{ row: 0, field: 'business_phone' }];
    const { user, command, bar, fake, state } = await show(places);
    command('search');
    const inBar = await bar();
    await user.keyboard('Old');
    await inBar.findByText('1 cell in 1 organization');
    places.push({ row: 0, field: 'business_address' });
    fake.list.notifyChanged();
    expect(await inBar.findByText('2 cells in 1 organization')).toBeTruthy();
    state.commands.run('quick-search');
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
  });
});

/** The table with the first cell found, and the focus in the field of what takes its place. */
async function readyToReplace(replacement: string, places?: Place[]) {
  const shown = await show(places);
  const { user, command, bar, active } = shown;
  command('replace');
  const inBar = await bar();
  await user.keyboard('Old');
  await inBar.findByText(/^\d cells? in/);
  await waitFor(() => expect(active()).toBe('0-4'));
  await user.click(fieldOf('Replace with'));
  await user.keyboard(replacement);
  return { ...shown, inBar };
}

/** Watches whether a text is shown, until the returned function is called, which says whether it was. */
function watchFor(text: string): () => boolean {
  let wasShown = false;
  const look = (): void => void (wasShown ||= screen.queryByText(text) !== null);
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  return () => {
    look();
    observer.disconnect();
    return wasShown;
  };
}

describe('replacing', () => {
  it('in one cell goes through the autosave of its entry, keeps line ends, and continues at the next one', async () => {
    const { user, command, bar, active, fake, state, table } = await show();
    command('replace');
    await bar();
    await user.keyboard('Old');
    await waitFor(() => expect(active()).toBe('0-4'));
    await user.click(fieldOf('Replace with'));
    await user.keyboard('New{Enter}');
    await waitFor(() =>
      expect(fake.requests('drafts.save')).toMatchObject([
        {
          entryId: id(1),
          edits: { business_address: { text: '1 New Street\r\nLondon' } },
        },
      ]),
    );
    await waitFor(() => expect(active()).toBe('2-4'));
    expect(await screen.findByText('Replaced')).toBeTruthy();
    expect(table.history.last).toMatchObject({ kind: 'typed', texts: [{ id: id(1) }] });
    state.commands.run('undo');
    await waitFor(() =>
      expect(fake.requests('drafts.save').at(-1)).toMatchObject({ entryId: id(1) }),
    );
  });

  it('first goes to a cell that has the text', async () => {
    const { user, command, bar, active, fake } = await show([{ row: 3, field: 'business_phone' }]);
    command('replace');
    const inBar = await bar();
    await user.keyboard('1');
    await inBar.findByText('1 cell in 1 organization');
    await waitFor(() => expect(active()).toBe('3-3'));
    fake.answer('table', 'findNext', () => success({ row: 1, field: 'business_phone' }));
    await user.click(inBar.getByRole('button', { name: 'Replace' }));
    await waitFor(() => expect(active()).toBe('1-3'));
    expect(fake.requests('drafts.save')).toEqual([]);
  });

  it('once, however often Enter is pressed before that is done', async () => {
    const { user, fake, active } = await readyToReplace('Very Old');
    const release = fake.hold('table.findNext');
    await user.keyboard('{Enter}{Enter}');
    release();
    await screen.findByText('Replaced');
    await waitFor(() => expect(active()).toBe('2-4'));
    expect(fake.requests('drafts.save')).toHaveLength(1);
    await user.keyboard('{Enter>3/}');
    await waitFor(() => expect(active()).toBe('4-4'));
    expect(fake.requests('drafts.save')).toMatchObject([
      { entryId: id(1), edits: { business_address: { text: '1 Very Old Street\r\nLondon' } } },
      { entryId: id(3), edits: { business_address: { text: '1 Very Old Street\r\nLondon' } } },
    ]);
  });

  it('all cells once, however often that is pressed', async () => {
    const { user, fake, inBar } = await readyToReplace('Very Old');
    const release = fake.hold('drafts.replace');
    await user.dblClick(inBar.getByRole('button', { name: 'Replace all' }));
    release();
    await waitFor(() => expect(document.querySelectorAll('.found')).toHaveLength(5));
    expect(fake.requests('drafts.replace')).toHaveLength(1);
  });

  it('over drafts only in the search that it was ticked for', async () => {
    const places = [0, 2].map((row) => ({ row, field: 'business_address' as const }));
    const { user, command, bar, fake } = await show(places, { drafts: 2 });
    command('replace');
    const inBar = await bar();
    await user.keyboard('Old');
    const box = () => inBar.findByRole('checkbox', { name: 'Also replace 2 edited fields' });
    await user.click(await box());
    await user.type(fieldOf('Find in cells'), 'er');
    expect(await box()).toHaveProperty('checked', false);
    await user.click(await box());
    await user.click(inBar.getByRole('button', { name: 'Replace all' }));
    await waitFor(() =>
      expect(fake.requests('drafts.replace')).toMatchObject([{ alsoOverDrafts: true }]),
    );
    expect(await box()).toHaveProperty('checked', false);
  });

  it('all cells after the one that is being replaced', async () => {
    const { user, fake, inBar } = await readyToReplace('New');
    const release = fake.hold('table.findNext');
    await user.keyboard('{Enter}');
    await user.click(inBar.getByRole('button', { name: 'Replace all' }));
    expect(fake.requests('drafts.replace')).toEqual([]);
    release();
    await waitFor(() => expect(fake.requests('drafts.replace')).toHaveLength(1));
    expect(fake.requests('drafts.save')).toHaveLength(1);
  });

  it('puts in what was typed when it was pressed', async () => {
    const { user, fake, inBar } = await readyToReplace('New');
    const release = fake.hold('table.findNext');
    await user.keyboard('{Enter}');
    await user.click(inBar.getByRole('button', { name: 'Replace all' }));
    await user.type(fieldOf('Replace with'), 'er');
    release();
    await waitFor(() => expect(fake.requests('drafts.replace')).toHaveLength(1));
    expect(fake.requests('drafts.save')).toMatchObject([
      { edits: { business_address: { text: '1 New Street\r\nLondon' } } },
    ]);
    expect(fake.requests('drafts.replace')).toMatchObject([{ replacement: 'New' }]);
  });

  it('not again in the text that it has just made', async () => {
    const { user, fake, inBar } = await readyToReplace('Very Old', [
      { row: 0, field: 'business_address' },
    ]);
    await user.keyboard('{Enter}');
    await screen.findByText('Replaced');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(inBar.queryByText('Replaced')).toBeNull());
    await waitFor(() => expect(fake.requests('organizations.view')).toHaveLength(2));
    expect(fake.requests('drafts.save')).toHaveLength(1);
    await user.keyboard(' and New{Enter}');
    await waitFor(() => expect(fake.requests('drafts.save')).toHaveLength(2));
  });

  it.each([
    [
      'loading the organization',
      (fake: FakeApi) => fake.answer('organizations', 'view', () => failed('database.full')),
    ],
    [
      'saving the draft',
      (fake: FakeApi) => fake.answer('drafts', 'save', () => failed('database.full')),
    ],
  ])('says nothing of a success and stays there if %s fails', async (_, fail) => {
    const { user, fake, active, inBar } = await readyToReplace('New');
    fail(fake);
    const before = fake.requests('table.find').length;
    const stop = watchFor('Replaced');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(fake.requests('table.find').length).toBeGreaterThan(before));
    await inBar.findByText('3 cells in 3 organizations');
    expect(stop()).toBe(false);
    expect(active()).toBe('0-4');
  });

  it('stays at a cell that cannot be changed, and says why', async () => {
    const { user, fake, active, inBar, table } = await readyToReplace('New');
    fake.list.textsOf = () => null;
    fake.list.notifyChanged();
    await waitFor(() => expect(table.row(0)?.texts).toBeNull());
    await user.keyboard('{Enter}');
    const status = await inBar.findByText('Not read yet, so nothing can be changed');
    expect(status.classList.contains('done')).toBe(false);
    expect(active()).toBe('0-4');
    expect(fake.requests('drafts.save')).toEqual([]);
  });

  it('in a cell whose row the window has not loaded yet', async () => {
    const { user, fake, table, state } = await readyToReplace('New');
    const release = fake.hold('table.rows');
    table.sortAgain(state.organizations.query.value);
    await waitFor(() => expect(table.snapshot.snapshot).toBe(2));
    expect(table.row(0)).toBeUndefined();
    await user.click(fieldOf('Replace with'));
    await user.keyboard('{Enter}');
    release();
    expect(await screen.findByText('Replaced')).toBeTruthy();
    expect(fake.requests('drafts.save')).toMatchObject([{ entryId: id(1) }]);
  });

  it('in all cells only once these are counted', async () => {
    const { inBar, fake, table } = await readyToReplace('New');
    const all = inBar.getByRole<HTMLButtonElement>('button', { name: 'Replace all' });
    const release = fake.hold('table.find');
    table.setFilter('business_phone', { kind: 'contains', field: 'business_phone', text: '30' });
    await waitFor(() => expect(table.snapshot.snapshot).toBe(2));
    await waitFor(() => expect(inBar.queryByText('3 cells in 3 organizations')).toBeNull());
    expect(all.disabled).toBe(true);
    release();
    await inBar.findByText('3 cells in 3 organizations');
    expect(all.disabled).toBe(false);
    fake.hold('table.find');
    table.toggleColumn('business_phone', false);
    await waitFor(() => expect(all.disabled).toBe(true));
  });

  it('in all cells is one batch, also over drafts if that is ticked, and can be undone', async () => {
    const { user, command, bar, fake, state } = await show(undefined, { drafts: 2 });
    command('replace');
    const inBar = await bar();
    await user.keyboard('Old Street');
    await inBar.findByText('3 cells in 3 organizations');
    await user.click(inBar.getByRole('checkbox', { name: 'Also replace 2 edited fields' }));
    await user.click(fieldOf('Replace with'));
    await user.keyboard('New Street');
    await user.click(inBar.getByRole('button', { name: 'Replace all' }));
    await waitFor(() =>
      expect(fake.requests('drafts.replace')).toMatchObject([
        {
          snapshot: 1,
          find: { text: 'Old Street' },
          replacement: 'New Street',
          alsoOverDrafts: true,
        },
      ]),
    );
    const titleTexts = ['Old Street', 'New Street'];
    fake.emit('batchesChanged', [
      sampleBatch({
        id: 'b1',
        kind: 'replace',
        titleTexts,
        made: 2,
        leftOut: [{ reason: 'draft', count: 1 }],
      }),
    ]);
    const line = await screen.findByRole('group', {
      name: 'Replace “⁨Old Street⁩” with “⁨New Street⁩”',
    });
    expect(textOf(line)).toContain(
      'Drafts in 2 organizations · Your earlier edit was kept in 1 organization',
    );
    state.commands.run('undo');
    await waitFor(() => expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b1' }]));
  });

  it('leaves metadata alone until they are shown and unlocked', async () => {
    const { user, command, bar, fake, table } = await show();
    const fields = () =>
      (fake.requests('table.find').at(-1) as { find: { fields: FieldName[] } }).find.fields;
    command('search');
    const inBar = await bar();
    await user.keyboard('Old');
    await waitFor(() => expect(fields()).not.toContain('external_metadata'));
    table.toggleColumn('external_metadata', true);
    await waitFor(() => expect(fields()).toContain('external_metadata'));
    await user.click(inBar.getByRole('button', { name: 'Replace…' }));
    expect(await inBar.findByText('Metadata is locked and stays as it is')).toBeTruthy();
    await waitFor(() => expect(fields()).not.toContain('external_metadata'));
    table.isMetadataUnlocked = true;
    await waitFor(() => expect(fields()).toContain('external_metadata'));
    expect(inBar.queryByText('Metadata is locked and stays as it is')).toBeNull();
  });
});
