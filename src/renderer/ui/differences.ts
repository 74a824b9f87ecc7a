/**
 * A word-by-word diff of two texts: the parts that both have, and the parts that only one has. An email
 * address, a phone number, or a text that is mostly replaced is one part. For display, not for merging.
 */
import { diffArrays } from 'diff';
import { characters, words } from '../../shared/messages/locale';
import type { FieldName } from '../../shared/profile';

/** A piece of a text, and whether the other text has it too. */
export interface Part {
  text: string;
  same: boolean;
}

/** A part to show, or the number of characters omitted in its place. */
export type Shown = Part | { omitted: number };

/** Texts up to this length, in characters, are shown whole, so that an address is readable. */
const MAX_WHOLE = 600;
/** In a longer text, a part over `max` characters is reduced to its first `head` and last TAIL characters. */
const ENDS = { same: { max: 200, head: 70 }, changed: { max: 320, head: 200 } };
const TAIL = 70;
/** How far a cut may move back to avoid splitting a word, in characters. */
const MAX_WORD = 30;

/**
 * With more differing pieces than this, two texts have little in common, and everything between their common
 * start and end counts as changed. The limit is needed because the time for a diff grows with the square of the
 * number of differences.
 */
const MAX_EDITS = 500;

/** Fields whose text is one word to its reader: a part of a phone number or an email address means nothing alone. */
const ONE_WORD: readonly FieldName[] = ['business_email', 'business_phone'];

/** A run of pieces that both texts have, or only one. */
interface Change {
  value: string[];
  added: boolean;
  removed: boolean;
}

/** Splits a text into words, runs of spaces, line breaks and single symbols. */
function pieces(text: string): string[] {
  return text.match(/\r\n|\r|\n|[^\S\r\n]+|[\p{L}\p{M}\p{N}]+|./gsu) ?? [];
}

/**
 * The parts of both texts. Joining all parts of one side gives its text, byte for byte. Joining only the `same`
 * parts gives the same result for both sides.
 */
export function differences(
  field: FieldName,
  before: string,
  after: string,
): { before: Part[]; after: Part[] } {
  const whole = (text: string): Part[] => (text === '' ? [] : [{ text, same: before === after }]);
  const wholes = { before: whole(before), after: whole(after) };
  if (ONE_WORD.includes(field)) return wholes;
  const [one, other] = [pieces(before), pieces(after)];
  const changes =
    diffArrays(one, other, { maxEditLength: MAX_EDITS }) ?? betweenCommonEnds(one, other);
  const partsWithout = (side: 'added' | 'removed'): Part[] => {
    const parts: Part[] = [];
    for (const change of changes) {
      if (change[side]) continue;
      const part = { text: change.value.join(''), same: !change.added && !change.removed };
      const last = parts.at(-1);
      // Joins two parts of the same kind. A part that only the other text has may have been between them.
      if (last?.same === part.same) last.text += part.text;
      else parts.push(part);
    }
    return parts;
  };
  const parts = { before: partsWithout('added'), after: partsWithout('removed') };
  return isReplaced(parts.before) && isReplaced(parts.after) ? wholes : parts;
}

/** Whether more than half of a text, without its spaces, differs. */
function isReplaced(parts: readonly Part[]): boolean {
  const length = (some: readonly Part[]): number =>
    some.reduce((sum, { text }) => sum + text.replace(/\s/g, '').length, 0);
  return 2 * length(parts.filter(({ same }) => !same)) > length(parts);
}

/** The common start and end of two lists, and everything between them as removed and added. */
function betweenCommonEnds(one: string[], other: string[]): Change[] {
  const max = Math.min(one.length, other.length);
  let head = 0;
  while (head < max && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < max - head && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const part = (value: string[], kind: 'same' | 'removed' | 'added'): Change => ({
    value,
    added: kind === 'added',
    removed: kind === 'removed',
  });
  return [
    part(one.slice(0, head), 'same'),
    part(one.slice(head, one.length - tail), 'removed'),
    part(other.slice(head, other.length - tail), 'added'),
    part(one.slice(one.length - tail), 'same'),
  ].filter(({ value }) => value.length > 0);
}

/** The last position at or before `index` to cut a text at: between words, or else between characters. */
function cutPosition(text: string, index: number): number {
  const startOf = (segmenter: Intl.Segmenter): number =>
    segmenter.segment(text).containing(index)?.index ?? index;
  const wordStart = startOf(words());
  return index - wordStart <= MAX_WORD ? wordStart : startOf(characters());
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
