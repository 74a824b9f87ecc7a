/** Node's fetch in the shape the client uses, for tests without Electron. */
import type { Fetch, FetchAnswer } from '../../../src/main/cloudflare/http';

async function* piecesOf({ body }: Response): AsyncIterable<Uint8Array> {
  if (body) yield* body as unknown as AsyncIterable<Uint8Array>;
}

/** A response of `fetch` as the client expects it. */
export const answerOf = (response: Response): FetchAnswer => ({
  status: response.status,
  header: (name) => response.headers.get(name),
  body: piecesOf(response),
});

/** Real HTTP. */
export const nodeFetch: Fetch = async (url, init) => answerOf(await fetch(url, init));
