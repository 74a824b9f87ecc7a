/**
 * A simulated person at the window: finds elements by role and accessible name, like a screen reader, clicks and
 * types, and waits for what the window shows.
 */
import type { PageDebugger } from '../faults/support/debugger';
import { until } from '../faults/support/time';
import { sampleSignIn } from '../standin';

/** The properties of a node of Chromium's accessibility tree that are used here. */
interface AXNode {
  ignored: boolean;
  name?: { value: string };
  properties?: { name: string; value: { value: unknown } }[];
  backendDOMNodeId: number;
}

/** An accessible name, or a pattern. */
type Name = string | RegExp;

/** In the page: the number of entries according to the list. */
export const ENTRIES = `document.querySelector('[role=listbox] [role=option]')?.getAttribute('aria-setsize')`;

/** Default time limit for something to appear, in ms. */
const LIMIT_MS = 30_000;

const isDisabled = ({ properties = [] }: AXNode): boolean =>
  properties.some(({ name, value }) => name === 'disabled' && value.value === true);

/** A simulated person at one window. */
export class Person {
  readonly #page: PageDebugger;

  constructor(page: PageDebugger) {
    this.#page = page;
  }

  /** The id of the enabled DOM node with this role and name, or null. */
  async find(role: string, name: Name): Promise<number | null> {
    const { root } = await this.#page.send('DOM.getDocument', { depth: 0 });
    const { nodes } = await this.#page.send('Accessibility.queryAXTree', {
      backendNodeId: (root as { backendNodeId: number }).backendNodeId,
      role,
      ...(typeof name === 'string' ? { accessibleName: name } : {}),
    });
    const found = (nodes as AXNode[])
      .filter((node) => !node.ignored && !isDisabled(node))
      .find((node) => typeof name === 'string' || name.test(node.name?.value ?? ''));
    return found?.backendDOMNodeId ?? null;
  }

  /** Waits until the window shows this element; returns the id of its DOM node. */
  sees(role: string, name: Name, limit = LIMIT_MS): Promise<number> {
    return this.#until(`${role} ${String(name)}`, () => this.find(role, name), limit);
  }

  /** Waits until the window shows this text. */
  async reads(text: string, limit = LIMIT_MS): Promise<void> {
    const isShown = `document.body.innerText.includes(${JSON.stringify(text)})`;
    await this.#until(`"${text}"`, () => this.#page.evaluate<boolean>(isShown), limit);
  }

  /** Clicks the middle of an element as soon as it is shown. */
  async press(role: string, name: Name): Promise<void> {
    const what = `${role} ${String(name)} to press`;
    const [x, y] = await this.#until(what, () => this.#middle(role, name), LIMIT_MS);
    const mouse = { x, y, button: 'left', clickCount: 1 };
    await this.#page.send('Input.dispatchMouseEvent', { ...mouse, type: 'mousePressed' });
    await this.#page.send('Input.dispatchMouseEvent', { ...mouse, type: 'mouseReleased' });
  }

  /** Replaces the text of a field. */
  async fill(role: string, name: Name, text: string): Promise<void> {
    await this.press(role, name);
    await this.#page.evaluate('document.activeElement.select()');
    await this.#page.send('Input.insertText', { text });
  }

  /** Fills in the sample sign-in, starting at the welcome page; resolves when *Continue* is pressed. */
  async signIn(): Promise<void> {
    await this.press('button', 'Add organizations');
    await this.press('radio', /^Email and Global API Key/);
    await this.fill('textbox', 'Name for this sign-in', 'Head office');
    await this.fill('textbox', 'Account email', sampleSignIn.email);
    await this.fill('textbox', 'Global API Key', sampleSignIn.key);
    await this.press('button', 'Continue');
  }

  /** Ticks all organizations of the sign-in once they are listed. */
  async tickAll(organizations: number, limit = LIMIT_MS): Promise<void> {
    const all = organizations.toLocaleString('en');
    await this.sees('checkbox', 'Select all', limit);
    await this.press('checkbox', 'Select all');
    await this.reads(`${all} of ${all}`);
  }

  /** Waits until the list has this many entries, according to its rows. */
  async seesEntries(count: number, limit = LIMIT_MS): Promise<void> {
    const shown = `${ENTRIES} === '${count}'`;
    await this.#until(`a list of ${count}`, () => this.#page.evaluate<boolean>(shown), limit);
  }

  /** Waits; on timeout the error includes what the window shows. */
  async #until<T>(
    what: string,
    probe: () => Promise<T>,
    limit: number,
  ): Promise<NonNullable<Exclude<T, false>>> {
    try {
      return await until(what, probe, limit);
    } catch (error) {
      const shown = `(document.querySelector('dialog[open]') ?? document.body).innerText`;
      throw new Error(`${String(error)}; shown: ${await this.#page.evaluate<string>(shown)}`, {
        cause: error,
      });
    }
  }

  /** Scrolls an element into view and returns its middle in px of the window; null while it is missing. */
  async #middle(role: string, name: Name): Promise<readonly [number, number] | null> {
    const backendNodeId = await this.find(role, name);
    if (backendNodeId === null) return null;
    try {
      await this.#page.send('DOM.scrollIntoViewIfNeeded', { backendNodeId });
      const { model } = await this.#page.send('DOM.getBoxModel', { backendNodeId });
      const [left, top, right, , , bottom] = (model as { border: number[] }).border;
      return [(left! + right!) / 2, (top! + bottom!) / 2];
    } catch {
      // The element was replaced in the meantime, or has no layout yet.
      return null;
    }
  }
}
