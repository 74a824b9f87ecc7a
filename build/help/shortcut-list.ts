/** The page of keyboard shortcuts: those of the menu, and the keys of the list, the search, dialogs and the help. */
import type { Language } from '../../src/shared/language';
import { m } from '../../src/shared/messages';
import { SHORTCUTS, shortcutOf, type ShortcutName } from '../../src/shared/shortcuts';

/** The keyboard that a page describes: that of a Mac, or that of Windows and Linux. */
export type Keyboard = 'mac' | 'other';

/** Ways to do one thing. Each way is a list of keys that are pressed together. */
export interface KeyRow {
  ways: readonly (readonly string[])[];
  effect: string;
}

/** The keys of one place. */
export interface KeySection {
  title: string;
  rows: readonly KeyRow[];
}

/** The effect of each shortcut, in the words of the menu. */
const EFFECTS: Record<ShortcutName, (options: { locale: Language }) => string> = {
  add: (options) => m.desktop_menu_add({}, options),
  save: (options) => m.desktop_menu_review({}, options),
  discard: (options) => m.organization_discard({}, options),
  import: (options) => m.list_import({}, options),
  export: (options) => m.common_export({}, options),
  settings: (options) => m.desktop_menu_settings({}, options),
  search: (options) => m.list_search({}, options),
  replace: (options) => m.desktop_menu_replace({}, options),
  quickSearch: (options) => m.list_search({}, options),
  refresh: (options) => m.common_refresh({}, options),
  quickRefresh: (options) => m.common_refresh({}, options),
  undo: (options) => m.common_undo({}, options),
  redo: (options) => m.desktop_menu_redo({}, options),
  'copy-letterhead': (options) => m.organization_copy_letterhead({}, options),
  'view-list': (options) => m.table_view_list({}, options),
  'view-table': (options) => m.table_view_table({}, options),
  next: (options) => m.help_window_next_entry({}, options),
  previous: (options) => m.help_window_previous_entry({}, options),
  back: (options) => m.help_window_back({}, options),
  forward: (options) => m.help_window_forward({}, options),
  nextRegion: (options) => m.help_window_region({}, options),
  previousRegion: (options) => m.help_window_region({}, options),
  guide: (options) => m.desktop_menu_guide({}, options),
};

/**
 * The names printed on the keys, by their name in an Electron accelerator or a `KeyboardEvent`. `Letters` stands for
 * any letters.
 */
function keyNames(locale: Language, keyboard: Keyboard): Record<string, string> {
  const options = { locale };
  const common = {
    Enter: m.help_key_enter({}, options),
    Space: m.help_key_space({}, options),
    ArrowUp: m.help_key_up({}, options),
    ArrowDown: m.help_key_down({}, options),
    ArrowLeft: m.help_key_left({}, options),
    ArrowRight: m.help_key_right({}, options),
    PageUp: m.help_key_page_up({}, options),
    PageDown: m.help_key_page_down({}, options),
    Home: m.help_key_home({}, options),
    End: m.help_key_end({}, options),
    Letters: m.help_key_letters({}, options),
    Plus: `+ (${m.help_key_plus({}, options)})`,
    '-': `− (${m.help_key_minus({}, options)})`,
    '0': `0 (${m.help_key_zero({}, options)})`,
    ',': `, (${m.help_key_comma({}, options)})`,
    Escape: 'Esc',
    Delete: m.help_key_delete({}, options),
  };
  if (keyboard === 'mac')
    return { ...common, CmdOrCtrl: '⌘', Alt: '⌥', Shift: '⇧', Backspace: '⌫' };
  return {
    ...common,
    CmdOrCtrl: m.key_control({}, options),
    Shift: m.key_shift({}, options),
    Backspace: m.key_backspace({}, options),
  };
}

/** The shortcuts of the menu; two with the same effect share a row. */
function menuRows(
  row: (effect: string, ...ways: string[]) => KeyRow,
  locale: Language,
  isMac: boolean,
): KeyRow[] {
  const byEffect = new Map<string, string[]>();
  for (const name of Object.keys(SHORTCUTS) as ShortcutName[]) {
    // The menu marks items that open a dialog with an ellipsis; as an effect it reads better without.
    const effect = EFFECTS[name]({ locale }).replace(/…$/, '');
    byEffect.set(effect, [...(byEffect.get(effect) ?? []), shortcutOf(name, isMac)]);
  }
  return [...byEffect].map(([effect, ways]) => row(effect, ...ways));
}

/** All keys of the app, in one language and for one kind of keyboard. */
export function shortcutSections(locale: Language, keyboard: Keyboard): KeySection[] {
  const names = keyNames(locale, keyboard);
  const options = { locale };
  const row = (effect: string, ...ways: string[]): KeyRow => ({
    effect,
    ways: ways.map((way) => way.split('+').map((key) => names[key] ?? key)),
  });
  const mac = keyboard === 'mac';
  return [
    {
      title: m.help_section_window({}, options),
      rows: [
        ...menuRows(row, locale, mac),
        row(m.help_window_next({}, options), 'Tab'),
        ...(mac ? [] : [row(m.help_window_menu({}, options), 'Shift+F10')]),
        row(m.desktop_menu_zoom_in({}, options), 'CmdOrCtrl+Plus'),
        row(m.desktop_menu_zoom_out({}, options), 'CmdOrCtrl+-'),
        row(m.desktop_menu_zoom_reset({}, options), 'CmdOrCtrl+0'),
      ],
    },
    {
      title: m.help_section_search({}, options),
      rows: [
        row(m.help_search_open({}, options), 'Enter'),
        row(m.help_search_list({}, options), 'ArrowDown'),
        row(m.help_search_clear({}, options), 'Escape'),
      ],
    },
    {
      title: m.help_section_list({}, options),
      rows: [
        row(m.help_list_move({}, options), 'ArrowUp', 'ArrowDown'),
        row(m.help_list_page({}, options), 'PageUp', 'PageDown'),
        row(m.help_list_ends({}, options), 'Home', 'End'),
        row(m.help_list_type({}, options), 'Letters'),
        row(m.help_list_enter({}, options), 'Enter'),
        row(m.help_list_open({}, options), 'Space'),
        row(m.help_list_toggle({}, options), mac ? '⌃+Space' : 'CmdOrCtrl+Space'),
        row(m.help_list_extend({}, options), 'Shift+ArrowUp', 'Shift+ArrowDown'),
        row(m.help_list_all({}, options), 'CmdOrCtrl+A'),
        row(m.selected_end({}, options), 'Escape'),
      ],
    },
    {
      title: m.help_section_table({}, options),
      rows: [
        row(m.help_table_move({}, options), 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'),
        row(m.help_table_page({}, options), 'PageUp', 'PageDown'),
        row(m.help_table_row_ends({}, options), 'Home', 'End'),
        row(m.help_table_ends({}, options), 'CmdOrCtrl+Home', 'CmdOrCtrl+End'),
        row(m.help_table_extend({}, options), 'Shift+ArrowDown', 'Shift+End'),
        row(m.help_table_row({}, options), 'Shift+Space'),
        row(m.help_table_column({}, options), mac ? '⌃+Space' : 'CmdOrCtrl+Space'),
        row(m.help_table_all({}, options), 'CmdOrCtrl+A'),
        row(m.help_table_copy({}, options), 'CmdOrCtrl+C'),
        row(m.help_table_paste({}, options), 'CmdOrCtrl+V'),
        row(m.help_table_type({}, options), 'Letters'),
        row(m.help_table_edit({}, options), 'F2', 'Enter'),
        row(m.help_table_line({}, options), mac ? '⌥+Enter' : 'Alt+Enter'),
        row(m.help_table_commit({}, options), 'Enter', 'Tab'),
        row(m.help_table_fill_all({}, options), 'CmdOrCtrl+Enter'),
        row(m.help_table_fill_down({}, options), 'CmdOrCtrl+D'),
        row(m.help_table_clear({}, options), 'Delete'),
        row(m.help_table_cut({}, options), 'CmdOrCtrl+X'),
        row(m.help_table_find({}, options), 'CmdOrCtrl+F'),
        row(m.help_table_find_next({}, options), 'F3', 'Shift+F3'),
        row(m.help_table_open({}, options), 'Enter'),
        row(m.help_table_beside({}, options), 'Space'),
        row(m.help_table_fold({}, options), 'ArrowLeft', 'ArrowRight'),
        row(m.help_table_one({}, options), 'Escape'),
      ],
    },
    {
      title: m.help_section_dialogs({}, options),
      rows: [
        row(m.help_dialogs_move({}, options), 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'),
        row(m.help_dialogs_close({}, options), 'Escape'),
      ],
    },
    {
      title: m.help_section_here({}, options),
      rows: [
        row(m.help_find({}, options), 'CmdOrCtrl+F'),
        row(m.help_here_next({}, options), 'Enter', 'F3'),
        row(
          m.help_here_back({}, options),
          ...(mac ? ['⌘+[', '⌘+]'] : ['Alt+ArrowLeft', 'Alt+ArrowRight']),
        ),
        row(m.help_here_close({}, options), 'Escape', 'CmdOrCtrl+W'),
      ],
    },
  ];
}
