/** Native menus: the commands of the application menu, and context menus. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { entryIdSchema } from '../organization';
import { fieldNameSchema } from '../profile';
import { nothing } from './schemas';

/** Menu commands that the window carries out. */
export const MENU_COMMANDS = [
  'add',
  'search',
  'replace',
  'save',
  'refresh',
  'discard',
  'settings',
  'export',
  'import',
  'support',
  'undo',
  'redo',
  'copy-letterhead',
  'activity',
  'view-list',
  'view-table',
] as const;

/** Items of the menu *Edit* that the system carries out, in the control that has the focus. */
export const EDIT_COMMANDS = ['cut', 'copy', 'paste', 'delete', 'select-all'] as const;

/** What the context menu of an organization asks the window to do. */
export const ORGANIZATION_COMMANDS = [
  'open',
  'labels',
  'refresh',
  'change-sign-in',
  'remove',
  'restore-version',
] as const;

/** What the context menu of the selected cells of the table asks the window to do. */
const CELL_COMMANDS = [
  'copy-cells',
  'cut-cells',
  'clear-cells',
  'fill-cells',
  'fill-cells-down',
  'replace-in-cells',
] as const;

/** What the context menu of the selected organizations, or of the selected cells, asks the window to do. */
export const SELECTION_COMMANDS = [
  'fill',
  'labels',
  'export',
  'refresh',
  'change-sign-in',
  'remove',
  ...CELL_COMMANDS,
] as const;

/** Whether a command is about the selected cells. */
export const isCellCommand = (
  command: (typeof SELECTION_COMMANDS)[number],
): command is (typeof CELL_COMMANDS)[number] => CELL_COMMANDS.some((one) => one === command);

/** Schema of the items of the application menu that can do something now. */
const enabledSchema = v.pipe(
  v.array(v.picklist([...MENU_COMMANDS, ...EDIT_COMMANDS])),
  v.maxLength(MENU_COMMANDS.length + EDIT_COMMANDS.length),
);

/** Items of the application menu that can do something now. */
export type EnabledItems = v.InferOutput<typeof enabledSchema>;

/** Schema of what is under the pointer. Only ids: main reads the texts itself. */
const targetSchema = v.variant('kind', [
  /** Any text: main knows whether it can be edited, or is selected. */
  v.strictObject({ kind: v.literal('text') }),
  /** The field of a key or token: it can be pasted, and never copied. */
  v.strictObject({ kind: v.literal('secret') }),
  /** An organization in the list. */
  v.strictObject({ kind: v.literal('row'), entryId: entryIdSchema }),
  /** The header of the page of an organization. */
  v.strictObject({ kind: v.literal('page'), entryId: entryIdSchema }),
  /** One of several selected organizations in the list. Main holds the selection. */
  v.strictObject({ kind: v.literal('selection') }),
  /** The selected cells of the table. The window knows which. */
  v.strictObject({ kind: v.literal('cells') }),
  /** A version in the history of an organization. The window knows which. */
  v.strictObject({
    kind: v.literal('version'),
    entryId: entryIdSchema,
    canRestore: v.boolean(),
  }),
  /** The preview of an organization's letterhead. */
  v.strictObject({ kind: v.literal('preview'), entryId: entryIdSchema }),
  /** The label of a field. */
  v.strictObject({
    kind: v.literal('label'),
    entryId: entryIdSchema,
    field: fieldNameSchema,
  }),
]);

/** What is under the pointer. */
export type MenuTarget = v.InferOutput<typeof targetSchema>;

/** A coordinate in the window, in whole CSS pixels. No window is larger. */
const coordinate = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(100_000));

/** Calls about menus. */
export const menuCalls = {
  menus: {
    /**
     * Reports what the context menu to open is about. Main shows it once Chromium confirms that a person asked for one: the
     * call alone shows nothing. `position`: where to show it, if the keyboard opened it; null: where Chromium says.
     */
    reportTarget: {
      request: v.object({
        target: targetSchema,
        position: v.nullable(v.object({ x: coordinate, y: coordinate })),
      }),
      answer: nothing,
    },
    /** Enables these items of the application menu, and disables all others that the window or a control carries out. */
    setEnabled: { request: v.object({ items: enabledSchema }), answer: nothing },
  },
} as const;
