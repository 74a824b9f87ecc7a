/**
 * Storing revisions (the history): exact texts, pages in the order of time, indexed queries.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { DATABASE_FILE } from '../../../src/main/database';
import { revisions } from '../../../src/main/database/revision-table';
import type { RevisionRow, StoredRevision } from '../../../src/main/database/revision-table';
import type { Tables } from '../../../src/main/database/tables';
import { isRemoteCopy, REVISION_KINDS } from '../../../src/shared/history';
import {
  addOrganization,
  anyAuthor,
  anyEdits,
  anyProfile,
  contextOver,
  explaining,
  freshDatabase,
  opened,
  entryId,
  profile,
  read,
  temporaryFolder,
  withRawDatabase,
  write,
} from './temporary-database';

const id = entryId(1);
const other = entryId(2);

const anyRevision: fc.Arbitrary<RevisionRow> = fc.record({
  entryId: fc.constantFrom(id, other),
  // Few different timestamps, in any order: clocks are set back, and several revisions may be added
  // within a millisecond.
  at: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 1e15, noNaN: true })),
  kind: fc.constantFrom(...REVISION_KINDS),
  texts: anyEdits,
  author: fc.option(anyAuthor),
});

/** Replaces both organizations by new ones with these revisions. */
function addOnly(tables: Tables, rows: readonly RevisionRow[]): void {
  for (const number of [1, 2]) {
    tables.organizations.remove(entryId(number));
    addOrganization(tables, number);
  }
  for (const row of rows) tables.revisions.add(row);
}

/** All pages of an organization's history, in order. */
function pages(tables: Tables, entryId: string, limit: number): StoredRevision[][] {
  const all: StoredRevision[][] = [];
  for (let before: number | null = null; ;) {
    const page = tables.revisions.rows(entryId, before, limit);
    if (page.length > 0) all.push(page);
    if (page.length < limit) return all;
    before = page.at(-1)?.id ?? null;
  }
}

test('returns revisions unchanged and sorted by time, all together and in pages', () => {
  const database = freshDatabase();
  write(database, (tables) => [1, 2].map((number) => addOrganization(tables, number)));
  const anyRows = fc.array(anyRevision, { maxLength: 25 });
  fc.assert(
    fc.property(anyRows, fc.integer({ min: 1, max: 8 }), (rows, limit) => {
      write(database, (tables) => addOnly(tables, rows));
      read(database, (tables) => {
        for (const each of [id, other]) {
          // A stable sort: revisions of the same time stay in the order of addition.
          const mine = rows
            .filter((row) => row.entryId === each)
            .toSorted((one, two) => one.at - two.at);
          const stored = tables.revisions.of(each);
          expect(stored.map(({ id: _, ...row }) => row)).toEqual(mine);
          const paged = pages(tables, each, limit);
          expect(paged.flat()).toEqual(stored.toReversed());
          for (const page of paged.slice(0, -1)) expect(page).toHaveLength(limit);
          const ids = stored.map((row) => row.id);
          expect(tables.revisions.latest(each)).toBe(ids.length > 0 ? Math.max(...ids) : null);
          for (const [index, row] of stored.entries()) {
            expect(tables.revisions.get(row.id)).toEqual(row);
            const copies = stored.slice(0, index).filter(isRemoteCopy);
            expect(tables.revisions.copyBefore(each, row.id)).toEqual(copies.at(-1) ?? null);
          }
        }
      });
    }),
  );
});

test('never shares ids between organizations', () => {
  const database = freshDatabase();
  const add = (entryId: string): number =>
    write(database, (tables) => {
      tables.revisions.add({
        entryId,
        at: 1,
        kind: 'saved',
        texts: profile('a'),
        author: null,
      });
      return tables.revisions.latest(entryId) ?? 0;
    });
  write(database, (tables) => [1, 2].map((number) => addOrganization(tables, number)));
  const first = add(id);
  const second = add(other);
  const third = add(id);
  expect([first < second, second < third]).toEqual([true, true]);
  expect(read(database, (tables) => tables.revisions.copyBefore(id, third)?.id)).toBe(first);
});

test('puts unreadable revisions aside, and still fills each page', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  const ids = write(first.database, (tables) => {
    addOrganization(tables, 1);
    for (let count = 0; count < 30; count++) {
      const texts = profile(`${count}`);
      tables.revisions.add({ entryId: id, at: count, kind: 'saved', texts, author: null });
    }
    return tables.revisions.of(id).map((row) => row.id);
  });
  first.database.close();
  // Indexes of readable revisions: at both ends and in between.
  const readable = [0, 1, 14, 28, 29];
  withRawDatabase(folder, (db) => {
    const corrupt = db.prepare("UPDATE revision SET texts = '{' WHERE id = ?");
    for (const [index, revision] of ids.entries())
      if (!readable.includes(index)) corrupt.run(revision);
    db.prepare("UPDATE revision SET kind = 'unheard of' WHERE id = ?").run(ids[14] ?? 0);
  });
  const onUnreadable = vi.fn();
  const { database } = opened(folder, { onUnreadable });
  read(database, (tables) => {
    const expected = readable.toReversed().map((index) => ids[index]);
    const numbers = (rows: StoredRevision[]): number[] => rows.map((row) => row.id);
    expect(numbers(tables.revisions.rows(id, null, 5))).toEqual(expected);
    expect(numbers(tables.revisions.rows(id, null, 4))).toEqual(expected.slice(0, 4));
    expect(numbers(tables.revisions.rows(id, null, 40))).toEqual(expected);
    expect(
      pages(tables, id, 2)
        .flat()
        .map((row) => row.id),
    ).toEqual(expected);
    expect(numbers(tables.revisions.of(id))).toEqual(expected.toReversed());
    // The nearest revision was unreadable. A revision of an unknown kind is "observed".
    expect(tables.revisions.copyBefore(id, ids[28] ?? 0)).toMatchObject({
      id: ids[14],
      kind: 'observed',
    });
    expect(tables.revisions.copyBefore(id, ids[14] ?? 0)).toMatchObject({ id: ids[1] });
    expect(tables.revisions.get(ids[5] ?? 0)).toBeNull();
    expect(tables.revisions.latest(id)).toBe(ids[29]);
  });
  expect(onUnreadable).toHaveBeenCalledTimes(ids.length - readable.length);
});

test('never throws, whatever the columns of a revision contain', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  write(first.database, (tables) => {
    addOrganization(tables, 1);
    for (const kind of REVISION_KINDS)
      tables.revisions.add({ entryId: id, at: 1, kind, texts: profile('a'), author: null });
  });
  first.database.close();
  const column = fc.oneof(
    anyProfile.map((fields) => JSON.stringify(fields)),
    fc.json(),
    fc.string({ unit: 'binary' }).map((text) => text.replace(/\p{Cs}/gu, '')),
    fc.constantFrom('', 'null', '[]', '{}', '"saved"', '1e999'),
  );
  fc.assert(
    fc.property(column, column, fc.double(), (texts, kind, at) => {
      withRawDatabase(folder, (db) =>
        db
          .prepare('UPDATE revision SET texts = ?, kind = ?, at = ? WHERE id = 2')
          .run(texts, kind, Number.isNaN(at) ? 0 : at),
      );
      const { database } = opened(folder);
      read(database, (tables) => {
        const page = tables.revisions.rows(id, null, 10);
        expect(page.length).toBeGreaterThanOrEqual(REVISION_KINDS.length - 1);
        for (const row of page) {
          expect(Number.isFinite(row.at)).toBe(true);
          for (const text of Object.values(row.texts)) expect(typeof text).toBe('string');
        }
        expect(tables.revisions.copyBefore(id, 4)).not.toBeNull();
      });
      database.close();
    }),
    { numRuns: 40 },
  );
});

test('answers every history query from an index, without sorting', () => {
  const folder = temporaryFolder();
  opened(folder).database.close();
  const { sql, plans, close } = explaining(folder);
  const table = revisions(contextOver(sql));
  table.rows(id, null, 20);
  table.rows(id, 7, 20);
  table.copyBefore(id, null);
  table.copyBefore(id, 7);
  table.of(id);
  table.latest(id);
  table.get(7);
  table.addMissing({ entryId: id, at: 1, kind: 'saved', texts: {}, author: null });
  close();
  const byTime = 'INDEX revision_by_time (entry_id=?';
  const ofCloudflare = 'INDEX revision_of_cloudflare (entry_id=?';
  const byId = 'SEARCH revision USING INTEGER PRIMARY KEY (rowid=?)';
  const before = ` AND at<?); SCALAR SUBQUERY 1; ${byId}; REUSE SUBQUERY 1`;
  expect(plans).toEqual([
    `SEARCH revision USING ${byTime})`,
    `SEARCH revision USING ${byTime}${before}`,
    `SEARCH revision USING ${ofCloudflare})`,
    `SEARCH revision USING ${ofCloudflare}${before}`,
    `SEARCH revision USING ${byTime})`,
    `SEARCH revision USING COVERING ${byTime})`,
    byId,
    `SEARCH revision USING ${byTime} AND at=?)`,
  ]);
});

test('leaves no trace of removed revisions in the files', () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  const secret = 'text of a removed revision';
  write(database, (tables) => {
    for (const number of [1, 2]) addOrganization(tables, number);
    for (let count = 0; count < 60; count++) {
      const entryId = count % 2 ? id : other;
      const texts = profile(entryId === id ? secret : 'stays');
      tables.revisions.add({ entryId, at: count, kind: 'replaced', texts, author: null });
    }
  });
  const bytes = (): string => readFileSync(join(folder, DATABASE_FILE), 'latin1');
  database.close();
  expect(bytes()).toContain(secret);
  const again = opened(folder).database;
  write(again, (tables) => {
    tables.organizations.remove(id);
  });
  again.close();
  expect(bytes()).not.toContain(secret);
  expect(bytes()).toContain('stays');
});
