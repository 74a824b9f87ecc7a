/** Progress of the initial fetch of profiles. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Reading } from '../../shared/initial-fetch';
import { LiveValue } from './live-value.svelte';

/** Mirrors `initialFetch.get` and `initialFetchChanged`; null while there is nothing to fetch. */
export class InitialFetchState extends LiveValue<Reading | null> {
  constructor(api: LetterheadApi) {
    super(null, () => api.initialFetch.get(), api.on.initialFetchChanged);
  }
}
