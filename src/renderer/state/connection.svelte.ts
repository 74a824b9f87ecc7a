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
  breakerUntil: null,
  blockedUntil: null,
  waiting: 0,
};

/** Loads the connection with `connection.get` and keeps it up to date through `connectionChanged`. */
export class ConnectionState extends LiveValue<Connection> {
  readonly #api: LetterheadApi;

  constructor(api: LetterheadApi) {
    super(UNKNOWN_CONNECTION, () => api.connection.get(), api.on.connectionChanged);
    this.#api = api;
  }

  /**
   * Asks main to try Cloudflare now. Call it when the browser's online flag changes. The flag is only a
   * hint: the window shows the result of main's attempt.
   */
  recheck(): void {
    void this.#api.connection.networkBack();
  }
}
