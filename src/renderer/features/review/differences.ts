/**
 * What differs between two texts, in words: the parts both have, those only the old one has and
 * those only the new one has. For showing, not for merging.
 */

/** A run of characters and whether the other text has it too. */
export interface Part {
  text: string;
  same: boolean;
}

/** Above this many pairs of words the middle is shown as changed as a whole. */
const MOST_PAIRS = 250_000;

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

/** Lengths of the longest common rest for every pair of positions, row by row. */
function commonRests(one: string[], other: string[]): Uint32Array[] {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint32Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--) {
    const row = rows[i] as Uint32Array;
    const below = rows[i + 1] as Uint32Array;
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
