/**
 * Sends requests through Chromium's network stack, in a session without cookies and cache. So the system's proxy
 * (including PAC) and certificates installed by a company apply without any settings in the app.
 *
 * Uses `net.request` instead of the session's `fetch`: `fetch` does not report that a proxy asks for a
 * password, and Electron would load all of Node's fetch for it, 3 MB
 * (docs/adr/0016-our-own-client-for-cloudflare.md).
 */
import { net, session, type AuthInfo, type IncomingMessage } from 'electron';
import type { Fetch, FetchAnswer } from './http';

/** The status of a proxy that asks for a password. */
const PROXY_AUTH_REQUIRED = 407;

/** The error that network-errors.ts maps to `network.proxy-sign-in`. The app never sends a proxy password. */
const proxyAuthError = (): Error => new Error('net::ERR_PROXY_AUTH_REQUESTED');

function toAnswer(response: IncomingMessage): FetchAnswer {
  const { statusCode, headers } = response;
  return {
    status: statusCode,
    header: (name) => {
      const value = headers[name.toLowerCase()];
      return value === undefined ? null : String(value);
    },
    // The response is a Readable, but Electron's types declare only its events.
    body: response as unknown as AsyncIterable<Uint8Array>,
  };
}

/** Creates a `Fetch` with the user agent `Letterhead/<version>`. It rejects redirects. */
export function networkFetch(version: string): Fetch {
  const requests = session.fromPartition('api', { cache: false });
  requests.setUserAgent(`Letterhead/${version}`);
  return (url, { body, signal, ...init }) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('aborted before it was sent'));
      const request = net.request({ ...init, url, session: requests });
      const abort = (error: Error): void => {
        reject(error);
        request.abort();
      };
      signal.addEventListener('abort', () => abort(new Error('aborted')), { once: true });
      request.on('login', ({ isProxy }: AuthInfo, answer) => {
        if (isProxy) abort(proxyAuthError());
        // Without credentials the server's own response to the challenge becomes the answer.
        else answer();
      });
      request.on('response', (response) => {
        if (response.statusCode === PROXY_AUTH_REQUIRED) abort(proxyAuthError());
        else resolve(toAnswer(response));
      });
      // This listener is never removed: without one, an error event is thrown, even after the request ended.
      request.on('error', reject);
      request.end(body);
    });
}
