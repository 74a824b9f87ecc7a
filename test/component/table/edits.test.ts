/** Changing cells of the table: typing, filling, clearing, pasting, and undoing it. */
import { createEvent, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TableState, TableView } from '../../../src/renderer/features/table';
import type { OrganizationRow } from '../../../src/shared/organization';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';
import { failed, success } from '../../../src/shared/outcome';
import type { Patch } from '../../../src/shared/patch';
import { copiedTexts } from '../dom';
import { FakeApi } from '../fake-api';
import { sampleBatch } from '../changes/samples';
import { savedCopy, view } from '../organization/samples';
import { id, row, rows } from '../samples';

const PHONE = '+49 30 12345';
const TEXTS: Profile = { ...EMPTY_PROFILE, business_name: 'Acme', business_phone: PHONE };

/** The table with the active cell in the column *Phone* of its first row. */
async function show(list: readonly OrganizationRow[] = rows(5)) {
  const fake = new FakeApi();
  fake.setRows(list);
  fake.list.textsOf = () => TEXTS;
  /** What main has of each entry. */
  const drafts = new Map<string, Patch>();
  const saved = new Map<string, Profile>();
  const viewOf = ({ entryId }: { entryId: string }) => {
    const draft = drafts.get(entryId);
    return success(
      view({
        id: entryId,
        profile: savedCopy(saved.get(entryId) ?? TEXTS),
        draft: draft ? { patch: draft, updatedAt: 1 } : null,
      }),
    );
  };
  const save = ({ entryId, edits }: { entryId: string; edits: Patch }) => {
    drafts.set(entryId, { ...drafts.get(entryId), ...edits });
    return success(null);
  };
  fake
    .answer('organizations', 'view', viewOf)
    .answer('organizations', 'open', viewOf)
    .answer('drafts', 'save', save)
    .answer('app', 'flushed', () => success(null))
    .answer('drafts', 'cells', () => success({ batchId: 'b1' }))
    .answer('drafts', 'fillDown', () => success({ batchId: 'b2' }))
    .answer('drafts', 'undoBatch', () => success(null))
    .answer('drafts', 'redoBatch', () => success({ batchId: 'b3' }));
  const { state, context } = await fake.loadedState();
  const table = new TableState(state.api);
  const shown = render(TableView, { props: { table }, context });
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
  /** Leaves the table and shows it again. */
  const again = async () => {
    shown.unmount();
    render(TableView, { props: { table }, context });
    await screen.findByLabelText('Name, Organization 0001');
    document.querySelector<HTMLElement>('[aria-rowcount]')!.focus();
  };
  return { fake, state, user, box, table, edits, paste, again, shown, drafts, saved };
}

const editor = () => document.querySelector<HTMLTextAreaElement>('[role="rowgroup"] textarea');
const label = (box: HTMLElement): string | null =>
  document
    .getElementById(box.getAttribute('aria-activedescendant') ?? '')
    ?.getAttribute('aria-label') ?? null;

/** Pastes more than a text may have into the control of a cell. */
async function pasteTooLong(control: HTMLTextAreaElement): Promise<void> {
  await fireEvent(control, new InputEvent('beforeinput', { bubbles: true }));
  await fireEvent.input(control, { target: { value: 'x'.repeat(100_001) } });
}

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

  it('opens no page of another row while a cell is edited, whose text would go there', async () => {
    const { user, state, edits } = await show();
    await user.keyboard('42');
    state.navigation.openBeside?.(1);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(edits().at(-1)?.entryId).toBe(id(1)));
    expect(state.navigation.screen).toBe('none');
  });

  it('shows what was typed until the row has it', async () => {
    const { user, box, fake } = await show();
    const release = fake.hold('drafts.save');
    await user.keyboard('42{Enter}');
    await waitFor(() =>
      expect(
        box.querySelector('[aria-rowindex="2"] [aria-label^="Phone, 42, not saved"]'),
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

  it('edits the text that is there with F2 and with Enter; Alt+Enter inserts a line break, Tab moves on', async () => {
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

describe('rows that are numbered again meanwhile', () => {
  const OLD = { snapshot: 1, rows: [{ first: 0, end: 1 }], fields: ['business_phone'] };

  it('are not cut, filled or copied in place of those that were selected', async () => {
    const { user, fake, table, state } = await show();
    const copying = fake.hold('table.copy');
    await user.keyboard('{Control>}x{/Control}');
    await waitFor(() => expect(fake.requests('table.copy')).toHaveLength(1));
    table.sortAgain(state.organizations.query.value);
    await waitFor(() => expect(table.snapshot.snapshot).toBe(2));
    fake.answer('table', 'copy', () => success({ rows: 1, columns: 1, unread: 0, removed: 0 }));
    copying();
    await waitFor(() => expect(fake.requests('drafts.cells')).toMatchObject([OLD]));
  });

  it('wait until an edit has ended, and the active cell stays at its entry', async () => {
    const { user, box, fake, table, state, edits } = await show();
    await user.keyboard('{ArrowDown}');
    const opening = fake.hold('table.open');
    fake.list.upsert(row(2, 'Organization 0009'));
    table.sortAgain(state.organizations.query.value);
    await user.keyboard('4');
    opening();
    await waitFor(() => expect(fake.requests('table.open')).toHaveLength(2));
    await user.keyboard('2');
    expect(editor()?.value).toBe('42');
    expect(table.snapshot.snapshot).toBe(1);
    await user.keyboard('{Tab}');
    await waitFor(() => expect(table.isOpening).toBe(false));
    expect(box.getAttribute('aria-activedescendant')).toMatch(/-4-4$/);
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({
        entryId: id(2),
        edits: { business_phone: { text: '42' } },
      }),
    );
    expect(edits().every(({ entryId }) => entryId === id(2))).toBe(true);
  });

  /** Sorts again; main has not answered with the rows yet. */
  async function showUnloaded(list?: readonly OrganizationRow[]) {
    const shown = await show(list);
    const { fake, table, state, box } = shown;
    if (list) fake.list.readOnly.add(id(1));
    const release = fake.hold('table.rows');
    table.sortAgain(state.organizations.query.value);
    await waitFor(() => expect(table.snapshot.snapshot).toBe(2));
    await waitFor(() => expect(box.querySelector('[role="row"][aria-busy]')).not.toBeNull());
    box.focus();
    return { ...shown, release };
  }

  it('take what is typed before they are loaded, from its first letter', async () => {
    const { user, edits, release } = await showUnloaded();
    await user.keyboard('+4');
    expect(editor()?.getAttribute('aria-label')).toBe('Phone of Loading…');
    release();
    await waitFor(() =>
      expect(editor()?.getAttribute('aria-label')).toContain('Organization 0001'),
    );
    await user.keyboard('9{Enter}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({
        entryId: id(1),
        edits: { business_phone: { base: PHONE, text: '+49' } },
      }),
    );
  });

  it('keep what is typed and committed before they are loaded', async () => {
    const { user, edits, release, state } = await showUnloaded();
    await user.keyboard('+49{Enter}');
    expect(edits()).toEqual([]);
    release();
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({
        entryId: id(1),
        edits: { business_phone: { text: '+49' } },
      }),
    );
    await waitFor(() => expect(state.autosaves.size).toBe(0));
  });

  it('refuse what was typed once they are loaded and cannot be changed, and say so', async () => {
    const { user, box, edits, release } = await showUnloaded(rows(5));
    await user.keyboard('+49');
    release();
    await screen.findByText('Its sign-in is read-only, so nothing can be changed');
    expect(editor()).toBeNull();
    expect(document.activeElement).toBe(box);
    expect(edits()).toEqual([]);
  });

  it('can be filled before they are loaded', async () => {
    const { fake } = await showUnloaded();
    fake.emit('selectionCommand', { command: 'fill-cells' });
    await screen.findByRole('textbox', { name: 'New text for all selected cells' });
  });

  it('end an edit when the list is built again', async () => {
    const { user, fake, edits } = await show();
    await user.keyboard('42');
    fake.list.building = { done: 1, total: 5, failure: null };
    fake.list.notifyChanged();
    await waitFor(() => expect(editor()).toBeNull());
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '42' } } }),
    );
    fake.list.building = null;
    fake.list.notifyChanged();
    await screen.findByLabelText('Name, Organization 0001');
    expect(editor()).toBeNull();
  });
});

describe('an edit', () => {
  it('continues when the window has lost the focus for a moment', async () => {
    const { user } = await show();
    await user.keyboard('42');
    const focused = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    await fireEvent.blur(editor()!);
    expect(editor()?.value).toBe('42');
    focused.mockReturnValue(true);
    await fireEvent.blur(editor()!);
    expect(editor()).toBeNull();
    focused.mockRestore();
  });

  it('refuses a text that is too long, so that the one before is saved however the table is left', async () => {
    const { user, edits, shown } = await show();
    await user.keyboard('42');
    const before = editor();
    await pasteTooLong(before!);
    expect(screen.getByRole('alert').textContent).toMatch(/^ ?Not inserted: /);
    // A new control, because Chromium would undo to a text that was never there.
    expect(editor()).not.toBe(before);
    expect(editor()?.value).toBe('42');
    await waitFor(() => expect(document.activeElement).toBe(editor()));
    expect(editor()?.getAttribute('aria-invalid')).toBe('true');
    await user.keyboard('3');
    expect(screen.queryByRole('alert')).toBeNull();
    await pasteTooLong(editor()!);
    await tick();
    shown.unmount();
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '423' } } }),
    );
  });

  it('says that a text was refused, also when it has ended, until the next action', async () => {
    const { user, fake } = await show();
    const release = fake.hold('organizations.view');
    await user.keyboard('4');
    await pasteTooLong(editor()!);
    await waitFor(() => expect(document.activeElement).toBe(editor()));
    release();
    await user.keyboard('{Enter}');
    expect(editor()).toBeNull();
    expect(screen.getByRole('alert').textContent).toMatch(/^ ?Not inserted: /);
    await user.keyboard('7');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('keeps what was typed before its entry was loaded, with other line ends if it is too long with those of the entry', async () => {
    const { user, fake, edits, saved } = await show();
    saved.set(id(1), { ...TEXTS, business_phone: '1\r\n2' });
    const release = fake.hold('organizations.view');
    await user.keyboard('4');
    const text = `${'x'.repeat(99_990)}\n\n\n\n\n\n\n`;
    await fireEvent.input(editor()!, { target: { value: text } });
    release();
    await user.keyboard('{Enter}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text } } }),
    );
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('has its caret where it was after each text that is refused, which is said again', async () => {
    const { user } = await show();
    await user.keyboard('42');
    const alerts = new Set<HTMLElement>();
    for (const count of [1, 2]) {
      editor()!.setSelectionRange(1, 1);
      await pasteTooLong(editor()!);
      await waitFor(() => expect(document.activeElement).toBe(editor()));
      expect([editor()!.selectionStart, editor()!.selectionEnd]).toEqual([1, 1]);
      alerts.add(screen.getByRole('alert'));
      expect(alerts.size).toBe(count);
    }
  });

  it('of many cells leaves its text in its own cell until main has it in all of them', async () => {
    const { user, fake, drafts } = await show();
    const release = fake.hold('drafts.cells');
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}7{Control>}{Enter}{/Control}');
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    // Killed now, the app has it at the next start.
    expect([...drafts.values()]).toEqual([{ business_phone: { base: PHONE, text: '7' } }]);
    release();
  });

  it('of many cells is undone and done again at once with its own cell', async () => {
    const { user, fake, edits, table } = await show();
    await user.keyboard('5{Enter}');
    await waitFor(() => expect(edits()).not.toHaveLength(0));
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}7{Control>}{Enter}{/Control}');
    await waitFor(() => expect(table.history.last?.kind).toBe('batch'));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    const texts = () => edits().map((one) => (one.edits as Patch).business_phone?.text);
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b1' }]));
    await waitFor(() => expect(texts().at(-1)).toBe(PHONE));
    await waitFor(() =>
      expect(table.history.last).toMatchObject({
        kind: 'typed',
        texts: [{ after: { text: '5' } }],
      }),
    );
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(fake.requests('drafts.redoBatch')).toEqual([{ batchId: 'b1' }]));
    expect(texts().at(-1)).toBe('7');
    await waitFor(() => expect(table.history.last).toMatchObject({ batchId: 'b3' }));
  });

  it('of many cells is undone with its own cell also in the line', async () => {
    const { user, fake, edits, table } = await show();
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}7{Control>}{Enter}{/Control}');
    await waitFor(() => expect(table.history.last?.kind).toBe('batch'));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await user.click(await screen.findByRole('button', { name: /^Undo/ }));
    const texts = () => edits().map((one) => (one.edits as Patch).business_phone?.text);
    await waitFor(() => expect(texts().at(-1)).toBe(PHONE));
    await waitFor(() => expect(table.history.last).toBeNull());
  });

  it('of many cells fills none of them after a text was refused', async () => {
    const { user, fake, edits } = await show();
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}7');
    await pasteTooLong(editor()!);
    await waitFor(() => expect(document.activeElement).toBe(editor()));
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '7' } } }),
    );
    screen.getByText(/^ ?Not inserted: /);
    expect(fake.requests('drafts.cells')).toEqual([]);
  });

  it('may have more letters of an input method than a text until they become characters', async () => {
    const { user, fake, edits } = await show();
    await user.keyboard('4');
    const control = editor()!;
    await fireEvent(control, new CompositionEvent('compositionstart', { bubbles: true }));
    control.value = 'x'.repeat(100_001);
    await fireEvent(control, new InputEvent('input', { bubbles: true, isComposing: true }));
    expect([editor(), screen.queryByRole('alert')]).toEqual([control, null]);
    control.value = '45';
    await fireEvent(control, new CompositionEvent('compositionend', { bubbles: true }));
    await user.keyboard('{Enter}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '45' } } }),
    );
    expect(fake.requests('drafts.cells')).toEqual([]);
  });

  it('of one cell alone is no batch with Ctrl+Enter', async () => {
    const { user, fake, edits } = await show();
    await user.keyboard('7{Control>}{Enter}{/Control}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '7' } } }),
    );
    expect(fake.requests('drafts.cells')).toEqual([]);
  });

  it('of many cells that fails leaves its text in its own cell', async () => {
    const { user, fake, edits } = await show();
    fake.answer('drafts', 'cells', () => failed('table.too-many-cells'));
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}7{Control>}{Enter}{/Control}');
    await screen.findByText(/up to 50,000 cells/);
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '7' } } }),
    );
  });

  it('of many cells that fails while another cell is typed into leaves its text in its own cell, too', async () => {
    const { user, fake, edits } = await show();
    fake.answer('drafts', 'cells', () => failed('table.too-many-cells'));
    const release = fake.hold('drafts.cells');
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}7{Control>}{Enter}{/Control}');
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    await user.keyboard('{ArrowDown}8');
    release();
    await screen.findByText(/up to 50,000 cells/);
    const first = edits()[0]?.entryId;
    await waitFor(() =>
      expect(
        edits()
          .filter(({ entryId }) => entryId === first)
          .at(-1),
      ).toMatchObject({
        edits: { business_phone: { text: '7' } },
      }),
    );
    expect(editor()?.value).toBe('8');
  });

  it('of many cells that fails after the next change was pressed leaves its text in its own cell, too', async () => {
    const { user, fake, edits } = await show();
    fake.answer('drafts', 'cells', () => failed('table.too-many-cells'));
    const release = fake.hold('drafts.cells');
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}7{Control>}{Enter}{/Control}');
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    await user.keyboard('{Delete}');
    release();
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '7' } } }),
    );
  });
});

describe('a cell that cannot be changed', () => {
  it.each(['decide', 'refused', 'stored-differently'] as const)(
    'is read-only for a screen reader, and says why where a decision comes first: %s',
    async (state) => {
      const { box, fake } = await show([
        row(1, 'Organization 0001', { state }),
        row(2, 'Organization 0002'),
        row(3, 'Organization 0003'),
      ]);
      fake.list.readOnly.add(id(2));
      fake.list.notifyChanged();
      await screen.findByLabelText(`Phone, ${PHONE}, read-only`);
      const phone = (n: number) => box.querySelector(`[aria-rowindex="${n}"] [aria-colindex="4"]`);
      expect([2, 3, 4].map((n) => phone(n)?.getAttribute('aria-readonly'))).toEqual([
        'true',
        'true',
        null,
      ]);
      expect(phone(2)?.getAttribute('data-mark')).toMatch(/^Decide on its page first/);
    },
  );

  it('says so again when it is tried again', async () => {
    const { user } = await show();
    await user.keyboard('{Home}x');
    const line = await screen.findByText('This column cannot be changed here');
    const said: (string | null)[] = [];
    new MutationObserver(() => said.push(line.textContent)).observe(line, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    await user.keyboard('x');
    await waitFor(() => expect(said.at(-1)).toBe('This column cannot be changed here'));
  });

  it('because the metadata are locked says that, whatever is tried', async () => {
    const { user, table, paste } = await show();
    table.toggleColumn('external_metadata', true);
    await user.keyboard('{ArrowRight}{ArrowRight}');
    for (const attempt of [
      () => user.keyboard('{Delete}'),
      () => paste('a'),
      () => user.keyboard('{ArrowDown}{Control>}d{/Control}'),
    ]) {
      await attempt();
      await screen.findByText(/^Metadata is locked/);
      await user.keyboard('{Home}{Delete}');
      await screen.findByText('This column cannot be changed here');
      await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}');
    }
  });
});

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
    expect(screen.getByRole('dialog').textContent).toContain('3 × 1 cells selected');
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

describe('the autosave of a cell', () => {
  it('is kept while the cell is typed into, so that the window closes only with all of its text', async () => {
    const { fake, state, user, edits } = await show();
    await user.keyboard('4');
    await waitFor(() => expect(edits()).toHaveLength(1));
    await waitFor(() => expect(state.autosaves.unsaved).toEqual([]));
    await user.keyboard('2');
    fake.emit('closing', null);
    await waitFor(() => expect(fake.requests('app.flushed')).toEqual([{ unsaved: [] }]));
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '42' } } });
  });

  it('that could not save is known when the window closes, and its cell still shows the text', async () => {
    const { fake, state, user, edits, box } = await show();
    await user.keyboard('4');
    await waitFor(() => expect(edits()).toHaveLength(1));
    await waitFor(() => expect(state.autosaves.unsaved).toEqual([]));
    fake.answer('drafts', 'save', () => failed('database.full'));
    await user.keyboard('2{Enter}');
    await waitFor(() =>
      expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '42' } } }),
    );
    fake.emit('closing', null);
    await waitFor(() => expect(fake.requests('app.flushed')).toEqual([{ unsaved: [id(1)] }]));
    await screen.findByLabelText(/^Phone, 42/);
    expect(box.querySelectorAll('[aria-label^="Phone, 42"]')).toHaveLength(1);
  });

  it('has what is committed while its entry is still loading when the window closes', async () => {
    const { fake, user, edits } = await show();
    const release = fake.hold('organizations.view');
    await user.keyboard('42{Enter}');
    fake.emit('closing', null);
    release();
    await waitFor(() => expect(fake.requests('app.flushed')).toEqual([{ unsaved: [] }]));
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: '42' } } });
  });

  it('is the same one for two cells of an entry, so that the numbers of its saves grow', async () => {
    const { fake, user, edits } = await show();
    const release = fake.hold('drafts.save');
    await user.keyboard('4{Tab}{F2}');
    release();
    await waitFor(() => expect(editor()?.readOnly).toBe(false));
    await user.keyboard('5{Tab}');
    await waitFor(() => expect(edits()).toHaveLength(2));
    expect(edits()).toMatchObject([{ number: 1 }, { number: 2 }]);
  });
});

describe('Undo', () => {
  /** A typed text that main has, and that Undo would undo. */
  async function typed() {
    const shown = await show();
    await shown.user.keyboard('42{Enter}');
    await waitFor(() => expect(shown.state.commands.can('undo')).toBe(true));
    await waitFor(() => expect(shown.state.autosaves.size).toBe(0));
    return shown;
  }

  it('leaves a text that was typed over on the page since', async () => {
    const { state, drafts, edits } = await typed();
    drafts.set(id(1), { business_phone: { base: PHONE, text: '43' } });
    state.commands.run('undo');
    await screen.findByText('1 cell stays as it is: changed or saved since');
    expect(edits()).toHaveLength(1);
  });

  it('leaves a text that was saved since, and what someone else made of it', async () => {
    const { user, state, drafts, saved, edits } = await typed();
    drafts.delete(id(1));
    saved.set(id(1), { ...TEXTS, business_phone: '42' });
    state.commands.run('undo');
    await screen.findByText('1 cell stays as it is: changed or saved since');
    saved.set(id(1), { ...TEXTS, business_phone: '43' });
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    expect(edits()).toHaveLength(1);
  });

  it('undoes the others of a step when one was changed since', async () => {
    const { user, state, drafts, edits } = await typed();
    await user.keyboard('44{Enter}');
    await waitFor(() => expect(edits()).toHaveLength(2));
    await waitFor(() => expect(state.autosaves.size).toBe(0));
    drafts.set(id(1), { business_phone: { base: PHONE, text: '43' } });
    state.commands.run('undo');
    await screen.findByText('Undone · 1 cell stays as it is: changed or saved since');
    expect(edits().slice(2)).toMatchObject([
      { entryId: id(2), edits: { business_phone: { text: PHONE } } },
    ]);
  });

  it('pressed twice at once undoes two steps', async () => {
    const { fake, user, state } = await show();
    const ids = ['b1', 'b2'];
    fake.answer('drafts', 'cells', () => success({ batchId: ids.shift()! }));
    await user.keyboard('{Delete}');
    await waitFor(() => expect(ids).toEqual(['b2']));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    await user.keyboard('{ArrowDown}{Delete}');
    await waitFor(() => expect(ids).toEqual([]));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' }), sampleBatch({ id: 'b2' })]);
    await waitFor(() => expect(state.changes.isMaking).toBe(false));
    state.commands.run('undo');
    state.commands.run('undo');
    await waitFor(() => expect(state.commands.can('undo')).toBe(false));
    expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b2' }, { batchId: 'b1' }]);
  });

  it('that fails can be tried again, and so can Redo', async () => {
    const { fake, user, state } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    fake.answer('drafts', 'undoBatch', () => failed('database.full'));
    state.commands.run('undo');
    await screen.findByRole('alert');
    fake.answer('drafts', 'undoBatch', () => success(null));
    state.commands.run('undo');
    await screen.findByText('Undone');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'undone', made: 1 })]);
    await screen.findByText(/^Undone · 1 no longer had this draft/);
    fake.answer('drafts', 'redoBatch', () => failed('database.full'));
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(fake.requests('drafts.redoBatch')).toHaveLength(1));
    expect(state.commands.can('undo')).toBe(false);
    fake.answer('drafts', 'redoBatch', () => success({ batchId: 'b3' }));
    await user.keyboard('{Control>}y{/Control}');
    await screen.findByText('Redone');
    expect(state.commands.can('undo')).toBe(true);
  });

  it('says that nothing was undone, and where a save is undone, if all of it is saved', async () => {
    const { fake, user, state } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', made: 2 })]);
    fake.answer('drafts', 'undoBatch', () => success(null));
    state.commands.run('undo');
    await screen.findByText('Undone');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'undone', made: 2 })]);
    await screen.findByText(
      /^2 no longer had this draft.*Nothing was undone\. To undo or cancel what was saved/,
    );
  });

  it('does not undo the change before a typed text whose entry could not be read', async () => {
    const { fake, state, edits } = await typed();
    const views = fake.requests('organizations.view').length;
    fake.answer('organizations', 'view', () => failed('database.busy'));
    state.commands.run('undo');
    await waitFor(() => expect(fake.requests('organizations.view')).toHaveLength(views + 1));
    await screen.findByRole('alert');
    expect(state.commands.can('undo')).toBe(true);
    expect(edits()).toHaveLength(1);
  });

  it('pressed while a paste is handed over undoes that paste, not the change before it', async () => {
    const { fake, user, state, edits, paste } = await typed();
    const release = fake.hold('drafts.cells');
    await paste('7');
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    await user.keyboard('{Control>}z{/Control}');
    release();
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await screen.findByText('Undone');
    expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b1' }]);
    expect(edits()).toHaveLength(1);
  });

  it('pressed while a typed text is being saved undoes that text, not the change before it', async () => {
    const { fake, user, state, edits } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.changes.isMaking).toBe(false));
    const release = fake.hold('drafts.save');
    await user.keyboard('42{Enter}{Control>}z{/Control}');
    release();
    await screen.findByText('Undone');
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
    expect(fake.requests('drafts.undoBatch')).toEqual([]);
  });

  it('leaves what was typed while it ran to the next Undo', async () => {
    const { fake, user, state, edits } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.changes.isMaking).toBe(false));
    const release = fake.hold('drafts.undoBatch');
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(fake.requests('drafts.undoBatch')).toHaveLength(1));
    await user.keyboard('42{Enter}');
    await waitFor(() => expect(edits()).toHaveLength(1));
    release();
    await waitFor(() => expect(state.autosaves.size).toBe(0));
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(edits()).toHaveLength(2));
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
    expect(fake.requests('drafts.undoBatch')).toHaveLength(1);
  });

  it('in the line of a batch leaves what was typed while it ran to Undo', async () => {
    const { fake, user, state, edits } = await show();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.commands.can('undo')).toBe(true));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    const release = fake.hold('drafts.undoBatch');
    await user.click(await screen.findByRole('button', { name: /^Undo/ }));
    document.querySelector<HTMLElement>('[aria-rowcount]')!.focus();
    await user.keyboard('42{Enter}');
    await waitFor(() => expect(state.autosaves.size).toBe(0));
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'undone', undoable: false })]);
    release();
    await screen.findByText('Undone');
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(edits()).toHaveLength(2));
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
  });

  it('is offered without a second button to review while To save is beside the table', async () => {
    const made = sampleBatch({ id: 'b1', kind: 'clear' });
    const { fake, box, state, user } = await show();
    await fireEvent.keyDown(box, { key: 'Delete' });
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    fake.emit('batchesChanged', [made]);
    const line = await screen.findByRole('group', { name: /^Clear / });
    const review = () => within(line).queryByRole('button', { name: /^Review/ });
    await user.click(review()!);
    expect([state.navigation.screen, state.navigation.changesTab]).toEqual(['changes', 'to-save']);
    await waitFor(() => expect(review()).toBeNull());
    within(line).getByRole('button', { name: /^Undo/ });
    const heading = document.createElement('h1');
    heading.tabIndex = -1;
    const page = document.createElement('main');
    page.append(heading);
    document.body.append(page);
    onTestFinished(() => page.remove());
    state.navigation.changesTab = 'waiting';
    await waitFor(() => expect(review()).not.toBeNull());
    await user.click(review()!);
    expect(state.navigation.changesTab).toBe('to-save');
    // Otherwise the next Enter would undo.
    await waitFor(() => expect(document.activeElement).toBe(heading));
  });

  it('waits with the line of a batch that says why, and leaves it to To save beside the table to announce that', async () => {
    const { fake, box, state } = await show();
    await fireEvent.keyDown(box, { key: 'Delete' });
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    const failure = { code: 'database.full' } as const;
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1', stage: 'running', failure })]);
    const line = await screen.findByRole('group', { name: 'Fill Business phone' });
    const alert = await within(line).findByRole('alert');
    expect(alert.textContent).toContain('The disk is full');
    state.navigation.changes('to-save');
    await waitFor(() => expect(within(line).queryByRole('alert')).toBeNull());
    expect(line.textContent).toContain('The disk is full');
    state.navigation.changesTab = 'waiting';
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    expect((await within(line).findByRole('status')).textContent).toContain('Drafts in');
    state.navigation.changesTab = 'to-save';
    await waitFor(() => expect(within(line).queryByRole('status')).toBeNull());
  });

  it('is no longer offered by the line of a batch once all of it is saved, and the line fades if nothing was left out', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const line = () => screen.queryByRole('group', { name: /^Clear / });
    const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
    const made = sampleBatch({ id: 'b1', kind: 'clear' });
    const { fake, box } = await show();
    await fireEvent.keyDown(box, { key: 'Delete' });
    await waitFor(() => expect(fake.requests('drafts.cells')).toHaveLength(1));
    fake.emit('batchesChanged', [made]);
    await waitFor(() => expect(line()).not.toBeNull());
    await pass(20_000);
    within(line()!).getByRole('button', { name: /^Review/ });
    const saved = { ...made, undoable: false };
    fake.emit('batchesChanged', [{ ...saved, leftOut: [{ reason: 'unread', count: 2 }] }]);
    await waitFor(() =>
      expect(within(line()!).queryByRole('button', { name: /^Review|^Undo/ })).toBeNull(),
    );
    await pass(20_000);
    within(line()!).getByRole('button', { name: 'Read these first' });
    fake.emit('batchesChanged', [saved]);
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Read these/ })).toBeNull());
    await pass(9_000);
    expect(line()).not.toBeNull();
    await pass(1_100);
    expect(line()).toBeNull();
  });

  it('held down undoes one step', async () => {
    const { fake, user, state, edits } = await typed();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    await user.keyboard('{Control>}{z>3/}y{/Control}');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await screen.findByText('Redone');
    expect(fake.requests('drafts.redoBatch')).toEqual([{ batchId: 'b1' }]);
    expect(edits()).toHaveLength(1);
  });

  it('pressed twice while a batch is made undoes two steps', async () => {
    const { fake, user, state, edits } = await typed();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(state.changes.isMaking).toBe(true));
    await user.keyboard('{Control>}zz{/Control}');
    fake.emit('batchesChanged', [sampleBatch({ id: 'b1' })]);
    await waitFor(() => expect(state.commands.can('undo')).toBe(false));
    expect(fake.requests('drafts.undoBatch')).toEqual([{ batchId: 'b1' }]);
    expect(edits().at(-1)).toMatchObject({ edits: { business_phone: { text: PHONE } } });
  });
});
