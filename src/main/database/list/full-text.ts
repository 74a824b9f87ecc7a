/**
 * The full-text indexes (FTS5): one of names and ids, one of all other texts. They find every substring of
 * three characters or more, and keep no copy of the texts: what is removed must be given as it was added.
 *
 * They are never merged inside a person's transaction, which could take 100 ms, but in small steps when
 * nothing else is to be done. That also forgets texts that were removed: FTS5's `secure-delete` would take
 * 10 ms for every text that changes among 100,000 entries.
 */
import type { Sql } from '../database';

/** The index of names and ids. */
export const NAME_SEARCH = 'name_search';
/** The index of texts. */
export const TEXT_SEARCH = 'text_search';

/** Pages merged in one step, some 3 ms. */
const MERGED_PAGES = 64;

const OPTIONS = `content_rowid = 'id', columnsize = 0, tokenize = 'trigram case_sensitive 1'`;

/** A command to an index; FTS5 takes them as insertions. */
const command = (index: string, values: string): string =>
  `INSERT INTO ${index} (${index}, rank) VALUES ${values}`;
const SETTINGS = "('automerge', 0), ('usermerge', 16), ('crisismerge', 128)";

/** Makes the indexes over `organization_row` and `organization_text`. */
export const CREATE_INDEXES = `
CREATE VIRTUAL TABLE ${NAME_SEARCH} USING fts5(
  folded_name, organization_id, content = 'organization_row', ${OPTIONS}
);
CREATE VIRTUAL TABLE ${TEXT_SEARCH} USING fts5(
  folded, content = 'organization_text', ${OPTIONS}
);
${command(NAME_SEARCH, SETTINGS)};
${command(TEXT_SEARCH, SETTINGS)};
`;

/** Puts the name and the id of a row into the index. */
export function addName(sql: Sql, row: number, foldedName: string, id: string): void {
  const ADD = `INSERT INTO ${NAME_SEARCH} (rowid, folded_name, organization_id) VALUES (?, ?, ?)`;
  sql.run(ADD, row, foldedName, id);
}

/** Takes them out; they must be those that were put in. */
export function removeName(sql: Sql, row: number, foldedName: string, id: string): void {
  sql.run(
    `INSERT INTO ${NAME_SEARCH} (${NAME_SEARCH}, rowid, folded_name, organization_id)
     VALUES ('delete', ?, ?, ?)`,
    ...[row, foldedName, id],
  );
}

/** Puts the texts of a row into the index. */
export function addTexts(sql: Sql, row: number, folded: string): void {
  sql.run(`INSERT INTO ${TEXT_SEARCH} (rowid, folded) VALUES (?, ?)`, row, folded);
}

/** Takes them out; they must be those that were put in. */
export function removeTexts(sql: Sql, row: number, folded: string): void {
  sql.run(
    `INSERT INTO ${TEXT_SEARCH} (${TEXT_SEARCH}, rowid, folded) VALUES ('delete', ?, ?)`,
    ...[row, folded],
  );
}

/** Writes what was put in and taken out; FTS5 would do so at the commit, where its damage is anyone's. */
export function flushIndexes(sql: Sql): void {
  for (const index of [NAME_SEARCH, TEXT_SEARCH]) sql.run(command(index, "('flush', 0)"));
}

/**
 * Merges the segments that transactions have left, as far as that is worth it.
 * @param all merges everything into one segment, after which nothing is left of removed texts
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
      // The statement itself counts as one.
      if (changes() - before < 2) break;
      yield;
    }
  }
}
