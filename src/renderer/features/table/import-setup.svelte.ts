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
import { readEntryId } from '../../../shared/organization';
import type { Result } from '../../../shared/result';
import { FIELD_NAMES, isFieldName, type FieldName } from '../../../shared/profile';
import { Action } from '../../state/action.svelte';

/** What rows can be compared with, as the value of a select box. */
export const keyValue = (key: ImportKey): string =>
  key.by === 'metadata' ? `metadata ${key.name}` : key.by;

/** Pause between two counts while entries are read, in ms. */
const RECOUNT_MS = 1_000;

/** The name of the metadata entry that a heading stands for, or null. */
function metadataNameOf(metadataNames: readonly string[], heading: string): string | null {
  const wanted = normalizedHeading(heading);
  return metadataNames.find((name) => normalizedHeading(name) === wanted) ?? null;
}

/** What is most likely meant: an ID, a name, an entry of the metadata, or a name in a column that is not a field. */
function guessKey(table: ImportedTable): ImportKey {
  const { columns, metadataNames } = table;
  const withMeaning = (wanted: string): number =>
    columns.findIndex(({ meaning }) => meaning === wanted);
  for (const by of ['id', 'name'] as const) {
    const column = withMeaning(by);
    if (column >= 0) return { by, column };
  }
  for (const [column, { heading }] of columns.entries()) {
    const name = metadataNameOf(metadataNames, heading);
    if (name !== null) return { by: 'metadata', column, name };
  }
  const other = columns.findIndex(({ meaning }) => meaning === null);
  return { by: 'name', column: Math.max(other, 0) };
}

/** The fields that the headings of several columns stand for. */
function fieldsMeantTwice(columns: ImportedTable['columns']): FieldName[] {
  return FIELD_NAMES.filter(
    (field) => columns.filter(({ meaning }) => meaning === field).length > 1,
  );
}

/** The field of each column, by its heading; the first of two columns for one field. */
function guessFields({ columns }: ImportedTable): (FieldName | null)[] {
  return columns.map(({ meaning }, column) => {
    const isFirst = columns.findIndex((one) => one.meaning === meaning) === column;
    return meaning !== null && isFieldName(meaning) && isFirst ? meaning : null;
  });
}

/** How a table is imported. It outlives the strip, so that what was chosen is there when the table is shown again. */
export class ImportSetup {
  readonly table: ImportedTable;
  /** How many entries would change when the rows were chosen last; null: none would yet. */
  chosenOf = $state<number | null>(null);
  /** Whether the rows that cannot be used are listed. They stay as they are until that is closed. */
  isListed = $state(false);
  #key: ImportKey = $state.raw({ by: 'id', column: 0 });
  #fields: readonly (FieldName | null)[] = $state.raw([]);
  #empty = $state<ImportChoices['empty']>('leave');
  #alsoOverDrafts = $state(false);
  #counts = $state.raw<ImportCounts | null>(null);
  readonly #action = new Action<'make'>();
  /** Why the last count failed, or null. */
  #countFailure = $state.raw<Failure | null>(null);
  /** Whether something was chosen that is not counted yet. */
  #isChosen = $state(true);
  #isOfChoice = $state(true);
  #isCounting = false;
  #isStale = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi, table: ImportedTable) {
    this.#api = api;
    this.table = table;
    this.#key = guessKey(table);
    this.#fields = guessFields(table);
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
    return this.#action.failure ?? this.#countFailure;
  }

  /** Whether rows are compared because something was chosen, or drafts are being made. */
  get busy(): 'count' | 'make' | null {
    return this.#action.busy ?? (this.#isChosen ? 'count' : null);
  }

  /** Whether the counts are asked for because something was chosen, not because entries were read. */
  get isOfChoice(): boolean {
    return this.#isOfChoice;
  }

  /** The names of metadata entries that rows can be matched by. */
  get metadataNames(): readonly string[] {
    const names = this.#counts?.metadataNames ?? this.table.metadataNames;
    const { key } = this;
    return key.by !== 'metadata' || names.includes(key.name) ? names : [key.name, ...names];
  }

  /** Whether a column says which entry a row is about. */
  isKey(column: number): boolean {
    return this.#key.column === column;
  }

  /** The field that a column is imported into; null: it is not imported. */
  fieldOf(column: number): FieldName | null {
    return this.isKey(column) ? null : (this.#fields[column] ?? null);
  }

  /** The fields that are imported, in the order of the columns. */
  get fields(): FieldName[] {
    return this.table.columns.flatMap((_, column) => this.fieldOf(column) ?? []);
  }

  /** Whether the table has the column that tells which cells were edited. */
  get hasCheck(): boolean {
    return this.table.columns.some(({ meaning }) => meaning === 'check');
  }

  /** Whether a column is imported. */
  get hasField(): boolean {
    return this.table.columns.some((_, column) => this.fieldOf(column) !== null);
  }

  /** The fields for which the headings of several columns stand that are imported there or not at all. */
  get fieldsWithSeveralColumns(): FieldName[] {
    const { columns } = this.table;
    const isChoice = (field: FieldName, column: number): boolean =>
      !this.isKey(column) && [null, field].includes(this.fieldOf(column));
    return FIELD_NAMES.filter(
      (field) =>
        columns.filter(({ meaning }, column) => meaning === field && isChoice(field, column))
          .length > 1,
    );
  }

  /** Whether nothing is done with a column, although its heading may name a field. */
  isIgnored(column: number): boolean {
    const { meaning } = this.table.columns[column]!;
    if (this.isKey(column) || this.fieldOf(column) !== null) return false;
    return meaning === null || isFieldName(meaning);
  }

  /**
   * Whether its headings say which column becomes which field and what rows are matched by, each once, so that nothing has
   * to be chosen. In an exported table, which its check column shows, they do unless two columns stand for one field.
   */
  get isSelfExplanatory(): boolean {
    const { columns } = this.table;
    if (!this.hasField || fieldsMeantTwice(columns).length > 0) return false;
    if (this.hasCheck) return true;
    const { by } = this.#key;
    const [key, other] = columns.filter(({ meaning }) => meaning === by);
    // A column “ID” may hold the person's own numbers.
    return !!key && !other && (by !== 'id' || readEntryId(key.sample) !== null);
  }

  /** How many drafts can be made now: in so many entries. */
  get toMake(): number {
    const { waits = 0, changes = 0 } = this.#counts ?? {};
    return waits > 0 ? 0 : changes;
  }

  /** Matches rows by another column; it guesses what to compare it with. */
  matchColumn(column: number): void {
    const { heading = '', meaning = null } = this.table.columns[column] ?? {};
    const name = metadataNameOf(this.metadataNames, heading);
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
    this.#choose();
  }

  /** Imports a column into a field, which another one loses; null: the column is not imported. */
  importInto(column: number, field: FieldName | null): void {
    this.#fields = this.table.columns.map((_, at) => {
      const other = this.#fields[at] ?? null;
      return at === column ? field : other === field ? null : other;
    });
    this.#choose();
  }

  setEmpty(empty: ImportChoices['empty']): void {
    this.#empty = empty;
    this.#choose();
  }

  setAlsoOverDrafts(isOver: boolean): void {
    this.#alsoOverDrafts = isOver;
    this.#choose();
  }

  #choose(): void {
    this.#isChosen = true;
    this.#isOfChoice = true;
    this.#action.failure = null;
    this.#countFailure = null;
    void this.#count();
  }

  /** Call it when entries have changed: asks again, at most once a second. */
  changed(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // Or a count that takes longer than the pause would never end.
      if (this.#isCounting || this.isListed) return this.changed();
      this.#isOfChoice = false;
      void this.#count();
    }, RECOUNT_MS);
  }

  /** Asks main what importing would do. While it is asked, one more question follows. */
  async #count(): Promise<void> {
    this.#isStale = true;
    if (this.#isCounting) return;
    this.#isCounting = true;
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      const result = await this.#api.csv.matchImport(this.#choices());
      if (this.#isStale) continue;
      this.#counts = result.ok ? result.value : null;
      this.#countFailure = result.ok ? null : result.failure;
      this.#isChosen = false;
    }
    this.#isCounting = false;
  }

  /** Reads the entries that were never read, and that rows are or may be about. */
  async readUnread(): Promise<void> {
    const { importId } = this.table;
    const result = await this.#api.csv.readUnread({ importId });
    if (!result.ok) this.#action.failure = result.failure;
  }

  /**
   * Makes the drafts of what is chosen now. Null if that is not counted yet.
   * @param flush saves what is being typed, before that
   */
  async make(flush: () => Promise<void>): Promise<Result<{ batchId: string }> | null> {
    if (this.#isChosen) return null;
    const choices = this.#choices();
    return this.#action.run('make', async () => {
      await flush();
      return this.#api.csv.importDrafts(choices);
    });
  }

  /** Asks main now, and from then on whenever something is chosen. Returns how to stop that. */
  follow(): () => void {
    this.#isClosed = false;
    void this.#count();
    return () => {
      this.#isClosed = true;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
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
