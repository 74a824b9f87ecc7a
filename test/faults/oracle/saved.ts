/** Who wrote a text at Cloudflare. */
import type { FieldName } from '../../../src/shared/profile';
import type { Known, RemoteText, Submission } from '../support/record';

/** When and from whom Cloudflare last received this text. */
export function lastHeld(known: Known, field: FieldName, text: string): RemoteText | undefined {
  return known.remote.filter((one) => one.field === field && one.text === text).at(-1);
}

/** Whether someone else wrote a text, as this entry sees it: a stranger, or we did through another entry. */
export function isElsewhere(known: Known, author: RemoteText | undefined): boolean {
  if (author?.by === 'app') return (author.via ?? known) !== known;
  return author?.by === 'someone';
}

/** The newest submission of an entry that has this text. */
export function newestWith(known: Known, field: FieldName, text: string): Submission | undefined {
  return known.submissions.filter(({ edits }) => edits[field] === text).at(-1);
}
