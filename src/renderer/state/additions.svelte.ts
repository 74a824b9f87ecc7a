/** Progress of listing the organizations of a sign-in, and of adding many organizations. */
import type { AdditionStatus } from '../../shared/additions';
import type { LetterheadApi } from '../../shared/contract/bridge';
import { LiveValue } from './live-value.svelte';

/** Loads the progress with `additions.get` and keeps it up to date through `additionsChanged`. */
export class AdditionState extends LiveValue<AdditionStatus> {
  constructor(api: LetterheadApi) {
    super({ listing: null, addition: null }, () => api.additions.get(), api.on.additionsChanged);
  }
}
