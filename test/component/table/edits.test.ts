/** Changing single cells of the table: typing into them, and what is saved of it. */
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { OrganizationRow } from '../../../src/shared/organization';
import { failed, success } from '../../../src/shared/result';
import type { Patch } from '../../../src/shared/patch';
import { sampleBatch } from '../changes/samples';
import { id, row, rows } from '../samples';
import { show, editor, label, pasteTooLong, PHONE, TEXTS } from './render-table';

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

  it.each([
    ['MacIntel', true],
    ['Linux x86_64', false],
  ])('begins with Option and a character only on a Mac: %s', async (platform, isBegun) => {
    vi.spyOn(navigator, 'platform', 'get').mockReturnValue(platform);
    // Chromium reports AltGr there, happy-dom any Alt.
    vi.spyOn(KeyboardEvent.prototype, 'getModifierState').mockReturnValue(false);
    onTestFinished(() => void vi.restoreAllMocks());
    const { box } = await show();
    const at = box.getAttribute('aria-activedescendant');
    for (const key of ['ArrowDown', 'Enter', 'Delete'])
      await fireEvent.keyDown(box, { key, altKey: true });
    expect([editor(), box.getAttribute('aria-activedescendant')]).toEqual([null, at]);
    await fireEvent.keyDown(box, { key: '€', altKey: true });
    expect(editor() !== null).toBe(isBegun);
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
  it('keeps the text that is still loading when Alt+Enter is pressed', async () => {
    const { user, fake } = await show();
    const release = fake.hold('organizations.view');
    await user.keyboard('{F2}{Alt>}{Enter}{/Alt}');
    release();
    await waitFor(() => expect(editor()?.readOnly).toBe(false));
    expect(editor()?.value).toBe(PHONE);
  });

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
