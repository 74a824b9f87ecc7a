/** The status of app updates. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { UpdateStatus } from '../../shared/updates';
import { LiveValue } from './live-value.svelte';

const UNKNOWN: UpdateStatus = {
  way: 'none',
  why: null,
  step: 'idle',
  version: null,
  checkedAt: null,
  failure: null,
};

/** Mirrors `updates.get` and `updatesChanged`. */
export class UpdatesState extends LiveValue<UpdateStatus> {
  constructor(api: LetterheadApi) {
    super(UNKNOWN, () => api.updates.get(), api.on.updatesChanged);
  }
}
