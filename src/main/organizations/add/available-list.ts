/**
 * The organizations that a sign-in can see, and which of them are ticked. Accounts that are known to show the profile of
 * one organization are one row, because one entry for each profile is enough. They arrive in pages and are sorted
 * afterwards: rows of which nothing is saved yet first, then by name. Sorting yields to the event loop, so that even a list of
 * 100,000 does not block main for long.
 */
import {
  MAX_PRESELECTED,
  type AvailableRows,
  type AvailableSummary,
} from '../../../shared/additions';
import { nameOrder } from '../../../shared/messages/locale';
import { entryNameOf, profileIdOf, type ListedEntry } from '../../../shared/organization';
import { fold, foldedWords, isIdPart } from '../../database';

/** An organization or account as Cloudflare lists it. */
export interface ListedOrganization extends Readonly<ListedEntry> {
  readonly saved: boolean;
  /** Whether an entry is saved that shows its profile: this one, or one of another sign-in. */
  readonly isShown: boolean;
}

/** An entry of the list. */
interface Member extends ListedOrganization {
  ticked: boolean;
}

/** A row of the list: an organization, or the accounts that are known to show the profile of one. */
interface Group {
  /** Its name, folded for the filter. */
  readonly folded: string;
  readonly name: string;
  /** In the order in which Cloudflare lists them. The first stands for all. */
  readonly members: Member[];
  isOpen: boolean;
}

/** A line of the list: a group, or one of its members while it is open. */
interface Line {
  group: Group;
  member: Member | null;
  hasNamesake: boolean;
}

/** What the filter shows, and those of its words that may be part of an ID. */
interface Filtered {
  groups: readonly Group[];
  lines: readonly Line[];
  idParts: readonly string[];
}

/** What to tick; see `AvailableList.tick`. */
type Which = 'shown' | readonly string[] | { row: string };
type Compare = (one: Group, other: Group) => number;
/** Yields to the event loop if it was blocked for `SLICE_MS`. */
type YieldIfDue = () => Promise<void>;

/** How long sorting may block the event loop at a time, in ms. */
const SLICE_MS = 4;
/** While sorting, the clock is checked once per this many items. */
const CLOCK_CHECK = 256;

const firstOf = ({ members }: Group): Member => members[0] as Member;
const isSaved = ({ members }: Group): boolean => members.some(({ saved }) => saved);
const isTicked = ({ members }: Group): boolean => members.some(({ ticked }) => ticked);
const tickedIn = (groups: readonly Group[]): Member[] =>
  groups.flatMap(({ members }) => members.filter(({ ticked }) => ticked));

/** How often each text occurs. */
function countOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Compares two groups by name. */
function byName(): Compare {
  const names = nameOrder();
  return (one, other) =>
    names.compare(one.name, other.name) || (firstOf(one).id < firstOf(other).id ? -1 : 1);
}

function createYieldIfDue(yieldToEventLoop: () => Promise<void>): YieldIfDue {
  let startedAt = performance.now();
  return async () => {
    if (performance.now() - startedAt < SLICE_MS) return;
    await yieldToEventLoop();
    startedAt = performance.now();
  };
}

/** Merges two sorted lists. */
async function merge(
  one: readonly Group[],
  other: readonly Group[],
  compare: Compare,
  yieldIfDue: YieldIfDue,
): Promise<Group[]> {
  const all: Group[] = [];
  let [next, nextOther] = [one[0], other[0]];
  let [index, indexOther] = [0, 0];
  while (next || nextOther) {
    if (next && (!nextOther || compare(next, nextOther) <= 0)) {
      all.push(next);
      next = one[(index += 1)];
    } else if (nextOther) {
      all.push(nextOther);
      nextOther = other[(indexOther += 1)];
    }
    if (all.length % CLOCK_CHECK === 0) await yieldIfDue();
  }
  return all;
}

/** Collects the organizations, groups and sorts them, filters them and holds the ticks. */
export class AvailableList {
  readonly #byId = new Map<string, Member>();
  /** By the id of the profile that they show. */
  readonly #groups = new Map<string, Group>();
  /** How many groups have each name, folded. */
  readonly #names = new Map<string, number>();
  /** Sorted groups that are not in `#sorted` yet. */
  #pages: Group[][] = [];
  /** All groups by name. */
  #sorted: readonly Group[] = [];
  /** The same in the order of the list: those of which nothing is saved yet come first. */
  #all: readonly Group[] = [];
  /** The groups and lines of the last filter, cached because scrolling asks for them repeatedly. */
  #filtered: ({ filter: string } & Filtered) | null = null;
  readonly #onlyNew: boolean;

  /** @param onlyNew whether to skip what is already saved */
  constructor(onlyNew: boolean) {
    this.#onlyNew = onlyNew;
  }

  /** How many organizations or accounts were found, including skipped ones. */
  get found(): number {
    return this.#byId.size;
  }

  /** Of how many rows something is already saved, including skipped ones. */
  get saved(): number {
    return [...this.#groups.values()].filter(isSaved).length;
  }

  /** Adds a page; duplicates are ignored. Call `sort` to move it into the list. */
  add(page: readonly ListedOrganization[]): void {
    const added: Group[] = [];
    for (const listed of page) {
      if (this.#byId.has(listed.id)) continue;
      const member = { ...listed, ticked: false };
      this.#byId.set(listed.id, member);
      const profile = profileIdOf(listed);
      const group = this.#groups.get(profile);
      if (group) {
        group.members.push(member);
        continue;
      }
      const names = entryNameOf(listed);
      const name = names.organizationName ?? names.name;
      const created: Group = { name, folded: fold(name), members: [member], isOpen: false };
      this.#groups.set(profile, created);
      this.#names.set(created.folded, (this.#names.get(created.folded) ?? 0) + 1);
      added.push(created);
    }
    this.#pages.push(added.sort(byName()));
  }

  /**
   * Sorts everything that was added into the list.
   * @param yieldToEventLoop resolves after other pending work has run
   */
  async sort(yieldToEventLoop: () => Promise<void>): Promise<void> {
    const compare = byName();
    const yieldIfDue = createYieldIfDue(yieldToEventLoop);
    let parts: (readonly Group[])[] = [this.#sorted, ...this.#pages];
    this.#pages = [];
    // Merge in pairs, so that each organization is compared a few times instead of once per page.
    while (parts.length > 1) {
      const pairs: (readonly Group[])[] = [];
      for (let index = 0; index < parts.length; index += 2) {
        const [one = [], other] = parts.slice(index, index + 2);
        pairs.push(other ? await merge(one, other, compare, yieldIfDue) : one);
      }
      parts = pairs;
    }
    this.#sorted = parts[0] ?? [];
    const saved = this.#onlyNew ? [] : this.#sorted.filter(isSaved);
    this.#all = [...this.#sorted.filter((group) => !isSaved(group)), ...saved];
    this.#filtered = null;
  }

  /**
   * Ticks one of each if the list is short, because most people want all of a short list. A profile that another sign-in shows
   * already gets a second entry only if the person wants it.
   */
  preselect(): void {
    if (this.#all.length > MAX_PRESELECTED) return;
    for (const group of this.#all) {
      const isShown = group.members.some((member) => member.isShown);
      if (!isShown) this.tick({ row: firstOf(group).id }, true, '');
    }
  }

  /** Shows or hides the accounts of a row. */
  open(id: string, isOpen: boolean): void {
    const member = this.#byId.get(id);
    const group = member && this.#groups.get(profileIdOf(member));
    if (group) group.isOpen = isOpen;
    this.#filtered = null;
  }

  /** The rows that the filter shows, starting at index `offset`. */
  rows(filter: string, offset: number, limit: number): AvailableRows {
    const { lines, idParts } = this.#matching(filter);
    return {
      ...this.summary(filter),
      offset,
      rows: lines.slice(offset, offset + limit).map(({ group, member, hasNamesake }) => {
        const listed = member ?? firstOf(group);
        const { id, parent } = listed;
        const ofGroup = { saved: isSaved(group), ticked: isTicked(group), isOpen: group.isOpen };
        const own = member
          ? { accounts: 0, isOpen: false, saved: member.saved, ticked: member.ticked }
          : { accounts: group.members.length, ...ofGroup };
        const isFoundById = idParts.some((part) => id.includes(part));
        return { id, ...entryNameOf(listed), hasNamesake, isFoundById, parent, ...own };
      }),
    };
  }

  /** The counts under a filter. */
  summary(filter: string): AvailableSummary {
    const { groups, lines } = this.#matching(filter);
    const unticked = groups.filter((group) => !isSaved(group) && !isTicked(group)).length;
    return {
      listed: this.#all.length,
      ticked: tickedIn(this.#all).length,
      shown: {
        rows: lines.length,
        listed: groups.length,
        ticked: tickedIn(groups).length,
        unticked,
      },
    };
  }

  /**
   * Ticks or unticks these entries, or (`shown`) the rows that the filter shows, or the row that this entry stands for.
   * Ticking a row ticks its first entry, unless one is saved or ticked already; unticking clears all of them. Saved entries
   * cannot be ticked.
   */
  tick(which: Which, ticked: boolean, filter: string): void {
    const tickGroup = (group: Group): void => {
      if (!ticked) for (const member of group.members) member.ticked = false;
      else if (!isSaved(group) && !isTicked(group)) firstOf(group).ticked = true;
    };
    if (which === 'shown') return this.#matching(filter).groups.forEach(tickGroup);
    const ids = 'row' in which ? [which.row] : which;
    for (const id of ids) {
      const member = this.#byId.get(id);
      const group = member && this.#groups.get(profileIdOf(member));
      if (!group) continue;
      if ('row' in which) tickGroup(group);
      else if (!member.saved) member.ticked = ticked;
    }
  }

  /** The ticked entries, in the order of the list. */
  chosen(): readonly ListedEntry[] {
    return tickedIn(this.#all);
  }

  #matching(filter: string): Filtered {
    if (this.#filtered?.filter === filter) return this.#filtered;
    const words = foldedWords(filter);
    const idParts = words.filter(isIdPart);
    const terms = words.map((word) => ({ word, inIds: idParts.includes(word) }));
    const isOf = (group: Group, { id, kind, name }: Member): boolean =>
      terms.every(
        ({ word, inIds }) =>
          group.folded.includes(word) ||
          (kind === 'account' && fold(name).includes(word)) ||
          (inIds && id.includes(word)),
      );
    const matches = (group: Group): boolean => group.members.some((member) => isOf(group, member));
    const groups = terms.length === 0 ? this.#all : this.#all.filter(matches);
    const lines = groups.flatMap((group): Line[] => {
      const hasNamesake = (this.#names.get(group.folded) ?? 0) > 1;
      const line = { group, member: null, hasNamesake };
      if (!group.isOpen) return [line];
      const names = countOf(group.members.map(({ name }) => fold(name)));
      const members = group.members.filter((member) => isOf(group, member));
      return [
        line,
        ...members.map((member) => ({
          group,
          member,
          hasNamesake: (names.get(fold(member.name)) ?? 0) > 1,
        })),
      ];
    });
    this.#filtered = { filter, groups, lines, idParts };
    return this.#filtered;
  }
}
