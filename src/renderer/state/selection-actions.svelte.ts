/** Work on the selected organizations besides changing fields: its progress, and the result of the last action. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { EntryKind } from '../../shared/organization';
import type { RemovalResult, SelectionActionsStatus } from '../../shared/selection-actions';
import { LiveValue } from './live-value.svelte';

/** The result of the last removal or change of sign-ins. */
export type SelectionActionsResult =
  | ({ kind: 'removed' } & RemovalResult)
  | { kind: 'sign-in-changed'; changed: number; of: EntryKind; label: string };

/** Loads the status with `selectionActions.get` and keeps it up to date through `selectionActionsChanged`. */
export class SelectionActionsState extends LiveValue<SelectionActionsStatus> {
  #result = $state.raw<SelectionActionsResult | null>(null);

  constructor(api: LetterheadApi) {
    super(
      { refresh: null, work: null },
      () => api.selectionActions.get(),
      api.on.selectionActionsChanged,
    );
  }

  /** The result of the last action, until it is dismissed; or null. */
  get result(): SelectionActionsResult | null {
    return this.#result;
  }

  /** Shows the result of an action instead of the one before. */
  report(result: SelectionActionsResult): void {
    this.#result = result;
  }

  /** Hides the result. */
  dismissResult(): void {
    this.#result = null;
  }
}
