/** The status of the background check. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { CheckStatus } from '../../shared/settings';
import { LiveValue } from './live-value.svelte';

const NEVER: CheckStatus = {
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

/** Mirrors `checks.get` and `checksChanged`. */
export class ChecksState extends LiveValue<CheckStatus> {
  constructor(api: LetterheadApi) {
    super(NEVER, () => api.checks.get(), api.on.checksChanged);
  }
}
