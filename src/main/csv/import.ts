/**
 * Reads a file that a person chose, in the file parser's process: main, which holds keys in memory, never parses what a
 * stranger wrote. It hands over the content in pieces, takes the rows, and ends the process when that takes too long or
 * too much memory, whatever the process says.
 */
import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import type { FailureCode } from '../../shared/failure';
import { MAX_IMPORT_LENGTH, MAX_IMPORT_ROWS } from '../../shared/limits';
import { failed, success, type Result } from '../../shared/result';
import { HelperLink, type HelperProcess, type Reply } from '../lib/helper-link';
import {
  answerSchema,
  contentLengthOf,
  type AboutFile,
  type ParserAnswer,
  type ParserRequest,
  type ReadRow,
} from './parser-protocol';

/** A row of a file; the cells that it has no text in are empty. */
export type TableRow = Omit<ReadRow, 'from'>;

/** The content of a file. */
export interface ImportedFile extends AboutFile {
  rows: TableRow[];
}

/** The content of a file in pieces of at most `MAX_PIECE_BYTES`; a failure is the last one. */
export type FilePieces = AsyncIterable<Result<Uint8Array>> | Iterable<Result<Uint8Array>>;

/** The process of the file parser. */
export interface ParserProcess extends HelperProcess<ParserRequest> {
  /** How much memory it has, in bytes. */
  memoryBytes(): number;
}

/** Dependencies of the file reader. */
export interface FileReaderOptions {
  /** Starts the file parser (parser-process.ts), for one file. */
  spawn: () => ParserProcess;
  /** How long reading a file may take, in ms; default 60 s. */
  timeoutMs?: number;
  /** Called whenever `rows` has changed. */
  onProgress: () => void;
}

/** How much memory the parser may have, in bytes. The guide names it. */
const MAX_MEMORY_BYTES = 512 * 1_024 * 1_024;
const CHECK_MEMORY_MS = 250;

type ParserLink = HelperLink<ParserRequest, ParserAnswer>;

/** What the parser's reply means if it is not the expected one. */
function failureOf(reply: Reply<ParserAnswer>): Result<never> {
  if (reply.result === 'failed') return failed(reply.code);
  const codes: Partial<Record<typeof reply.result, FailureCode>> = {
    gone: 'import.broken-off',
    'timed-out': 'import.timed-out',
    stopping: 'app.stopping',
  };
  return failed(codes[reply.result] ?? 'import.nonsense');
}

/** The rows of a file so far. */
class Rows {
  readonly all: TableRow[] = [];
  #length = 0;

  /** Adds rows. Returns why there are too many now, or null. */
  add(rows: readonly ReadRow[]): FailureCode | null {
    for (const row of rows) {
      this.#length += contentLengthOf(row);
      const { from, ...own } = row;
      const last = this.all.at(-1);
      if (from > 0 && last?.number === row.number) {
        last.cells.push(...row.cells);
        last.issues.push(...row.issues);
      } else this.all.push(own);
    }
    if (this.all.length > MAX_IMPORT_ROWS) return 'import.too-many-rows';
    return this.#length > MAX_IMPORT_LENGTH ? 'file.too-large' : null;
  }
}

/** Creates the reader of files. */
export function createFileReader(options: FileReaderOptions) {
  const { spawn, onProgress, timeoutMs = 60_000 } = options;
  /** How many rows of the file that is being imported are read; null while none is. */
  let progress: number | null = null;
  let end: (result: Result<null>) => void = () => undefined;

  function report(rows: number | null): void {
    progress = rows;
    onProgress();
  }

  async function readAll(link: ParserLink, pieces: FilePieces): Promise<Result<ImportedFile>> {
    for await (const piece of pieces) {
      if (!piece.ok) return piece;
      const reply = await link.ask({ operation: 'piece', bytes: piece.value });
      if (reply.result !== 'taken') return failureOf(reply);
    }
    const rows = new Rows();
    for (;;) {
      const reply = await link.ask({ operation: 'rows' });
      if (reply.result === 'rows') {
        const problem = rows.add(reply.rows);
        if (problem !== null) return failed(problem);
        // A canceled one reports nothing more.
        if (progress !== null) report(rows.all.length);
        // Several messages may come in one turn of the event loop.
        await turnOfEventLoop();
      } else if (reply.result === 'end') {
        const { encoding, sheets, headings, samples, moreColumns } = reply;
        return success({ encoding, sheets, headings, samples, moreColumns, rows: rows.all });
      } else return failureOf(reply);
    }
  }

  return {
    /** How many rows of the file that is being imported are read; null while none is. */
    progress: (): number | null => progress,
    /**
     * Reads a file, and hands it to `keep`; one at a time. Null if it was canceled. Fails like `pieces`, and with
     * `import.*`, or `file.too-large` if its texts have too many characters together: a small workbook can repeat a long
     * text in every row.
     */
    async read<Kept>(
      pieces: FilePieces,
      keep: (file: ImportedFile, isCanceled: () => boolean) => Promise<Result<Kept>>,
    ): Promise<Result<Kept | null>> {
      let parser: ParserProcess | null = null;
      const link: ParserLink = new HelperLink({
        spawn() {
          // Another process would not have the pieces that the first one got.
          if (parser) throw new Error('the parser has ended');
          return (parser = spawn());
        },
        answers: answerSchema,
        timeoutMs,
        idleAfterMs: timeoutMs,
      });
      const ended = new Promise<Result<null>>((resolve) => (end = resolve));
      const deadline = setTimeout(() => end(failed('import.timed-out')), timeoutMs);
      const watch = setInterval(() => {
        if ((parser?.memoryBytes() ?? 0) > MAX_MEMORY_BYTES) end(failed('import.too-much-memory'));
      }, CHECK_MEMORY_MS);
      function endParser(): void {
        clearTimeout(deadline);
        clearInterval(watch);
        link.stop();
      }
      let isEnded = false;
      async function readAndKeep(): Promise<Result<Kept>> {
        const file = await readAll(link, pieces);
        endParser();
        return file.ok ? keep(file.value, () => isEnded) : file;
      }
      report(0);
      try {
        return await Promise.race([ended, readAndKeep()]);
      } finally {
        isEnded = true;
        endParser();
        report(null);
      }
    },
    /** Stops importing the file, if one is being read or kept. */
    cancel: (): void => end(success(null)),
  };
}
