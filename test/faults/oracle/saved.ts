/** Who wrote a text at Cloudflare, and when an entry was last saved. */
import type { FieldName } from '../../../src/shared/profile';
import type { Known, RemoteText, Submission } from '../support/record';

/** When and from whom Cloudflare last received this text. */
export function lastHeld(known: Known, field: FieldName, text: string): RemoteText | undefined {
  return known.remote.filter((one) => one.field === field && one.text === text).at(-1);
}

/** The newest submission of an entry that has this text. */
export function newestWith(known: Known, field: FieldName, text: string): Submission | undefined {
  return known.submissions.filter(({ edits }) => edits[field] === text).at(-1);
}

/**
 * When the person last saved the change of an entry before `at`, as late as it may have been: a submission, a
 * decision or *Try again now*. `-Infinity`: never.
 */
export function lastSavedAt({ submissions, decisions, released }: Known, at: number): number {
  const acts = [...submissions, ...decisions].filter((one) => one.at <= at);
  const ends = acts.map(({ doneAt }) => Math.min(doneAt ?? at, at));
  return Math.max(-Infinity, ...ends, ...released.filter((one) => one <= at));
}
