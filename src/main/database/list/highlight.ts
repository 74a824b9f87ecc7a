/** Finds what a search matched in an entry: the text that the row shows, with the matches highlighted. */
import type { ListMatch } from '../../../shared/list-query';
import { nameOf } from '../../../shared/messages/entry-name';
import { entryNameOf } from '../../../shared/organization';
import { FIELD_NAMES } from '../../../shared/profile';
import { foldWithOffsets } from '../fold';
import type { ListEntry } from '../entries';
import { phoneDigits } from './phone';
import { searchedTexts } from './row-columns';
import type { Search } from './search-terms';

/** A longer text is truncated around the first match, UTF-16 units. */
const MAX_LENGTH = 160;
/** Length of a truncated text before the first match, UTF-16 units. */
const CONTEXT_BEFORE = 40;
const ELLIPSIS = '…';

type Mark = ListMatch['marks'][number];

/** A text and the matches in it. */
interface TextMatch {
  field: ListMatch['field'];
  text: string;
  /** The words and numbers that matched. */
  matched: ReadonlySet<string>;
  marks: Mark[];
}

/** The offsets of all occurrences. */
function* occurrencesOf(part: string, text: string): Generator<number> {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) yield at;
}

/** Sorts marks and merges those that overlap or touch. */
function mergeMarks(marks: Mark[]): Mark[] {
  const result: Mark[] = [];
  for (const [begin, end] of marks.sort((one, other) => one[0] - other[0])) {
    const last = result.at(-1);
    if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([begin, end]);
  }
  return result;
}

function findIn(field: ListMatch['field'], text: string, search: Search): TextMatch {
  const { folded, begins, ends } = foldWithOffsets(text);
  const matched = new Set<string>();
  const marks: Mark[] = [];
  /** `first` and `last` are offsets in the folded text, inclusive. */
  const mark = (term: string, first: number, last: number): void => {
    matched.add(term);
    marks.push([begins[first] ?? 0, ends[last] ?? text.length]);
  };
  for (const word of new Set(field === 'id' ? search.idParts : search.words)) {
    for (const at of occurrencesOf(word, folded)) mark(word, at, at + word.length - 1);
  }
  if (field === 'business_phone') {
    const { digits, offsets } = phoneDigits(folded);
    for (const number of new Set([...search.words, ...search.numbers])) {
      for (const at of occurrencesOf(number, digits)) {
        mark(number, offsets[at] ?? 0, offsets[at + number.length - 1] ?? 0);
      }
    }
  }
  return { field, text, matched, marks: mergeMarks(marks) };
}

/** Finds matches in the shown name, but not in the words between the names that it is made of. */
function findInName(organization: ListEntry['organization'], search: Search): TextMatch {
  const names = entryNameOf(organization);
  const own = findIn('name', names.name, search);
  if (names.organizationName === null) return own;
  const text = nameOf(names);
  const shift = text.lastIndexOf(names.name);
  const above = findIn('name', names.organizationName, search);
  return {
    field: 'name',
    text,
    matched: new Set([...above.matched, ...own.matched]),
    marks: [...above.marks, ...own.marks.map(([begin, end]): Mark => [begin + shift, end + shift])],
  };
}

/** Moves an offset out of a surrogate pair, to its start. */
function toCharacterStart(text: string, offset: number): number {
  return /[\uDC00-\uDFFF]/.test(text[offset] ?? '') ? Math.max(0, offset - 1) : offset;
}

/** Truncates a long text around its first mark. */
function truncate({ field, text, marks }: TextMatch): ListMatch {
  if (text.length <= MAX_LENGTH) return { field, text, marks };
  const from = toCharacterStart(text, Math.max(0, (marks[0]?.[0] ?? 0) - CONTEXT_BEFORE));
  const to = toCharacterStart(text, Math.min(text.length, from + MAX_LENGTH));
  const before = from > 0 ? ELLIPSIS : '';
  const after = to < text.length ? ELLIPSIS : '';
  const shift = before.length - from;
  return {
    field,
    text: before + text.slice(from, to) + after,
    marks: marks
      .filter(([begin]) => begin < to)
      .map(([begin, end]) => [begin + shift, Math.min(end, to) + shift]),
  };
}

/**
 * What to show as the match of a search. The name, if it contains every word. Otherwise the first field with a
 * match that the name does not have; its draft is searched before its pending and saved text. Otherwise the id
 * with such a match, then the name of the parent with such a match, or the name if it has any match. Null if
 * nothing matches.
 * @param parentName the name of the parent as the search knows it, or null
 */
export function matchOf(
  entry: ListEntry,
  search: Search,
  parentName: string | null,
): ListMatch | null {
  const inName = findInName(entry.organization, search);
  if (search.words.every((word) => inName.matched.has(word))) return truncate(inName);
  const addsToName = ({ matched }: TextMatch): boolean =>
    [...matched].some((term) => !inName.matched.has(term));
  const texts = searchedTexts(entry);
  for (const field of FIELD_NAMES) {
    for (const { [field]: text } of texts) {
      const inText = findIn(field, text ?? '', search);
      if (addsToName(inText)) return truncate(inText);
    }
  }
  const inId = findIn('id', entry.organization.id, search);
  if (addsToName(inId)) return truncate(inId);
  const inParent = findIn('parent', parentName ?? '', search);
  if (addsToName(inParent)) return truncate(inParent);
  return inName.matched.size > 0 ? truncate(inName) : null;
}
