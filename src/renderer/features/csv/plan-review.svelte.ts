/** A plan that the user reviews: its rows, the rows selected for saving, and the submission. */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Plan, PlanRow } from '../../../shared/saves';
import type { Failure } from '../../../shared/failure';
import type { Outcome } from '../../../shared/outcome';
import { emptiedFields, FIELD_NAMES, type FieldName } from '../../../shared/profile';
import { excluding, including, setOf } from '../../state/immutable';

/** The groups in display order: first rows that need a decision, last rows that stay the same. */
const GROUPS: readonly PlanRow['state'][] = [
  'draft',
  'waiting',
  'changes',
  'decide',
  'read-only',
  'unread',
  'same',
];

/**
 * Whether the row is one of those that can be selected all at once: it has a draft or a waiting change in these
 * fields, which saving would replace.
 */
function hasEdit(row: PlanRow): boolean {
  return ['draft', 'waiting'].includes(row.state);
}

/** Whether a row can be selected for saving. */
export function canBeSaved({ state }: PlanRow): boolean {
  return ['changes', 'draft', 'waiting'].includes(state);
}

/** The fields of a row whose text changes. */
export function changedFields({ before, after }: PlanRow): FieldName[] {
  return FIELD_NAMES.filter(
    (field) => after[field] !== undefined && after[field] !== before[field],
  );
}

/** The fields that a row empties where there is a text now. */
export function emptiedBy({ before, after }: PlanRow): FieldName[] {
  return emptiedFields(before, after);
}

/**
 * A plan that the user reviews. At first, all rows are selected that change without replacing an edit.
 */
export class PlanReview {
  readonly planId: string;
  /** All rows, in display order. */
  readonly rows: readonly PlanRow[];
  /** How many rows there are of each group. */
  readonly counts: Readonly<Record<PlanRow['state'], number>>;
  readonly #emptying: readonly PlanRow[];
  readonly #numbers: Readonly<Record<string, number | undefined>>;
  #selected = $state.raw(setOf<string>());
  #busy = $state(false);
  #failure = $state.raw<Failure | null>(null);
  readonly #api: LetterheadApi;

  /** @param rowNumbers where each row of the plan is in an imported file */
  constructor(api: LetterheadApi, { planId, rows, rowNumbers }: Plan & { rowNumbers?: number[] }) {
    this.#api = api;
    this.planId = planId;
    // Within a group, rows keep the order of the list or of the file.
    const of = (group: PlanRow['state']): PlanRow[] => rows.filter(({ state }) => state === group);
    this.rows = GROUPS.flatMap(of);
    const counts = GROUPS.map((group) => [group, of(group).length]);
    this.counts = Object.fromEntries(counts) as Record<PlanRow['state'], number>;
    this.#emptying = rows.filter((row) => canBeSaved(row) && emptiedBy(row).length > 0);
    const numbers = rows.map(({ entryId }, at) => [entryId, rowNumbers?.[at]]);
    this.#numbers = Object.fromEntries(numbers) as Record<string, number | undefined>;
    this.#selected = setOf(of('changes').map((row) => row.entryId));
  }

  /** How many organizations are selected. */
  get count(): number {
    return this.#selected.size;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Why the last attempt to submit failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** The number of rows with a draft or a waiting change, and how many of them are selected. */
  get withEdits(): { all: number; selected: number } {
    const rows = this.rows.filter(hasEdit);
    return {
      all: rows.length,
      selected: rows.filter((row) => this.isSelected(row)).length,
    };
  }

  /** The fields that the selected rows empty, with the number of organizations that lose a text there. */
  get emptied(): { field: FieldName; count: number }[] {
    const fields = this.#emptying.filter((row) => this.isSelected(row)).flatMap(emptiedBy);
    return FIELD_NAMES.filter((field) => fields.includes(field)).map((field) => ({
      field,
      count: fields.filter((one) => one === field).length,
    }));
  }

  /** The number of a row in the imported file, as a spreadsheet program shows it; null if there is no file. */
  numberOf({ entryId }: PlanRow): number | null {
    return this.#numbers[entryId] ?? null;
  }

  /** Whether a row is selected for saving. */
  isSelected({ entryId }: PlanRow): boolean {
    return this.#selected.has(entryId);
  }

  /** Selects or deselects rows. Rows that cannot be saved are ignored. */
  select(rows: readonly PlanRow[], selected: boolean): void {
    const ids = rows.filter(canBeSaved).map((row) => row.entryId);
    this.#selected = selected ? including(this.#selected, ids) : excluding(this.#selected, ids);
  }

  /** Selects or deselects all rows with a draft or a waiting change. */
  selectWithEdits(selected: boolean): void {
    this.select(this.rows.filter(hasEdit), selected);
  }

  /**
   * Submits the selected rows. If that fails, nothing changes and the reason is in `failure`. Returns null when
   * nothing is selected or a submission is running.
   */
  async submit(): Promise<Outcome<{ saveId: string }> | null> {
    if (this.#busy || this.count === 0) return null;
    this.#busy = true;
    this.#failure = null;
    const { planId } = this;
    const outcome = await this.#api.saves.submit({ planId, entryIds: [...this.#selected] });
    this.#busy = false;
    if (!outcome.ok) this.#failure = outcome.failure;
    return outcome;
  }
}
