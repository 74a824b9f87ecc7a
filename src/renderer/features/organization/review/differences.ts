/**
 * A word-by-word diff of two texts: the parts both have, and those that only the old or the new one has. For
 * display, not for merging.
 */
import { characters, words } from '../../../../shared/messages/locale';

/** A piece of a text, and whether the other text has it too. */
export interface Part {
  text: string;
  same: boolean;
}

/** A part to show, or the number of characters omitted in its place. */
export type Shown = Part | { omitted: number };

/** Texts up to this length, in characters, are shown whole: an address should be readable as one. */
const MAX_WHOLE = 600;
/** In a longer text, a part over `max` characters is reduced to its first `head` and last TAIL characters. */
const ENDS = { same: { max: 200, head: 70 }, changed: { max: 320, head: 200 } };
const TAIL = 70;
/** How far a cut may move back to avoid splitting a word, in characters. */
const MAX_WORD = 30;

/**
 * With more pairs of words than this (two texts of about 4,000 characters), everything between the common start
 * and end counts as changed.
 */
const MAX_PAIRS = 2_000_000;

/** Splits a text into words, runs of spaces, line breaks and single symbols. */
function pieces(text: string): string[] {
  return text.match(/\r\n|\r|\n|[^\S\r\n]+|[\p{L}\p{M}\p{N}]+|./gsu) ?? [];
}

function merged(parts: Part[]): Part[] {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.text === '') continue;
    if (last && last.same === part.same) last.text += part.text;
    else out.push({ ...part });
  }
  return out;
}

/** The table of the longest common subsequence, for the rest of both texts from each pair of positions. */
function commonRests(one: string[], other: string[]): Uint16Array[] {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--) {
    const row = rows[i] as Uint16Array;
    const below = rows[i + 1] as Uint16Array;
    for (let j = other.length - 1; j >= 0; j--) {
      row[j] =
        one[i] === other[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}

/** The differences between the parts of two texts that follow their common start and precede their common end. */
function middle(one: string[], other: string[]): [Part[], Part[]] {
  const before: Part[] = [];
  const after: Part[] = [];
  const rests = one.length * other.length > MAX_PAIRS ? null : commonRests(one, other);
  let i = 0;
  let j = 0;
  while (rests && i < one.length && j < other.length) {
    const text = one[i] as string;
    if (text === other[j]) {
      before.push({ text, same: true });
      after.push({ text, same: true });
      i++;
      j++;
    } else if ((rests[i + 1]?.[j] ?? 0) >= (rests[i]?.[j + 1] ?? 0)) {
      before.push({ text, same: false });
      i++;
    } else {
      after.push({ text: other[j] as string, same: false });
      j++;
    }
  }
  before.push({ text: one.slice(i).join(''), same: false });
  after.push({ text: other.slice(j).join(''), same: false });
  return [before, after];
}

/**
 * The parts of both texts. The parts of each, joined, are that text byte for byte. The `same` parts of both,
 * joined, are equal.
 */
export function differences(before: string, after: string): { before: Part[]; after: Part[] } {
  const one = pieces(before);
  const other = pieces(after);
  const max = Math.min(one.length, other.length);
  let head = 0;
  while (head < max && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < max - head && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const start = { text: one.slice(0, head).join(''), same: true };
  const end = { text: tail ? one.slice(-tail).join('') : '', same: true };
  const cut = (all: string[]) => all.slice(head, all.length - tail);
  const [removed, added] = middle(cut(one), cut(other));
  return { before: merged([start, ...removed, end]), after: merged([start, ...added, end]) };
}

/** The last index at or before `at` where a text can be cut: between words, or else between characters. */
function cutPosition(text: string, at: number): number {
  const startOf = (segmenter: Intl.Segmenter): number =>
    segmenter.segment(text).containing(at)?.index ?? at;
  const word = startOf(words());
  return at - word <= MAX_WORD ? word : startOf(characters());
}

/**
 * The parts with the middle of long ones omitted, for places that show many texts.
 *
 * @param maxWhole texts up to this length, in characters, stay whole
 */
export function abridged(parts: readonly Part[], maxWhole = MAX_WHOLE): Shown[] {
  if (parts.reduce((length, { text }) => length + text.length, 0) <= maxWhole) return [...parts];
  return parts.flatMap((part): Shown[] => {
    const { text, same } = part;
    const { max, head } = ENDS[same ? 'same' : 'changed'];
    if (text.length <= max) return [part];
    const [end, start] = [cutPosition(text, head), cutPosition(text, text.length - TAIL)];
    if (start <= end) return [part];
    return [
      { text: text.slice(0, end), same },
      { omitted: start - end },
      { text: text.slice(start), same },
    ];
  });
}

/** Whether anything is omitted from these parts. */
export function isAbridged(parts: readonly Shown[]): boolean {
  return parts.some((part) => 'omitted' in part);
}
