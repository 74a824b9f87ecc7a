/**
 * Node's fetch with the interface that the Cloudflare client expects, for tests without Electron.
 */
import type { Fetch, FetchAnswer } from '../../../src/main/cloudflare/http';

async function* piecesOf({ body }: Response): AsyncIterable<Uint8Array> {
  if (body) yield* body as unknown as AsyncIterable<Uint8Array>;
}

/** Converts a response of Node's fetch. */
export const answerOf = (response: Response): FetchAnswer => ({
  status: response.status,
  header: (name) => response.headers.get(name),
  body: piecesOf(response),
});

/** Sends a request over real HTTP. */
export const nodeFetch: Fetch = async (url, init) => answerOf(await fetch(url, init));
