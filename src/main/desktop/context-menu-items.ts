/** The items of the context menus. */
import type { ContextMenuParams, MenuItemConstructorOptions } from 'electron';
import type { EventPayload } from '../../shared/contract/bridge';
import type { MenuTarget } from '../../shared/contract/menus';
import { letterheadOf } from '../../shared/letterhead';
import type { Profile } from '../../shared/profile';
import { m } from '../../shared/messages';
import { shortcutOf, type ShortcutName } from '../../shared/shortcuts';

/** An item of a menu. */
export type Item = MenuItemConstructorOptions;

/** What Chromium reports about the text under the pointer. */
export type MenuText = Pick<
  ContextMenuParams,
  'isEditable' | 'formControlType' | 'selectionText' | 'editFlags'
>;

/** A command of a context menu for the page. */
export type OrganizationCommand = EventPayload<'organizationCommand'>['command'];

/** What the context menus show and copy of an organization. */
export interface MenuSubject {
  name: string;
  /** Whether it can be read from Cloudflare. */
  hasSignIn: boolean;
  /** The texts that its page shows. */
  texts: Profile;
}

/** A command of a context menu for the selected organizations. */
export type SelectionCommand = EventPayload<'selectionCommand'>['command'];

/** How the page undoes: its own last action, or else typing in the focused field. */
export interface PageUndo {
  /** Whether the page has something to undo, of which Chromium does not know. */
  can: () => boolean;
  run: () => void;
}

/** What the items do. Each reads the organization again when it is chosen, because a menu may stay open for long. */
export interface MenuActions {
  /** Copies a text of an organization to the clipboard. */
  copyText: (entryId: string, text: (subject: MenuSubject) => string) => void;
  /** Copies the letterhead of an organization to the clipboard. */
  copyLetterhead: (entryId: string) => void;
  /** Sends a command for an organization to the page. */
  send: (command: OrganizationCommand, entryId: string) => void;
  /** Sends a command for the selected organizations to the page. */
  sendForSelection: (command: SelectionCommand) => void;
}

const SEPARATOR: Item = { type: 'separator' };

/** The shortcut that does the same as an item. Only shown: a context menu takes no keys while it is closed. */
const keys = (name: ShortcutName): Item => ({
  accelerator: shortcutOf(name, process.platform === 'darwin'),
});

/** Controls with text, also while it cannot be edited. */
const TEXT_CONTROLS: readonly MenuText['formControlType'][] = [
  'input-text',
  'input-search',
  'input-password',
  'text-area',
];

/** Whether a text is in a field. */
export const isInField = ({ isEditable, formControlType }: MenuText): boolean =>
  isEditable || TEXT_CONTROLS.includes(formControlType);

/**
 * The items for a text: those of the menu *Edit* in a field, those that change nothing in a field that is read-only,
 * and *Copy* for a selected text. None otherwise.
 * @param isSecret whether it is the field of a key or token, which can only be pasted
 */
export function textItems(text: MenuText, isSecret: boolean, undo: PageUndo): Item[] {
  const { editFlags, isEditable, selectionText } = text;
  const paste: Item = { role: 'paste', label: m.desktop_menu_paste(), enabled: editFlags.canPaste };
  // A password control never shows more, whatever the page says.
  if (isSecret || text.formControlType === 'input-password') return isEditable ? [paste] : [];
  const copy: Item = { role: 'copy', label: m.common_copy(), enabled: editFlags.canCopy };
  const selectAll: Item = {
    role: 'selectAll',
    label: m.desktop_menu_select_all(),
    enabled: editFlags.canSelectAll,
  };
  if (!isEditable) {
    if (isInField(text)) return [copy, SEPARATOR, selectAll];
    return selectionText.trim() === '' ? [] : [copy];
  }
  return [
    {
      label: m.common_undo(),
      ...keys('undo'),
      enabled: editFlags.canUndo || undo.can(),
      click: () => undo.run(),
    },
    SEPARATOR,
    { role: 'cut', label: m.desktop_menu_cut(), enabled: editFlags.canCut },
    copy,
    paste,
    SEPARATOR,
    selectAll,
  ];
}

/** The items for a row, the header of a page, a version of the history, the preview or the label of a field. */
export function organizationItems(
  target: Extract<MenuTarget, { entryId: string }>,
  subject: MenuSubject,
  actions: MenuActions,
): Item[] {
  const { entryId: id } = target;
  /** The keys are about the open page, which need not be that of a row. */
  const pageKeys = (name: ShortcutName): Item => (target.kind === 'row' ? {} : keys(name));
  const copyLetterhead: Item = {
    label: m.organization_copy_letterhead(),
    ...pageKeys('copy-letterhead'),
    enabled: letterheadOf(subject.texts) !== null,
    click: () => actions.copyLetterhead(id),
  };
  if (target.kind === 'preview') return [copyLetterhead];
  if (target.kind === 'version') {
    return [
      {
        label: m.history_restore(),
        enabled: target.canRestore,
        click: () => actions.send('restore-version', id),
      },
    ];
  }
  if (target.kind === 'label') {
    const { field } = target;
    return [
      {
        label: m.common_copy(),
        enabled: subject.texts[field] !== '',
        click: () => actions.copyText(id, ({ texts }) => texts[field]),
      },
    ];
  }
  return [
    ...(target.kind === 'row'
      ? [{ label: m.common_open(), click: () => actions.send('open', id) }, SEPARATOR]
      : []),
    {
      label: m.desktop_menu_copy_name(),
      enabled: subject.name !== '',
      click: () => actions.copyText(id, ({ name }) => name),
    },
    { label: m.desktop_menu_copy_id(), click: () => actions.copyText(id, () => id) },
    copyLetterhead,
    SEPARATOR,
    {
      label: m.common_refresh(),
      ...pageKeys('refresh'),
      enabled: subject.hasSignIn,
      click: () => actions.send('refresh', id),
    },
    {
      label: m.selected_change_sign_in(),
      click: () => actions.send('change-sign-in', id),
    },
    { label: m.labels_menu(), click: () => actions.send('labels', id) },
    SEPARATOR,
    { label: m.selected_remove(), click: () => actions.send('remove', id) },
  ];
}

/**
 * The items for the selected organizations: those of the bar below the list, without *Select all* and *Mark as seen*.
 */
export function selectionItems({
  sendForSelection,
}: Pick<MenuActions, 'sendForSelection'>): Item[] {
  return [
    { label: m.fill_button(), click: () => sendForSelection('fill') },
    { label: m.labels_menu(), click: () => sendForSelection('labels') },
    SEPARATOR,
    { label: m.common_export(), ...keys('export'), click: () => sendForSelection('export') },
    SEPARATOR,
    { label: m.common_refresh(), click: () => sendForSelection('refresh') },
    { label: m.selected_change_sign_in(), click: () => sendForSelection('change-sign-in') },
    SEPARATOR,
    { label: m.selected_remove(), click: () => sendForSelection('remove') },
  ];
}

/** The items for the selected cells of the table. */
export const cellItems = ({ sendForSelection }: Pick<MenuActions, 'sendForSelection'>): Item[] => [
  {
    label: m.desktop_menu_cut(),
    accelerator: 'CmdOrCtrl+X',
    click: () => sendForSelection('cut-cells'),
  },
  {
    label: m.common_copy(),
    accelerator: 'CmdOrCtrl+C',
    click: () => sendForSelection('copy-cells'),
  },
  // The page gets the text with an event, as with the key.
  { role: 'paste', label: m.desktop_menu_paste() },
  {
    label: m.desktop_menu_delete(),
    accelerator: 'Delete',
    click: () => sendForSelection('clear-cells'),
  },
  SEPARATOR,
  { label: m.table_fill_cells(), click: () => sendForSelection('fill-cells') },
  {
    label: m.table_fill_down(),
    accelerator: 'CmdOrCtrl+D',
    click: () => sendForSelection('fill-cells-down'),
  },
  SEPARATOR,
  {
    label: m.desktop_menu_replace(),
    ...keys('replace'),
    click: () => sendForSelection('replace-in-cells'),
  },
];
