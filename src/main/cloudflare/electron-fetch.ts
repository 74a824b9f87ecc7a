/**
 * Sends requests through Chromium's network stack, in sessions without cookies and cache. So the system's proxy
 * (including PAC) and certificates installed by a company apply without any settings in the app.
 *
 * Uses `net.request` instead of the session's `fetch`: `fetch` does not report that a proxy asks for a
 * password, and Electron would load all of Node's fetch for it, 3 MB
 * (docs/adr/0016-our-own-client-for-cloudflare.md).
 */
import { net, session, type AuthInfo, type IncomingMessage, type Session } from 'electron';
import type { Fetch, FetchAnswer, FetchInit } from './http';

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

/** The sessions of all requests so far. */
export const requestSessions: Session[] = [];

function createSession(version: string): Session {
  const made = session.fromPartition(`api-${requestSessions.length}`, { cache: false });
  made.setUserAgent(`Letterhead/${version}`);
  requestSessions.push(made);
  return made;
}

function send(
  requests: Session,
  url: string,
  { body, signal, ...init }: FetchInit,
): Promise<FetchAnswer> {
  return new Promise((resolve, reject) => {
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

/** Calls `end` when the body was read, or is not read any further. */
async function* readThen(
  body: AsyncIterable<Uint8Array>,
  end: () => void,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } finally {
    end();
  }
}

/** Creates a `Fetch` with the user agent `Letterhead/<version>`. It rejects redirects. */
export function networkFetch(version: string): Fetch {
  const reads = createSession(version);
  /** Sessions for writes, without a connection. */
  const free: Session[] = [];

  /** Makes a session for a write, which looks for the system's proxy at once, because that can take seconds. */
  function prepare(url: string): Session {
    const made = createSession(version);
    void made.resolveProxy(url).catch(() => undefined);
    return made;
  }

  /**
   * Sends a write over a connection that was never used. If one that was used before breaks without an answer, Chromium
   * sends the request again by itself: after a sleep that may be hours later, and before main knows of the sleep. What
   * others wrote meanwhile would be lost.
   */
  async function write(url: string, init: FetchInit): Promise<FetchAnswer> {
    const requests = free.pop() ?? prepare(url);
    const end = (): void => {
      const closed = () => free.push(requests);
      requests.closeAllConnections().then(closed, () => undefined);
    };
    try {
      const answer = await send(requests, url, init);
      return { ...answer, body: readThen(answer.body, end) };
    } catch (error) {
      end();
      throw error;
    }
  }

  return (url, init) => {
    if (init.signal.aborted) return Promise.reject(new Error('aborted before it was sent'));
    if (init.method !== 'GET') return write(url, init);
    // A write follows a read. Its session must not look for the proxy only when what was read has been compared.
    if (free.length === 0) free.push(prepare(url));
    return send(reads, url, init);
  };
}
