/** The status of app updates. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { UpdateStatus } from '../../shared/updates';
import { LiveValue } from './live-value.svelte';

/** The status before main has reported one. */
const UNKNOWN: UpdateStatus = {
  mode: 'none',
  reason: null,
  step: 'idle',
  version: null,
  checkedAt: null,
  failure: null,
};

/** Loads the status with `updates.get` and keeps it up to date through `updatesChanged`. */
export class UpdatesState extends LiveValue<UpdateStatus> {
  constructor(api: LetterheadApi) {
    super(UNKNOWN, () => api.updates.get(), api.on.updatesChanged);
  }
}
