/** The progress of the initial fetch, which reads the profiles that the app has never read. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { InitialFetchStatus } from '../../shared/initial-fetch';
import { LiveValue } from './live-value.svelte';

/** The progress, or null while there is nothing to fetch. Loaded once, then updated by events of main. */
export class InitialFetchState extends LiveValue<InitialFetchStatus | null> {
  constructor(api: LetterheadApi) {
    super(null, () => api.initialFetch.get(), api.on.initialFetchChanged);
  }
}
