/** Drives the real window: reads the page, and sends mouse and keyboard input through Chromium. */
import type { FieldName } from '../../../src/shared/profile';
import { Gone, type PageDebugger } from './debugger';
import { until } from './time';

/** JavaScript functions that find elements; added to every expression that is evaluated in the page. */
const FINDERS = `
  const shown = (element) => element && element.getClientRects().length > 0;
  const button = (name, within = document) =>
    [...within.querySelectorAll('button')].find((one) => one.textContent.trim() === name && shown(one));
  // An account is called by its organization, too; its own name is below.
  const isCalled = (element, name) =>
    element?.ariaLabel === name || element?.ariaLabel?.endsWith(', through the account ' + name);
  const option = (name) =>
    [...document.querySelectorAll('[role=option]')].find((one) =>
      (one.querySelector('.account') ?? one.querySelector('.name'))?.textContent === name);
  const dialog = () => document.querySelector('dialog[open]');
  // Metadata is folded at first. Its field exists in the next task after the click.
  const field = (name) => {
    const found = document.querySelector('.page [name="' + name + '"]');
    if (!found && name === 'external_metadata') document.querySelector('.metadata button')?.click();
    return found;
  };
  const settings = () => document.querySelector('button[aria-label="Settings"]');
`;

/** Steps that the page carries out alone: the delay before the first step, and between steps, in ms. */
const FIRST_STEP_MS = 20;
const STEP_MS = 25;

/** The app's window, as a person uses it. */
export class AppWindow {
  readonly #page: PageDebugger;

  constructor(page: PageDebugger) {
    this.#page = page;
  }

  /** Resolves when the list of organizations is shown. */
  async usable(): Promise<void> {
    await until('the list', () =>
      this.#evaluate<boolean>(`document.querySelector('[role=option]') !== null`),
    );
  }

  /** Opens an organization from the list; resolves when its form is shown. */
  async open(name: string): Promise<void> {
    await this.#press(`option(${JSON.stringify(name)})`);
    await this.shows(name);
  }

  /** Resolves when the form of an organization is shown. */
  async shows(name: string): Promise<void> {
    const quoted = JSON.stringify(name);
    const form = `isCalled(document.querySelector('h1'), ${quoted}) && !!field('business_name')`;
    await until(`the page of ${name}`, () => this.#evaluate<boolean>(form));
  }

  /** Leaves the page for Settings without waiting. */
  async toSettings(): Promise<void> {
    await this.#press('settings()');
  }

  /**
   * Schedules what a person does while the main process is stopped: inserts letters at the cursor, then goes from
   * page to page (null: Settings). Real input comes through the main process, so a script in the page does this.
   */
  async typeAndLeaveSoon(letters: string, pages: readonly (string | null)[]): Promise<void> {
    await this.#evaluate<void>(`(() => {
      const steps = [
        () => document.execCommand('insertText', false, ${JSON.stringify(letters)}),
        ...${JSON.stringify(pages)}.map((name) => () => (name === null ? settings() : option(name)).click()),
      ];
      steps.forEach((step, at) => setTimeout(step, ${FIRST_STEP_MS} + at * ${STEP_MS}));
    })()`);
  }

  /** The text of a field. */
  async text(field: FieldName): Promise<string> {
    const { value } = await until(`field('${field}')`, () =>
      this.#evaluate<{ value: string } | null>(
        `(() => { const found = field('${field}'); return found && { value: found.value }; })()`,
      ),
    );
    return value;
  }

  /** Focuses a field with its text selected, and returns the text. */
  async select(field: FieldName): Promise<string> {
    await this.#press(`field('${field}')`);
    return this.#evaluate(`(field('${field}').select(), field('${field}').value)`);
  }

  /** Moves the cursor to the end of a field. */
  async toEnd(field: FieldName): Promise<void> {
    await this.#press(`field('${field}')`);
    const end = `field('${field}').value.length`;
    await this.#evaluate(`field('${field}').setSelectionRange(${end}, ${end})`);
  }

  /** Inserts text at the cursor in one step, like an input method. */
  async insert(text: string): Promise<void> {
    await this.#page.send('Input.insertText', { text });
  }

  /** Presses one key. */
  async key(letter: string): Promise<void> {
    await this.#page.send('Input.dispatchKeyEvent', { type: 'keyDown', key: letter, text: letter });
    await this.#page.send('Input.dispatchKeyEvent', { type: 'keyUp', key: letter });
  }

  /** Presses *Review changes*; returns false if there is nothing to review. */
  async review(): Promise<boolean> {
    if (await this.#evaluate<boolean>(`!button('Review changes')`)) return false;
    const state = `dialog() !== null`;
    await this.#pressUntil('the review', `button('Review changes')`, state);
    return true;
  }

  /**
   * Presses *Save changes* in the review. Returns whether the window accepted it; false also if nothing was left to
   * save.
   */
  async save(): Promise<boolean> {
    const save = `button('Save changes', dialog())`;
    const state = `dialog() === null ? 'closed'
      : dialog().querySelector('[role=alert]') ? 'failed' : ${save} ? null : 'nothing to save'`;
    const end = await this.#pressUntil('the save', save, state);
    if (end === 'closed') return true;
    await this.#press(`button('Back to editing', dialog())`);
    return false;
  }

  /** Presses *Discard changes*; returns false if there is nothing to discard. */
  async discard(): Promise<boolean> {
    if (await this.#evaluate<boolean>(`!button('Discard changes')`)) return false;
    const state = `!button('Review changes')`;
    await this.#pressUntil('the edits to disappear', `button('Discard changes')`, state);
    return true;
  }

  #evaluate<T>(expression: string): Promise<T> {
    return this.#page.evaluate(`{ ${FINDERS}; (${expression}) }`);
  }

  /**
   * Presses a button once, as soon as it can be pressed, and waits until the expression `state` is truthy in the page.
   * Returns its value. A press without effect, such as of a button that moved under the mouse, is a fault of the window.
   */
  async #pressUntil(what: string, button: string, state: string): Promise<unknown> {
    let isPressed = false;
    return until(what, async () => {
      const reached = await this.#evaluate<unknown>(state);
      if (reached) return reached;
      const isIdle = `!!(${button}) && !(${button}).getAttribute('aria-busy')`;
      if (!isPressed && (await this.#evaluate<boolean>(isIdle))) {
        isPressed = true;
        await this.#press(button);
      }
      return null;
    }).catch(async (error: unknown) => {
      if (error instanceof Gone) throw error;
      const shown = await this.#evaluate<string>(
        `(dialog() ?? document.querySelector('main')).innerText`,
      );
      throw new Error(`${String(error)}; the window shows ${JSON.stringify(shown)}`);
    });
  }

  /** Clicks the middle of the element that the expression finds. */
  async #press(expression: string): Promise<void> {
    const middle = `(() => {
      const element = ${expression};
      if (!element) return null;
      element.scrollIntoView({ block: 'nearest' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`;
    const at = await until(expression, () =>
      this.#evaluate<{ x: number; y: number } | null>(middle),
    );
    const common = { ...at, button: 'left', clickCount: 1 };
    await this.#page.send('Input.dispatchMouseEvent', { ...common, type: 'mousePressed' });
    await this.#page.send('Input.dispatchMouseEvent', { ...common, type: 'mouseReleased' });
  }
}
