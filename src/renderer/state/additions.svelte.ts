/** Progress of listing the organizations of a sign-in, and of adding many of them. */
import type { AdditionStatus } from '../../shared/additions';
import type { LetterheadApi } from '../../shared/contract/bridge';
import { LiveValue } from './live-value.svelte';

/** Mirrors `additions.get` and `additionsChanged`. */
export class AdditionState extends LiveValue<AdditionStatus> {
  constructor(api: LetterheadApi) {
    super({ listing: null, addition: null }, () => api.additions.get(), api.on.additionsChanged);
  }
}
