/** Reads files in tests, with a file parser in the same process. */
import {
  createFileReader,
  type FilePieces,
  type FileReaderOptions,
  type ImportedFile,
  type ParserProcess,
} from '../../../src/main/csv/import';
import { createParser } from '../../../src/main/csv/parser';
import type { ParserRequest } from '../../../src/main/csv/parser-protocol';
import { columnOf, type Column } from '../../../src/shared/headings';
import { MAX_PIECE_BYTES } from '../../../src/shared/limits';
import { success, type Result } from '../../../src/shared/result';

/** A parser in this process. Messages are copied, as between processes. */
export function startParser(answer: (message: unknown) => Promise<unknown> = createParser()) {
  let isEnded = false;
  const exits: (() => void)[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  return {
    send(request: ParserRequest): void {
      void answer(structuredClone(request)).then((reply) => {
        if (!isEnded) for (const listener of listeners) listener(structuredClone(reply));
      });
    },
    onMessage: (listener: (message: unknown) => void) => void listeners.push(listener),
    onExit: (listener: () => void) => void exits.push(listener),
    kill(): void {
      isEnded = true;
    },
    /** Ends by itself, like a process that crashes. */
    crash(): void {
      isEnded = true;
      for (const exited of exits) exited();
    },
    memoryBytes: () => 0,
  } satisfies ParserProcess & { crash(): void };
}

/** A reader of files that keeps nothing, with a parser in this process by default. */
export function createReader(options: Partial<FileReaderOptions> = {}) {
  const reader = createFileReader({
    spawn: () => startParser(),
    onProgress: () => undefined,
    ...options,
  });
  return {
    ...reader,
    read: (content: FilePieces) => reader.read(content, (file) => Promise.resolve(success(file))),
  };
}

/** A content in pieces, as main sends it. */
export function pieces(content: Uint8Array | string): Result<Uint8Array>[] {
  const bytes = Uint8Array.from(Buffer.from(content as string));
  const count = Math.ceil(bytes.length / MAX_PIECE_BYTES);
  // A part of a larger buffer would be sent with all of it.
  return Array.from({ length: count }, (_, at) =>
    success(bytes.slice(at * MAX_PIECE_BYTES, (at + 1) * MAX_PIECE_BYTES)),
  );
}

/** The rows of a file: its texts by what their headings stand for, and which cells are no texts. */
export function recordsOf({ headings, rows }: ImportedFile) {
  const columns = headings.map(columnOf);
  return rows.map(({ number, cells, issues, isTooWide }) => ({
    number,
    texts: Object.fromEntries(
      cells.flatMap((cell, at) => (columns[at] ? [[columns[at], cell]] : [])),
    ) as Partial<Record<Column, string>>,
    issues: issues.map(({ column, kind }) => `${columns[column] ?? column} ${kind}`),
    ...(isTooWide ? { isTooWide } : {}),
  }));
}

/** What an import finds in a file. */
export async function readFile(content: Uint8Array | string): Promise<Result<ImportedFile>> {
  const read = await createReader().read(pieces(content));
  if (!read.ok) return read;
  if (read.value === null) throw new Error('canceled');
  return success(read.value);
}
