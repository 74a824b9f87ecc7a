/** The lines of an address as on a letter, whether it is stored as text or as JSON. */

/** Maximum lines in the preview; a longer address is cut. */
const MAX_LINES = 8;

/** Maximum depth of an address that is stored as JSON. No one stores a deeper one, and it must not fill the stack. */
const MAX_DEPTH = 20;

/** The lines of a text, trimmed, without those that are blank. */
export function nonBlankLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The lines of a value, or null if it is nested too deeply. */
function linesOf(value: unknown, depth = 0): string[] | null {
  if (typeof value === 'string') return nonBlankLines(value);
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  if (depth > MAX_DEPTH) return null;
  const lines: string[] = [];
  for (const part of Object.values(value)) {
    const more = linesOf(part, depth + 1);
    if (more === null) return null;
    for (const line of more) lines.push(line);
  }
  return lines;
}

/**
 * The lines of an address, as on a letter, at most `max`. Some tools store a JSON object in the field; then the
 * values of the object are the lines, in stored order. An object nested too deeply is shown as text.
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
  return (linesOf(stored) ?? [address.trim()]).slice(0, max);
}
