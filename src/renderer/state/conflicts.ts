/**
 * What was chosen in the conflicts of this window, kept while another page is looked at. A conflict that
 * is over, or an organization that is gone, takes its choices with it.
 */
import type { LetterheadApi } from '../../shared/bridge';
import { Choices } from './choices.svelte';
import type { OpenOrganization } from './open-organization.svelte';

/** The choices of every organization whose page was open. */
export class Conflicts {
  readonly #choices = new Map<string, Choices>();

  constructor(api: LetterheadApi, open: OpenOrganization) {
    api.on.rowsChanged(({ rows, removed }) => {
      // The page that is open hears more of its conflict than its row says, and may hear it later.
      for (const { id, state } of rows) if (state !== 'decide' && id !== open.id) this.#end(id);
      for (const id of removed) this.#end(id);
    });
    api.on.organizationChanged(({ id, change }) => this.#choices.get(id)?.follow(change));
  }

  /** The choices of this organization; none are made in the first. */
  of(id: string): Choices {
    const kept = this.#choices.get(id);
    if (kept) return kept;
    const choices = new Choices();
    this.#choices.set(id, choices);
    return choices;
  }

  #end(id: string): void {
    this.#choices.delete(id);
  }
}
