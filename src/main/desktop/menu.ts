/** The real menu, with the shortcuts people expect; what the window carries out goes to it as events. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { m } from '../../shared/messages';
import type { EventPayload } from '../../shared/bridge';
import { SHORTCUTS, type ShortcutName } from '../../shared/shortcuts';

type Command = EventPayload<'menuCommand'>['command'];

/** What the menu needs: where commands go, and the platform whose habits it follows. */
export interface MenuOptions {
  send: (command: Command) => void;
  showAbout: () => void;
  showLogs: () => void;
  platform: NodeJS.Platform;
  /** Unpackaged builds also get the developer tools. */
  packaged: boolean;
}

/** The menu as a template; a pure function, so that its shortcuts can be tested. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
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
  const about = { label: m.desktop_menu_about(), click: showAbout };

  const appMenu: MenuItemConstructorOptions = {
    label: m.app_name(),
    submenu: [
      about,
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
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
        ...(mac ? [separator, { role: 'close' } as const] : [separator, settings, separator]),
        ...(mac ? [] : [{ role: 'quit', label: m.desktop_menu_quit() } as const]),
      ],
    },
    {
      label: m.desktop_menu_edit(),
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'delete' },
        { role: 'selectAll' },
        separator,
        command(m.desktop_menu_search(), 'search'),
      ],
    },
    {
      label: m.desktop_menu_view(),
      submenu: [
        command(m.desktop_menu_refresh(), 'refresh'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(packaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { id: 'support', label: m.help_menu_details(), click: () => send('support') },
        { id: 'logs', label: m.help_menu_logs(), click: showLogs },
        ...(mac ? [] : [separator, about]),
      ],
    },
  ];
}

/** Puts the menu in place. */
export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}
