/** The organizations a sign-in can see, the filter over them, and which of them are chosen. */
import { SvelteSet } from 'svelte/reactivity';
import type { LetterheadApi } from '../../../shared/bridge';
import type { FoundOrganization } from '../../../shared/organization';
import type { Failure } from '../../../shared/failure';
import { nameOrder } from '../../../shared/messages/locale';

/** What Cloudflare listed for one sign-in. */
export class Found {
  #all = $state.raw<readonly FoundOrganization[] | null>(null);
  #failure = $state.raw<Failure | null>(null);
  readonly #api: LetterheadApi;
  readonly #signInId: string;
  readonly #onlyNew: boolean;
  #saved = $state(0);
  readonly chosen = new SvelteSet<string>();
  filter = $state('');

  readonly #shown = $derived.by(() => {
    const query = this.filter.trim().toLocaleLowerCase();
    const all = this.#all ?? [];
    if (query === '') return all;
    return all.filter(
      ({ id, name }) => name.toLocaleLowerCase().includes(query) || id.includes(query),
    );
  });

  /**
   * @param api the calls to main
   * @param signInId whose organizations
   * @param onlyNew leaves out those that are saved here already
   */
  constructor(api: LetterheadApi, signInId: string, onlyNew = false) {
    this.#api = api;
    this.#onlyNew = onlyNew;
    this.#signInId = signInId;
  }

  /** How many of what Cloudflare listed are saved here already. */
  get saved(): number {
    return this.#saved;
  }

  /** All of them, new ones first, in order of name; or null while they are being listed or could not be. */
  get all(): readonly FoundOrganization[] | null {
    return this.#all;
  }

  /** Those the filter leaves. */
  get shown(): readonly FoundOrganization[] {
    return this.#shown;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** Those that can be chosen among the shown ones. */
  get choosable(): readonly FoundOrganization[] {
    return this.#shown.filter(({ saved }) => !saved);
  }

  /** Asks Cloudflare for the list. With exactly one that can be added, it is chosen. */
  async list(): Promise<void> {
    this.#failure = null;
    this.#all = null;
    const outcome = await this.#api.signIns.findOrganizations({ signInId: this.#signInId });
    if (!outcome.ok) {
      this.#failure = outcome.failure;
      return;
    }
    const fresh = outcome.value.filter(({ saved }) => !saved);
    this.#saved = outcome.value.length - fresh.length;
    this.#all = (this.#onlyNew ? fresh : outcome.value).sort(
      (one, other) =>
        Number(one.saved) - Number(other.saved) || nameOrder().compare(one.name, other.name),
    );
    const [only, second] = this.#all;
    if (only && !second && !only.saved) this.chosen.add(only.id);
  }

  /** Chooses one or takes it out. */
  choose(id: string, chosen: boolean): void {
    if (chosen) this.chosen.add(id);
    else this.chosen.delete(id);
  }

  /** Chooses all that the filter leaves, or takes them out; the others stay as they are. */
  chooseShown(chosen: boolean): void {
    for (const { id } of this.choosable) this.choose(id, chosen);
  }

  /** The chosen ones in order of name, as `organizations.add` takes them. */
  picked(): { id: string; name: string }[] {
    return (this.#all ?? [])
      .filter(({ id }) => this.chosen.has(id))
      .map(({ id, name }) => ({ id, name }));
  }
}
