/**
 * Many organization ids as one text. What crosses the bridge into the window is copied value by value:
 * ten thousand short texts cost the window half a frame, one long text next to nothing.
 */
import * as v from 'valibot';

/** Every id is so long (`organizationIdSchema`), so nothing need stand between two. */
const LENGTH = 32;

/** Ids one after the other, each of 32 hexadecimal digits; '' for none. */
export const idsTextSchema = v.pipe(
  v.string(),
  // Not one pattern for the whole: repeating a group overflows the stack at some hundred thousand.
  v.check((text) => text.length % LENGTH === 0 && !/[^0-9a-f]/.test(text)),
);

/** The text of these ids. */
export function toIdsText(ids: readonly string[]): string {
  return ids.join('');
}

/** The ids of a text. */
export function fromIdsText(text: string): string[] {
  const ids: string[] = [];
  for (let at = 0; at < text.length; at += LENGTH) ids.push(text.slice(at, at + LENGTH));
  return ids;
}
