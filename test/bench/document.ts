/** Puts what was measured into a document, between its two marks. */

/** A place in the document that the command writes. */
export type Place = 'measured' | 'start-up';

/**
 * The document with this text at the place.
 * @throws when the marks are not there
 */
export function withMeasured(document: string, place: Place, text: string): string {
  const [begin, end] = [`<!-- ${place}: begin -->`, `<!-- ${place}: end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no place "${place}".`);
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}
