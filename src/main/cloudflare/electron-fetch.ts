/**
 * How requests leave: through Chromium's network, in a session without cookies and cache, so that the
 * system's proxy (PAC included) and the company's certificates apply without a setting of ours.
 *
 * `net.request` and not the session's `fetch`, which does not tell when a proxy wants a password, and for
 * which Electron reads all of Node's fetch, 3 MB (docs/adr/0016-our-own-client-for-cloudflare.md).
 */
import { net, session, type AuthInfo, type IncomingMessage } from 'electron';
import type { Fetch, FetchAnswer } from './http';

/** The status by which only proxies answer. */
const PASSWORD_WANTED = 407;

/** What network-errors.ts knows as a proxy that asks for a password; none is ever given. */
const passwordWanted = (): Error => new Error('net::ERR_PROXY_AUTH_REQUESTED');

function answerOf(response: IncomingMessage): FetchAnswer {
  const { statusCode, headers } = response;
  return {
    status: statusCode,
    header: (name) => {
      const value = headers[name.toLowerCase()];
      return value === undefined ? null : String(value);
    },
    // It is a Readable, of which Electron's types know only the events.
    body: response as unknown as AsyncIterable<Uint8Array>,
  };
}

/** Sends requests as `Letterhead/version`; see `Fetch`. A redirect is a failure: none is followed. */
export function networkFetch(version: string): Fetch {
  const requests = session.fromPartition('api', { cache: false });
  requests.setUserAgent(`Letterhead/${version}`);
  return (url, { body, signal, ...how }) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('given up before it was sent'));
      const request = net.request({ ...how, url, session: requests });
      const giveUp = (error: Error): void => {
        reject(error);
        request.abort();
      };
      signal.addEventListener('abort', () => giveUp(new Error('given up')), { once: true });
      request.on('login', ({ isProxy }: AuthInfo, answer) => {
        if (isProxy) giveUp(passwordWanted());
        // A server that asks hears that there is nothing to give; what it says then is the answer.
        else answer();
      });
      request.on('response', (response) => {
        if (response.statusCode === PASSWORD_WANTED) giveUp(passwordWanted());
        else resolve(answerOf(response));
      });
      // Listened to for good: an error that comes after the end would be thrown.
      request.on('error', reject);
      request.end(body);
    });
}
