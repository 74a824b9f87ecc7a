/** The application menu with its shortcuts. Commands for the page are sent to it as events. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { m } from '../../shared/messages';
import type { EventPayload } from '../../shared/contract/bridge';
import type { HelpPage } from './help-pages';
import { SHORTCUTS, type ShortcutName } from '../../shared/shortcuts';

type Command = EventPayload<'menuCommand'>['command'];

/** Dependencies of the menu. */
export interface MenuOptions {
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
function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { send, showAbout, showLogs, platform, packaged } = options;
  const mac = platform === 'darwin';
  const command = (label: string, name: Command & ShortcutName) => ({
    id: name,
    label,
    accelerator: SHORTCUTS[name],
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
        command(m.desktop_menu_discard(), 'discard'),
        separator,
        command(m.desktop_menu_import(), 'import'),
        command(m.desktop_menu_export(), 'export'),
        ...(mac ? [separator, close] : [separator, settings, separator]),
        ...(mac ? [] : [{ role: 'quit', label: m.desktop_menu_quit() } as const]),
      ],
    },
    {
      label: m.desktop_menu_edit(),
      submenu: [
        { role: 'undo', label: m.desktop_menu_undo() },
        { role: 'redo', label: m.desktop_menu_redo() },
        separator,
        { role: 'cut', label: m.desktop_menu_cut() },
        { role: 'copy', label: m.desktop_menu_copy() },
        { role: 'paste', label: m.desktop_menu_paste() },
        { role: 'delete', label: m.desktop_menu_delete() },
        { role: 'selectAll', label: m.desktop_menu_select_all() },
        separator,
        command(m.desktop_menu_search(), 'search'),
      ],
    },
    {
      label: m.desktop_menu_view(),
      submenu: [
        command(m.desktop_menu_refresh(), 'refresh'),
        separator,
        { role: 'resetZoom', label: m.desktop_menu_zoom_reset() },
        { role: 'zoomIn', label: m.desktop_menu_zoom_in() },
        { role: 'zoomOut', label: m.desktop_menu_zoom_out() },
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
        { id: 'support', label: m.desktop_menu_support_details(), click: () => send('support') },
        { id: 'logs', label: m.desktop_menu_logs(), click: showLogs },
        ...(mac ? [] : [separator, about]),
      ],
    },
  ];
}

/** Sets the application menu. */
export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}
