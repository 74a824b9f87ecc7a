/**
 * How requests leave: through Chromium's network, in a session without cookies and cache, so that the
 * system's proxy (PAC included) and the company's certificates apply without a setting of ours.
 */
import { net, session, type AuthInfo, type Session } from 'electron';
import type { Fetch } from './cloudflare/http';

/** What Chromium says of every CONNECT that a proxy does not grant, whether or not it wants a password. */
const NO_TUNNEL = /ERR_TUNNEL_CONNECTION_FAILED/;

/** The status by which only proxies answer. */
const PASSWORD_WANTED = 407;

/**
 * Asks for the bare origin, without a sign-in, only to hear whether the proxy wants a password: `fetch`
 * does not tell, this kind of request does. No password is ever given. Never rejects.
 */
function proxyWantsPassword(requests: Session, url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const question = net.request({
      ...{ method: 'HEAD', url: new URL('/', url).href, session: requests },
      ...{ credentials: 'omit', cache: 'no-store', redirect: 'manual' },
    });
    const finish = (answer: boolean): void => {
      signal.removeEventListener('abort', stop);
      resolve(answer);
      question.abort();
    };
    const stop = (): void => finish(false);
    signal.addEventListener('abort', stop);
    question.on('login', ({ isProxy }: AuthInfo) => finish(isProxy));
    // The proxy lets us through by now, or refuses for another reason.
    question.on('response', ({ statusCode }) => finish(statusCode === PASSWORD_WANTED));
    question.on('redirect', stop);
    // Listened to for good: an error that comes after the end would be thrown.
    question.on('error', stop);
    if (signal.aborted) return stop();
    question.end();
  });
}

/**
 * Chromium's own fetch, which also says when it is a proxy's password that is missing. Chromium itself
 * tells it now so, now so: by an answer whose body breaks off, or by having got no tunnel.
 */
export function networkFetch(version: string): Fetch {
  const requests = session.fromPartition('api', { cache: false });
  requests.setUserAgent(`Letterhead/${version}`);
  return async (url, init) => {
    const asked = requests.fetch(url, init);
    const wantsPassword = await asked.then(
      ({ status }) => status === PASSWORD_WANTED,
      (error) => NO_TUNNEL.test(String(error)) && proxyWantsPassword(requests, url, init.signal),
    );
    if (wantsPassword) throw new Error('net::ERR_PROXY_AUTH_REQUESTED');
    return asked;
  };
}
