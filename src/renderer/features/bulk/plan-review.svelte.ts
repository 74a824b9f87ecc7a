/**
 * A plan as the person looks at it: its rows in the order they matter, which of them are to be saved,
 * and the call that submits them.
 */
import type { LetterheadApi } from '../../../shared/contract/bridge';
import type { Plan, PlanRow } from '../../../shared/bulk';
import type { Failure, Outcome } from '../../../shared/failure';
import { FIELD_NAMES, type FieldName } from '../../../shared/profile';
import { excluding, including, setOf } from '../../state/immutable';

/** What the person has to decide comes first, what stays as it is last. */
const ORDER: Record<PlanRow['state'], number> = {
  draft: 0,
  waiting: 1,
  changes: 2,
  decide: 3,
  unread: 4,
  same: 5,
};

/** Whether something of the person's own is in the way. */
export function isInTheWay({ state }: PlanRow): boolean {
  return state === 'draft' || state === 'waiting';
}

/** Whether a row can be saved at all. */
export function canBeSaved(row: PlanRow): boolean {
  return row.state === 'changes' || isInTheWay(row);
}

/** The fields of a row whose text becomes another one. */
export function changingFields({ before, after }: PlanRow): FieldName[] {
  return FIELD_NAMES.filter(
    (field) => after[field] !== undefined && after[field] !== before[field],
  );
}

/** A plan, looked at. */
export class PlanReview {
  readonly planId: string;
  /** All rows, in the order they are shown. */
  readonly rows: readonly PlanRow[];
  /** How many rows there are of each state. */
  readonly counts: Readonly<Record<PlanRow['state'], number>>;
  #chosen = $state.raw(setOf<string>());
  #busy = $state(false);
  #failure = $state.raw<Failure | null>(null);
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi, { planId, rows }: Plan) {
    this.#api = api;
    this.planId = planId;
    // Those of one state stay in the order of the list, or of the file: quick with 10,000 of them.
    this.rows = [...rows].sort((one, other) => ORDER[one.state] - ORDER[other.state]);
    const counts = { draft: 0, waiting: 0, decide: 0, unread: 0, changes: 0, same: 0 };
    for (const { state } of rows) counts[state] += 1;
    this.counts = counts;
    const changing = rows.filter(({ state }) => state === 'changes');
    this.#chosen = setOf(changing.map((row) => row.organizationId));
  }

  /** How many organizations would be submitted. */
  get count(): number {
    return this.#chosen.size;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Why the last attempt to submit failed, or null. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** How many rows with a draft or a waiting change there are, and how many of them are chosen. */
  get inTheWay(): { all: number; chosen: number } {
    const rows = this.rows.filter(isInTheWay);
    return {
      all: rows.length,
      chosen: rows.filter((row) => this.isChosen(row)).length,
    };
  }

  /** Whether a row is to be saved. */
  isChosen({ organizationId }: PlanRow): boolean {
    return this.#chosen.has(organizationId);
  }

  /** Takes rows in or leaves them out. */
  choose(rows: readonly PlanRow[], chosen: boolean): void {
    const ids = rows.filter(canBeSaved).map((row) => row.organizationId);
    this.#chosen = chosen ? including(this.#chosen, ids) : excluding(this.#chosen, ids);
  }

  /** Takes in all rows with a draft or a waiting change, or leaves them out. */
  chooseInTheWay(chosen: boolean): void {
    this.choose(this.rows.filter(isInTheWay), chosen);
  }

  /** Submits the chosen rows; on a failure everything stays, and `failure` says why. */
  async submit(): Promise<Outcome<{ jobId: string }> | null> {
    if (this.#busy || this.count === 0) return null;
    this.#busy = true;
    this.#failure = null;
    const { planId } = this;
    const outcome = await this.#api.bulk.submit({ planId, organizationIds: [...this.#chosen] });
    this.#busy = false;
    if (!outcome.ok) this.#failure = outcome.failure;
    return outcome;
  }
}
