/**
 * One HTTP exchange: the request leaves, the whole answer comes in, within a time limit and abortable
 * at every moment. Nothing is followed, cached or remembered between two of them.
 */
import type { Timers } from '../lib/timers';

/** A request besides its address; names and words are those of the standard's `fetch`. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  redirect: 'manual';
  credentials: 'omit';
  cache: 'no-store';
}

/** The head of an answer, and its body as it comes in. */
export interface FetchAnswer {
  status: number;
  /** A header's value, or null; the name in any case. */
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array>;
}

/** Sends a request; rejects with Chromium's error when there is no answer, or when it was aborted. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

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

/** The whole body; null when it is too large. */
async function readBody({ body }: FetchAnswer): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > MAX_BODY) return null;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

async function answer(fetch: Fetch, url: string, init: FetchInit): Promise<Exchange> {
  try {
    const response = await fetch(url, init);
    const body = await readBody(response);
    if (body === null) return { end: 'too-large' };
    const { status } = response;
    return { end: 'answered', status, header: (name) => response.header(name), body };
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
