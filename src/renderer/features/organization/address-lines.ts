/** What the small letterhead shows: the lines of an address, whatever form it is stored in. */

/** Lines of a letterhead at most; a longer address is cut, as on paper. */
const MOST_LINES = 8;

function words(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/\r\n|\r|\n/);
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(words);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(words);
  return [];
}

/**
 * The lines of an address as a person would write it. Some tools store a JSON object in the field;
 * its texts are then the lines, in the order they are stored in.
 */
export function addressLines(address: string): string[] {
  let stored: unknown = address;
  if (/^\s*\{/.test(address)) {
    try {
      stored = JSON.parse(address);
    } catch {
      // Not JSON after all: shown as it is.
    }
  }
  const lines = words(stored)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(0, MOST_LINES);
}
