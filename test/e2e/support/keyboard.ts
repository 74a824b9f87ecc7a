/**
 * A person who has a keyboard and nothing else. After every key it is looked at where the focus is: on
 * something, in sight, not covered, and marked so that it can be seen. There is no way to the mouse from
 * here, and `test/e2e/keyboard/` may not take one (eslint.config.js).
 */
import { expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import { focusIssues } from './focus';
import type { Running } from './start';

/** More presses of Tab than any page has controls. */
const FAR = 90;

/** The keys of one window. */
export class Keyboard {
  readonly #app: ElectronApplication;
  readonly #page: Page;

  constructor({ app, page }: Pick<Running, 'app' | 'page'>) {
    this.#app = app;
    this.#page = page;
  }

  /** Presses keys one after the other, such as `Enter` or `Control+a`. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.#page.keyboard.press(key);
      await this.#seen(`after ${key}`);
    }
  }

  /** Presses a key after which the window is gone. */
  async lastPress(key: string): Promise<void> {
    await this.#page.keyboard.down(key);
  }

  /**
   * Presses a shortcut of the menu, written as the menu has it. The keys of a test reach the page alone,
   * so the item that has this shortcut is chosen.
   */
  async shortcut(accelerator: string): Promise<void> {
    await this.#app.evaluate(({ Menu }, keys) => {
      const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? []);
      items.find((item) => item.accelerator === keys)!.click();
    }, accelerator);
    await this.#seen(`after ${accelerator}`);
  }

  /** Goes on with Tab until this has the focus. */
  async to(target: Locator): Promise<void> {
    await this.#walk(target, 'Tab');
  }

  /** Goes back with Shift+Tab until this has the focus. */
  async backTo(target: Locator): Promise<void> {
    await this.#walk(target, 'Shift+Tab');
  }

  /** Goes to a button, a tab or an option of a menu, and presses it. */
  async activate(target: Locator): Promise<void> {
    await this.to(target);
    await this.press('Enter');
  }

  /** Goes to a check box or radio button and presses Space. */
  async tick(target: Locator): Promise<void> {
    await this.to(target);
    await this.press('Space');
    await expect(target).toBeChecked();
  }

  /** Goes to a field and types this in place of what is in it. */
  async typeInto(target: Locator, text: string): Promise<void> {
    await this.to(target);
    await this.type(text);
  }

  /** Types this in place of what is in the field with the focus. */
  async type(text: string): Promise<void> {
    await this.#page.keyboard.press('Control+a');
    await this.#page.keyboard.press('Delete');
    await this.#page.keyboard.type(text);
    await this.#seen('while typing');
  }

  /** The focus is here, and can be seen. */
  async isOn(target: Locator): Promise<void> {
    await expect(target).toBeFocused();
    await this.#seen('where it should be');
  }

  /** The focus is somewhere, and can be seen: on whatever is there in place of what had it. */
  async isSomewhere(): Promise<void> {
    await this.#seen('after something went away');
  }

  async #walk(target: Locator, key: string): Promise<void> {
    await expect(target).toBeVisible();
    for (let presses = 0; presses < FAR; presses += 1) {
      if (await isFocused(target)) return;
      await this.#page.keyboard.press(key);
      await this.#seen(`after ${key}`);
    }
    await expect(target, `${FAR} presses of ${key} never came to it`).toBeFocused();
  }

  /** Waits until what a key brought up has settled; then nothing may be wrong with the focus. */
  async #seen(when: string): Promise<void> {
    await expect.poll(() => focusIssues(this.#page), `the focus ${when}`).toEqual([]);
  }
}

async function isFocused(target: Locator): Promise<boolean> {
  const [element] = await target.all();
  return element ? element.evaluate((one) => one === document.activeElement) : false;
}
