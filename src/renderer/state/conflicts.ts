/**
 * The choices in all conflicts of this window, kept while another page is open. They are dropped when the
 * conflict is resolved or the organization is removed.
 */
import type { LetterheadApi } from '../../shared/contract/bridge';
import { WHOLE_LIST, LIST_LIMIT } from '../../shared/list-query';
import { ConflictChoices } from './conflict-choices.svelte';
import type { OpenOrganization } from './open-organization.svelte';

/** The choices for every organization whose page was open. */
export class Conflicts {
  readonly #choices = new Map<string, ConflictChoices>();
  readonly #api: LetterheadApi;
  readonly #open: OpenOrganization;

  constructor(api: LetterheadApi, open: OpenOrganization) {
    this.#api = api;
    this.#open = open;
    api.on.organizationsChanged(({ ids, removed }) => {
      for (const id of removed) this.#choices.delete(id);
      const changed = [...this.#choices.keys()].filter((id) => ids === null || ids.includes(id));
      if (changed.length > 0) void this.#dropResolved(changed);
    });
    api.on.organizationChanged(({ id, change }) => this.#choices.get(id)?.follow(change));
  }

  /** The choices for an organization; empty when it is asked for the first time. */
  of(id: string): ConflictChoices {
    const existing = this.#choices.get(id);
    if (existing) return existing;
    const choices = new ConflictChoices();
    this.#choices.set(id, choices);
    return choices;
  }

  /** Drops the choices of those organizations that no longer have a conflict. */
  async #dropResolved(ids: readonly string[]): Promise<void> {
    const result = await this.#api.organizations.rows({
      query: WHOLE_LIST,
      ids: ids.slice(0, LIST_LIMIT),
    });
    if (!result.ok) return;
    for (const { id, state } of result.value.rows) {
      // The open page gets its conflict through its own event, possibly later.
      if (state !== 'decide' && id !== this.#open.id) this.#choices.delete(id);
    }
  }
}
