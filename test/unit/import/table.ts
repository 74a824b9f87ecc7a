/** A person who imports tables into a real database. */
import { checkCell } from '../../../src/main/csv/check-column';
import type { ImportedFile, TableRow } from '../../../src/main/csv/import';
import { createTableImport } from '../../../src/main/csv/table-import';
import type { Database } from '../../../src/main/database/tables';
import type { Batch, NotImported } from '../../../src/shared/changes';
import type { ImportChoices, ImportCounts, ImportKey } from '../../../src/shared/imports';
import type { Parent } from '../../../src/shared/organization';
import {
  applyEdits,
  EMPTY_PROFILE,
  type FieldName,
  type Profile,
} from '../../../src/shared/profile';
import { createPerson } from '../changes/many-harness';
import { copy, profile } from '../database/temporary-database';
import { valueOf } from '../results';

/** A table with these headings and rows; `issues` names cells as `row:column`, counted from 0. */
export function table(
  headings: string[],
  rows: string[][],
  issues: Record<string, TableRow['issues'][number]['kind']> = {},
): ImportedFile {
  return {
    headings,
    samples: headings.map((_, column) => rows[0]?.[column] ?? ''),
    moreColumns: 0,
    encoding: 'utf-8',
    sheets: null,
    rows: rows.map((cells, at) => ({
      number: at + 2,
      cells,
      isTooWide: cells.length > headings.length,
      issues: Object.entries(issues).flatMap(([place, kind]) => {
        const [row, column] = place.split(':').map(Number);
        return row === at ? [{ column: column ?? 0, kind }] : [];
      }),
    })),
  };
}

/** The check that an export writes for an entry whose texts are those of `profile('saved')` but for these. */
export const checkOf = (id: string, texts: Partial<Profile> = {}): string =>
  checkCell(id, applyEdits(profile('saved'), texts));

export function createImporter(folder?: string, database?: Database) {
  const person = createPerson(folder, database);
  let turns = 0;
  const imports = createTableImport({
    database: person.database,
    importTable: person.many.importTable,
    readFor: person.reader.readFor,
    stopReadingFor: person.reader.stopReadingFor,
    yieldToEventLoop() {
      turns += 1;
      return new Promise((resolve) => setImmediate(resolve));
    },
  });
  /** Matches by the first column, and imports the others into these fields. */
  const choices = async (
    file: ImportedFile,
    fields: FieldName[],
    more: Partial<ImportChoices> = {},
  ): Promise<ImportChoices> => ({
    importId: valueOf(await imports.keep('list.csv', file, () => false))!.importId,
    key: { by: 'id', column: 0 },
    fields: fields.map((field, at) => ({ column: at + 1, field })),
    empty: 'leave',
    alsoOverDrafts: false,
    ...more,
  });
  return {
    ...person,
    imports,
    choices,
    /** How often an import has yielded to the event loop. */
    turns: (): number => turns,
    async counts(file: ImportedFile, key: Partial<ImportKey> = {}): Promise<ImportCounts> {
      const own = { by: 'id', column: 0, ...key } as ImportKey;
      const chosen = await choices(file, ['business_phone'], { key: own });
      return valueOf(await imports.counts(chosen));
    },
    /** Imports a table, and waits for the end. */
    async import(
      file: ImportedFile,
      fields: FieldName[] = ['business_phone'],
      more: Partial<ImportChoices> = {},
    ): Promise<Batch> {
      const made = valueOf(await imports.makeDrafts(await choices(file, fields, more)));
      return person.ended(made.batchId);
    },
    notImported: (batchId: string): NotImported[] =>
      valueOf(person.many.notImported(batchId, { offset: 0, limit: 100 })).rows,
    /** Gives an entry these metadata. */
    setMetadata: (id: string, metadata: string): void =>
      person.write((tables) => {
        const texts = { ...profile('saved'), external_metadata: metadata };
        tables.profiles.put({ ...copy(id, EMPTY_PROFILE), fields: texts });
      }),
    rename: (id: string, name: string): void =>
      person.write(({ organizations }) => {
        const entry = organizations.get(id);
        if (entry) organizations.put({ ...entry, name });
      }),
    /** Makes an entry an account of an organization. */
    makeAccount: (id: string, parent: Parent): void =>
      person.write(({ organizations }) => {
        const entry = organizations.get(id);
        if (entry) organizations.put({ ...entry, kind: 'account', parent });
      }),
  };
}

export type Importer = ReturnType<typeof createImporter>;
