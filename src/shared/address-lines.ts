/** The lines of an address as on a letter, whether it is stored as text or as JSON. */

/** Maximum lines in the preview; a longer address is cut. */
const MAX_LINES = 8;

function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/\r\n|\r|\n/);
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(linesOf);
  return [];
}

/**
 * The lines of an address, as on a letter, at most `max`. Some tools store a JSON object in the field; then the
 * values of the object are the lines, in stored order.
 */
export function addressLines(address: string, max = MAX_LINES): string[] {
  let stored: unknown = address;
  if (/^\s*\{/.test(address)) {
    try {
      stored = JSON.parse(address);
    } catch {
      // Not JSON: shown as it is.
    }
  }
  const lines = linesOf(stored)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(0, max);
}
