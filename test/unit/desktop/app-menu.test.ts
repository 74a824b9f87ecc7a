/** The application menu: its items on each platform, and which of them are enabled. */
import { beforeEach, expect, it, vi } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import { EDIT_COMMANDS, MENU_COMMANDS } from '../../../src/shared/contract/menus';

interface Item {
  id: string;
  enabled: boolean;
}
const shown = vi.hoisted(() => ({ items: new Map<string, { id: string; enabled: boolean }>() }));
vi.mock('electron', () => ({
  Menu: {
    getApplicationMenu: () => ({ getMenuItemById: (id: string) => shown.items.get(id) ?? null }),
  },
}));
const { enableItems, menuTemplate } = await import('../../../src/main/desktop/app-menu');

const send = vi.fn();
const showHelp = vi.fn();
const template = (platform: NodeJS.Platform) =>
  menuTemplate({
    send,
    showHelp,
    showAbout: vi.fn(),
    showLogs: vi.fn(),
    platform,
    packaged: true,
  });

const itemsIn = (menu: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  menu.flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[]);

const labelsIn = (menu: MenuItemConstructorOptions[], title: string): string[] =>
  itemsIn(menu.filter(({ label }) => label === title)).flatMap(({ label }) => label ?? []);

beforeEach(() => {
  vi.clearAllMocks();
  shown.items.clear();
});

it('has import, export and whatever else asks further with an ellipsis', () => {
  expect(labelsIn(template('linux'), '&File')).toEqual([
    ...['Add organizations…', 'Review changes…', 'Discard changes'],
    ...['Import…', 'Export…', 'Settings…', 'Quit'],
  ]);
});

it('copies the letterhead from the menu Edit, with Ctrl+Shift+C', () => {
  const menu = template('linux');
  const edit = itemsIn(menu.filter(({ label }) => label === '&Edit'));
  const item = edit.find(({ label }) => label === 'Copy letterhead');
  expect(item?.accelerator).toBe('CmdOrCtrl+Shift+C');
  (item?.click as () => void)();
  expect(send.mock.calls).toEqual([['copy-letterhead']]);
});

it('offers help first in the menu Help, with F1 for the guide', () => {
  const menu = template('linux');
  expect(labelsIn(menu, '&Help')).toEqual([
    ...['User guide', 'Keyboard shortcuts'],
    ...['Copy details for support…', 'Show logs', 'About Letterhead'],
  ]);
  const help = itemsIn(menu.filter(({ label }) => label === '&Help'));
  for (const { click } of help.slice(0, 2)) (click as () => void)();
  expect(showHelp.mock.calls).toEqual([['guide'], ['shortcuts']]);
  expect(help[0]?.accelerator).toBe('F1');
});

it.each<NodeJS.Platform>(['linux', 'win32', 'darwin'])('has every command on %s', (platform) => {
  const ids = itemsIn(template(platform)).flatMap(({ id }) => id ?? []);
  const own =
    platform === 'darwin'
      ? MENU_COMMANDS.filter((one) => one !== 'undo' && one !== 'redo')
      : MENU_COMMANDS;
  expect(ids).toEqual(expect.arrayContaining([...own, ...EDIT_COMMANDS]));
  expect(new Set(ids).size).toBe(ids.length);
});

it('leaves undoing to the page, and on a Mac to the system, whose dialogs need it, too', () => {
  const undo = (platform: NodeJS.Platform) =>
    itemsIn(template(platform)).find(({ label }) => label === 'Undo');
  (undo('linux')?.click as () => void)();
  expect(send).toHaveBeenCalledWith('undo');
  expect(undo('darwin')?.role).toBe('undo');
  const redo = itemsIn(template('linux')).find(({ label }) => label === 'Redo');
  (redo?.click as () => void)();
  expect(send).toHaveBeenLastCalledWith('redo');
});

it('enables exactly what can do something', () => {
  const own = [...MENU_COMMANDS, ...EDIT_COMMANDS].map((id): Item => ({ id, enabled: true }));
  for (const item of [...own, { id: 'guide', enabled: true }]) shown.items.set(item.id, item);
  const enabled = () => [...shown.items.values()].filter((one) => one.enabled).map(({ id }) => id);
  enableItems(['save', 'paste'], { platform: 'linux', zoomLevel: 0 });
  expect(enabled()).toEqual(['save', 'paste', 'guide']);
  enableItems(['add'], { platform: 'linux', zoomLevel: 0 });
  expect(enabled()).toEqual(['add', 'guide']);
});

it('leaves the items of fields to the system on a Mac', () => {
  for (const id of ['save', 'paste']) shown.items.set(id, { id, enabled: true });
  enableItems([], { platform: 'darwin', zoomLevel: 0 });
  expect([...shown.items.values()].map((one) => one.enabled)).toEqual([false, true]);
});

it.each([
  [0, ['zoom-in', 'zoom-out']],
  [1, ['zoom-reset', 'zoom-in', 'zoom-out']],
  [8.83, ['zoom-reset', 'zoom-out']],
  [-7.6, ['zoom-reset', 'zoom-in']],
])('disables zooming where it would change nothing, at level %s', (zoomLevel, enabled) => {
  const ids = itemsIn(template('linux')).flatMap(({ id }) => (id?.startsWith('zoom') ? [id] : []));
  for (const id of ids) shown.items.set(id, { id, enabled: true });
  enableItems([], { platform: 'linux', zoomLevel });
  expect([...shown.items.values()].filter((one) => one.enabled).map(({ id }) => id)).toEqual(
    enabled,
  );
});
