/**
 * Takes a file in pieces and, once all are there, answers its rows, a message at a time. In the app it runs in a process of its own
 * (parser-process.ts), because a file from a stranger may take any time and memory, or break a library that reads it.
 */
import * as v from 'valibot';
import type { WithoutId } from '../lib/helper-link';
import { lengthOf, requestSchema, type ParserAnswer, type ReadRow } from './parser-protocol';
import { readFile } from './table';

/** How long a message may be, in the characters of `lengthOf`: main takes it in a few ms. A single cell may be longer. */
const MAX_LENGTH = 64_000;

/** A row, or a row for each of its cells if together they are too long for a message. */
function partsOf(row: ReadRow): ReadRow[] {
  if (lengthOf(row) <= MAX_LENGTH) return [row];
  return row.cells.map((cell, from) => {
    const issues = row.issues.filter(({ column }) => column === from);
    return { ...row, from, cells: [cell], issues };
  });
}

async function* answersOf(bytes: Uint8Array): AsyncGenerator<WithoutId<ParserAnswer>> {
  const file = readFile(bytes);
  let rows: ReadRow[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await file.next();
    if (done) {
      if (rows.length > 0) yield { result: 'rows', rows };
      yield value.ok
        ? { result: 'end', ...value.value }
        : { result: 'failed', code: value.failure.code };
      return;
    }
    for (const row of value.flatMap(partsOf)) {
      length += lengthOf(row);
      if (length > MAX_LENGTH && rows.length > 0) {
        yield { result: 'rows', rows };
        rows = [];
        length = lengthOf(row);
      }
      rows.push(row);
    }
  }
}

/** Creates a parser of one file: a function that answers its requests, and nothing else (null). */
export function createParser() {
  const pieces: Uint8Array[] = [];
  let answers: AsyncGenerator<WithoutId<ParserAnswer>> | null = null;
  /** The next answer, which is prepared before main requests it. */
  let ahead: Promise<IteratorResult<WithoutId<ParserAnswer>, void>> | null = null;
  return async (message: unknown): Promise<ParserAnswer | null> => {
    const parsed = v.safeParse(requestSchema, message);
    if (!parsed.success) return null;
    const { id, ...request } = parsed.output;
    if (request.operation === 'piece') {
      pieces.push(request.bytes);
      return { id, result: 'taken' };
    }
    answers ??= answersOf(Buffer.concat(pieces.splice(0)));
    const next = await (ahead ??= answers.next());
    ahead = null;
    if (next.done) return null;
    // After this answer is sent, so that the next one is prepared while main checks this one.
    setImmediate(() => (ahead ??= answers?.next() ?? null));
    return { id, ...next.value };
  };
}
