/**
 * The organizations a sign-in can see, with what is ticked among them. They come page by page and are put
 * in order afterwards: those not saved yet first, then by name. Nothing here holds main for long, however
 * long the list is.
 */
import { PRESELECTED, type FoundPage, type FoundSummary } from '../../../shared/adding';
import { nameOrder } from '../../../shared/messages/locale';
import { fold, foldedWords } from '../../store/fold';

/** An organization of the list. */
interface Found {
  readonly id: string;
  readonly name: string;
  /** The name as the filter looks through it. */
  readonly folded: string;
  readonly saved: boolean;
  ticked: boolean;
}

type Compare = (one: Found, other: Found) => number;

/** Fewer characters of an id occur in too many ids by chance: the filter looks for them in names only. */
const ID_PART = 8;
/** How long merging may hold main at a time, in ms. */
const SLICE_MS = 4;
/** Comparisons between two looks at the clock. */
const GROUP = 256;

/** The order of the list. */
function inOrder(): Compare {
  const names = nameOrder();
  return (one, other) =>
    Number(one.saved) - Number(other.saved) ||
    names.compare(one.name, other.name) ||
    (one.id < other.id ? -1 : 1);
}

/** Merges two ordered lists; yields to the event loop now and then. */
async function merged(
  one: readonly Found[],
  other: readonly Found[],
  compare: Compare,
  breathe: () => Promise<void>,
): Promise<Found[]> {
  const all: Found[] = [];
  let began = performance.now();
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
    if (all.length % GROUP === 0 && performance.now() - began > SLICE_MS) {
      await breathe();
      began = performance.now();
    }
  }
  return all;
}

/** The list. */
export class FoundList {
  readonly #byId = new Map<string, Found>();
  /** Ordered parts of the list: after `order` there is one. */
  #parts: readonly Found[][] = [];
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

  /** Adds a page of the list; what is in it already stays as it is. */
  add(page: readonly { id: string; name: string; saved: boolean }[]): void {
    const part: Found[] = [];
    for (const { id, name, saved } of page) {
      if (this.#byId.has(id)) continue;
      const found = { id, name, folded: fold(name), saved, ticked: false };
      this.#byId.set(id, found);
      if (saved) this.#saved += 1;
      if (!saved || !this.#onlyNew) part.push(found);
    }
    this.#parts = [...this.#parts, part.sort(inOrder())];
    this.#shown = null;
  }

  /**
   * Puts all in order; until then pages show one part after another.
   * @param breathe yields to the event loop
   */
  async order(breathe: () => Promise<void>): Promise<void> {
    const compare = inOrder();
    // In pairs: each organization is compared a few times, not once per part.
    while (this.#parts.length > 1) {
      const parts: Found[][] = [];
      for (let at = 0; at < this.#parts.length; at += 2) {
        const [one = [], other] = this.#parts.slice(at, at + 2);
        parts.push(other ? await merged(one, other, compare, breathe) : one);
      }
      this.#parts = parts;
    }
    this.#shown = null;
  }

  /** Ticks all that can be added if they are few: then adding them all is what most people want. */
  preselect(): void {
    if (this.#all().length <= PRESELECTED) this.tick('shown', true, '');
  }

  /** The rows from `offset` on that the filter shows. */
  page(filter: string, offset: number, limit: number): FoundPage {
    const rows = this.#matching(filter).slice(offset, offset + limit);
    return {
      ...this.summary(filter),
      offset,
      rows: rows.map(({ id, name, saved, ticked }) => ({ id, name, saved, ticked })),
    };
  }

  /** The numbers under a filter. */
  summary(filter: string): FoundSummary {
    const all = this.#matching(filter);
    let [ticked, addable] = [0, 0];
    for (const found of all) {
      if (found.ticked) ticked += 1;
      if (!found.saved) addable += 1;
    }
    return {
      listed: this.#all().length,
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
  chosen(): { id: string; name: string }[] {
    return this.#all()
      .filter(({ ticked }) => ticked)
      .map(({ id, name }) => ({ id, name }));
  }

  #all(): readonly Found[] {
    return this.#matching('');
  }

  #matching(filter: string): readonly Found[] {
    const [only, second] = this.#parts;
    const all = second ? this.#parts.flat() : (only ?? []);
    const words = foldedWords(filter);
    if (words.length === 0) return all;
    if (this.#shown?.filter !== filter) {
      const matches = ({ id, folded }: Found): boolean =>
        words.every(
          (word) => folded.includes(word) || (word.length >= ID_PART && id.includes(word)),
        );
      this.#shown = { filter, all: all.filter(matches) };
    }
    return this.#shown.all;
  }
}
