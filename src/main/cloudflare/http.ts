/**
 * One HTTP exchange: the request leaves, the whole answer comes in, within a time limit and abortable
 * at every moment. Nothing is followed, cached or remembered between two of them.
 */
import type { Timers } from './timers';

/** What we tell `fetch`; a part of the standard's options. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  redirect: 'manual';
  credentials: 'omit';
  cache: 'no-store';
}

/** The `fetch` of a session of Electron, or Node's. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** A whole answer. */
export interface HttpResponse {
  status: number;
  header(name: string): string | null;
  body: string;
}

/** How an exchange ended. */
export type Exchange =
  | ({ end: 'answered' } & HttpResponse)
  | { end: 'failed'; error: unknown }
  | { end: 'too-large' }
  | { end: 'timed-out' }
  | { end: 'stopped' };

/** Largest answer read, in bytes; a list of 1,000 organizations takes less than two million. */
const MAX_BODY = 32_000_000;

async function readBody(response: Response): Promise<string | null> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > MAX_BODY) {
      reader.cancel().catch(() => undefined);
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

async function answer(fetch: Fetch, url: string, init: FetchInit): Promise<Exchange> {
  try {
    const response = await fetch(url, init);
    const body = await readBody(response);
    if (body === null) return { end: 'too-large' };
    const { status, headers } = response;
    return { end: 'answered', status, header: (name) => headers.get(name), body };
  } catch (error) {
    return { end: 'failed', error };
  }
}

/** Carries out one exchange. Never rejects, and never outlasts its time limit or its signal. */
export function exchange(
  fetch: Fetch,
  url: string,
  init: Pick<FetchInit, 'method' | 'headers' | 'body'>,
  limits: { timers: Timers; timeLimitMs: number; signal?: AbortSignal | undefined },
): Promise<Exchange> {
  const { timers, timeLimitMs, signal } = limits;
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve({ end: 'stopped' });
    const controller = new AbortController();
    const finish = (result: Exchange): void => {
      timers.clear(timer);
      signal?.removeEventListener('abort', stop);
      resolve(result);
      // Ends what is still under way; the answer is decided, so nothing waits for its end.
      if (result.end !== 'answered') controller.abort();
    };
    const stop = (): void => finish({ end: 'stopped' });
    const timer = timers.set(() => finish({ end: 'timed-out' }), timeLimitMs);
    signal?.addEventListener('abort', stop);
    void answer(fetch, url, {
      ...init,
      signal: controller.signal,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
    }).then(finish);
  });
}
