/** The preferences chosen in *Settings*. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Failure } from '../../shared/failure';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings';
import { LiveValue } from './live-value.svelte';

/**
 * Loads the preferences with `settings.get` and keeps them up to date through `settingsChanged`. A change by
 * the person shows immediately, and is reverted if saving it fails.
 */
export class SettingsState extends LiveValue<Settings> {
  #pending = $state.raw<Partial<Settings>>({});
  #saveFailure = $state.raw<Failure | null>(null);
  #changes = 0;
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    super(DEFAULT_SETTINGS, () => api.settings.get(), api.on.settingsChanged);
    this.#api = api;
  }

  /** The settings to show: main's, with changes that are still being saved on top. */
  get current(): Settings {
    return { ...this.value, ...this.#pending };
  }

  /** Why the last change could not be saved, or null. */
  get saveFailure(): Failure | null {
    return this.#saveFailure;
  }

  /** Changes some settings. If saving them fails, the reason is in `saveFailure`. */
  async change(settings: Partial<Settings>): Promise<void> {
    const change = (this.#changes += 1);
    this.#pending = { ...this.#pending, ...settings };
    this.#saveFailure = null;
    const result = await this.#api.settings.update(settings);
    if (result.ok) this.replace(result.value);
    else this.#saveFailure = result.failure;
    // Only the answer to the newest change clears the pending ones.
    if (change === this.#changes) this.#pending = {};
  }
}
