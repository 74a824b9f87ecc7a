/**
 * The window over the accessibility bus, like a screen reader: finds what is shown by role and name, and sends real
 * keys through the X server. The installed app is driven this way because no debugger can attach to it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Bus, type Value } from './dbus';
import type { Person } from './person';

const ATSPI = 'org.a11y.atspi';
const ROOT = { to: `${ATSPI}.Registry`, path: `/${ATSPI.replaceAll('.', '/')}/accessible/root` };
/** Bits of a node's states. */
const FOCUSED = 12;
const SHOWING = 25;
/** Time limit for something to be shown, in ms; generous, for busy machines. */
const PATIENCE_MS = 60_000;

interface Place {
  to: string;
  path: string;
}

/** An element of the window. */
export interface Node extends Place {
  role: string;
  name: string;
  states: number;
}

/** Selects an element; a name may also be a pattern. */
export interface Wanted {
  role: string;
  name?: string | RegExp;
}

/** The window. */
export class Window {
  readonly #bus: Bus;
  readonly #person: Person;

  private constructor(bus: Bus, person: Person) {
    this.#bus = bus;
    this.#person = person;
  }

  /** The window of the app that runs in a person's session. */
  static async of(person: Person): Promise<Window> {
    const question = ['--dest=org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus.GetAddress'];
    const answer = person.run('dbus-send', ['--session', '--print-reply', ...question]);
    return new Window(await Bus.connect(/"(.*)"/.exec(answer)![1]!), person);
  }

  close(): void {
    this.#bus.close();
  }

  /** All elements of the window, parents before children. */
  async all(): Promise<Node[]> {
    const [applications] = await this.#ask(ROOT, 'GetChildren');
    const lists = (applications as [string, string][]).map(([to, path]) => this.#below(to, path));
    return (await Promise.all(lists)).flat();
  }

  /** Waits until an element is shown, and returns it. */
  async find({ role, name }: Wanted): Promise<Node> {
    const fits = (node: Node): boolean =>
      node.role === role &&
      (node.states & (1 << SHOWING)) !== 0 &&
      (name === undefined || (name instanceof RegExp ? name.test(node.name) : name === node.name));
    const deadline = Date.now() + PATIENCE_MS;
    let seen: Node[] = [];
    let issue: unknown;
    while (Date.now() < deadline) {
      // While the page changes, a node may disappear before it is queried.
      seen = await this.all().catch((error: unknown) => {
        issue = error;
        return seen;
      });
      const found = seen.find(fits);
      if (found) return found;
      await pause(100);
    }
    const there = seen
      .map((node) => `${node.role}: ${node.name}`)
      .filter((text) => !/: $/.test(text));
    throw new Error(`Not shown: ${role} ${String(name)}. Shown:\n${there.join('\n')}`, {
      cause: issue,
    });
  }

  /** Presses a button or a checkbox. */
  async press(wanted: Wanted): Promise<void> {
    const node = await this.find(wanted);
    await this.#bus.call({
      ...{ to: node.to, path: node.path, interface: `${ATSPI}.Action`, member: 'DoAction' },
      ...{ signature: 'i', values: [0] },
    });
  }

  /** Focuses a field, replaces its text by key presses, and waits until it shows the text. */
  async type(wanted: Wanted, text: string): Promise<void> {
    const field = await this.find(wanted);
    await this.#bus.call({
      ...{ to: field.to, path: field.path },
      ...{ interface: `${ATSPI}.Component`, member: 'GrabFocus' },
    });
    await this.#until(async () => ((await this.#look(field)).states & (1 << FOCUSED)) !== 0);
    this.keys('ctrl+a');
    this.#person.run('xdotool', ['type', '--delay', '4', '--', text]);
    // A password field shows the same number of dots.
    await this.#until(async () => [...(await this.text(field))].length === [...text].length);
  }

  /** Presses keys, in xdotool's notation. */
  keys(...names: string[]): void {
    this.#person.run('xdotool', ['key', ...names]);
  }

  /** The text of a field. */
  async text(place: Place): Promise<string> {
    const [text] = await this.#bus.call({
      ...{ to: place.to, path: place.path, interface: `${ATSPI}.Text`, member: 'GetText' },
      ...{ signature: 'ii', values: [0, -1] },
    });
    return String(text);
  }

  #ask(place: Place, member: string): Promise<Value[]> {
    return this.#bus.call({
      to: place.to,
      path: place.path,
      interface: `${ATSPI}.Accessible`,
      member,
    });
  }

  async #look(place: Place): Promise<Node> {
    const [[role], [name], [states]] = await Promise.all([
      this.#ask(place, 'GetRoleName'),
      this.#bus.call({
        ...{ to: place.to, path: place.path, interface: 'org.freedesktop.DBus.Properties' },
        ...{ member: 'Get', signature: 'ss', values: [`${ATSPI}.Accessible`, 'Name'] },
      }),
      this.#ask(place, 'GetState'),
    ]);
    return {
      ...{ to: place.to, path: place.path },
      role: String(role),
      name: String(name),
      states: Number((states as Value[])[0]),
    };
  }

  async #below(to: string, path: string): Promise<Node[]> {
    const node = await this.#look({ to, path });
    const [children] = await this.#ask(node, 'GetChildren');
    const lists = (children as [string, string][]).map((child) => this.#below(...child));
    return [node, ...(await Promise.all(lists)).flat()];
  }

  async #until(isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error('Timed out.');
      await pause(50);
    }
  }
}
