/**
 * How a table is imported: what its rows are matched by, which column becomes which field, and what would come of it. It
 * guesses first, and asks main again whenever something is chosen.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Failure } from '../../../shared/failure';
import { normalizedHeading } from '../../../shared/headings';
import type {
  ImportChoices,
  ImportCounts,
  ImportedTable,
  ImportKey,
} from '../../../shared/imports';
import type { Outcome } from '../../../shared/outcome';
import { isFieldName, type FieldName } from '../../../shared/profile';
import { Action } from '../../state/action.svelte';

/** What rows can be compared with, as the value of a select box. */
export const keyValue = (key: ImportKey): string =>
  key.by === 'metadata' ? `metadata ${key.name}` : key.by;

/** The name of the metadata entry that a heading stands for, or null. */
function metadataNameOf({ metadataNames }: ImportedTable, heading: string): string | null {
  const wanted = normalizedHeading(heading);
  return metadataNames.find((name) => normalizedHeading(name) === wanted) ?? null;
}

/** What is most likely meant: an ID, a name, an entry of the metadata, or a name in a column that is not a field. */
function guessKey(table: ImportedTable): ImportKey {
  const { columns } = table;
  const withMeaning = (wanted: string): number =>
    columns.findIndex(({ meaning }) => meaning === wanted);
  for (const by of ['id', 'name'] as const) {
    const column = withMeaning(by);
    if (column >= 0) return { by, column };
  }
  for (const [column, { heading }] of columns.entries()) {
    const name = metadataNameOf(table, heading);
    if (name !== null) return { by: 'metadata', column, name };
  }
  const other = columns.findIndex(({ meaning }) => meaning === null);
  return { by: 'name', column: Math.max(other, 0) };
}

/** The field of each column, by its heading; the first of two columns for one field. */
function guessFields({ columns }: ImportedTable): (FieldName | null)[] {
  return columns.map(({ meaning }, column) => {
    const isFirst = columns.findIndex((one) => one.meaning === meaning) === column;
    return meaning !== null && isFieldName(meaning) && isFirst ? meaning : null;
  });
}

/** How a table is imported. */
export class ImportSetup {
  readonly table: ImportedTable;
  #key: ImportKey = $state.raw({ by: 'id', column: 0 });
  #fields: readonly (FieldName | null)[] = $state.raw([]);
  #empty = $state<ImportChoices['empty']>('leave');
  #alsoOverDrafts = $state(false);
  #counts = $state.raw<ImportCounts | null>(null);
  readonly #action = new Action<'count' | 'make'>();
  #isStale = false;
  #isClosed = false;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi, table: ImportedTable) {
    this.#api = api;
    this.table = table;
    this.#key = guessKey(table);
    this.#fields = guessFields(table);
    void this.count();
  }

  /** What rows are matched by. */
  get key(): ImportKey {
    return this.#key;
  }

  get empty(): ImportChoices['empty'] {
    return this.#empty;
  }

  get alsoOverDrafts(): boolean {
    return this.#alsoOverDrafts;
  }

  /** What importing would do; null until main has answered, or if it could not. */
  get counts(): ImportCounts | null {
    return this.#counts;
  }

  /** Why the last call failed, or null. */
  get failure(): Failure | null {
    return this.#action.failure;
  }

  /** Whether rows are compared, or drafts are being made. */
  get busy(): 'count' | 'make' | null {
    return this.#action.busy;
  }

  /** Whether a column says which entry a row is about. */
  isKey(column: number): boolean {
    return this.#key.column === column;
  }

  /** The field that a column is imported into; null: it is not imported. */
  fieldOf(column: number): FieldName | null {
    return this.isKey(column) ? null : (this.#fields[column] ?? null);
  }

  /** Whether the table has the column that tells which cells were edited. */
  get hasCheck(): boolean {
    return this.table.columns.some(({ meaning }) => meaning === 'check');
  }

  /** Whether a column is imported. */
  get hasField(): boolean {
    return this.table.columns.some((_, column) => this.fieldOf(column) !== null);
  }

  /** How many drafts can be made now: in so many entries. */
  get toMake(): number {
    const { waits = 0, changes = 0, unread = 0 } = this.#counts ?? {};
    return waits > 0 ? 0 : changes + unread;
  }

  /** Matches rows by another column; it guesses what to compare it with. */
  matchColumn(column: number): void {
    const { heading = '', meaning = null } = this.table.columns[column] ?? {};
    const name = metadataNameOf(this.table, heading);
    if (meaning === 'id') this.#match({ by: 'id', column });
    else if (name !== null) this.#match({ by: 'metadata', column, name });
    else this.#match({ by: 'name', column });
  }

  /** Compares the column that rows are matched by with something else, which `keyValue` gave. */
  matchWith(value: string): void {
    const { column } = this.#key;
    if (value === 'id' || value === 'name') this.#match({ by: value, column });
    else this.#match({ by: 'metadata', column, name: value.slice('metadata '.length) });
  }

  #match(key: ImportKey): void {
    this.#key = key;
    void this.count();
  }

  /** Imports a column into a field, which another one loses; null: the column is not imported. */
  importInto(column: number, field: FieldName | null): void {
    this.#fields = this.table.columns.map((_, at) => {
      const other = this.#fields[at] ?? null;
      return at === column ? field : other === field ? null : other;
    });
    void this.count();
  }

  setEmpty(empty: ImportChoices['empty']): void {
    this.#empty = empty;
    void this.count();
  }

  setAlsoOverDrafts(isOver: boolean): void {
    this.#alsoOverDrafts = isOver;
  }

  /** Asks main what importing would do. While it is asked, one more question follows. */
  async count(): Promise<void> {
    this.#isStale = true;
    await this.#action.run('count', async () => {
      let outcome: Outcome<ImportCounts> | null = null;
      while (this.#isStale && !this.#isClosed) {
        this.#isStale = false;
        outcome = await this.#api.csv.matchImport(this.#choices());
      }
      if (outcome) this.#counts = outcome.ok ? outcome.value : null;
      return outcome;
    });
  }

  /** Reads what metadata are not known of. */
  async readUnread(): Promise<void> {
    const { importId } = this.table;
    const outcome = await this.#api.csv.readUnread({ importId });
    if (!outcome.ok) this.#action.failure = outcome.failure;
  }

  /** Makes the drafts. */
  make(): Promise<Outcome<{ batchId: string }> | null> {
    return this.#action.run('make', () => this.#api.csv.importDrafts(this.#choices()));
  }

  /** Stops asking. */
  close(): void {
    this.#isClosed = true;
  }

  #choices(): ImportChoices {
    return {
      importId: this.table.importId,
      key: this.#key,
      fields: this.table.columns.flatMap((_, column) => {
        const field = this.fieldOf(column);
        return field === null ? [] : { column, field };
      }),
      empty: this.#empty,
      alsoOverDrafts: this.#alsoOverDrafts,
    };
  }
}
