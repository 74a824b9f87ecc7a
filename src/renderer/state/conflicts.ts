/**
 * What was chosen in the conflicts of this window, kept while another page is looked at. A conflict that
 * is over, or an organization that is gone, takes its choices with it.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { WHOLE_LIST, LIST_LIMIT } from '../../shared/list-query';
import { Choices } from './conflict-choices.svelte';
import type { OpenOrganization } from './open-organization.svelte';

/** The choices of every organization whose page was open. */
export class Conflicts {
  readonly #choices = new Map<string, Choices>();
  readonly #api: LetterheadApi;
  readonly #open: OpenOrganization;

  constructor(api: LetterheadApi, open: OpenOrganization) {
    this.#api = api;
    this.#open = open;
    api.on.organizationsChanged(({ ids, removed }) => {
      for (const id of removed) this.#choices.delete(id);
      const changed = [...this.#choices.keys()].filter((id) => ids === null || ids.includes(id));
      if (changed.length > 0) void this.#endThoseOver(changed);
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

  /** Forgets the choices of those organizations among these that have no conflict any more. */
  async #endThoseOver(ids: readonly string[]): Promise<void> {
    const outcome = await this.#api.organizations.rows({
      query: WHOLE_LIST,
      ids: ids.slice(0, LIST_LIMIT),
    });
    if (!outcome.ok) return;
    for (const { id, state } of outcome.value.rows) {
      // The page that is open hears of its conflict itself, and may hear of it later.
      if (state !== 'decide' && id !== this.#open.id) this.#choices.delete(id);
    }
  }
}
