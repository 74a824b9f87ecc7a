/** Inserts benchmark results into a document's text, between two marker comments. */

/** A section of the document that `npm run bench` writes. */
export type Place = 'measured' | 'start-up';

/**
 * Returns the document's text with the section replaced by the given text.
 * @throws if the marker comments are missing
 */
export function withMeasured(document: string, place: Place, text: string): string {
  const [begin, end] = [`<!-- ${place}: begin -->`, `<!-- ${place}: end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no section "${place}".`);
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}
