/**
 * The organizations a sign-in can see, with what is ticked among them. They come page by page and are put
 * in order afterwards: those not saved yet first, then by name. Nothing here holds main for long, however
 * long the list is.
 */
import { PRESELECTED, type AvailablePage, type AvailableSummary } from '../../../shared/additions';
import { nameOrder } from '../../../shared/messages/locale';
import { fold, foldedWords } from '../../database/fold';

/** An organization as Cloudflare listed it. */
interface Listed {
  readonly id: string;
  readonly name: string;
  readonly saved: boolean;
}

/** An organization of the list. */
interface Found extends Listed {
  /** The name as the filter looks through it. */
  readonly folded: string;
  ticked: boolean;
}

type Compare = (one: Listed, other: Listed) => number;
/** Yields to the event loop when it was held long enough. */
type Rest = () => Promise<void>;

/** What the filter looks for in ids, too: fewer characters occur in too many of them by chance. */
const ID_PART = /^[0-9a-f]{8,32}$/;
/** How long putting in order may hold main at a time, in ms. */
const SLICE_MS = 4;
/** Items that are put in order between two looks at the clock. */
const GROUP = 256;

/** The order of the list. */
function inOrder(): Compare {
  const names = nameOrder();
  return (one, other) =>
    Number(one.saved) - Number(other.saved) ||
    names.compare(one.name, other.name) ||
    (one.id < other.id ? -1 : 1);
}

function restBetween(yieldToEventLoop: () => Promise<void>): Rest {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < SLICE_MS) return;
    await yieldToEventLoop();
    began = performance.now();
  };
}

/** Merges two ordered lists. */
async function merged(
  one: readonly Listed[],
  other: readonly Listed[],
  compare: Compare,
  rest: Rest,
): Promise<Listed[]> {
  const all: Listed[] = [];
  let [next, nextOther] = [one[0], other[0]];
  let [place, placeOther] = [0, 0];
  while (next || nextOther) {
    if (next && (!nextOther || compare(next, nextOther) <= 0)) {
      all.push(next);
      next = one[(place += 1)];
    } else if (nextOther) {
      all.push(nextOther);
      nextOther = other[(placeOther += 1)];
    }
    if (all.length % GROUP === 0) await rest();
  }
  return all;
}

/** The list. */
export class AvailableList {
  readonly #byId = new Map<string, Found | null>();
  /** Ordered parts of the list that are not in `all` yet. */
  #parts: Listed[][] = [];
  /** The list in its order. */
  #all: readonly Found[] = [];
  #saved = 0;
  #ticked = 0;
  /** What the last filter showed: scrolling asks for it again and again. */
  #shown: { filter: string; all: readonly Found[] } | null = null;
  readonly #onlyNew: boolean;

  /** @param onlyNew leaves out those that are saved already */
  constructor(onlyNew: boolean) {
    this.#onlyNew = onlyNew;
  }

  /** How many organizations were found, those left out included. */
  get found(): number {
    return this.#byId.size;
  }

  /** How many of them were saved already. */
  get saved(): number {
    return this.#saved;
  }

  /** Takes a page of the list; what is there already stays as it is. It shows after `order`. */
  add(page: readonly Listed[]): void {
    const part: Listed[] = [];
    for (const listed of page) {
      if (this.#byId.has(listed.id)) continue;
      this.#byId.set(listed.id, null);
      if (listed.saved) this.#saved += 1;
      if (!listed.saved || !this.#onlyNew) part.push(listed);
    }
    this.#parts.push(part.sort(inOrder()));
  }

  /**
   * Puts all that was taken into the list.
   * @param breathe yields to the event loop
   */
  async order(yieldToEventLoop: () => Promise<void>): Promise<void> {
    const compare = inOrder();
    const rest = restBetween(yieldToEventLoop);
    let parts: (readonly Listed[])[] = [this.#all, ...this.#parts];
    this.#parts = [];
    // In pairs: each organization is compared a few times, not once per part.
    while (parts.length > 1) {
      const pairs: (readonly Listed[])[] = [];
      for (let at = 0; at < parts.length; at += 2) {
        const [one = [], other] = parts.slice(at, at + 2);
        pairs.push(other ? await merged(one, other, compare, rest) : one);
      }
      parts = pairs;
    }
    const all: Found[] = [];
    // Made in their order: the filter goes through memory in order, which is several times as quick.
    for (const { id, name, saved } of parts[0] ?? []) {
      const ticked = this.#byId.get(id)?.ticked ?? false;
      const found = { id, name, saved, folded: fold(name), ticked };
      this.#byId.set(id, found);
      if (all.push(found) % GROUP === 0) await rest();
    }
    this.#all = all;
    this.#shown = null;
  }

  /** Ticks all that can be added if they are few: then adding them all is what most people want. */
  preselect(): void {
    if (this.#all.length <= PRESELECTED) this.tick('shown', true, '');
  }

  /** The rows from `offset` on that the filter shows. */
  page(filter: string, offset: number, limit: number): AvailablePage {
    const rows = this.#matching(filter).slice(offset, offset + limit);
    return {
      ...this.summary(filter),
      offset,
      rows: rows.map(({ id, name, saved, ticked }) => ({ id, name, saved, ticked })),
    };
  }

  /** The numbers under a filter. */
  summary(filter: string): AvailableSummary {
    const all = this.#matching(filter);
    let [ticked, addable] = [0, 0];
    for (const found of all) {
      if (found.ticked) ticked += 1;
      if (!found.saved) addable += 1;
    }
    return {
      listed: this.#all.length,
      ticked: this.#ticked,
      shown: { listed: all.length, ticked, addable },
    };
  }

  /** Ticks these, or all that the filter shows, or takes the ticks away; saved ones have none. */
  tick(which: 'shown' | readonly string[], ticked: boolean, filter: string): void {
    const all = which === 'shown' ? this.#matching(filter) : which;
    for (const one of all) {
      const found = typeof one === 'string' ? this.#byId.get(one) : one;
      if (!found || found.saved || found.ticked === ticked) continue;
      found.ticked = ticked;
      this.#ticked += ticked ? 1 : -1;
    }
  }

  /** What is ticked, in the order of the list. */
  chosen(): readonly { id: string; name: string }[] {
    return this.#all.filter(({ ticked }) => ticked);
  }

  #matching(filter: string): readonly Found[] {
    const words = foldedWords(filter);
    if (words.length === 0) return this.#all;
    if (this.#shown?.filter !== filter) {
      const wanted = words.map((word) => ({ word, inIds: ID_PART.test(word) }));
      const matches = ({ id, folded }: Found): boolean =>
        wanted.every(({ word, inIds }) => folded.includes(word) || (inIds && id.includes(word)));
      this.#shown = { filter, all: this.#all.filter(matches) };
    }
    return this.#shown.all;
  }
}
