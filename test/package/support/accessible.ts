/**
 * The window over the accessibility bus, like a screen reader: finds what is shown by role and name, and sends
 * real keystrokes through the X server. The installed app is driven this way because no debugger can attach to it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createClient, type MessageBus } from 'dbus-native';
import { searchWindows } from '../../e2e/support/search-windows';
import type { Person } from './person';

const ATSPI = 'org.a11y.atspi';
const ROOT = {
  destination: `${ATSPI}.Registry`,
  path: `/${ATSPI.replaceAll('.', '/')}/accessible/root`,
};
/** Bits of a node's states. */
const FOCUSED = 12;
const SHOWING = 25;
/** Time limit for something to be shown, in ms; generous, for busy machines. */
const LIMIT_MS = 60_000;

/** The address of an element on the accessibility bus. */
interface Address {
  destination: string;
  path: string;
}

/** An element of the window. */
export interface Node extends Address {
  role: string;
  name: string;
  states: number;
}

/** Selects an element; a name may also be a pattern. */
export interface Query {
  role: string;
  name?: string | RegExp;
}

/** The window. */
export class Window {
  readonly #bus: MessageBus;
  readonly #person: Person;

  private constructor(bus: MessageBus, person: Person) {
    this.#bus = bus;
    this.#person = person;
  }

  /** The window of the app that runs in a person's session. */
  static async of(person: Person): Promise<Window> {
    const question = ['--dest=org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus.GetAddress'];
    const answer = person.run('dbus-send', ['--session', '--print-reply', ...question]);
    const busAddress = /"(.*)"/.exec(answer)![1]!;
    return new Window(createClient({ busAddress, plainValues: true }), person);
  }

  async close(): Promise<void> {
    await this.#bus.close();
  }

  /** All elements of the window, parents before children. */
  async all(): Promise<Node[]> {
    const lists = (await this.#children(ROOT)).map((application) => this.#subtree(application));
    return (await Promise.all(lists)).flat();
  }

  /** Waits until an element is shown, and returns it. */
  async find({ role, name }: Query): Promise<Node> {
    const matches = (node: Node): boolean =>
      node.role === role &&
      (node.states & (1 << SHOWING)) !== 0 &&
      (name === undefined || (name instanceof RegExp ? name.test(node.name) : name === node.name));
    const deadline = Date.now() + LIMIT_MS;
    let shown: Node[] = [];
    let error: unknown;
    while (Date.now() < deadline) {
      // While the page changes, a node may disappear before it is queried.
      shown = await this.all().catch((cause: unknown) => {
        error = cause;
        return shown;
      });
      const found = shown.find(matches);
      if (found) return found;
      await pause(100);
    }
    const names = shown
      .map((node) => `${node.role}: ${node.name}`)
      .filter((text) => !/: $/.test(text));
    throw new Error(`Not shown: ${role} ${String(name)}. Shown:\n${names.join('\n')}`, {
      cause: error,
    });
  }

  /** Presses a button or a checkbox. */
  async press(query: Query): Promise<void> {
    const node = await this.find(query);
    await this.#bus.invoke({
      destination: node.destination,
      path: node.path,
      interface: `${ATSPI}.Action`,
      member: 'DoAction',
      signature: 'i',
      body: [0],
    });
  }

  /** Focuses a field, replaces its text by key presses, and waits until it shows the text. */
  async type(query: Query, text: string): Promise<void> {
    const field = await this.#focus(query);
    if ((await this.text(field)) !== '') {
      this.keys('ctrl+a');
      // Select all is an item of the menu, so main does it: what is typed before that would be replaced by what follows.
      await this.#until(() => this.#isSelected(field));
    }
    this.#person.run('xdotool', ['type', '--delay', '4', '--', text]);
    // A password field shows the same number of dots.
    let shown = -1;
    const isTyped = async (): Promise<boolean> =>
      (shown = [...(await this.text(field))].length) === [...text].length;
    try {
      await this.#until(isTyped);
    } catch (error) {
      const found = `${shown} of ${[...text].length} characters of ${String(query.name)}`;
      throw new Error(`Typed ${found}.`, { cause: error });
    }
  }

  /** Focuses a field. One that the page has replaced since it was found is looked for again. */
  async #focus(query: Query): Promise<Node> {
    let field = await this.find(query);
    await this.#until(async () => {
      try {
        await this.#bus.invoke({
          destination: field.destination,
          path: field.path,
          interface: `${ATSPI}.Component`,
          member: 'GrabFocus',
        });
        return ((await this.#read(field)).states & (1 << FOCUSED)) !== 0;
      } catch (error) {
        if (!String(error).includes('does not exist')) throw error;
        field = await this.find(query);
        return false;
      }
    });
    return field;
  }

  /** Presses keys, in xdotool's notation. */
  keys(...names: string[]): void {
    this.#person.run('xdotool', ['key', ...names]);
  }

  /**
   * Does what opens a dialog of the system, presses keys in it, and waits until it is closed. Chromium does not put
   * such dialogs on the accessibility bus, and there is no window manager that would focus them. The keys are pressed
   * once the app counts them: it shows a question again that was confirmed within 1.5 s.
   */
  async answerDialog(open: () => Promise<void>, ...keys: string[]): Promise<void> {
    const windows = (): string[] => searchWindows(['--name', '^Letterhead$'], this.#person.run);
    const [main] = windows() as [string];
    await open();
    const dialog = (): string | undefined => windows().find((id) => id !== main);
    await this.#until(() => Promise.resolve(dialog() !== undefined));
    const shown = performance.now();
    await this.#until(() => Promise.resolve(performance.now() - shown > 1_600));
    this.#person.run('xdotool', ['windowfocus', '--sync', dialog()!, 'key', ...keys]);
    await this.#until(() => Promise.resolve(dialog() === undefined));
    this.#person.run('xdotool', ['windowfocus', '--sync', main]);
  }

  /** The text of a field. */
  async text({ destination, path }: Address): Promise<string> {
    return this.#bus.invoke<string>({
      destination,
      path,
      interface: `${ATSPI}.Text`,
      member: 'GetText',
      signature: 'ii',
      body: [0, -1],
    });
  }

  /** Whether some of the text of a field is selected. */
  async #isSelected({ destination, path }: Address): Promise<boolean> {
    const member = 'GetNSelections';
    const selections = await this.#bus.invoke<number>({
      destination,
      path,
      interface: `${ATSPI}.Text`,
      member,
    });
    return selections > 0;
  }

  async #get<T>({ destination, path }: Address, member: string): Promise<T> {
    return this.#bus.invoke<T>({
      destination,
      path,
      interface: `${ATSPI}.Accessible`,
      member,
    });
  }

  async #children(address: Address): Promise<Address[]> {
    const children = await this.#get<[string, string][]>(address, 'GetChildren');
    return children.map(([destination, path]) => ({ destination, path }));
  }

  async #read({ destination, path }: Address): Promise<Node> {
    const [role, name, [states]] = await Promise.all([
      this.#get<string>({ destination, path }, 'GetRoleName'),
      this.#bus.invoke<string>({
        destination,
        path,
        interface: 'org.freedesktop.DBus.Properties',
        member: 'Get',
        signature: 'ss',
        body: [`${ATSPI}.Accessible`, 'Name'],
      }),
      this.#get<[number, number]>({ destination, path }, 'GetState'),
    ]);
    return { destination, path, role, name, states };
  }

  async #subtree(address: Address): Promise<Node[]> {
    const node = await this.#read(address);
    const lists = (await this.#children(node)).map((child) => this.#subtree(child));
    return [node, ...(await Promise.all(lists)).flat()];
  }

  async #until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + LIMIT_MS;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error('Timed out.');
      await pause(50);
    }
  }
}
