/**
 * What may be kept of an error: its kind and where in the program it happened. Never its message,
 * which may quote what a person typed or a key, and no folder, which begins with a person's name.
 */

/** Frames kept: enough to see the way, few enough to read. */
const FRAMES = 12;

/** The name of an error class; a text somebody put in its place is not believed. */
function kindOf(error: Error): string {
  return /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error';
}

/** A frame with the file's name instead of its path: `at open (index.js:1:2)`. */
function withoutFolder(frame: string): string {
  const [, name, place] = /^\s+at (?:(.*) \()?(.*?)\)?$/.exec(frame) ?? [];
  // Node's own parts have no folder; whatever is before the last separator of a path is one.
  const file = place?.startsWith('node:') ? place : (place ?? '').replace(/^.*[/\\]/, '');
  return name === undefined ? `    at ${file}` : `    at ${name} (${file})`;
}

/** The kind of an error and its frames, one per line. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { message, stack = '' } = error;
  // A message of several lines may look like a trace itself: only what stands behind it is one.
  const end = stack.indexOf(message);
  const trace = end < 0 ? '' : stack.slice(end + message.length);
  const frames = trace.split('\n').filter((line) => /^\s+at /.test(line));
  return [kindOf(error), ...frames.slice(0, FRAMES).map(withoutFolder)].join('\n');
}
