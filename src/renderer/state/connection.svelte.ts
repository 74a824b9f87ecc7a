/** Whether Cloudflare is reachable, and how many changes wait for it. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Connection } from '../../shared/connection';
import { LiveValue } from './live-value.svelte';

/** The connection before main has reported any. */
export const UNKNOWN_CONNECTION: Connection = {
  state: 'unknown',
  answeredAt: null,
  failure: null,
  nextTryAt: null,
  blockedUntil: null,
  waiting: 0,
};

/** Mirrors `connection.get` and `connectionChanged`. */
export class ConnectionState extends LiveValue<Connection> {
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    super(UNKNOWN_CONNECTION, () => api.connection.get(), api.on.connectionChanged);
    this.#api = api;
  }

  /**
   * Call it when the system reports a change of its online state. That is only a hint and never shown:
   * main tries to reach Cloudflare, and the result is what the window shows.
   */
  recheck(): void {
    void this.#api.connection.networkBack();
  }
}
