/** Opens native context menus with a real pointer and real keys, and chooses from them. */
import { execFileSync } from 'node:child_process';
import { expect, type ElectronApplication, type Locator } from '@playwright/test';
import { searchWindows } from './search-windows';

const xdotool = (...args: string[]): string =>
  execFileSync('xdotool', args, { encoding: 'utf8' }).trim();

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** All visible windows of an app, its menus included, which have no name. */
const allWindows = (app: ElectronApplication): string[] =>
  searchWindows(['--all', '--pid', String(app.process().pid)]);

function boxOf(window: string): Box {
  const text = xdotool('getwindowgeometry', '--shell', window);
  const value = (name: string): number => Number(new RegExp(`^${name}=(\\d+)`, 'm').exec(text)![1]);
  return { x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT') };
}

/** A menu of the system that is open. */
export interface NativeMenu {
  /** Its labels, from top to bottom, without separators; those of disabled items in parentheses. */
  labels: readonly string[];
  /** Clicks the item with this label with the pointer. */
  click(label: string): Promise<void>;
  /** Presses keys, after which the menu is closed. */
  press(...keys: string[]): Promise<void>;
}

interface ShownItem {
  label: string;
  enabled: boolean;
  separator: boolean;
}

/** Records the items of every menu that pops up. */
async function recordMenus(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ Menu }) => {
    if ('shownMenus' in globalThis) return;
    const shownMenus: object[] = [];
    Object.assign(globalThis, { shownMenus });
    const { popup } = Menu.prototype;
    Menu.prototype.popup = function (options) {
      shownMenus.push(
        this.items.map(({ label, enabled, type }) => ({
          label,
          enabled,
          separator: type === 'separator',
        })),
      );
      return popup.call(this, options);
    };
  });
}

/** The items of every menu that popped up since the first one was asked for. */
export const shownMenus = (app: ElectronApplication): Promise<ShownItem[][]> =>
  app.evaluate(() => (globalThis as unknown as { shownMenus: ShownItem[][] }).shownMenus);

/** Asks for a menu with `ask`, and returns it when it is on the screen. */
async function openMenu(app: ElectronApplication, ask: () => Promise<void>): Promise<NativeMenu> {
  await recordMenus(app);
  const before = allWindows(app);
  const count = (await shownMenus(app)).length;
  await ask();
  const popups = (): string[] => allWindows(app).filter((id) => !before.includes(id));
  await expect.poll(popups).toHaveLength(1);
  const [popup] = popups() as [string];
  const items = (await shownMenus(app))[count]!;
  const closed = (): Promise<void> => expect.poll(popups).toHaveLength(0);
  return {
    labels: items
      .filter(({ separator }) => !separator)
      .map(({ label, enabled }) => (enabled ? label : `(${label})`)),
    async click(label) {
      const { x, y } = placeOf(items, label, boxOf(popup));
      xdotool('mousemove', '--sync', String(x), String(y), 'click', '1');
      await closed();
    },
    async press(...keys) {
      xdotool('key', ...keys);
      await closed();
    },
  };
}

/** Height of a separator of Chromium's menus on Linux, and the space above the first and below the last item, in px. */
const [SEPARATOR, PADDING] = [9, 8];

/** The middle of an item on the screen. */
function placeOf(items: readonly ShownItem[], label: string, box: Box): { x: number; y: number } {
  const index = items.findIndex((item) => item.label === label && !item.separator);
  const separators = items.filter(({ separator }) => separator).length;
  const height = (box.height - 2 * PADDING - separators * SEPARATOR) / (items.length - separators);
  const above = items.slice(0, index);
  const top = above.reduce((sum, { separator }) => sum + (separator ? SEPARATOR : height), PADDING);
  return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + top + height / 2) };
}

/** Clicks into the middle of an element with a button of the pointer, after the window has moved it into view. */
async function clickWith(app: ElectronApplication, element: Locator, button: 1 | 3): Promise<void> {
  await element.scrollIntoViewIfNeeded();
  const inPage = (await element.boundingBox())!;
  const window = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.getContentBounds(),
  );
  const x = Math.round(window.x + inPage.x + inPage.width / 2);
  const y = Math.round(window.y + inPage.y + inPage.height / 2);
  xdotool('mousemove', '--sync', String(x), String(y), 'click', String(button));
}

/** Clicks into the middle of an element with the pointer. */
export const click = (app: ElectronApplication, element: Locator): Promise<void> =>
  clickWith(app, element, 1);

/** Right-clicks into the middle of an element. */
export const rightClick = (app: ElectronApplication, element: Locator): Promise<NativeMenu> =>
  openMenu(app, () => clickWith(app, element, 3));

/** Asks for the menu of the focused element with these keys. */
export function pressForMenu(app: ElectronApplication, key: 'Menu' | 'shift+F10') {
  return openMenu(app, () => {
    const [main] = searchWindows(['--all', '--pid', String(app.process().pid), '--name', '.']);
    // There is no window manager that would focus it.
    xdotool('windowfocus', '--sync', main!, 'key', key);
    return Promise.resolve();
  });
}
