/** What the person chose in Settings. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings';
import { LiveValue } from './live-value.svelte';

/** Mirrors `settings.get` and `settingsChanged`; a choice is shown at once and goes back if it fails. */
export class SettingsState extends LiveValue<Settings> {
  #choices = $state.raw<Partial<Settings>>({});
  #notKept = $state.raw<Failure | null>(null);
  #puts = 0;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    super(DEFAULT_SETTINGS, () => api.settings.get(), api.on.settingsChanged);
    this.#api = api;
  }

  /** What is chosen: what main keeps, under choices that are on their way to it. */
  get chosen(): Settings {
    return { ...this.value, ...this.#choices };
  }

  /** Why the last choice could not be kept, or null. */
  get notKept(): Failure | null {
    return this.#notKept;
  }

  /** Chooses something; it applies at once. */
  async choose(choice: Partial<Settings>): Promise<void> {
    const put = (this.#puts += 1);
    this.#choices = { ...this.#choices, ...choice };
    this.#notKept = null;
    const outcome = await this.#api.settings.put(choice);
    if (outcome.ok) this.replace(outcome.value);
    else this.#notKept = outcome.failure;
    // A newer choice is still on its way: its answer settles them all.
    if (put === this.#puts) this.#choices = {};
  }
}
