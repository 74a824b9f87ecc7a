/** What was sent: nothing that was not submitted, and nothing of somebody else's overwritten unasked. */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Held, Known, Told, Write } from '../support/record';
import { isTyped } from './submissions';

/** How long a text may still be sent after the person submitted a newer one, ms: it was on its way. */
const ON_ITS_WAY_MS = 3_000;

/** How long after a write its reading back may take, ms: three reads, pauses and slow answers. */
const READ_BACK_MS = 2_500;

/** What Cloudflare last told before a write, or null. */
export function toldBefore(known: Known, at: number): Told | null {
  return known.told.filter((told) => told.at < at).at(-1) ?? null;
}

/**
 * Every text the person began from to arrive at this one, through all they submitted on the way. Who
 * decided a conflict has seen the other text, whichever they chose.
 */
function beganFrom(known: Known, field: FieldName, text: string): Set<string> {
  const found = new Set<string>();
  const look = (from: string): void => {
    const texts = [
      ...known.submissions
        .filter((one) => one.edits[field] === from)
        .flatMap(({ began }) => began[field] ?? []),
      ...known.decisions
        .filter(
          ({ kind, fields, mine }) =>
            kind !== 'discard' && fields.includes(field) && mine[field] === from,
        )
        .flatMap(({ theirs }) => theirs?.[field] ?? []),
    ];
    for (const began of texts) {
      if (found.has(began)) continue;
      found.add(began);
      look(began);
    }
  };
  look(text);
  return found;
}

/** Who wrote the text a field held just before `at`. */
function authorBefore(known: Known, field: FieldName, at: number) {
  return known.held.filter((one) => one.field === field && one.at < at).at(-1);
}

/**
 * Whether somebody's text came between a write of ours and its reading back. The app cannot tell that
 * from a server that stores something else than it was sent: it says so and shows both texts, and who
 * saves again has answered.
 */
function likeStoredDifferently(
  known: Known,
  field: FieldName,
  texts: ReadonlySet<string>,
  author: Held | undefined,
): boolean {
  if (!author) return false;
  const ours = known.writes.filter(({ applied, at }) => applied && at < author.at).at(-1);
  if (!ours || author.at - ours.at > READ_BACK_MS) return false;
  return texts.has(ours.fields[field]);
}

/** Whether the person gave up what they had submitted with this text, before `at`. */
function wasGivenUp(known: Known, field: FieldName, text: string, at: number): boolean {
  return known.submissions.some(
    (one) =>
      one.edits[field] === text &&
      known.decisions.some((made) => made.kind === 'discard' && made.at >= one.at && made.at <= at),
  );
}

/**
 * Whether a write takes back what the person gave up while it was on its way: what they then save on
 * top of the older text ends with the older text, as they see it.
 */
function takesBack(known: Known, write: Write, field: FieldName): boolean {
  const earlier = known.held.filter((one) => one.field === field && one.at < write.at);
  const author = earlier.pop();
  return (
    author?.by === 'app' &&
    wasGivenUp(known, field, author.text, write.at) &&
    earlier.some(({ text }) => text === write.fields[field])
  );
}

/** What is wrong with one field of a write, or null. */
export function judgeField(
  known: Known,
  write: Write,
  told: Told,
  field: FieldName,
): string | null {
  const text = write.fields[field];
  const before = write.before[field];
  if (text === before) return null;
  const author = authorBefore(known, field, write.at);
  const unseen = author?.by === 'somebody' && author.at > told.at;
  // Carried back as it was read, and changed by somebody in between: the one thing nobody can see.
  if (unseen && told.fields[field] === text) return null;
  if (takesBack(known, write, field)) return null;
  const submitted = known.submissions.filter(
    (one) => one.edits[field] === text && one.at <= write.at,
  );
  const newest = submitted.at(-1);
  if (!newest) return `${field}: ${JSON.stringify(text)} was sent and never submitted`;
  const newer = known.submissions.find(
    (one) =>
      one.at > newest.at &&
      isTyped(one, field) &&
      one.doneAt !== null &&
      one.doneAt < write.at - ON_ITS_WAY_MS &&
      !wasGivenUp(known, field, one.edits[field]!, write.at),
  );
  if (newer) {
    const other = JSON.stringify(newer.edits[field]);
    return `${field}: ${JSON.stringify(text)} was sent although ${other} was submitted since`;
  }
  if (unseen || author?.by === 'app') return null;
  const seen = beganFrom(known, field, text);
  if (seen.has(before) || likeStoredDifferently(known, field, seen.add(text), author)) return null;
  return `${field}: ${JSON.stringify(before)} was overwritten unasked by ${JSON.stringify(text)}`;
}

/** What is wrong with the writes from number `first` on. */
export function judgeWrites(known: Known, first = 0): string[] {
  return known.writes.slice(first).flatMap((write) => {
    const told = toldBefore(known, write.at);
    if (!told) return ['something was sent before Cloudflare was ever read'];
    return FIELD_NAMES.map((field) => judgeField(known, write, told, field)).filter(
      (complaint) => complaint !== null,
    );
  });
}
