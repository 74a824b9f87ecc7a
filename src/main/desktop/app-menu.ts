/**
 * The application menu with its shortcuts. Commands for the page are sent to it as events. Only those items are enabled that
 * can do something.
 */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { m } from '../../shared/messages';
import type { EventPayload } from '../../shared/contract/bridge';
import { EDIT_COMMANDS, MENU_COMMANDS, type EnabledItems } from '../../shared/contract/menus';
import type { Emit } from '../ipc';
import type { HelpPage } from './help-pages';
import { SHORTCUTS, shortcutOf, type ShortcutName } from '../../shared/shortcuts';

type Command = EventPayload<'menuCommand'>['command'];

/** What the items of the menu do, and which there are. */
interface MenuOptions {
  /** Sends a command to the page. */
  send: (command: Command) => void;
  showAbout: () => void;
  showLogs: () => void;
  /** Shows a page of the help window. */
  showHelp: (page: HelpPage) => void;
  /** The platform whose conventions the menu follows. */
  platform: NodeJS.Platform;
  /** Unpackaged builds also get the developer tools. */
  packaged: boolean;
}

/** The menu as a template. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { send, showAbout, showLogs, showHelp, platform, packaged } = options;
  const mac = platform === 'darwin';
  const command = (label: string, name: Command & ShortcutName) => ({
    id: name,
    label,
    accelerator: shortcutOf(name, mac),
    click: () => send(name),
  });
  const settings = command(m.desktop_menu_settings(), 'settings');
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  // Electron's own labels are English only.
  const close: MenuItemConstructorOptions = { role: 'close', label: m.desktop_menu_close() };
  const front: MenuItemConstructorOptions = { role: 'front', label: m.desktop_menu_front() };
  const developer: MenuItemConstructorOptions = {
    role: 'toggleDevTools',
    label: m.desktop_menu_developer(),
  };
  const about = { label: m.desktop_menu_about(), click: showAbout };
  // The page undoes its own last action, or else typing in the focused field. On a Mac the items keep their roles, because
  // the system's dialogs need them, and the page listens for the keys instead.
  const undo: MenuItemConstructorOptions = mac
    ? { role: 'undo', label: m.common_undo() }
    : command(m.common_undo(), 'undo');
  const redo: MenuItemConstructorOptions = mac
    ? { role: 'redo', label: m.desktop_menu_redo() }
    : command(m.desktop_menu_redo(), 'redo');

  const appMenu: MenuItemConstructorOptions = {
    label: m.app_name(),
    submenu: [
      about,
      separator,
      settings,
      separator,
      { role: 'services', label: m.desktop_menu_services() },
      separator,
      { role: 'hide', label: m.desktop_menu_hide() },
      { role: 'hideOthers', label: m.desktop_menu_hide_others() },
      { role: 'unhide', label: m.desktop_menu_show_all() },
      separator,
      { role: 'quit', label: m.desktop_menu_quit_app() },
    ],
  };
  return [
    ...(mac ? [appMenu] : []),
    {
      label: m.desktop_menu_file(),
      submenu: [
        command(m.desktop_menu_add(), 'add'),
        separator,
        command(m.desktop_menu_review(), 'save'),
        command(m.organization_discard(), 'discard'),
        separator,
        command(m.list_import(), 'import'),
        command(m.common_export(), 'export'),
        ...(mac ? [separator, close] : [separator, settings, separator]),
        ...(mac ? [] : [{ role: 'quit', label: m.desktop_menu_quit() } as const]),
      ],
    },
    {
      label: m.desktop_menu_edit(),
      submenu: [
        undo,
        redo,
        separator,
        { id: 'cut', role: 'cut', label: m.desktop_menu_cut() },
        { id: 'copy', role: 'copy', label: m.common_copy() },
        { id: 'paste', role: 'paste', label: m.desktop_menu_paste() },
        { id: 'delete', role: 'delete', label: m.desktop_menu_delete() },
        { id: 'select-all', role: 'selectAll', label: m.desktop_menu_select_all() },
        separator,
        command(m.organization_copy_letterhead(), 'copy-letterhead'),
        separator,
        command(m.list_search(), 'search'),
        command(m.desktop_menu_replace(), 'replace'),
      ],
    },
    {
      label: m.desktop_menu_view(),
      submenu: [
        command(m.table_view_list(), 'view-list'),
        command(m.table_view_table(), 'view-table'),
        separator,
        command(m.common_refresh(), 'refresh'),
        separator,
        { id: 'activity', label: m.activity_title(), click: () => send('activity') },
        separator,
        { id: 'zoom-reset', role: 'resetZoom', label: m.desktop_menu_zoom_reset() },
        { id: 'zoom-in', role: 'zoomIn', label: m.desktop_menu_zoom_in() },
        { id: 'zoom-out', role: 'zoomOut', label: m.desktop_menu_zoom_out() },
        separator,
        { role: 'togglefullscreen', label: m.desktop_menu_full_screen() },
        ...(packaged ? [] : [separator, developer]),
      ],
    },
    {
      role: 'window',
      label: m.desktop_menu_window(),
      submenu: [
        { role: 'minimize', label: m.desktop_menu_minimize() },
        { role: 'zoom', label: m.desktop_menu_zoom() },
        ...(mac ? [separator, front] : [close]),
      ],
    },
    {
      role: 'help',
      label: m.desktop_menu_help(),
      submenu: [
        {
          label: m.desktop_menu_guide(),
          id: 'guide',
          accelerator: SHORTCUTS.guide,
          click: () => showHelp('guide'),
        },
        { label: m.desktop_menu_shortcuts(), click: () => showHelp('shortcuts') },
        separator,
        { id: 'support', label: m.desktop_menu_support_details(), click: () => send('support') },
        { id: 'logs', label: m.desktop_menu_logs(), click: showLogs },
        ...(mac ? [] : [separator, about]),
      ],
    },
  ];
}

/** The zoom limits of Chromium, 25 % and 500 %, as levels and rounded inwards. Each level is 20 % more. */
const ZOOM = { min: -7.5, normal: 0, max: 8.5 };

/**
 * Enables these items of the application menu, and disables all others that the page or a control carries out. On a Mac,
 * the system itself does so for the items of controls.
 *
 * @param zoomLevel that of the window; 0 is 100 %
 */
export function enableItems(
  items: EnabledItems,
  { platform, zoomLevel }: { platform: NodeJS.Platform; zoomLevel: number },
): void {
  const menu = Menu.getApplicationMenu();
  const enable = (id: string, enabled: boolean): void => {
    const item = menu?.getMenuItemById(id);
    if (item) item.enabled = enabled;
  };
  const reported = platform === 'darwin' ? MENU_COMMANDS : [...MENU_COMMANDS, ...EDIT_COMMANDS];
  for (const id of reported) enable(id, items.includes(id));
  enable('zoom-reset', zoomLevel !== ZOOM.normal);
  enable('zoom-in', zoomLevel < ZOOM.max);
  enable('zoom-out', zoomLevel > ZOOM.min);
}

/** Creates the menu; `translate` sets it. */
export function createAppMenu(options: Omit<MenuOptions, 'send' | 'platform'>) {
  const { platform } = process;
  /** The items that can do something now. None until the page has reported them. */
  let enabled: EnabledItems = [];
  let zoomLevel = 0;
  const enableShown = (): void => enableItems(enabled, { platform, zoomLevel });
  return {
    /** Builds the menu in the current language; call again when the language changes. */
    translate(emit: Emit): void {
      const send = (command: Command): void => emit('menuCommand', { command });
      Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ ...options, send, platform })));
      enableShown();
    },
    /**
     * Enables these items of the menu, and disables the others that the page carries out.
     * @param level zoom level of the window; 0 is 100 %
     */
    enable(items: EnabledItems, level: number): void {
      enabled = items;
      zoomLevel = level;
      enableShown();
    },
    /** Whether the page said that it can carry out an item of the menu now. */
    isEnabled: (item: EnabledItems[number]): boolean => enabled.includes(item),
  };
}
