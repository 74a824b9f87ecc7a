/** How far listing the organizations of a sign-in is, and adding many of them. */
import type { AddingStatus } from '../../shared/additions';
import type { LetterheadApi } from '../../shared/contract/bridge';
import { LiveValue } from './live-value.svelte';

/** Mirrors `adding.get` and `addingChanged`. */
export class AddingState extends LiveValue<AddingStatus> {
  constructor(api: LetterheadApi) {
    super({ listing: null, addition: null }, () => api.adding.get(), api.on.addingChanged);
  }
}
