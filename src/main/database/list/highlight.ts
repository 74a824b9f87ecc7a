/** Where a search found something in an entry: what its row shows, with what was found marked. */
import type { ListMatch } from '../../../shared/list-query';
import { FIELD_NAMES } from '../../../shared/profile';
import { foldWithOffsets } from '../fold';
import type { ListEntry } from '../rows';
import { phoneDigits } from './phone';
import { searchedTexts } from './row-columns';
import type { Search } from './search-terms';

/** A longer text is cut to the part around what was found, UTF-16 units. */
const LONGEST = 160;
/** So much of a cut text stands before what was found. */
const BEFORE = 40;
const ELLIPSIS = '…';

type Mark = ListMatch['marks'][number];

/** A text in which something was found. */
interface Finding {
  field: ListMatch['field'];
  text: string;
  /** The words and numbers that were found. */
  found: ReadonlySet<string>;
  marks: Mark[];
}

function* placesOf(part: string, whole: string): Generator<number> {
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + part.length)) yield at;
}

/** In order, and those that touch each other joined. */
function joined(marks: Mark[]): Mark[] {
  const result: Mark[] = [];
  for (const [begin, end] of marks.sort((one, other) => one[0] - other[0])) {
    const last = result.at(-1);
    if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([begin, end]);
  }
  return result;
}

function look(field: ListMatch['field'], text: string, search: Search): Finding {
  const { folded, begins, ends } = foldWithOffsets(text);
  const found = new Set<string>();
  const marks: Mark[] = [];
  const mark = (what: string, first: number, last: number): void => {
    found.add(what);
    marks.push([begins[first] ?? 0, ends[last] ?? text.length]);
  };
  for (const word of new Set(field === 'id' ? search.idParts : search.words)) {
    for (const at of placesOf(word, folded)) mark(word, at, at + word.length - 1);
  }
  if (field === 'business_phone') {
    const { digits, offsets } = phoneDigits(folded);
    for (const number of new Set([...search.words, ...search.numbers])) {
      for (const at of placesOf(number, digits)) {
        mark(number, offsets[at] ?? 0, offsets[at + number.length - 1] ?? 0);
      }
    }
  }
  return { field, text, found, marks: joined(marks) };
}

/** Moves an offset that is between the halves of one character before it. */
function atCharacter(text: string, offset: number): number {
  return /[\uDC00-\uDFFF]/.test(text[offset] ?? '') ? Math.max(0, offset - 1) : offset;
}

/** Cuts a long text around its first mark. */
function shortened({ field, text, marks }: Finding): ListMatch {
  if (text.length <= LONGEST) return { field, text, marks };
  const from = atCharacter(text, Math.max(0, (marks[0]?.[0] ?? 0) - BEFORE));
  const to = atCharacter(text, Math.min(text.length, from + LONGEST));
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
 * Where a search found something: the name if every word is in it, else the first field with something that
 * is not in the name, as it is on screen; else the id. Null when nothing of it is in the entry.
 */
export function matchOf(entry: ListEntry, search: Search): ListMatch | null {
  const { id, name } = entry.organization;
  const inName = look('name', name, search);
  if (search.words.every((word) => inName.found.has(word))) return shortened(inName);
  const isNews = ({ found }: Finding): boolean =>
    [...found].some((what) => !inName.found.has(what));
  const texts = searchedTexts(entry);
  for (const field of FIELD_NAMES) {
    for (const { [field]: text } of texts) {
      const finding = look(field, text ?? '', search);
      if (isNews(finding)) return shortened(finding);
    }
  }
  const inId = look('id', id, search);
  if (isNews(inId)) return shortened(inId);
  return inName.found.size > 0 ? shortened(inName) : null;
}
