/** The table in the window: its cells, keys, pointer, groups, filters and copying. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { TableState, TableView } from '../../../src/renderer/features/table';
import type { OrganizationRow, Parent } from '../../../src/shared/organization';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { sampleSave } from '../changes/pending-samples';
import { sampleBatch } from '../changes/samples';
import { deferred, FakeApi } from '../fake-api';
import { failed, success } from '../../../src/shared/result';
import { importCounts, importedTable } from '../csv/render-import';
import { id, row, rows } from '../samples';

const lastCopied = (fake: FakeApi): unknown => fake.requests('table.copy').at(-1);

async function show(list: readonly OrganizationRow[], parents: Record<number, Parent> = {}) {
  const fake = new FakeApi();
  fake.setRows(list);
  for (const [n, parent] of Object.entries(parents)) fake.list.parents.set(id(Number(n)), parent);
  const { state, context } = await fake.loadedState();
  if (Object.keys(parents).length > 0) state.organizations.query.group = 'parent';
  state.navigation.view = 'table';
  const table = new TableState(state.api);
  let view = render(TableView, { props: { table }, context });
  const user = userEvent.setup();
  const box = await settledGrid();
  box.focus();
  /** Leaves the table, does something, and shows it again. */
  const again = async (meanwhile?: () => Promise<void>) => {
    view.unmount();
    await meanwhile?.();
    view = render(TableView, { props: { table }, context });
    return settledGrid();
  };
  return { fake, state, user, box, table, again };
}

/** The grid, once its rows are there. */
async function settledGrid(): Promise<HTMLElement> {
  await waitFor(() => {
    const box = document.querySelector('[aria-rowcount]');
    expect(box?.getAttribute('aria-busy')).toBe('false');
    expect(box?.querySelector('[aria-busy="true"]')).toBeNull();
  });
  return document.querySelector<HTMLElement>('[aria-rowcount]')!;
}

/** The active cell as a screen reader says it. */
const label = (box: HTMLElement): string | null =>
  document
    .getElementById(box.getAttribute('aria-activedescendant') ?? '')
    ?.getAttribute('aria-label') ?? null;

describe('cells', () => {
  it('show an address that is stored as JSON as its lines, also beside its draft', async () => {
    const address = (city: string) => JSON.stringify({ line1: '12 Harbour Row', city });
    const { box, fake } = await show([row(1, 'Acme')]);
    fake.list.textsOf = () => ({ ...EMPTY_PROFILE, business_address: address('Bath') });
    fake.list.notifyChanged();
    const cell = (text: string) => box.querySelector(`[aria-rowindex] [aria-label="${text}"]`);
    await waitFor(() => expect(cell('Address, 12 Harbour Row ↵ Bath')).not.toBeNull());
    expect(cell('Address, 12 Harbour Row ↵ Bath')?.textContent.trim()).toBe(
      '12 Harbour Row ↵ Bath',
    );
    fake.list.savedOf = () => ({ business_address: address('Bristol') });
    fake.list.notifyChanged();
    await waitFor(() =>
      expect(
        cell('Address, was 12 Harbour Row ↵ Bristol, now 12 Harbour Row ↵ Bath'),
      ).not.toBeNull(),
    );
  });

  it('step back where they are empty or repeat the name, unless their text is not saved', async () => {
    const { box, fake } = await show([row(1, 'Acme')]);
    const classes = (text: string) =>
      [...(box.querySelector(`[aria-label="${text}"]`)?.classList ?? [])].filter((one) =>
        ['empty', 'same', 'draft'].includes(one),
      );
    expect(classes('Business name, Acme')).toEqual(['same']);
    expect(classes('Email, office1@example.com')).toEqual([]);
    expect(classes('Phone, empty')).toEqual(['empty']);
    expect(box.querySelector('[aria-label="Phone, empty"]')?.textContent?.trim()).toBe('');
    fake.setRows([row(1, 'Acme', { draftFields: 1 })]);
    fake.list.notifyChanged();
    await waitFor(() => expect(classes('Business name, Acme, not saved')).toEqual(['draft']));
  });

  it('show labels, each on its own, once their column is chosen', async () => {
    const { box, fake, table } = await show([row(1, 'Acme'), row(2, 'Beta')]);
    fake.list.labels.set(id(1), ['South', 'أهلا']);
    fake.list.notifyChanged();
    table.toggleColumn('labels', true);
    const cell = (text: string) => box.querySelector(`[aria-rowindex] [aria-label="${text}"]`);
    await waitFor(() => expect(cell('Labels, \u2068South\u2069; \u2068أهلا\u2069')).not.toBeNull());
    expect(cell('Labels, empty')).not.toBeNull();
  });

  it('are called by their column and text, and say whether it is saved', async () => {
    const { box, fake } = await show([row(1, 'Acme', { draftFields: 2, detail: '' })]);
    expect(box.getAttribute('role')).toBe('grid');
    expect(box.getAttribute('aria-rowcount')).toBe('2');
    expect(box.getAttribute('aria-colcount')).toBe('7');
    const cells = [...box.querySelectorAll('[aria-rowindex="2"] [aria-label]')];
    expect(cells.map((cell) => cell.getAttribute('aria-label'))).toEqual([
      'Name, Acme',
      'Business name, Acme, not saved',
      'Email, empty, not saved',
      'Phone, empty',
      'Address, empty',
      'State, Not read yet',
      'Last check, never',
    ]);
    expect(fake.issues).toEqual([]);
  });

  it('say that a row is paused while its save is, as its row in the list', async () => {
    const waits = { state: 'waiting', waitingSince: 1 } as const;
    const { box, fake } = await show([
      row(1, 'Acme', { ...waits, saveId: 'save-1' }),
      row(2, 'Beta', waits),
      row(3, 'Casa', { ...waits, saveId: 'save-1', state: 'sign-in-issue' }),
    ]);
    const states = () =>
      [...box.querySelectorAll('[aria-label^="State, "]')].map((cell) => [
        cell.getAttribute('aria-label')?.slice(7),
        cell.textContent?.trim(),
      ]);
    const shown = (...names: string[]) => names.map((name) => [name, name]);
    expect(states()).toEqual(shown('Waiting', 'Waiting', 'Sign-in issue'));
    fake.emit('savesChanged', [sampleSave({ state: 'paused' })]);
    await waitFor(() => expect(states()).toEqual(shown('Paused', 'Waiting', 'Sign-in issue')));
    fake.emit('savesChanged', [sampleSave()]);
    await waitFor(() => expect(states()).toEqual(shown('Waiting', 'Waiting', 'Sign-in issue')));
  });

  it('show a line end as an arrow, and say what was never read', async () => {
    const fake = new FakeApi();
    fake.setRows([row(1, 'Acme'), row(2, 'Beta')]);
    fake.list.textsOf = ({ name }) =>
      name === 'Acme' ? { ...EMPTY_PROFILE, business_address: '1 High St\r\nBath' } : null;
    const { state, context } = await fake.loadedState();
    render(TableView, { props: { table: new TableState(state.api) }, context });
    await screen.findByLabelText('Address, 1 High St ↵ Bath');
    expect(screen.getByLabelText('Phone, not read yet')).toBeTruthy();
  });

  it('say what the page advises about their text, also while it is not saved', async () => {
    const fake = new FakeApi();
    fake.setRows([row(1, 'Acme', { draftFields: 1 })]);
    fake.list.textsOf = () => ({
      ...EMPTY_PROFILE,
      business_name: 'Acme ',
      business_phone: '030 1',
    });
    const { state, context } = await fake.loadedState();
    render(TableView, { props: { table: new TableState(state.api) }, context });
    const phone = await screen.findByLabelText(/^Phone, 030 1, No country code/);
    expect(phone.classList.contains('advice')).toBe(true);
    expect(phone.dataset['mark']).toMatch(/^No country code/);
    const name = screen.getByLabelText(/^Business name, Acme , not saved, /);
    expect(name.dataset['mark']).toMatch(/^Not saved at Cloudflare yet\n/);
    expect(screen.getByLabelText('Email, empty').classList.contains('advice')).toBe(false);
  });

  it('of a removed organization keep their place and say so', async () => {
    const { fake, box } = await show(rows(3));
    fake.list.remove(id(2));
    await waitFor(() =>
      expect(box.querySelector('[aria-rowindex="3"] [role="rowheader"]')?.textContent).toContain(
        'Removed',
      ),
    );
    expect(box.getAttribute('aria-rowcount')).toBe('4');
  });
});

describe('an import', () => {
  async function importing() {
    const shown = await show([row(1, 'Acme', { draftFields: 1 }), row(2, 'Beta')]);
    const { fake } = shown;
    fake
      .answer('csv', 'import', () => success(importedTable()))
      .answer('csv', 'cancelImport', () => success(null))
      .answer('csv', 'matchImport', () => {
        fake.list.planned.set(id(2), { business_phone: '+44 20 7946 0123' });
        return success(importCounts());
      });
    void shown.state.csv.import();
    const cell = await screen.findByLabelText('Phone, empty; after the import: +44 20 7946 0123');
    return { ...shown, cell };
  }
  const names = () =>
    screen.getAllByRole('rowheader').map((name) => name.getAttribute('aria-label'));

  it('shows in the rows what it would change, until it is canceled', async () => {
    const { user, fake, cell } = await importing();
    expect(cell.textContent?.trim()).toBe('empty\n\u200e→ \u2068+44 20 7946 0123\u2069');
    expect(cell.dataset['mark']).toBe('Phone, empty; after the import: +44 20 7946 0123');
    fake.list.planned.clear();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByLabelText(/after the import/)).toBeNull());
    expect(screen.getAllByLabelText('Phone, empty')).toHaveLength(2);
  });

  it('shows only the rows that it would change, unless the others are wanted, too', async () => {
    const { user, fake } = await importing();
    await waitFor(() => expect(names()).toEqual(['Name, Beta']));
    fake.list.planned.clear();
    fake.list.planned.set(id(1), { business_phone: '' });
    await user.selectOptions(screen.getByRole('combobox', { name: 'Empty cells' }), 'clear');
    await waitFor(() => expect(names()).toEqual(['Name, Acme', 'Name, Beta']));
    await user.click(
      screen.getByRole('checkbox', { name: 'Only rows that change', checked: true }),
    );
    await waitFor(() => expect(names()).toEqual(['Name, Acme', 'Name, Beta']));
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByText('Only rows that change')).toBeNull());
    expect(names()).toEqual(['Name, Acme', 'Name, Beta']);
  });

  it('is set up as it was left when the table is shown again', async () => {
    const { user, fake, again } = await importing();
    const only = () =>
      screen.findByRole<HTMLInputElement>('checkbox', { name: 'Only rows that change' });
    const asked = () => fake.requests('csv.matchImport').at(-1);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Empty cells' }), 'clear');
    await user.click(await only());
    await waitFor(() => expect(names()).toEqual(['Name, Acme', 'Name, Beta']));
    await again();
    await waitFor(() => expect(asked()).toMatchObject({ empty: 'clear' }));
    expect((await only()).checked).toBe(false);
    expect(names()).toEqual(['Name, Acme', 'Name, Beta']);
    await user.click(await only());
    await waitFor(() => expect(names()).toEqual(['Name, Beta']));
    await again();
    expect((await only()).checked).toBe(true);
    expect(names()).toEqual(['Name, Beta']);
  });

  it('that ends while the table is not shown leaves all of its rows', async () => {
    const { fake, state, again } = await importing();
    await waitFor(() => expect(names()).toEqual(['Name, Beta']));
    fake.list.planned.clear();
    await again(() => state.csv.cancelImport());
    await waitFor(() => expect(names()).toEqual(['Name, Acme', 'Name, Beta']));
  });

  it('shows where it is set up the next file that is read, and what it made', async () => {
    const { user, fake, box, state } = await importing();
    const isAbove = (one: HTMLElement) =>
      one.compareDocumentPosition(box) === Node.DOCUMENT_POSITION_FOLLOWING;
    fake.answer('csv', 'importDrafts', () => success({ batchId: 'b1' }));
    await user.click(screen.getByRole('button', { name: 'Make a draft in 1 organization' }));
    fake.emit('batchesChanged', [
      sampleBatch({ id: 'b1', kind: 'import', source: { title: 'branches.csv', hasCheck: false } }),
    ]);
    expect(isAbove(await screen.findByRole('group', { name: 'branches.csv' }))).toBe(true);
    const { promise, resolve } = deferred<ReturnType<typeof success<null>>>();
    fake.answer('csv', 'import', () => promise);
    void state.csv.import();
    expect(isAbove(await screen.findByRole('region', { name: 'Importing…' }))).toBe(true);
    resolve(success(null));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Importing…' })).toBeNull());
    // A later file of the same name that cannot be read is another import.
    expect(screen.queryByText('Earlier import: branches.csv')).toBeNull();
    const failure = { code: 'import.unknown-format', file: 'branches.csv' } as const;
    fake.answer('csv', 'import', () => ({ ok: false, failure }));
    void state.csv.import();
    await screen.findByText('Earlier import: branches.csv');
  });

  it('moves no row for one that is found while profiles are read, until that is wanted', async () => {
    const { user, fake } = await importing();
    await waitFor(() => expect(names()).toEqual(['Name, Beta']));
    fake.list.planned.set(id(1), { business_phone: '' });
    fake.answer('csv', 'matchImport', () => success(importCounts({ changes: 2 })));
    fake.emit('organizationsChanged', { ids: null, removed: [], commit: 9 } as never);
    const show = await screen.findByRole('button', { name: 'Show 1 new' }, { timeout: 3_000 });
    expect(names()).toEqual(['Name, Beta']);
    await user.click(show);
    await waitFor(() => expect(names()).toEqual(['Name, Acme', 'Name, Beta']));
    expect(screen.queryByRole('button', { name: 'Show 1 new' })).toBeNull();
  });
});

describe('keys', () => {
  it('move the active cell to the ends, into the header and back', async () => {
    const { box, user } = await show(rows(500));
    expect(label(box)).toBe('Name, Organization 0001');
    await user.keyboard('{ArrowDown}{ArrowRight}');
    expect(label(box)).toBe('Business name, Organization 0002');
    await user.keyboard('{Control>}{End}{/Control}');
    await waitFor(() => expect(label(box)).toBe('Last check, never'));
    expect(box.getAttribute('aria-activedescendant')).toMatch(/-499-6$/);
    await user.keyboard('{Control>}{Home}{/Control}{ArrowUp}');
    const header = document.getElementById(box.getAttribute('aria-activedescendant')!);
    expect(header?.getAttribute('role')).toBe('columnheader');
    await user.keyboard('{ArrowDown}');
    expect(label(box)).toBe('Name, Organization 0001');
    expect(document.activeElement).toBe(box);
  });

  it('select a range, rows, a column and everything, and copy it', async () => {
    const { box, user, fake } = await show(rows(20));
    await user.keyboard('{ArrowRight}{Shift>}{ArrowDown}{ArrowRight}{/Shift}');
    expect(box.querySelectorAll('[aria-selected="true"]')).toHaveLength(4);
    await screen.findByText('2 × 2 cells selected');
    await user.keyboard('{Control>}c{/Control}');
    expect(lastCopied(fake)).toEqual({
      snapshot: 1,
      rows: [{ first: 0, end: 2 }],
      columns: ['business_name', 'business_email'],
    });
    await screen.findByText('2 × 2 cells copied');
    await user.keyboard('{Shift>} {/Shift}{Control>}c{/Control}');
    expect(lastCopied(fake)).toMatchObject({ rows: [{ first: 0, end: 2 }] });
    expect((lastCopied(fake) as { columns: string[] }).columns).toHaveLength(7);
    await user.keyboard('{Escape}{Control>} c{/Control}');
    expect(lastCopied(fake)).toMatchObject({
      rows: [{ first: 0, end: 20 }],
      columns: ['business_email'],
    });
    await user.keyboard('{Control>}ac{/Control}');
    expect(lastCopied(fake)).toMatchObject({ rows: [{ first: 0, end: 20 }] });
  });

  it('open the page with Enter on a name, and beside the table with Space', async () => {
    const { user, state, box } = await show(rows(3));
    await user.keyboard('{ArrowDown}{ArrowRight}');
    await user.keyboard(' ');
    expect(state.open.id).toBe(id(2));
    expect(document.activeElement).toBe(box);
    await user.keyboard(' ');
    expect(state.navigation.screen).toBe('none');
    await user.keyboard('{Home}{Enter}');
    expect(state.navigation.screen).toBe('organization');
  });

  it('tick an organization with Ctrl+Space on its name', async () => {
    const { user, fake, box } = await show(rows(3));
    await user.keyboard('{ArrowDown}{Control>} {/Control}');
    await waitFor(() => expect(fake.list.selected).toEqual([id(2)]));
    await waitFor(() => expect(label(box)).toBe('Name, Organization 0002, ticked'));
  });

  it('Escape ends selecting once only one cell is selected, and never leaves the page beside', async () => {
    const { user, fake, state } = await show(rows(3));
    await user.keyboard('{Control>} {/Control}{Shift>}{ArrowRight}{/Shift}');
    await waitFor(() => expect(fake.list.selected).toEqual([id(1)]));
    state.navigation.settings();
    await user.keyboard('{Escape}');
    expect(fake.list.selected).toEqual([id(1)]);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(fake.list.selected).toEqual([]));
    expect(state.navigation.screen).toBe('settings');
  });

  it('a cell that is active alone is selected, and no heading of a column is', async () => {
    const { box, user } = await show(rows(3));
    await user.keyboard('{ArrowRight}');
    const selected = [...box.querySelectorAll('[aria-selected="true"]')];
    expect(selected.map((cell) => cell.getAttribute('aria-label'))).toEqual([
      'Business name, Organization 0001',
    ]);
    await user.keyboard('{ArrowUp}{Shift>} {/Shift}{Control>}c{/Control}');
    await screen.findByText('3 × 1 cells copied');
  });
});

describe('ticks', () => {
  it('select all of the table and not of the list, and what a filter hides is not shown', async () => {
    const { user, fake, table } = await show([
      row(1, 'Acme'),
      row(2, 'Beta', { detail: '' }),
      row(3, 'Zebra'),
    ]);
    await user.keyboard('{Control>} {/Control}');
    await screen.findByText('1 selected');
    table.setFilter('business_email', { kind: 'empty', field: 'business_email' });
    await screen.findByText(/, 1 not shown/);
    const name = 'More actions for the selected organizations';
    await user.click(await screen.findByRole('button', { name, expanded: false }));
    await user.click(await screen.findByRole('menuitem', { name: 'Select all 1' }));
    await waitFor(() => expect(fake.list.selected).toEqual([id(1), id(2)]));
    expect(fake.requests('selection.all')).toEqual([]);
  });

  it('of two quick presses take back each other', async () => {
    const { box, fake } = await show(rows(3));
    const release = fake.hold('table.tick');
    const press = () => fireEvent.click(box.querySelector('[aria-rowindex="3"] .box')!);
    await press();
    await waitFor(() => expect(box.querySelector('.box.all')).not.toBeNull());
    await press();
    release();
    await waitFor(() => expect(fake.requests('table.tick')).toHaveLength(2));
    expect(fake.requests('table.tick')).toMatchObject([{ isTicked: true }, { isTicked: false }]);
    await waitFor(() => expect(fake.list.selected).toEqual([]));
    await waitFor(() => expect(box.querySelector('.box.all')).toBeNull());
  });

  it('are fetched again only when others are ticked, not with each answer of the list', async () => {
    const { fake, state } = await show(rows(3));
    const before = fake.requests('table.rows').length;
    await state.organizations.load();
    await state.organizations.load();
    expect(fake.requests('table.rows')).toHaveLength(before);
  });
});

describe('groups', () => {
  const HARBOUR: Parent = { id: id(1), name: 'Harbour' };
  const LIST = [row(1, 'Harbour'), row(2, 'East'), row(3, 'West'), row(4, 'Zoo')];
  const grouped = () => show(LIST, { 2: HARBOUR, 3: HARBOUR });

  it('are a tree whose headings fold, and what is folded is in no range', async () => {
    const { box, user, fake } = await grouped();
    expect(box.getAttribute('role')).toBe('treegrid');
    expect(box.getAttribute('aria-rowcount')).toBe('7');
    expect(label(box)).toBe('Harbour, 3 organizations');
    await user.keyboard('{ArrowLeft}');
    expect(box.getAttribute('aria-rowcount')).toBe('4');
    expect(label(box)).toBe('Harbour, 3 organizations');
    expect(box.querySelector('[aria-expanded="false"]')).not.toBeNull();
    await user.keyboard('{Control>}ac{/Control}');
    expect(lastCopied(fake)).toMatchObject({ rows: [{ first: 3, end: 4 }] });
    await user.keyboard('{ArrowRight}');
    expect(box.getAttribute('aria-rowcount')).toBe('7');
  });

  it('are not filled from a folded one above', async () => {
    const { user, fake } = await grouped();
    await user.keyboard('{ArrowLeft}{ArrowDown}{ArrowDown}{ArrowRight}{Control>}d{/Control}');
    await screen.findByText('There is nothing above to fill from');
    expect(fake.requests('drafts.fillDown')).toEqual([]);
  });

  it('of another query are not folded, although they begin at the same rows', async () => {
    const { box, user, table } = await grouped();
    await user.keyboard('{ArrowLeft}');
    expect(box.getAttribute('aria-rowcount')).toBe('4');
    await user.click(screen.getByRole('button', { name: 'Sort again' }));
    await waitFor(() => expect(table.snapshot.snapshot).toBe(2));
    expect(box.getAttribute('aria-rowcount')).toBe('4');
    table.setFilter('external_metadata', { kind: 'empty', field: 'external_metadata' });
    await waitFor(() => expect(box.getAttribute('aria-rowcount')).toBe('7'));
  });

  it('are unfolded to show a cell in which a text was found', async () => {
    const { box, user, fake } = await grouped();
    const cells = { cells: 1, entries: 1, drafts: 0, unread: 0 };
    fake
      .answer('table', 'find', () => success(cells))
      .answer('table', 'findNext', () => success({ row: 1, field: 'business_phone' }));
    await user.keyboard('{ArrowLeft}');
    expect(box.getAttribute('aria-rowcount')).toBe('4');
    fake.emit('menuCommand', { command: 'search' });
    await screen.findByRole('textbox', { name: 'Find in cells' });
    await user.keyboard('1');
    await waitFor(() => expect(box.getAttribute('aria-rowcount')).toBe('7'));
    expect(box.getAttribute('aria-activedescendant')).toMatch(/-2-3$/);
  });

  it('are selected as a whole by their check box', async () => {
    const { box, user, fake } = await grouped();
    await user.keyboard('{Control>} {/Control}');
    await waitFor(() => expect(fake.list.selected).toHaveLength(3));
    await waitFor(() => expect(label(box)).toBe('Harbour, 3 organizations, 3 ticked'));
    await user.keyboard('{Control>} {/Control}');
    await waitFor(() => expect(fake.list.selected).toEqual([]));
  });

  it('go to their heading with Left, and count themselves for a screen reader', async () => {
    const { box, user } = await grouped();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    const active = () => document.getElementById(box.getAttribute('aria-activedescendant')!)!;
    const own = active().closest('[role="row"]')!;
    expect(own.getAttribute('aria-posinset')).toBe('2');
    expect(own.getAttribute('aria-setsize')).toBe('3');
    await user.keyboard('{ArrowLeft}');
    expect(label(box)).toBe('Harbour, 3 organizations');
    expect(active().closest('[role="row"]')!.getAttribute('aria-setsize')).toBe('2');
  });

  it('are not counted in a range, and alone they are neither copied nor changed', async () => {
    const { user, fake } = await grouped();
    await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    await screen.findByText('2 × 1 cells selected');
    await user.keyboard('{Home}{Control>}{Home}{/Control}');
    const inHeader = '{ArrowUp}{ArrowRight}{ArrowRight}{Delete}';
    for (const keys of ['{Control>}c{/Control}', '{Control>}d{/Control}', '{Delete}', inHeader]) {
      await user.keyboard('{ArrowDown}x');
      await screen.findByText('This column cannot be changed here');
      await user.keyboard(`{ArrowUp}${keys}`);
      await screen.findByText('Only headings are selected');
    }
    fake.emit('selectionCommand', { command: 'fill-cells' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(lastCopied(fake)).toBeUndefined();
    for (const call of ['drafts.cells', 'drafts.fillDown']) expect(fake.requests(call)).toEqual([]);
  });

  it('with a removed entry are ticked and unticked as a whole', async () => {
    const { box, user, fake } = await grouped();
    fake.list.remove(id(3));
    await user.keyboard('{Control>} {/Control}');
    await waitFor(() => expect(fake.list.selected).toEqual([id(2), id(1)]));
    await waitFor(() => expect(label(box)).toBe('Harbour, 3 organizations, 2 ticked'));
    await user.keyboard('{Control>} {/Control}');
    await waitFor(() => expect(fake.list.selected).toEqual([]));
  });
});

describe('the pointer', () => {
  it('opens no page by a double click below the last row', async () => {
    const { box, user, state } = await show(rows(2));
    await user.dblClick(box);
    expect(state.navigation.screen).toBe('none');
    await user.dblClick(box.querySelector('[aria-rowindex="3"] .cell')!);
    expect(state.navigation.screen).toBe('organization');
  });

  it('moves no row on a press at the edge, so that the next one is on the same row', async () => {
    const { box } = await show(rows(60));
    const last = Math.floor(box.querySelectorAll('[aria-rowindex]').length / 2) * 2 - 1;
    const target = box.querySelector(`[aria-rowindex="${last}"] .cell`)!;
    const y = 36 * (last - 1) + 4;
    await fireEvent.pointerDown(target, { clientX: 5, clientY: y, button: 0, pointerId: 1 });
    expect(box.getAttribute('aria-activedescendant')).toBe(target.id);
    expect(box.scrollTop).toBe(0);
  });

  it('ends a drag when the button was released elsewhere', async () => {
    const { box } = await show(rows(20));
    box.setPointerCapture = () => undefined;
    const at = (row: number) => ({ clientX: 5, clientY: 36 * row + 40, button: 0, pointerId: 1 });
    await fireEvent.pointerDown(box.querySelector('[aria-rowindex="2"] .cell')!, at(0));
    await fireEvent.pointerMove(box, { ...at(2), buttons: 1 });
    expect(box.querySelectorAll('[aria-selected="true"]')).toHaveLength(3);
    await fireEvent.pointerMove(box, { ...at(5), buttons: 0 });
    await fireEvent.pointerMove(box, { ...at(6), buttons: 1 });
    expect(box.querySelectorAll('[aria-selected="true"]')).toHaveLength(3);
  });
});

describe('columns', () => {
  it('keep the active cell, and one beside takes it when its own is hidden', async () => {
    const { box, user, fake, table } = await show(rows(3));
    await user.keyboard('{End}{Shift>}{ArrowLeft}{/Shift}{End}');
    expect(label(box)).toBe('Last check, never');
    table.toggleColumn('checked', false);
    await waitFor(() => expect(label(box)).toBe('State, Up to date'));
    // Only what differs from that is shown.
    expect(document.getElementById(box.getAttribute('aria-activedescendant')!)?.textContent).toBe(
      '',
    );
    await user.keyboard('{Control>}c{/Control}');
    await screen.findByText('1 cell copied');
    expect(lastCopied(fake)).toMatchObject({ columns: ['state'] });
    table.toggleColumn('business_name', false);
    await waitFor(() => expect(label(box)).toBe('State, Up to date'));
    await user.keyboard('{Control>}{Home}{/Control}{ArrowUp}{End}');
    const header = document.getElementById(box.getAttribute('aria-activedescendant')!);
    expect(header?.textContent).toContain('State');
  });

  it('are filtered in a dialog that Enter opens on the heading; the filter is a chip that removes it', async () => {
    const { box, user, fake } = await show([row(1, 'Acme'), row(2, 'Beta', { detail: '' })]);
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowUp}{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Email column' });
    await user.click(within(dialog).getByRole('radio', { name: 'Only empty cells' }));
    await user.click(within(dialog).getByRole('button', { name: 'Apply' }));
    await waitFor(() => expect(box.getAttribute('aria-rowcount')).toBe('2'));
    expect(fake.requests('table.open').at(-1)).toMatchObject({
      filters: [{ kind: 'empty', field: 'business_email' }],
    });
    await user.click(screen.getByRole('button', { name: 'Remove: Email is empty' }));
    await waitFor(() => expect(box.getAttribute('aria-rowcount')).toBe('3'));
  });

  it('can be hidden and chosen, and are remembered', async () => {
    const { box, user, fake } = await show(rows(2));
    await user.click(screen.getByRole('button', { name: 'Columns…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Columns' });
    await user.click(within(dialog).getByRole('checkbox', { name: 'Metadata' }));
    await user.click(within(dialog).getByRole('checkbox', { name: 'State' }));
    await user.click(within(dialog).getByRole('button', { name: 'Close' }));
    expect(box.getAttribute('aria-colcount')).toBe('7');
    expect(fake.list.columns.map(({ column }) => column)).toContain('external_metadata');
    expect(fake.list.columns.map(({ column }) => column)).not.toContain('state');
  });
});

describe('the table', () => {
  it('is as it was left when it is shown again', async () => {
    const { user, table, again, fake } = await show(rows(40));
    table.setFilter('business_name', {
      kind: 'contains',
      field: 'business_name',
      text: 'Organization 003',
    });
    await screen.findByText('10 organizations');
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}');
    const box = await again();
    expect(fake.requests('table.close')).toHaveLength(1);
    expect(box.getAttribute('aria-rowcount')).toBe('11');
    expect(label(box)).toBe('Business name, Organization 0032');
    expect(document.activeElement).toBe(box);
  });

  it('stays at the same entry when it is sorted again', async () => {
    const { fake, user, box } = await show([row(1, 'Acme'), row(2, 'Beta'), row(3, 'Zebra')]);
    fake.list.upsert(row(1, 'Yak'));
    await screen.findByLabelText('Name, Yak');
    await user.click(screen.getByRole('button', { name: 'Sort again' }));
    await waitFor(() => expect(box.getAttribute('aria-activedescendant')).toMatch(/-1-0$/));
    await waitFor(() => expect(label(box)).toBe('Name, Yak'));
  });

  it('opens its own first row with Enter in the search', async () => {
    const { user, table, state } = await show([
      row(1, 'Berger'),
      row(2, 'Bergmann', { detail: '' }),
      row(3, 'Acme'),
    ]);
    table.setFilter('business_email', { kind: 'empty', field: 'business_email' });
    await user.click(screen.getByRole('searchbox'));
    await user.keyboard('ber{Enter}');
    await waitFor(() => expect(state.open.id).toBe(id(2)));
  });

  it('that is empty because of the search says what the list would say, and keeps the focus', async () => {
    const { box, state, fake } = await show(rows(3));
    fake.list.unread = 5;
    state.organizations.query.search = 'nothing like this';
    await screen.findByText(/Nothing found for/);
    expect(document.activeElement).toBe(box);
    expect(screen.getByRole('button', { name: 'Show all organizations' })).toBeTruthy();
  });

  it('forgets why something failed once it is filtered again', async () => {
    const { user, table } = await show(rows(8_000));
    await user.keyboard('{Control>}ac{/Control}');
    const notice = await screen.findByText(/up to 50,000 cells/);
    const grid = document.querySelector('[aria-rowcount]')!;
    expect(grid.compareDocumentPosition(notice)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    table.setOrder('checked');
    await waitFor(() => expect(notice.isConnected).toBe(false));
  });
});

describe('main', () => {
  it('keeps the rows in their order until they are sorted again', async () => {
    const { fake, user, box } = await show([row(1, 'Acme'), row(2, 'Beta')]);
    fake.list.upsert(row(1, 'Zebra'));
    await screen.findByLabelText('Name, Zebra');
    expect(
      box.querySelector('[aria-rowindex="2"] [role="rowheader"]')?.getAttribute('aria-label'),
    ).toBe('Name, Zebra');
    await user.click(screen.getByRole('button', { name: 'Sort again' }));
    await waitFor(() =>
      expect(
        box.querySelector('[aria-rowindex="2"] [role="rowheader"]')?.getAttribute('aria-label'),
      ).toBe('Name, Beta'),
    );
  });

  it('is asked again when it forgot the rows, and the table stays at its entry', async () => {
    const { fake, user, box } = await show(rows(5));
    await user.keyboard('{ArrowDown}{ArrowDown}');
    fake.answer('table', 'rows', () => {
      fake.list.answer();
      return failed('table.outdated');
    });
    fake.list.upsert(row(3, 'Organization 0000'));
    await waitFor(() => expect(label(box)).toBe('Name, Organization 0000'));
    expect(box.getAttribute('aria-activedescendant')).toMatch(/-0-0$/);
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  it('numbers the rows again after it built the list', async () => {
    const { fake, box } = await show(rows(2));
    fake.list.building = { done: 0, total: 2, failure: null };
    fake.list.notifyChanged();
    await waitFor(() => expect(box.isConnected).toBe(false));
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sort again' }).disabled).toBe(
      true,
    );
    fake.list.building = null;
    fake.list.upsert(row(3, 'Zebra'));
    await screen.findByLabelText('Name, Zebra');
  });

  it('says how many rows of a copy are empty because they are unread or removed', async () => {
    const { fake, user } = await show(rows(5));
    fake.answer('table', 'copy', () => success({ rows: 5, columns: 1, unread: 1_709, removed: 1 }));
    await user.keyboard('{Control>}c{/Control}');
    await screen.findByText(
      '5 × 1 cells copied · 1,709 not read yet, left empty · 1 removed, left empty',
    );
  });

  it('says how many unread entries a filter left out', async () => {
    const { fake, table } = await show([row(1, 'Acme'), row(2, 'Beta')]);
    fake.list.skipped = 1_709;
    table.setFilter('business_phone', { kind: 'empty', field: 'business_phone' });
    await screen.findByText('2 organizations, 1,709 not read yet');
    table.setFilter('business_phone', { kind: 'contains', field: 'business_phone', text: 'x' });
    await screen.findByText('No organization matches these filters.');
    await screen.findByText(/1,709 profiles/);
  });

  it('offers what brings rows back: without the filters of columns, or also without the search', async () => {
    const { table, state, user, box } = await show([row(1, 'Acme'), row(2, 'Beta')]);
    const rowsShown = () => screen.queryAllByRole('rowheader').length;
    state.organizations.query.search = 'acme';
    table.setFilter('business_phone', { kind: 'contains', field: 'business_phone', text: 'x' });
    await user.click(await screen.findByRole('button', { name: 'Remove column filters' }));
    await waitFor(() => expect(rowsShown()).toBe(1));
    state.organizations.query.search = 'nothing like this';
    table.setFilter('business_phone', { kind: 'contains', field: 'business_phone', text: 'x' });
    await user.click(await screen.findByRole('button', { name: 'Show all organizations' }));
    await waitFor(() => expect(rowsShown()).toBe(2));
    expect(table.filters).toEqual([]);
    expect(document.activeElement).toBe(box);
  });

  it('learns which unread rows are in view', async () => {
    const { fake } = await show(rows(3));
    expect(fake.requests('table.view')).toEqual([]);
    fake.list.textsOf = () => null;
    fake.list.notifyChanged();
    await waitFor(() =>
      expect(fake.requests('table.view').at(-1)).toMatchObject({ rows: [{ first: 0, end: 3 }] }),
    );
  });

  it('says why nothing was copied', async () => {
    const { user } = await show(rows(8_000));
    await user.keyboard('{Control>}ac{/Control}');
    await screen.findByText(/up to 50,000 cells/);
  });

  it('fetches only what is in view after fast scrolling', async () => {
    const { fake, box } = await show(rows(10_000));
    const release = fake.hold('table.rows');
    const before = fake.requests('table.rows').length;
    for (let at = 500; at <= 9_000; at += 500) {
      box.scrollTop = at * 36;
      await fireEvent.scroll(box);
    }
    release();
    await screen.findByLabelText('Name, Organization 9001');
    expect(fake.requests('table.rows')).toHaveLength(before + 2);
  });
});
