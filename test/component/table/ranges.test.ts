/** Changing many cells of the table at once: filling, clearing and pasting. */
import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import { copiedTexts } from '../dom';
import { sampleBatch } from '../changes/samples';
import { id, rows } from '../samples';
import { editor, pasteTooLong, show, PHONE } from './render-table';

describe('a range', () => {
  it('in the first row has nothing above to be filled from', async () => {
    const { user, fake } = await show();
    await user.keyboard('{Control>}d{/Control}');
    await screen.findByText('There is nothing above to fill from');
    await user.keyboard('{ArrowDown}{Control>}d{/Control}');
    await waitFor(() =>
      expect(fake.requests('drafts.fillDown')).toMatchObject([{ rows: [{ first: 0, end: 2 }] }]),
    );
  });

  it('of more cells than can be changed takes no block', async () => {
    const { user, fake, paste } = await show(rows(12_501));
    await user.keyboard('{ArrowLeft}{ArrowLeft}');
    await paste('a\tb\tc\td\n'.repeat(12_501));
    await screen.findByText(/up to 50,000 cells/);
    expect(fake.requests('drafts.cells')).toEqual([]);
  });

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

  it('is filled with a text from a dialog, which stays there until it is filled', async () => {
    const { user, fake, box } = await show();
    await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    const open = async () => {
      fake.emit('selectionCommand', { command: 'fill-cells' });
      return screen.findByRole<HTMLTextAreaElement>('textbox', {
        name: 'New text for all selected cells',
      });
    };
    expect(document.activeElement).toBe(box);
    await user.type(await open(), '42');
    expect(screen.getByRole('dialog').textContent).toContain('Phone · 3 organizations');
    fake.answer('drafts', 'cells', () => failed('table.too-many-cells'));
    await user.click(screen.getByRole('button', { name: 'Fill' }));
    await screen.findByText(/up to 50,000 cells/);
    fake.answer('drafts', 'cells', () => success({ batchId: 'b1' }));
    expect((await open()).value).toBe('42');
    await user.click(screen.getByRole('button', { name: 'Fill' }));
    await waitFor(() => expect(document.activeElement).toBe(box));
    const range = { snapshot: 1, rows: [{ first: 0, end: 3 }], fields: ['business_phone'] };
    await waitFor(() =>
      expect(fake.requests('drafts.cells')[1]).toEqual({ ...range, kind: 'fill', texts: ['42'] }),
    );
    expect((await open()).value).toBe('');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Fill' }).disabled).toBe(true);
  });

  it('in which nothing can be changed opens no dialog to fill it, and says so', async () => {
    const { user, fake } = await show();
    await user.keyboard('{Home}');
    fake.emit('selectionCommand', { command: 'fill-cells' });
    await screen.findByText('This column cannot be changed here');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('that is read-only opens no dialog to fill it, and says so', async () => {
    const { user, fake, table } = await show();
    fake.list.readOnly.add(id(2));
    await table.refresh();
    await user.keyboard('{ArrowDown}');
    fake.emit('selectionCommand', { command: 'fill-cells' });
    await screen.findByText(/^Its sign-in is read-only/);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is cut: copied, and then cleared', async () => {
    const { user, fake } = await show();
    await user.keyboard('{Control>}x{/Control}');
    await waitFor(() => expect(fake.requests('drafts.cells')).toMatchObject([{ kind: 'clear' }]));
    expect(fake.requests('table.copy')).toHaveLength(1);
    await screen.findByText('1 cell copied');
    await user.keyboard('{Home}{Control>}x{/Control}');
    await screen.findByText('This column cannot be changed here');
    expect(fake.requests('table.copy')).toHaveLength(2);
  });

  it('is said to be copied, or why not, until the next action', async () => {
    const { user, fake } = await show();
    await user.keyboard('{Control>}c{/Control}');
    await screen.findByText('1 cell copied');
    await user.keyboard('4{Escape}');
    expect(screen.queryByText('1 cell copied')).toBeNull();
    fake
      .answer('table', 'copy', () => failed('table.too-many-cells'))
      .answer('drafts', 'cells', () => failed('database.full'));
    await user.keyboard('{Control>}c{/Control}');
    await screen.findByText(/up to 50,000 cells/);
    await user.keyboard('{Delete}');
    await screen.findByText(/disk is full/);
    expect(screen.queryByText(/up to 50,000 cells/)).toBeNull();
  });

  it('that is said to be copied hides no refusal of an edit that has begun meanwhile', async () => {
    const { user, fake } = await show();
    const release = fake.hold('table.copy');
    await user.keyboard('{Control>}c{/Control}4');
    release();
    await screen.findByText('1 cell copied');
    await pasteTooLong(editor()!);
    screen.getByText(/^ ?Not inserted: /);
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
    const copied = copiedTexts();
    await user.click(screen.getByRole('button', { name: 'Copy them' }));
    expect(copied).toEqual(['x\n2 High St\ty']);
  });

  it('takes no table with headings while a file is read, and says so', async () => {
    const { fake, paste, state } = await show();
    const release = fake.answer('csv', 'import', () => success(null)).hold('csv.import');
    const reading = state.csv.import();
    await paste('Organization\tPhone\nA\t1\n');
    await screen.findByText(/^Nothing pasted: an import or export is still running\./);
    expect(fake.requests('csv.importContent')).toEqual([]);
    release();
    await reading;
  });

  it('can be undone after the table was left, but not what was undone in Changes', async () => {
    const { user, fake, state, edits, again } = await show();
    await user.keyboard('42{Enter}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'undone' })]);
    await waitFor(() => expect(state.changes.isMaking).toBe(false));
    await again();
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } }),
    );
    expect(fake.requests('drafts.undoBatch')).toEqual([]);
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
    expect(state.commands.can('redo')).toBe(true);
    await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await screen.findByText('Redone');
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(fake.requests('drafts.redoBatch')).toEqual([{ batchId: 'b1' }]));
  });
});
