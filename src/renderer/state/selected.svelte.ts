/** Work on the selected organizations besides changing fields: its progress, and the result of the last action. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { EntryKind } from '../../shared/organization';
import type { RemovalResult, SelectedStatus } from '../../shared/selected';
import { LiveValue } from './live-value.svelte';

/** The result of the last removal or change of sign-ins. */
export type SelectedResult =
  | ({ kind: 'removed' } & RemovalResult)
  | { kind: 'sign-in-changed'; changed: number; of: EntryKind; label: string };

/** Loads the status with `selected.get` and keeps it up to date through `selectedChanged`. */
export class SelectedState extends LiveValue<SelectedStatus> {
  #result = $state.raw<SelectedResult | null>(null);

  constructor(api: LetterheadApi) {
    super({ refresh: null, work: null }, () => api.selected.get(), api.on.selectedChanged);
  }

  /** The result of the last action, until it is dismissed; or null. */
  get result(): SelectedResult | null {
    return this.#result;
  }

  /** Shows the result of an action instead of the one before. */
  report(result: SelectedResult): void {
    this.#result = result;
  }

  /** Hides the result. */
  dismissResult(): void {
    this.#result = null;
  }
}
