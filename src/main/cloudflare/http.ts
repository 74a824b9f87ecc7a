/**
 * One HTTP exchange: sends a request and reads the whole answer. It has a time limit and can be aborted at any
 * time. It uses no redirects, cache or cookies.
 */
import type { Timers } from '../lib/timers';

/** A request without its URL, with the names of the standard `fetch`. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  redirect: 'manual';
  credentials: 'omit';
  cache: 'no-store';
}

/** The head of an answer, and its body as a stream. */
export interface FetchAnswer {
  status: number;
  /** A header's value, or null. The name is case-insensitive. */
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array>;
}

/** Sends a request. Rejects with Chromium's error if there is no answer, or if it was aborted. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

/** A complete answer. */
export interface HttpResponse {
  status: number;
  header(name: string): string | null;
  body: string;
}

/** How an exchange ended. */
export type ExchangeResult =
  | ({ end: 'answered' } & HttpResponse)
  | { end: 'failed'; error: unknown }
  | { end: 'too-large' }
  | { end: 'timed-out' }
  | { end: 'stopped' };

/** Default of the largest accepted body, in bytes. A list of 1,000 organizations takes less than two million. */
const MAX_BODY_BYTES = 32_000_000;

/** The whole body, or null if it is too large. */
async function readBody({ body }: FetchAnswer, maxBytes: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function fetchAnswer(
  fetch: Fetch,
  url: string,
  init: FetchInit,
  maxBytes: number,
): Promise<ExchangeResult> {
  try {
    const response = await fetch(url, init);
    const body = await readBody(response, maxBytes);
    if (body === null) return { end: 'too-large' };
    const { status } = response;
    return { end: 'answered', status, header: (name) => response.header(name), body };
  } catch (error) {
    return { end: 'failed', error };
  }
}

/** Performs one exchange. Never rejects. At its time limit, or when its signal aborts, it ends immediately. */
export function exchange(
  fetch: Fetch,
  url: string,
  init: Pick<FetchInit, 'method' | 'headers' | 'body'>,
  limits: {
    timers: Timers;
    timeLimitMs: number;
    signal?: AbortSignal | undefined;
    maxBytes?: number | undefined;
  },
): Promise<ExchangeResult> {
  const { timers, timeLimitMs, signal, maxBytes = MAX_BODY_BYTES } = limits;
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve({ end: 'stopped' });
    const controller = new AbortController();
    const finish = (result: ExchangeResult): void => {
      timers.clear(timer);
      signal?.removeEventListener('abort', stop);
      resolve(result);
      // Aborts the request. The result is already decided, so nothing waits for it.
      if (result.end !== 'answered') controller.abort();
    };
    const stop = (): void => finish({ end: 'stopped' });
    const timer = timers.set(() => finish({ end: 'timed-out' }), timeLimitMs);
    signal?.addEventListener('abort', stop);
    const request: FetchInit = {
      ...init,
      signal: controller.signal,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
    };
    void fetchAnswer(fetch, url, request, maxBytes).then(finish);
  });
}
