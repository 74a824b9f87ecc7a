/**
 * The full-text indexes (FTS5): one for names and ids, one for all other texts. They find every substring of at
 * least three characters. They do not store the texts, so a text can only be removed by passing it exactly as it
 * was added.
 *
 * FTS5 writes each transaction to a new segment of an index. Segments are merged in small steps in the
 * background, because merging inside a transaction could take 100 ms. Merging also erases removed texts. FTS5's
 * option `secure-delete` would erase them earlier, but take 10 ms for every changed text with 100,000 entries.
 */
import type { Sql } from '../sqlite-file';

/** Index of names and ids. */
export const NAME_SEARCH = 'name_search';
/** Index of all other texts. */
export const TEXT_SEARCH = 'text_search';

/**
 * Pages merged in one step. With a hundred segments that takes about 2 ms, and the last step of a merge, which deletes what was
 * merged, up to 8.
 */
const MERGED_PAGES = 16;

const OPTIONS = `content_rowid = 'id', columnsize = 0, tokenize = 'trigram case_sensitive 1'`;

/** SQL that sends a command to an index. FTS5 expects commands as inserts. */
const command = (index: string, values: string): string =>
  `INSERT INTO ${index} (${index}, rank) VALUES ${values}`;
const SETTINGS = "('automerge', 0), ('usermerge', 16), ('crisismerge', 128)";

/** Creates the indexes over `organization_row` and `organization_text`. */
export const CREATE_INDEXES = `
CREATE VIRTUAL TABLE ${NAME_SEARCH} USING fts5(
  folded_name, entry_id, content = 'organization_row', ${OPTIONS}
);
CREATE VIRTUAL TABLE ${TEXT_SEARCH} USING fts5(
  folded, content = 'organization_text', ${OPTIONS}
);
${command(NAME_SEARCH, SETTINGS)};
${command(TEXT_SEARCH, SETTINGS)};
`;

/** Adds the name and the id of a row. */
export function addName(sql: Sql, row: number, foldedName: string, id: string): void {
  const ADD = `INSERT INTO ${NAME_SEARCH} (rowid, folded_name, entry_id) VALUES (?, ?, ?)`;
  sql.run(ADD, row, foldedName, id);
}

/** Removes the name and the id of a row. Both must equal what was added. */
export function removeName(sql: Sql, row: number, foldedName: string, id: string): void {
  sql.run(
    `INSERT INTO ${NAME_SEARCH} (${NAME_SEARCH}, rowid, folded_name, entry_id)
     VALUES ('delete', ?, ?, ?)`,
    row,
    foldedName,
    id,
  );
}

/** Adds the texts of a row. */
export function addTexts(sql: Sql, row: number, folded: string): void {
  sql.run(`INSERT INTO ${TEXT_SEARCH} (rowid, folded) VALUES (?, ?)`, row, folded);
}

/** Removes the texts of a row. They must equal what was added. */
export function removeTexts(sql: Sql, row: number, folded: string): void {
  sql.run(
    `INSERT INTO ${TEXT_SEARCH} (${TEXT_SEARCH}, rowid, folded) VALUES ('delete', ?, ?)`,
    row,
    folded,
  );
}

/**
 * Writes additions and removals to the indexes now. Otherwise FTS5 writes them at the commit, where an error of
 * an index could not be distinguished from damage of the database.
 */
export function flushIndexes(sql: Sql): void {
  for (const index of [NAME_SEARCH, TEXT_SEARCH]) sql.run(command(index, "('flush', 0)"));
}

/** The number of segments of the index with more of them. */
export function countSegments(sql: Sql): number {
  const counts = [NAME_SEARCH, TEXT_SEARCH].map((index) => {
    // From segment to segment, because each has a row for every page.
    const COUNT = `WITH RECURSIVE segment (id) AS (
        SELECT min(segid) FROM ${index}_idx UNION ALL
        SELECT (SELECT min(segid) FROM ${index}_idx WHERE segid > id) FROM segment WHERE id IS NOT NULL
      ) SELECT count(id) AS n FROM segment`;
    return Number(sql.get(COUNT)?.['n']);
  });
  return Math.max(...counts);
}

/**
 * Merges the segments that transactions have left, as far as that is worthwhile. Yields after each step.
 * @param all whether to merge everything into one segment, which erases all removed texts
 */
export function* mergeIndexes(
  sql: Sql,
  transact: (work: () => unknown) => void,
  all = false,
): Generator<void> {
  const changes = (): number => Number(sql.get('SELECT total_changes() AS n')?.['n']);
  for (const index of [NAME_SEARCH, TEXT_SEARCH]) {
    for (let pages = all ? -MERGED_PAGES : MERGED_PAGES; ; pages = MERGED_PAGES) {
      const before = changes();
      transact(() => sql.run(command(index, "('merge', ?)"), pages));
      // The command itself counts as one change.
      if (changes() - before < 2) break;
      yield;
    }
  }
}
