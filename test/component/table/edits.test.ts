/** Changing cells of the table: typing, filling, clearing, pasting, and undoing it. */
import { createEvent, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { TableState, TableView } from '../../../src/renderer/features/table';
import type { OrganizationRow } from '../../../src/shared/organization';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';
import { success } from '../../../src/shared/outcome';
import { FakeApi } from '../fake-api';
import { sampleBatch } from '../changes/samples';
import { savedCopy, view } from '../organization/samples';
import { id, row, rows } from '../samples';

const PHONE = '+49 30 1';
const TEXTS: Profile = { ...EMPTY_PROFILE, business_name: 'Acme', business_phone: PHONE };

/** The table with the active cell in the column *Phone* of its first row. */
async function show(list: readonly OrganizationRow[] = rows(5)) {
  const fake = new FakeApi();
  fake.setRows(list);
  fake.list.textsOf = () => TEXTS;
  fake
    .answer('organizations', 'view', ({ entryId }) =>
      success(view({ id: entryId, profile: savedCopy(TEXTS) })),
    )
    .answer('organizations', 'open', ({ entryId }) =>
      success(view({ id: entryId, profile: savedCopy(TEXTS) })),
    )
    .answer('drafts', 'save', () => success(null))
    .answer('drafts', 'cells', () => success({ batchId: 'b1' }))
    .answer('drafts', 'fillDown', () => success({ batchId: 'b2' }))
    .answer('drafts', 'undoBatch', () => success(null))
    .answer('drafts', 'redoBatch', () => success({ batchId: 'b3' }));
  const { state, context } = await fake.loadedState();
  const table = new TableState(state.api);
  render(TableView, { props: { table }, context });
  const user = userEvent.setup();
  await screen.findByLabelText('Name, Organization 0001');
  const box = document.querySelector<HTMLElement>('[aria-rowcount]')!;
  box.focus();
  await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
  const edits = () => fake.requests('drafts.save') as { entryId: string; edits: unknown }[];
  const paste = async (text: string) => {
    const event = createEvent.paste(document.body);
    Object.defineProperty(event, 'clipboardData', { value: { getData: () => text } });
    await fireEvent(document.body, event);
  };
  return { fake, state, user, box, table, edits, paste };
}

const editor = () => document.querySelector<HTMLTextAreaElement>('[role="rowgroup"] textarea');
const label = (box: HTMLElement): string | null =>
  document
    .getElementById(box.getAttribute('aria-activedescendant') ?? '')
    ?.getAttribute('aria-label') ?? null;

describe('typing', () => {
  it('replaces the text; Enter saves it through the autosave of its entry and moves down', async () => {
    const { user, box, edits } = await show();
    await user.keyboard('42');
    expect(editor()?.value).toBe('42');
    expect(document.activeElement).toBe(editor());
    expect(editor()?.getAttribute('aria-label')).toBe('Phone of Organization 0001');
    await user.keyboard('{Enter}');
    expect(editor()).toBeNull();
    expect(document.activeElement).toBe(box);
    expect(label(box)).toMatch(/^Phone, /);
    expect(box.getAttribute('aria-activedescendant')).toMatch(/-1-3$/);
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({
        entryId: id(1),
        edits: { business_phone: { base: PHONE, text: '42' } },
      }),
    );
  });

  it('shows what was typed until the row has it', async () => {
    const { user, box, fake } = await show();
    const release = fake.hold('drafts.save');
    await user.keyboard('42{Enter}');
    await waitFor(() =>
      expect(
        box.querySelector('[aria-rowindex="2"] [aria-label="Phone, 42, not saved"]'),
      ).not.toBeNull(),
    );
    release();
  });

  it('is taken back by Escape', async () => {
    const { user, box, edits } = await show();
    await user.keyboard('42{Escape}');
    expect(editor()).toBeNull();
    expect(document.activeElement).toBe(box);
    await waitFor(() => expect(label(box)).toBe(`Phone, ${PHONE}`));
    for (const { edits: sent } of edits())
      expect(sent).toMatchObject({ business_phone: { text: PHONE } });
  });

  it('edits the text that is there with F2 and with Enter; Alt+Enter adds a line, Tab moves on', async () => {
    const { user, box, edits } = await show();
    await user.keyboard('{F2}');
    await waitFor(() => expect(editor()?.value).toBe(PHONE));
    await user.keyboard('2{Tab}');
    expect(box.getAttribute('aria-activedescendant')).toMatch(/-0-4$/);
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: `${PHONE}2` } } }),
    );
    await user.keyboard('{Enter}');
    await waitFor(() => expect(editor()?.readOnly).toBe(false));
    await user.keyboard('1 High St{Alt>}{Enter}{/Alt}Bath{Enter}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({
        edits: { business_address: { text: '1 High St\nBath' } },
      }),
    );
  });

  it('opens the page with Space, and types nothing in the column of names', async () => {
    const { user, state } = await show();
    await user.keyboard(' ');
    expect(state.open.id).toBe(id(1));
    await user.keyboard('{Home}x');
    expect(editor()).toBeNull();
    await screen.findByText('This column cannot be changed here');
  });

  it('says why a cell does not open', async () => {
    const { user, fake } = await show([
      row(1, 'Organization 0001', { state: 'decide' }),
      row(2, 'Organization 0002'),
      row(3, 'Organization 0003'),
    ]);
    await user.keyboard('x');
    await screen.findByText(/^Decide on its page first/);
    fake.list.readOnly.add(id(2));
    fake.list.textsOf = ({ name }) => (name === 'Organization 0003' ? null : TEXTS);
    fake.list.notifyChanged();
    await screen.findByLabelText('Phone, not read yet');
    await user.keyboard('{ArrowDown}x');
    await screen.findByText(/^Its sign-in is read-only/);
    await user.keyboard('{ArrowDown}{F2}');
    await screen.findByText(/^Not read yet/);
    expect(editor()).toBeNull();
  });

  it('leaves metadata locked until they are unlocked', async () => {
    const { user, table } = await show();
    table.toggleColumn('external_metadata', true);
    await user.keyboard('{ArrowRight}{ArrowRight}x');
    await screen.findByText(/^Metadata is locked/);
    await user.keyboard('{Control>}{ArrowUp}{/Control}{ArrowUp}{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Unlock for editing' }));
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await user.keyboard('{ArrowDown}x');
    expect(editor()).not.toBeNull();
  });
});

describe('a range', () => {
  it('is cleared, filled down, and typed into at once', async () => {
    const { user, fake } = await show();
    await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}{Delete}');
    const range = { snapshot: 1, rows: [{ first: 0, end: 3 }], fields: ['business_phone'] };
    await waitFor(() =>
      expect(fake.requests('drafts.cells')).toEqual([{ ...range, kind: 'clear', texts: [''] }]),
    );
    await user.keyboard('{Control>}d{/Control}');
    await waitFor(() => expect(fake.requests('drafts.fillDown')).toEqual([range]));
    await user.keyboard('7{Control>}{Enter}{/Control}');
    await waitFor(() =>
      expect(fake.requests('drafts.cells').at(-1)).toEqual({
        ...range,
        kind: 'fill',
        texts: ['7'],
      }),
    );
  });

  it('is cut: copied, and then cleared', async () => {
    const { user, fake } = await show();
    await user.keyboard('{Control>}x{/Control}');
    await waitFor(() => expect(fake.requests('drafts.cells')).toMatchObject([{ kind: 'clear' }]));
    expect(fake.requests('table.copy')).toHaveLength(1);
  });

  it('takes a pasted block cell by cell, and what has no place can be copied', async () => {
    const { user, fake, paste } = await show();
    await user.keyboard('{ArrowRight}{Control>}{ArrowDown}{/Control}');
    await paste('1 High St\tx\n2 High St\ty\n');
    await waitFor(() =>
      expect(fake.requests('drafts.cells')).toEqual([
        {
          kind: 'paste',
          snapshot: 1,
          rows: [{ first: 4, end: 5 }],
          fields: ['business_address'],
          texts: ['1 High St'],
        },
      ]),
    );
    await screen.findByText('3 cells not pasted');
    expect(screen.getByRole('button', { name: 'Copy them' })).toBeTruthy();
  });

  it('undoes and redoes batches and typed texts, the newest first', async () => {
    const { user, fake, state, edits } = await show();
    await user.keyboard('42{Enter}43{Enter}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    await waitFor(() => expect(edits()).toHaveLength(2));
    await user.keyboard('{Delete}');
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    // Not before the batch is made.
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    state.commands.run('undo');
    expect(fake.requests('drafts.undoBatch')).toEqual([]);
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await screen.findByText('Undone');
    expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b1' }]);
    state.commands.run('undo');
    await waitFor(() => expect(edits()).toHaveLength(4));
    expect(
      edits()
        .slice(2)
        .map(({ entryId }) => entryId),
    ).toEqual(expect.arrayContaining([id(1), id(2)]));
    await waitFor(() => expect(state.commands.can('undo')).toBe(false));
    await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await screen.findByText('Done again');
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(fake.requests('drafts.redoBatch')).toEqual([{ batchId: 'b1' }]));
  });
});
