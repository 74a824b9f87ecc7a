/** Whether Cloudflare answers, and what waits for it. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { Connection } from '../../shared/connection';
import { LiveValue } from './live-value.svelte';

/** The connection before main has said anything. */
export const NOT_ASKED: Connection = {
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
    super(NOT_ASKED, () => api.connection.get(), api.on.connectionChanged);
    this.#api = api;
  }

  /**
   * The system's flag turned on or off. It is a hint and never shown: Cloudflare is asked, and what it
   * answers, or that it does not, is what the line says.
   */
  hinted(): void {
    void this.#api.connection.networkBack();
  }
}
