/** The real window with real input: what a person sees is looked up in the page, presses and keys go through Chromium. */
import type { FieldName } from '../../../src/shared/profile';
import { Gone, type PageDebugger } from './debugger';
import { now, until } from './time';

/** Finds things in the page; put into it as text with every question. */
const FINDERS = `
  const shown = (element) => element && element.getClientRects().length > 0;
  const button = (name, within = document) =>
    [...within.querySelectorAll('button')].find((one) => one.textContent.trim() === name && shown(one));
  const option = (name) =>
    [...document.querySelectorAll('[role=option]')].find((one) => one.querySelector('.name').textContent === name);
  const dialog = () => document.querySelector('dialog[open]');
  const field = (name) => document.querySelector('.page [name="' + name + '"]');
  const settings = () => document.querySelector('button[aria-label="Settings"]');
`;

/** When the first of several steps in the page comes, and how far they are apart, ms. */
const FIRST_STEP_MS = 20;
const STEP_MS = 25;

/** After this time without an effect a button is pressed again, ms: it may have moved under the mouse. */
const PRESS_AGAIN_MS = 1_000;

/** The window. */
export class PersonsWindow {
  readonly #page: PageDebugger;

  constructor(page: PageDebugger) {
    this.#page = page;
  }

  /** Resolves when the list of organizations is there. */
  async usable(): Promise<void> {
    await until('the list', () =>
      this.#look<boolean>(`document.querySelector('[role=option]') !== null`),
    );
  }

  /** Opens an organization from the list; resolves when its form is there. */
  async open(name: string): Promise<void> {
    await this.#press(`option(${JSON.stringify(name)})`);
    await this.shows(name);
  }

  /** Resolves when the form of an organization is there. */
  async shows(name: string): Promise<void> {
    const quoted = JSON.stringify(name);
    const form = `document.querySelector('h1')?.textContent === ${quoted} && !!field('business_name')`;
    await until(`the page of ${name}`, () => this.#look<boolean>(form));
  }

  /** Leaves the page for Settings, and does not wait for anything. */
  async toSettings(): Promise<void> {
    await this.#press('settings()');
  }

  /**
   * What a person does while main stands still, a moment from now: adds letters where the cursor is, and
   * then goes from page to page (null: Settings). Input comes through main, so the page does it itself.
   */
  async typeAndLeaveSoon(letters: string, pages: readonly (string | null)[]): Promise<void> {
    await this.#look<void>(`(() => {
      const steps = [
        () => document.execCommand('insertText', false, ${JSON.stringify(letters)}),
        ...${JSON.stringify(pages)}.map((name) => () => (name === null ? settings() : option(name)).click()),
      ];
      steps.forEach((step, at) => setTimeout(step, ${FIRST_STEP_MS} + at * ${STEP_MS}));
    })()`);
  }

  /** What a field shows. */
  text(field: FieldName): Promise<string> {
    return this.#look(`field('${field}').value`);
  }

  /** Puts the cursor into a field with everything selected, and says what it shows. */
  async select(field: FieldName): Promise<string> {
    await this.#press(`field('${field}')`);
    return this.#look(`(field('${field}').select(), field('${field}').value)`);
  }

  /** Puts the cursor to the end of a field. */
  async toEnd(field: FieldName): Promise<void> {
    await this.#press(`field('${field}')`);
    const end = `field('${field}').value.length`;
    await this.#look(`field('${field}').setSelectionRange(${end}, ${end})`);
  }

  /** Several letters at once, as an input method gives them, where the cursor is. */
  async insert(text: string): Promise<void> {
    await this.#page.send('Input.insertText', { text });
  }

  /** One key. */
  async key(letter: string): Promise<void> {
    await this.#page.send('Input.dispatchKeyEvent', { type: 'keyDown', key: letter, text: letter });
    await this.#page.send('Input.dispatchKeyEvent', { type: 'keyUp', key: letter });
  }

  /** Presses *Review changes*; false when there is nothing to review. */
  async review(): Promise<boolean> {
    if (await this.#look<boolean>(`button('Review changes')?.disabled ?? true`)) return false;
    const state = `dialog() !== null`;
    await this.#pressUntil('the review', `button('Review changes')`, state);
    return true;
  }

  /**
   * Presses *Save changes* in the review; says whether the window took it, when it did. False also when
   * nothing is left to save by now.
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

  /** Presses *Discard changes*; false when there is nothing to discard. */
  async discard(): Promise<boolean> {
    if (await this.#look<boolean>(`button('Discard changes')?.disabled ?? true`)) return false;
    const state = `button('Review changes').disabled`;
    await this.#pressUntil('the edits to go', `button('Discard changes')`, state);
    return true;
  }

  #look<T>(expression: string): Promise<T> {
    return this.#page.evaluate(`{ ${FINDERS}; (${expression}) }`);
  }

  /** Presses until the page is in a state that is neither null nor false, and says which. */
  async #pressUntil(what: string, button: string, state: string): Promise<unknown> {
    let pressedAt = -Infinity;
    return until(what, async () => {
      const seen = await this.#look<unknown>(state);
      if (seen) return seen;
      const isIdle = `!!(${button}) && !(${button}).getAttribute('aria-busy')`;
      if (now() - pressedAt > PRESS_AGAIN_MS && (await this.#look<boolean>(isIdle))) {
        pressedAt = now();
        await this.#press(button);
      }
      return null;
    }).catch(async (error: unknown) => {
      if (error instanceof Gone) throw error;
      const shown = await this.#look<string>(
        `(dialog() ?? document.querySelector('main')).innerText`,
      );
      throw new Error(`${String(error)}; the window shows ${JSON.stringify(shown)}`);
    });
  }

  /** A real press of the mouse in the middle of what the expression finds. */
  async #press(expression: string): Promise<void> {
    const middle = `(() => {
      const element = ${expression};
      if (!element) return null;
      element.scrollIntoView({ block: 'nearest' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`;
    const at = await until(expression, () => this.#look<{ x: number; y: number } | null>(middle));
    const common = { ...at, button: 'left', clickCount: 1 };
    await this.#page.send('Input.dispatchMouseEvent', { ...common, type: 'mousePressed' });
    await this.#page.send('Input.dispatchMouseEvent', { ...common, type: 'mouseReleased' });
  }
}
