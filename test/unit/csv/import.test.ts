/** Reading a file in another process, which may take any time and memory, end, or answer anything. */
import { appendFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HandedOver, readChosenFile } from '../../../src/main/csv/files';
import { createFileReader } from '../../../src/main/csv/import';
import { createParser } from '../../../src/main/csv/parser';
import {
  lengthOf,
  MAX_ROWS_LENGTH,
  type ParserRequest,
} from '../../../src/main/csv/parser-protocol';
import {
  MAX_FIELD_LENGTH,
  MAX_FILE_BYTES,
  MAX_IMPORT_COLUMNS,
  MAX_PIECE_BYTES,
} from '../../../src/shared/limits';
import { FIELD_NAMES, mapFields } from '../../../src/shared/profile';
import { failed, success, type Result } from '../../../src/shared/result';
import { buildScript, forked } from '../built-script';
import { turnsDuring } from '../event-loop';
import { temporaryFolder } from '../database/temporary-database';
import { valueOf } from '../results';
import { createReader, pieces, readFile, recordsOf, startParser } from './parser';
import { SLOW_CSV } from './slow-csv';

const id = (number: number): string => number.toString(16).padStart(32, '0');
const FILE = `id,phone\n${id(1)},+49 1\n`;

/** Reads a file with a parser that answers this, with the id of the request. */
const answered = (answer: (operation: string) => object | null | undefined) =>
  createReader({
    spawn: () =>
      startParser((message) => {
        const { id: request, operation } = message as { id: number; operation: string };
        const reply = answer(operation);
        return reply === undefined
          ? new Promise(() => undefined)
          : Promise.resolve(reply && { id: request, ...reply });
      }),
  }).read(pieces(FILE));

const row = (number: number, more: object = {}) => ({
  ...{ number, from: 0, cells: [id(number), '1'], issues: [], isTooWide: false },
  ...more,
});
const END = {
  ...{ result: 'end', encoding: 'utf-8', sheets: null },
  ...{ headings: ['id', 'phone'], samples: [id(1), '1'], moreColumns: 0 },
};

test.each<[string, object]>([
  ['no answer', { no: 'answer' }],
  ['the answer to another request', { id: 99, result: 'taken' }],
  ['rows before it has the file', { result: 'rows', rows: [] }],
  ['an end before it has the file', END],
])('uses nothing of a parser that answers a piece with %s', async (_name, answer) => {
  const read = await answered((operation) => (operation === 'rows' ? END : answer));
  expect(read).toEqual(failed('import.nonsense'));
});

test.each<[string, object]>([
  ['a row without a number', row(0)],
  ['a column that is none', row(1, { from: -1 })],
  ['a text that is none', row(1, { cells: [1] })],
  ['a text that is too long', row(1, { cells: ['x'.repeat(100_001)] })],
  ['a kind that is none', row(1, { issues: [{ column: 0, kind: '<b>' }] })],
  ['too many cells', row(1, { cells: Array(101).fill('') })],
])('uses nothing of a parser that answers with %s', async (_name, one) => {
  const rows = { result: 'rows', rows: [one] };
  const read = await answered((operation) => (operation === 'rows' ? rows : { result: 'taken' }));
  expect(read).toEqual(failed('import.nonsense'));
});

test('uses nothing of a parser that answers more than 256 kB of rows in one message', async () => {
  const rowsOf = (count: number, cells: string[]) => ({
    result: 'rows',
    rows: Array.from({ length: count }, (_, at) => row(at + 1, { cells })),
  });
  for (const cells of [[id(1), '1'], Array<string>(MAX_IMPORT_COLUMNS).fill('')]) {
    const fitting = Math.floor(MAX_ROWS_LENGTH / (200 + 8 * cells.length + cells.join('').length));
    const answers = [rowsOf(fitting, cells), END];
    const fits = await answered((operation) =>
      operation === 'rows' ? answers.shift() : { result: 'taken' },
    );
    expect(valueOf(fits)?.rows).toHaveLength(fitting);
    const more = await answered((operation) =>
      operation === 'rows' ? rowsOf(fitting + 1, cells) : { result: 'taken' },
    );
    expect(more).toEqual(failed('import.nonsense'));
  }
});

test('ends a parser that answers what was not asked', async () => {
  const parser = startParser();
  const kill = vi.spyOn(parser, 'kill');
  let speak = (_message: unknown): void => undefined;
  const reader = createReader({
    spawn: () => ({
      ...parser,
      onMessage(listener) {
        speak = listener;
        parser.onMessage(listener);
      },
    }),
  });
  let isFirst = true;
  async function* content() {
    yield* pieces(FILE);
    speak({ id: 1, result: 'taken' });
    expect(kill).toHaveBeenCalledTimes(1);
    isFirst = false;
  }
  expect(await reader.read(content())).toEqual(failed('import.broken-off'));
  expect(isFirst).toBe(false);
});

test('stops at too many rows or characters, whatever the parser says', async () => {
  const answersOf = (next: (message: number) => object[]) => {
    let message = 0;
    return answered((operation) =>
      operation === 'rows' ? { result: 'rows', rows: next((message += 1)) } : { result: 'taken' },
    );
  };
  const many = await answersOf((message) =>
    Array.from({ length: 600 }, (_, at) => row(message * 600 + at, { cells: [''] })),
  );
  expect(many).toEqual(failed('import.too-many-rows'));
  const long = ['x'.repeat(MAX_FIELD_LENGTH)];
  expect(await answersOf((message) => [row(message, { cells: long })])).toEqual(
    failed('file.too-large'),
  );
  expect(await answersOf(() => [row(1, { cells: long, from: 1 })])).toEqual(
    failed('file.too-large'),
  );
});

test('a row with the longest texts takes several messages', async () => {
  const texts = mapFields((field) => FIELD_NAMES.indexOf(field) + 'x'.repeat(MAX_FIELD_LENGTH - 1));
  const line = (number: number): string => [id(number), ...Object.values(texts)].join(',');
  const file = `id,${FIELD_NAMES.join(',')}\n${line(1)}\n${line(2)}\n`;
  const found = valueOf(await readFile(file));
  expect(recordsOf(found)).toEqual(
    [1, 2].map((n) => ({ number: n + 1, texts: { id: id(n), ...texts }, issues: [] })),
  );
});

test('says that a parser broke off, and starts another one for the next file', async () => {
  const broken: ReturnType<typeof startParser> = startParser(() => {
    broken.crash();
    return Promise.resolve(null);
  });
  const spawn = vi.fn(() => startParser());
  spawn.mockReturnValueOnce(broken);
  const reader = createReader({ spawn });
  expect(await reader.read(pieces(FILE))).toEqual(failed('import.broken-off'));
  expect(spawn).toHaveBeenCalledTimes(1);
  expect(valueOf(await reader.read(pieces(FILE)))?.rows).toHaveLength(1);
});

test('after 60 s, or with more than 512 MB, the parser is ended, and a sentence says so', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const mute = startParser(() => new Promise(() => undefined));
  const kill = vi.spyOn(mute, 'kill');
  let memory = 512 * 1_024 * 1_024;
  const reader = createReader({ spawn: () => ({ ...mute, memoryBytes: () => memory }) });
  const slow = reader.read(pieces(FILE));
  await vi.advanceTimersByTimeAsync(59_900);
  expect(reader.progress()).toBe(0);
  expect(kill).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(await slow).toEqual(failed('import.timed-out'));
  expect(kill).toHaveBeenCalledTimes(1);
  const large = reader.read(pieces(FILE));
  await vi.advanceTimersByTimeAsync(1_000);
  memory += 1;
  await vi.advanceTimersByTimeAsync(300);
  expect(await large).toEqual(failed('import.too-much-memory'));
  expect(kill).toHaveBeenCalledTimes(2);
  expect(reader.progress()).toBeNull();
});

test('a file that does not end being read counts as time, too, and canceling ends it', async () => {
  const reader = createReader({ timeoutMs: 20 });
  async function* never(): AsyncGenerator<Result<Uint8Array>> {
    yield await new Promise(() => undefined);
  }
  expect(await reader.read(never())).toEqual(failed('import.timed-out'));
  const canceled = reader.read(never());
  reader.cancel();
  expect(await canceled).toEqual(success(null));
});

test('an import can be canceled until its rows are kept', async () => {
  const reader = createFileReader({ spawn: () => startParser(), onProgress: () => undefined });
  let isCanceled = (): boolean => false;
  const read = new Promise<Result<unknown>>((resolve) => {
    const keep = (_file: unknown, asked: () => boolean): Promise<Result<null>> => {
      isCanceled = asked;
      expect(reader.progress()).toBe(1);
      reader.cancel();
      return new Promise(() => undefined);
    };
    void reader.read(pieces(FILE), keep).then(resolve);
  });
  expect(await read).toEqual(success(null));
  expect(isCanceled()).toBe(true);
  expect(reader.progress()).toBeNull();
});

test('reports how many rows are read', async () => {
  const seen: (number | null)[] = [];
  const reader = createReader({ onProgress: () => void seen.push(reader.progress()) });
  const lines = Array.from({ length: 2_000 }, (_, at) => `${id(at)},+49 ${at}`);
  await reader.read(pieces(`id,phone\n${lines.join('\n')}`));
  expect(seen.length).toBeGreaterThan(4);
  expect(seen).toEqual([0, ...seen.slice(1, -1).toSorted((a, b) => a! - b!), null]);
  expect(seen.at(-2)).toBe(2_000);
});

test('takes what the window hands over once, from its first piece, and no more than a file may have', () => {
  const handedOver = new HandedOver();
  const add = (text: string, isFirst: boolean) =>
    handedOver.add(Uint8Array.from(Buffer.from(text)).buffer, isFirst);
  const taken = () => Buffer.concat(handedOver.take().map(valueOf)).toString();
  add('of a window that was reloaded', true);
  expect([add('a', true), add('b', false)]).toEqual([success(null), success(null)]);
  expect([taken(), taken()]).toEqual(['ab', '']);
  const piece = new ArrayBuffer(MAX_PIECE_BYTES);
  for (let at = 0; at < MAX_FILE_BYTES / MAX_PIECE_BYTES; at += 1)
    expect(handedOver.add(piece, at === 0)).toEqual(success(null));
  expect(add('x', false)).toEqual(failed('file.too-large'));
  expect(taken()).toBe('');
  // Only of a window that was taken over.
  expect(add('without a first one', false)).toEqual(failed('file.unreadable'));
  expect([add('', true), add('', false)]).toEqual([success(null), failed('file.unreadable')]);
});

/** The pieces of a file; `after` is called after each. */
async function contentOf(path: string, after = (): void => undefined) {
  const found: Result<Uint8Array>[] = [];
  for await (const piece of readChosenFile(path)) {
    found.push(piece);
    after();
  }
  return found;
}

test('reads a file in pieces, also one that is deleted meanwhile', async () => {
  const path = join(temporaryFolder(), 'list.csv');
  writeFileSync(path, Buffer.alloc(MAX_PIECE_BYTES + 3, 'x'));
  const remove = () => rmSync(path, { force: true });
  const sizes = (await contentOf(path, remove)).map((piece) => valueOf(piece).byteLength);
  expect(sizes).toEqual([MAX_PIECE_BYTES, 3]);
});

test.each([
  ['grows', (path: string) => appendFileSync(path, 'more')],
  ['becomes shorter', (path: string) => truncateSync(path, 10)],
  ['is written to', (path: string) => writeFileSync(path, Buffer.alloc(MAX_PIECE_BYTES + 3, 'y'))],
])('does not use a file that %s while it is read', async (_name, change) => {
  const path = join(temporaryFolder(), 'list.csv');
  writeFileSync(path, Buffer.alloc(MAX_PIECE_BYTES + 3, 'x'));
  const last = (await contentOf(path, () => change(path))).at(-1)!;
  expect(last.ok ? last.value.byteLength : last.failure.code).toBe('file.changed');
});

test('says that a file cannot be read whose disk was removed meanwhile', async () => {
  const path = join(temporaryFolder(), 'list.csv');
  writeFileSync(path, Buffer.alloc(MAX_PIECE_BYTES + 3, 'x'));
  const file = await open(path);
  const prototype = Object.getPrototypeOf(file) as typeof file;
  await file.close();
  const fails = (): void => {
    const spy = vi.spyOn(prototype, 'read').mockRejectedValue(new Error('EIO'));
    onTestFinished(() => spy.mockRestore());
  };
  expect((await contentOf(path, fails)).slice(1)).toEqual([failed('file.unreadable')]);
});

test('reads neither a device nor a folder, nothing that is missing, and no large file', async () => {
  const folder = temporaryFolder();
  const link = join(folder, 'list.csv');
  symlinkSync('/dev/zero', link);
  for (const path of ['/dev/zero', '/dev/tty', link, folder])
    expect(await contentOf(path)).toEqual([failed('file.none')]);
  expect(await contentOf(join(folder, 'missing.csv'))).toEqual([failed('file.unreadable')]);
  const large = join(folder, 'large.csv');
  writeFileSync(large, '');
  truncateSync(large, MAX_FILE_BYTES + 1);
  expect(await contentOf(large)).toEqual([failed('file.too-large')]);
});

test('answers nothing to what is no request', async () => {
  const parser = createParser();
  for (const message of [null, {}, { id: 1, operation: 'open', path: '/etc/passwd' }])
    expect(await parser(message)).toBeNull();
});

/** A reader whose parser runs in a process of its own, and those processes. */
async function readerInProcess() {
  const script = await buildScript('src/main/csv/parser-process.ts');
  onTestFinished(script.remove);
  const spawn = () => ({ ...forked<ParserRequest>(script.start()), memoryBytes: () => 0 });
  const readerFor = (timeoutMs: number) => createReader({ timeoutMs, spawn });
  expect(valueOf(await readerFor(20_000).read(pieces(FILE)))?.rows).toHaveLength(1);
  return { readerFor, started: script.started };
}

test('a file that is made to take hours is read in a process of its own, which ends in time', async () => {
  const { readerFor, started } = await readerInProcess();
  const [read, turns] = await turnsDuring(readerFor(1_000).read(pieces(SLOW_CSV)));
  expect(read).toEqual(failed('import.timed-out'));
  // Of this process, which answers all the while.
  expect(turns).toBeGreaterThan(100);
  await expect.poll(() => started.at(-1)?.signalCode).toBe('SIGKILL');
});

test.each([
  [30_000, 2],
  [5_000, MAX_IMPORT_COLUMNS],
])(
  'takes one message of rows in a turn of the event loop: %i rows of %i columns',
  async (count, columns) => {
    const more = ','.repeat(columns - 2);
    const lines = Array.from({ length: count }, (_, at) => `${id(at)},+49 ${at}${more}`);
    const file = `id,phone${more.replaceAll(',', ',x')}\n${lines.join('\n')}`;
    const parse = createParser();
    let largest = 0;
    let longest = 0;
    async function counted(message: unknown) {
      const answer = await parse(message);
      if (answer?.result === 'rows') {
        largest = Math.max(largest, answer.rows.length);
        longest = Math.max(
          longest,
          answer.rows.reduce((length, one) => length + lengthOf(one), 0),
        );
      }
      return answer;
    }
    let rows = 0;
    let before = 0;
    let most = 0;
    let isRead = false;
    const reader = createReader({
      spawn: () => startParser(counted),
      onProgress: () => (rows = reader.progress() ?? rows),
    });
    const inEachTurn = (): void => {
      most = Math.max(most, rows - before);
      before = rows;
      if (!isRead) setImmediate(inEachTurn);
    };
    inEachTurn();
    const read = await reader.read(pieces(file));
    isRead = true;
    expect(valueOf(read)?.rows).toHaveLength(count);
    expect(most).toBe(largest);
    // Half of what main accepts, unless a single text is longer.
    expect(longest).toBeLessThanOrEqual(MAX_ROWS_LENGTH / 2);
  },
);
