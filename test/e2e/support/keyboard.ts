/**
 * A user who has only a keyboard. After every action, checks that the focus is on an element that is in view,
 * not covered, and visibly marked. This class has no mouse, and lint keeps Playwright's mouse methods out
 * of `test/e2e/keyboard/` (eslint.config.js).
 */
import { expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import { focusIssues } from './focus';
import type { RunningApp } from './start';

/** More tab stops than any page has, and more items than any menu. */
const MAX_PRESSES = 90;
/** Keys that only move the focus or a selection. */
const MOVES = /^(Shift\+)?(Tab|Arrow\w+|Home|End|Page\w+)$/;

export class Keyboard {
  readonly #app: ElectronApplication;
  readonly #page: Page;
  /** Controls and shortcuts pressed, options chosen, and texts typed. Moving the focus counts as nothing. */
  actions = 0;

  constructor({ app, page }: Pick<RunningApp, 'app' | 'page'>) {
    this.#app = app;
    this.#page = page;
  }

  /** Presses keys one after another, such as `Enter` or `Control+a`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      if (!MOVES.test(key)) this.actions += 1;
      await this.#page.keyboard.press(key);
      await this.#checkFocus(`after ${key}`);
    }
  }

  /** Presses a key that closes the window, so the focus cannot be checked afterwards. */
  async pressToClose(key: string): Promise<void> {
    await this.#page.keyboard.down(key);
  }

  /**
   * Presses a menu shortcut, written as in the menu. Playwright's keys reach only the page, so this
   * clicks the menu item with that accelerator.
   */
  async shortcut(accelerator: string): Promise<void> {
    this.actions += 1;
    await this.#app.evaluate(({ Menu }, keys) => {
      const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? []);
      items.find((item) => item.accelerator === keys)!.click();
    }, accelerator);
    await this.#checkFocus(`after ${accelerator}`);
  }

  /** Presses Tab until the target has the focus. */
  async tabTo(target: Locator): Promise<void> {
    await this.#pressUntilFocused(target, 'Tab');
  }

  /** Presses Shift+Tab until the target has the focus. */
  async tabBackTo(target: Locator): Promise<void> {
    await this.#pressUntilFocused(target, 'Shift+Tab');
  }

  /** Tabs to a control and presses Enter. */
  async activate(target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.press('Enter');
  }

  /** Opens the menu of the focused button, and goes to an item of it. */
  async openMenuAt(item: Locator): Promise<void> {
    await expect(this.#page.locator('button:focus')).toBeEnabled();
    await this.press('Enter');
    // The menu takes the focus a moment after it appears.
    await expect(this.#page.locator('[role="menuitem"]:focus')).toBeVisible();
    await this.#pressUntilFocused(item, 'ArrowDown');
  }

  /** Tabs to a checkbox or radio button and presses Space; it must be checked then. */
  async tick(target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.press('Space');
    await expect(target).toBeChecked();
  }

  /**
   * Tabs to a list and chooses an option, whose whole label is typed. Once more where the computer was so slow between two
   * letters that the browser took them for two words, which it does after a second.
   */
  async choose(list: Locator, option: string): Promise<void> {
    await this.tabTo(list);
    this.actions += 1;
    await expect(async () => {
      await this.#page.keyboard.type(option);
      await expect(list.locator('option:checked')).toHaveText(option, { timeout: 2_000 });
    }).toPass({ timeout: 20_000 });
    await this.#checkFocus('after choosing');
  }

  /** Presses Enter in a dialog of the system, which the fixture answers. */
  confirm(): void {
    this.actions += 1;
  }

  /** Tabs to a field and replaces its text. */
  async typeInto(target: Locator, text: string): Promise<void> {
    await this.tabTo(target);
    await this.type(text);
  }

  /** Replaces the text of the focused field. */
  async type(text: string): Promise<void> {
    this.actions += 1;
    await this.#page.keyboard.press('Control+a');
    await this.#page.keyboard.press('Delete');
    await this.#page.keyboard.type(text);
    await this.#checkFocus('while typing');
  }

  /** Expects the target to be focused and the focus to be visible. */
  async expectFocusOn(target: Locator): Promise<void> {
    await expect(target).toBeFocused();
    await this.#checkFocus('on the expected element');
  }

  /**
   * Expects some element to have a visible focus. The actions do this too; call it after the page
   * has changed on its own, for example when the focused element is gone.
   */
  async expectVisibleFocus(): Promise<void> {
    await this.#checkFocus('after the page changed');
  }

  async #pressUntilFocused(target: Locator, key: string): Promise<void> {
    await expect(target).toBeVisible();
    for (let presses = 0; presses < MAX_PRESSES; presses += 1) {
      if (await isFocused(target)) return;
      await this.#page.keyboard.press(key);
      await this.#checkFocus(`after ${key}`);
    }
    await expect(target, `reached within ${MAX_PRESSES} presses of ${key}`).toBeFocused();
  }

  /** Polls, because the page may still be opening something when the key returns. */
  async #checkFocus(when: string): Promise<void> {
    await expect.poll(() => focusIssues(this.#page), `the focus ${when}`).toEqual([]);
  }
}

async function isFocused(target: Locator): Promise<boolean> {
  const [match] = await target.all();
  return match ? match.evaluate((element) => element === document.activeElement) : false;
}
