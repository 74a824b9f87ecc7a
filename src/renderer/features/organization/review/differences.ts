/**
 * What differs between two texts, in words: the parts both have, those only the old one has and
 * those only the new one has. For showing, not for merging.
 */
import { characters, words } from '../../../../shared/messages/locale';

/** A run of characters and whether the other text has it too. */
export interface Part {
  text: string;
  same: boolean;
}

/** A part as it is shown: `leftOut` stands for this many characters that are not. */
export type Shown = Part | { leftOut: number };

/** Texts up to this length, in characters, are shown whole: an address is read as one. */
const SHORT = 600;
/** Of a longer text, a part over `most` characters is shown by its two ends. */
const ENDS = { same: { most: 200, head: 70 }, changed: { most: 320, head: 200 } };
const TAIL = 70;
/** How far an end is moved so that it does not cut through a word, in characters. */
const WORD = 30;

/** Above this many pairs of words (two texts of some 4,000 characters) the middle is changed as a whole. */
const MOST_PAIRS = 2_000_000;

/** Words, runs of space, line ends and single signs: what a person sees as one piece. */
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

/** Lengths of the longest common rest for every pair of positions, row by row; MOST_PAIRS keeps them small. */
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

function middle(one: string[], other: string[]): [Part[], Part[]] {
  const before: Part[] = [];
  const after: Part[] = [];
  const rests = one.length * other.length > MOST_PAIRS ? null : commonRests(one, other);
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
 * The parts of both texts. Joined, the parts of each are that text byte for byte; the `same` parts of
 * both, joined, are equal.
 */
export function differences(before: string, after: string): { before: Part[]; after: Part[] } {
  const one = pieces(before);
  const other = pieces(after);
  const most = Math.min(one.length, other.length);
  let head = 0;
  while (head < most && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < most - head && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const start = { text: one.slice(0, head).join(''), same: true };
  const end = { text: tail ? one.slice(-tail).join('') : '', same: true };
  const cut = (all: string[]) => all.slice(head, all.length - tail);
  const [removed, added] = middle(cut(one), cut(other));
  return { before: merged([start, ...removed, end]), after: merged([start, ...added, end]) };
}

/** The last place at or before `at` where a text can be cut: between words, or else between characters. */
function seam(text: string, at: number): number {
  const before = (pieces: Intl.Segmenter): number =>
    pieces.segment(text).containing(at)?.index ?? at;
  const word = before(words());
  return at - word <= WORD ? word : before(characters());
}

/**
 * The parts with the middle of long ones left out, for places that show many texts.
 *
 * @param short length of a text, in characters, up to which it stays whole
 */
export function abridged(parts: readonly Part[], short = SHORT): Shown[] {
  if (parts.reduce((length, { text }) => length + text.length, 0) <= short) return [...parts];
  return parts.flatMap((part): Shown[] => {
    const { text, same } = part;
    const { most, head } = ENDS[same ? 'same' : 'changed'];
    if (text.length <= most) return [part];
    const [end, start] = [seam(text, head), seam(text, text.length - TAIL)];
    if (start <= end) return [part];
    return [
      { text: text.slice(0, end), same },
      { leftOut: start - end },
      { text: text.slice(start), same },
    ];
  });
}

/** Whether something of these parts is left out. */
export function isAbridged(parts: readonly Shown[]): boolean {
  return parts.some((part) => 'leftOut' in part);
}
