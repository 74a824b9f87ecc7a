/** Context menus: their items, and that one appears only where a person asked for it. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BrowserWindow, EditFlags } from 'electron';
import type { MenuTarget } from '../../../src/shared/contract/menus';
import { EMPTY_PROFILE } from '../../../src/shared/profile';

const { buildFromTemplate, popup } = vi.hoisted(() => {
  const popup = vi.fn();
  return { popup, buildFromTemplate: vi.fn((_items: unknown) => ({ popup })) };
});
vi.mock('electron', () => ({ Menu: { buildFromTemplate } }));
const { createContextMenus } = await import('../../../src/main/desktop/context-menu');
const { cellItems, organizationItems, selectionItems, textItems } =
  await import('../../../src/main/desktop/context-menu-items');
type Item = ReturnType<typeof textItems>[number];

const ID = 'a'.repeat(32);
const SUBJECT = {
  name: 'Brightwater Ltd',
  hasSignIn: true,
  texts: { ...EMPTY_PROFILE, business_name: 'Brightwater', business_phone: '+44 20 7946 0000' },
};

const NO_FLAGS: EditFlags = {
  canUndo: false,
  canRedo: false,
  canCut: false,
  canCopy: false,
  canPaste: false,
  canDelete: false,
  canSelectAll: false,
  canEditRichly: false,
};

/** Chromium's event of a right click on something that is no text. */
const click = (more: object = {}) => ({
  isEditable: false,
  formControlType: 'none' as const,
  selectionText: '',
  editFlags: NO_FLAGS,
  menuSourceType: 'mouse' as const,
  x: 10,
  y: 20,
  ...more,
});

/** The labels, those of disabled items in parentheses. */
const labels = (items: Item[]): string[] =>
  items
    .filter(({ type }) => type !== 'separator')
    .map(({ label, enabled }) => (enabled === false ? `(${label})` : String(label)));

/** The keys that are shown beside items, by label. */
const keysOf = (items: Item[]): Record<string, unknown> =>
  Object.fromEntries(
    items.flatMap(({ label, accelerator }) => (accelerator ? [[label, accelerator]] : [])),
  );

/** A page that has nothing to undo. */
const undo = { can: () => false, run: vi.fn() };

describe('a text', () => {
  it('that can be edited has the items of the menu Edit, and those that do nothing are disabled', () => {
    const editFlags = { ...NO_FLAGS, canPaste: true, canSelectAll: true };
    const field = click({ isEditable: true, formControlType: 'text-area', editFlags });
    expect(labels(textItems(field, false, undo))).toEqual([
      ...['(Undo)', '(Cut)', '(Copy)', 'Paste', 'Select all'],
    ]);
    const all = { ...editFlags, canUndo: true, canCut: true, canCopy: true };
    expect(labels(textItems({ ...field, editFlags: all }, false, undo))).toEqual([
      ...['Undo', 'Cut', 'Copy', 'Paste', 'Select all'],
    ]);
  });

  it('that is a key or token can only be pasted, even if it is shown, and whatever the page says', () => {
    const editFlags = { ...NO_FLAGS, canPaste: true, canCopy: true, canCut: true };
    const shown = click({ isEditable: true, formControlType: 'input-text', editFlags });
    expect(labels(textItems(shown, true, undo))).toEqual(['Paste']);
    const masked = click({ isEditable: true, formControlType: 'input-password', editFlags });
    expect(labels(textItems(masked, false, undo))).toEqual(['Paste']);
  });

  it('that is selected can be copied, and any other has no menu', () => {
    const editFlags = { ...NO_FLAGS, canCopy: true };
    const selected = click({ selectionText: 'read me', editFlags });
    expect(labels(textItems(selected, false, undo))).toEqual(['Copy']);
    expect(textItems(click({ selectionText: ' ' }), false, undo)).toEqual([]);
  });

  it('in a field that is read-only can be copied and selected, but not in that of a key', () => {
    const editFlags = { ...NO_FLAGS, canSelectAll: true };
    const field = click({ formControlType: 'text-area', editFlags });
    expect(labels(textItems(field, false, undo))).toEqual(['(Copy)', 'Select all']);
    const selected = { ...field, editFlags: { ...editFlags, canCopy: true } };
    expect(labels(textItems(selected, false, undo))).toEqual(['Copy', 'Select all']);
    expect(textItems(selected, true, undo)).toEqual([]);
    expect(textItems({ ...selected, formControlType: 'input-password' }, false, undo)).toEqual([]);
    expect(textItems({ ...field, formControlType: 'input-checkbox' }, false, undo)).toEqual([]);
  });

  it('is undone by the page, also if Chromium has nothing to undo', () => {
    const [item] = textItems(click({ isEditable: true }), false, { ...undo, can: () => true });
    expect(item).toMatchObject({ label: 'Undo', enabled: true, accelerator: 'CmdOrCtrl+Z' });
    expect(item?.role).toBeUndefined();
    (item?.click as () => void)();
    expect(undo.run).toHaveBeenCalledTimes(1);
  });
});

describe('an organization', () => {
  const actions = {
    copyText: vi.fn(),
    copyLetterhead: vi.fn(),
    send: vi.fn(),
    sendForSelection: vi.fn(),
  };
  const row = (subject = SUBJECT) =>
    organizationItems({ kind: 'row', entryId: ID }, subject, actions);

  it('in the list has what can be copied and done', () => {
    expect(labels(row())).toEqual([
      ...['Open', 'Copy name', 'Copy ID', 'Copy letterhead'],
      ...['Refresh', 'Change sign-in…', 'Labels…', 'Remove…'],
    ]);
    const page = organizationItems({ kind: 'page', entryId: ID }, SUBJECT, actions);
    expect(labels(page)).toEqual(labels(row()).slice(1));
    const empty = { name: '', hasSignIn: false, texts: EMPTY_PROFILE };
    expect(labels(row(empty))).toEqual([
      ...['Open', '(Copy name)', 'Copy ID', '(Copy letterhead)'],
      ...['(Refresh)', 'Change sign-in…', 'Labels…', 'Remove…'],
    ]);
  });

  it('shows the keys of its page, which are not those of a row', () => {
    const page = organizationItems({ kind: 'page', entryId: ID }, SUBJECT, actions);
    const keys = { 'Copy letterhead': 'CmdOrCtrl+Shift+C', Refresh: 'CmdOrCtrl+R' };
    expect(keysOf(page)).toEqual(keys);
    expect(keysOf(row())).toEqual({});
  });

  it('has a version of the history that can be restored, unless the form shows it', () => {
    for (const canRestore of [true, false]) {
      const version = { kind: 'version', entryId: ID, canRestore } as const;
      const items = organizationItems(version, SUBJECT, actions);
      expect(labels(items)).toEqual([
        canRestore ? 'Restore this version' : '(Restore this version)',
      ]);
      if (canRestore) (items[0]!.click as () => void)();
    }
    expect(actions.send.mock.calls.splice(0)).toEqual([['restore-version', ID]]);
  });

  it('sends commands with its id', () => {
    for (const { click: choose, label } of row()) {
      if (['Open', 'Refresh', 'Change sign-in…', 'Labels…', 'Remove…'].includes(label ?? '')) {
        (choose as () => void)();
      }
    }
    expect(actions.send.mock.calls).toEqual([
      ...[
        ['open', ID],
        ['refresh', ID],
        ['change-sign-in', ID],
        ['labels', ID],
        ['remove', ID],
      ],
    ]);
  });

  it('that is one of several selected ones has what can be done with all of them; cells can be changed', () => {
    const items = selectionItems(actions);
    expect(labels(items)).toEqual([
      ...['Fill…', 'Labels…', 'Export…', 'Refresh', 'Change sign-in…', 'Remove…'],
    ]);
    const cells = cellItems(actions);
    expect(labels(cells)).toEqual([
      ...['Cut', 'Copy', 'Paste', 'Delete', 'Fill these cells…', 'Fill down'],
      'Find and replace in the table…',
    ]);
    expect(keysOf(items)).toEqual({ 'Export…': 'CmdOrCtrl+E' });
    expect(keysOf(cells)).toEqual({
      Cut: 'CmdOrCtrl+X',
      Copy: 'CmdOrCtrl+C',
      Delete: 'Delete',
      'Fill down': 'CmdOrCtrl+D',
      'Find and replace in the table…': 'CmdOrCtrl+H',
    });
    for (const { click: choose } of [...items, ...cells]) {
      (choose as (() => void) | undefined)?.();
    }
    expect(actions.sendForSelection.mock.calls.flat()).toEqual([
      ...['fill', 'labels', 'export', 'refresh', 'change-sign-in', 'remove'],
      ...['cut-cells', 'copy-cells', 'clear-cells', 'fill-cells', 'fill-cells-down'],
      'replace-in-cells',
    ]);
  });

  it('can be copied as letterhead from its preview, and a field from its label', () => {
    const preview = organizationItems({ kind: 'preview', entryId: ID }, SUBJECT, actions);
    expect(labels(preview)).toEqual(['Copy letterhead']);
    const label = (field: 'business_phone' | 'business_email') =>
      organizationItems({ kind: 'label', entryId: ID, field }, SUBJECT, actions);
    expect(labels(label('business_phone'))).toEqual(['Copy']);
    expect(labels(label('business_email'))).toEqual(['(Copy)']);
  });
});

describe('a menu', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    vi.clearAllMocks();
  });

  function menus(subject: typeof SUBJECT | null = SUBJECT) {
    const window = { webContents: { getZoomFactor: () => 2 } } as unknown as BrowserWindow;
    const copied: string[] = [];
    const onUnexpected = vi.fn<(error: unknown) => void>();
    let shown = subject;
    const made = createContextMenus({
      elapsed: () => now,
      window: () => window,
      read: () => shown,
      copyText: (text) => void copied.push(text),
      copyLetterhead: vi.fn(),
      send: vi.fn(),
      sendForSelection: vi.fn(),
      undo,
      onUnexpected,
    });
    const declare = (target: MenuTarget, position: { x: number; y: number } | null = null): void =>
      made.setTarget({ target, position });
    return {
      ...made,
      declare,
      window,
      copied,
      onUnexpected,
      change: (to: typeof SUBJECT | null) => (shown = to),
    };
  }
  const ROW = { kind: 'row', entryId: ID } as const;

  it('appears when Chromium and the page report the same request, whoever is first', () => {
    const { handleEvent, declare, window } = menus();
    handleEvent(click());
    expect(popup).not.toHaveBeenCalled();
    declare(ROW);
    expect(popup.mock.calls).toEqual([[{ window, sourceType: 'mouse' }]]);
    declare(ROW);
    now = 900;
    handleEvent(click());
    expect(popup).toHaveBeenCalledTimes(2);
  });

  it('does not appear because the page says so, nor long after the person asked', () => {
    const { handleEvent, declare } = menus();
    for (let calls = 0; calls < 100; calls += 1) declare(ROW);
    expect(popup).not.toHaveBeenCalled();
    now = 2_000;
    handleEvent(click());
    expect(popup).not.toHaveBeenCalled();
    now = 4_000;
    declare(ROW);
    expect(popup).not.toHaveBeenCalled();
  });

  it('of a request appears once', () => {
    const { handleEvent, declare } = menus();
    handleEvent(click());
    declare(ROW);
    declare(ROW);
    expect(popup).toHaveBeenCalledTimes(1);
  });

  it('that was asked for with the keyboard appears at its row, or where Chromium says', () => {
    const { handleEvent, declare, window } = menus();
    const keyboard = click({ menuSourceType: 'keyboard' });
    handleEvent(keyboard);
    declare(ROW, { x: 30, y: 41 });
    handleEvent(keyboard);
    declare(ROW);
    expect(popup.mock.calls).toEqual([
      [{ window, sourceType: 'keyboard', x: 60, y: 82 }],
      [{ window, sourceType: 'keyboard', x: 10, y: 20 }],
    ]);
    // A pointer is where the menu belongs.
    handleEvent(click());
    declare(ROW, { x: 30, y: 41 });
    expect(popup).toHaveBeenLastCalledWith({ window, sourceType: 'mouse' });
  });

  it('does not appear without items, or for an organization that is not saved here', () => {
    const { handleEvent, declare, change } = menus();
    handleEvent(click());
    declare({ kind: 'text' });
    change(null);
    handleEvent(click());
    declare(ROW);
    expect(popup).not.toHaveBeenCalled();
  });

  it('that cannot be built is logged, and the next one appears', () => {
    const { handleEvent, declare, onUnexpected } = menus();
    const error = new RangeError('Maximum call stack size exceeded');
    buildFromTemplate.mockImplementationOnce(() => {
      throw error;
    });
    handleEvent(click());
    declare(ROW);
    expect(onUnexpected.mock.calls).toEqual([[error]]);
    handleEvent(click());
    declare(ROW);
    expect(popup).toHaveBeenCalledTimes(1);
  });

  it('of a field is that of the field, whatever the page says', () => {
    const { handleEvent, declare } = menus();
    handleEvent(click({ isEditable: true, formControlType: 'input-text' }));
    declare(ROW);
    expect(labels(buildFromTemplate.mock.lastCall?.[0] as Item[])).toContain('(Paste)');
  });

  it('copies what is saved when the item is chosen, and nothing of a removed organization', () => {
    const { handleEvent, declare, copied, change } = menus();
    handleEvent(click());
    declare({ kind: 'label', entryId: ID, field: 'business_phone' });
    const [item] = buildFromTemplate.mock.lastCall?.[0] as { click: () => void }[];
    change({ ...SUBJECT, texts: { ...SUBJECT.texts, business_phone: 'newer' } });
    item?.click();
    change(null);
    item?.click();
    expect(copied).toEqual(['newer']);
  });
});
