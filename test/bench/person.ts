/**
 * A person in front of the window: finds things by role and accessible name, as a screen reader does, presses
 * them with the mouse and types. What they wait for is what the window shows.
 */
import type { PageDebugger } from '../faults/support/debugger';
import { until } from '../faults/support/time';
import { sampleCredential } from '../standin';

/** The part of a node of Chromium's accessibility tree that is looked at here. */
interface AXNode {
  ignored: boolean;
  name?: { value: string };
  properties?: { name: string; value: { value: unknown } }[];
  backendDOMNodeId: number;
}

/** An accessible name, or what it begins with, ends with… */
type Name = string | RegExp;

/** In the page: how many entries the list says it has. */
export const ENTRIES = `document.querySelector('[role=listbox] [role=option]')?.getAttribute('aria-setsize')`;

/** Longest wait for something to appear, ms, unless another is given. */
const LIMIT_MS = 30_000;

const isDisabled = ({ properties = [] }: AXNode): boolean =>
  properties.some(({ name, value }) => name === 'disabled' && value.value === true);

/** The person. */
export class Person {
  readonly #page: PageDebugger;

  constructor(page: PageDebugger) {
    this.#page = page;
  }

  /** The DOM node with this role and name, or null when the window shows none that can be used. */
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

  /** Waits until the window shows it. */
  sees(role: string, name: Name, limit = LIMIT_MS): Promise<number> {
    return this.#until(`${role} ${String(name)}`, () => this.find(role, name), limit);
  }

  /** Waits until the window shows this text. */
  async reads(text: string, limit = LIMIT_MS): Promise<void> {
    const shown = `document.body.innerText.includes(${JSON.stringify(text)})`;
    await this.#until(`"${text}"`, () => this.#page.evaluate<boolean>(shown), limit);
  }

  /** Presses it in its middle, as soon as it is there. */
  async press(role: string, name: Name): Promise<void> {
    const what = `${role} ${String(name)} to press`;
    const at = await this.#until(what, () => this.#middle(role, name), LIMIT_MS);
    const mouse = { x: at[0], y: at[1], button: 'left', clickCount: 1 };
    await this.#page.send('Input.dispatchMouseEvent', { ...mouse, type: 'mousePressed' });
    await this.#page.send('Input.dispatchMouseEvent', { ...mouse, type: 'mouseReleased' });
  }

  /** Puts the cursor into a field, and a text in place of what is there. */
  async fill(role: string, name: Name, text: string): Promise<void> {
    await this.press(role, name);
    await this.#page.evaluate('document.activeElement.select()');
    await this.#page.send('Input.insertText', { text });
  }

  /** From the welcome to the list of what the sample sign-in can see; resolves when *Continue* is pressed. */
  async signIn(): Promise<void> {
    await this.press('button', 'Add organizations');
    await this.fill('textbox', 'Name for this sign-in', 'Head office');
    await this.fill('textbox', 'Account email', sampleCredential.email);
    await this.fill('textbox', 'Global API Key', sampleCredential.key);
    await this.press('button', 'Continue');
  }

  /** Ticks everything that the sign-in can see, once all of it is listed. */
  async tickAll(organizations: number, limit = LIMIT_MS): Promise<void> {
    const all = organizations.toLocaleString('en');
    await this.sees('checkbox', 'Select all', limit);
    await this.press('checkbox', 'Select all');
    await this.reads(`${all} of ${all}`);
  }

  /** Waits until the list has so many entries, as its rows say. */
  async seesEntries(count: number, limit = LIMIT_MS): Promise<void> {
    const shown = `${ENTRIES} === '${count}'`;
    await this.#until(`a list of ${count}`, () => this.#page.evaluate<boolean>(shown), limit);
  }

  /** Waits; when it is in vain, the error says what the window shows instead. */
  async #until<T>(
    what: string,
    look: () => Promise<T>,
    limit: number,
  ): Promise<NonNullable<Exclude<T, false>>> {
    try {
      return await until(what, look, limit);
    } catch (error) {
      const shown = `(document.querySelector('dialog[open]') ?? document.body).innerText`;
      throw new Error(`${String(error)}; shown: ${await this.#page.evaluate<string>(shown)}`, {
        cause: error,
      });
    }
  }

  /** The middle of it in px of the window, scrolled into sight; null while it is not there. */
  async #middle(role: string, name: Name): Promise<readonly [number, number] | null> {
    const backendNodeId = await this.find(role, name);
    if (backendNodeId === null) return null;
    try {
      await this.#page.send('DOM.scrollIntoViewIfNeeded', { backendNodeId });
      const { model } = await this.#page.send('DOM.getBoxModel', { backendNodeId });
      const [left, top, right, , , bottom] = (model as { border: number[] }).border;
      return [(left! + right!) / 2, (top! + bottom!) / 2];
    } catch {
      // It was replaced meanwhile, or has no box yet.
      return null;
    }
  }
}
