/**
 * Reads a file in pieces and answers its rows, a message at a time. In the app it runs in a process of its own
 * (parser-process.ts), because a file from a stranger may take any time and memory, or break a library that reads it.
 */
import * as v from 'valibot';
import type { WithoutId } from '../lib/helper-link';
import { lengthOf, requestSchema, type ParserAnswer, type ReadRow } from './parser-protocol';
import { readFile } from './table';

/** The length of most messages, which main takes in a few ms. Only a single text may be longer. */
const USUAL_LENGTH = 64_000;

/** A row, or one for each of its cells if all of them are too long for a message; each with its length. */
function piecesOf(row: ReadRow): { piece: ReadRow; length: number }[] {
  const length = lengthOf(row);
  if (length <= USUAL_LENGTH) return [{ piece: row, length }];
  return row.cells.map((cell, from) => {
    const issues = row.issues.filter(({ column }) => column === from);
    const piece = { ...row, from, cells: [cell], issues };
    return { piece, length: lengthOf(piece) };
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
    for (const { piece, length: own } of value.flatMap(piecesOf)) {
      length += own;
      if (length > USUAL_LENGTH && rows.length > 0) {
        yield { result: 'rows', rows };
        rows = [];
        length = own;
      }
      rows.push(piece);
    }
  }
}

/** Creates a parser of one file: a function that answers its requests, and nothing else (null). */
export function createParser() {
  const pieces: Uint8Array[] = [];
  let answers: AsyncGenerator<WithoutId<ParserAnswer>> | null = null;
  /** The next answer, while it is being prepared or when it is ready; the only one that was taken and not sent. */
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
    // The next one is prepared while main checks this one, which has to be sent before.
    setImmediate(() => (ahead ??= answers?.next() ?? null));
    return { id, ...next.value };
  };
}
