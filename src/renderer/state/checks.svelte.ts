/** The status of the background check. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { CheckStatus } from '../../shared/settings';
import { LiveValue } from './live-value.svelte';

/** The status before main has reported one. `endedAt` and `nextAt` are in ms since the epoch; null: never. */
const UNKNOWN: CheckStatus = {
  running: false,
  done: 0,
  total: 0,
  endedAt: null,
  checked: 0,
  unchecked: 0,
  changed: 0,
  failure: null,
  nextAt: null,
};

/** Loads the status with `checks.get` and keeps it up to date through `checksChanged`. */
export class ChecksState extends LiveValue<CheckStatus> {
  constructor(api: LetterheadApi) {
    super(UNKNOWN, () => api.checks.get(), api.on.checksChanged);
  }
}
