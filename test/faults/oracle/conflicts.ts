/** Conflicts: only where both sides changed the field, and never with oneself. */
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { OnDisk } from '../support/disk';
import type { Known } from '../support/record';

/** What is wrong with the conflict an organization is in, if it is in one. */
export function judgeConflict(known: Known, { change }: OnDisk): string[] {
  if (change?.state !== 'conflict') return [];
  const { base, desired, theirs } = change;
  if (!theirs) return ['in conflict with nothing'];
  const fields = FIELD_NAMES.filter(
    (field) =>
      desired[field] !== base[field] &&
      theirs[field] !== base[field] &&
      theirs[field] !== desired[field],
  );
  if (fields.length === 0) return ['in conflict although no field was changed on both sides'];
  return fields.flatMap((field) => {
    const written = known.held.filter((one) => one.field === field && one.text === theirs[field]);
    const author = written.at(-1);
    if (!author) return [`${field}: in conflict with a text Cloudflare never held`];
    if (author.by !== 'app') return [];
    // What was given up and got to Cloudflare all the same is asked about like anybody's text.
    const givenUp = known.decisions.some(
      ({ at, kind }) => kind === 'discard' && submittedBefore(known, field, theirs[field], at),
    );
    const text = JSON.stringify(theirs[field]);
    return givenUp ? [] : [`${field}: in conflict with the own text ${text}`];
  });
}

function submittedBefore(known: Known, field: FieldName, text: string, at: number): boolean {
  return known.submissions.some((one) => one.edits[field] === text && one.at < at);
}
