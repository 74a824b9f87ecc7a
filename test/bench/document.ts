/** Writes results into a document, between two marks. */

/** A section of the document that the command writes. */
export type Place = 'measured' | 'start-up';

/**
 * Returns the document with this text in the section.
 * @throws if the marks are missing
 */
export function withMeasured(document: string, place: Place, text: string): string {
  const [begin, end] = [`<!-- ${place}: begin -->`, `<!-- ${place}: end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no section "${place}".`);
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}
