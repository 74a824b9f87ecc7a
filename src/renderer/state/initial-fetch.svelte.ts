/** How far the first reading of profiles is. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Reading } from '../../shared/initial-fetch';
import { LiveValue } from './live-value.svelte';

/** Mirrors `reading.get` and `initialFetchChanged`; null while there is nothing to read. */
export class InitialFetchState extends LiveValue<Reading | null> {
  constructor(api: LetterheadApi) {
    super(null, () => api.initialFetch.get(), api.on.initialFetchChanged);
  }
}
