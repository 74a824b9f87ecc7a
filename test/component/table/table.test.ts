/** The table in the window: its cells, keys, pointer, groups, filters and copying. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import TableView from '../../../src/renderer/features/table/TableView.svelte';
import type { OrganizationRow, Parent } from '../../../src/shared/organization';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { FakeApi } from '../fake-api';
import { id, row, rows } from '../samples';

const lastCopied = (fake: FakeApi): unknown => fake.requests('table.copy').at(-1);

async function show(list: readonly OrganizationRow[], parents: Record<number, Parent> = {}) {
  const fake = new FakeApi();
  fake.setRows(list);
  for (const [n, parent] of Object.entries(parents)) fake.list.parents.set(id(Number(n)), parent);
  const { state, context } = await fake.loadedState();
  if (Object.keys(parents).length > 0) state.organizations.query.group = 'parent';
  state.navigation.view = 'table';
  render(TableView, { context });
  await waitFor(() => expect(document.querySelector('[aria-rowcount]')).not.toBeNull());
  const user = userEvent.setup();
  const box = document.querySelector<HTMLElement>('[aria-rowcount]')!;
  await waitFor(() => expect(box.querySelector('[aria-busy="true"]')).toBeNull());
  box.focus();
  return { fake, state, user, box };
}

/** The active cell as a screen reader says it. */
const label = (box: HTMLElement): string | null =>
  document
    .getElementById(box.getAttribute('aria-activedescendant') ?? '')
    ?.getAttribute('aria-label') ?? null;

describe('cells', () => {
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

  it('show a line end as an arrow, and say what was never read', async () => {
    const fake = new FakeApi();
    fake.setRows([row(1, 'Acme'), row(2, 'Beta')]);
    fake.list.textsOf = ({ name }) =>
      name === 'Acme' ? { ...EMPTY_PROFILE, business_address: '1 High St\r\nBath' } : null;
    const { context } = await fake.loadedState();
    render(TableView, { context });
    await screen.findByLabelText('Address, 1 High St ↵ Bath');
    expect(screen.getByLabelText('Phone, not read yet')).toBeTruthy();
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
    await user.keyboard('{ArrowDown}{ArrowRight}{Enter}');
    expect(state.navigation.screen).toBe('none');
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

  it('are selected as a whole by their check box', async () => {
    const { box, user, fake } = await grouped();
    await user.keyboard('{Control>} {/Control}');
    await waitFor(() => expect(fake.list.selected).toHaveLength(3));
    await waitFor(() => expect(label(box)).toBe('Harbour, 3 organizations, 3 ticked'));
    await user.keyboard('{Control>} {/Control}');
    await waitFor(() => expect(fake.list.selected).toEqual([]));
  });
});

describe('columns', () => {
  it('are filtered in a dialog that Enter opens on the heading; the filter is a chip that removes it', async () => {
    const { box, user, fake } = await show([row(1, 'Acme'), row(2, 'Beta', { detail: '' })]);
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowUp}{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Column Email' });
    await user.click(within(dialog).getByRole('radio', { name: 'Only empty cells' }));
    await user.click(within(dialog).getByRole('button', { name: 'Apply' }));
    await waitFor(() => expect(box.getAttribute('aria-rowcount')).toBe('2'));
    expect(fake.requests('table.open').at(-1)).toMatchObject({
      filters: [{ kind: 'empty', field: 'business_email' }],
    });
    await user.click(screen.getByRole('button', { name: 'Remove the filter: Email is empty' }));
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

  it('says why nothing was copied', async () => {
    const { user } = await show(rows(8_000));
    await user.keyboard('{Control>}ac{/Control}');
    await screen.findByText(/You can copy up to 50,000 cells/);
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
