/** Progress of the initial fetch, which reads every profile that was never read before. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { InitialFetchStatus } from '../../shared/initial-fetch';
import { LiveValue } from './live-value.svelte';

/**
 * Loads the progress with `initialFetch.get` and keeps it up to date through `initialFetchChanged`. Null while
 * there is nothing to fetch.
 */
export class InitialFetchState extends LiveValue<InitialFetchStatus | null> {
  constructor(api: LetterheadApi) {
    super(null, () => api.initialFetch.get(), api.on.initialFetchChanged);
  }
}
