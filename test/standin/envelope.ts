/**
 * Builds replies. A reply is what the stand-in sends: a status, headers and a body. The body is usually an
 * envelope, the JSON object with `success`, `errors`, `messages` and `result` that the v4 API wraps around
 * everything. Shapes: Cloudflare API reference, `organizations-api_V4ErrorResponse`; `error_chain` is not in the
 * schema but occurs in public reports (cloudflare/cloudflare-typescript#161).
 */

/** A reply, and how to deliver it. */
export interface Reply {
  status: number;
  /** Without the headers that all replies have (rate limits, ray ID). */
  headers: Record<string, string>;
  body: string;
  /**
   * - `complete`, the default: sends everything.
   * - `truncate`: sends the head and half of the body, then closes the connection.
   * - `stall`: sends the head and half of the body, then nothing more; the connection stays open.
   * - `silence`: sends nothing at all; the connection stays open.
   * - `reset`: sends nothing, and resets the TCP connection.
   */
  delivery?: 'complete' | 'truncate' | 'stall' | 'silence' | 'reset';
  /** Whether it comes from something between the app and Cloudflare, so that it has no headers of Cloudflare. */
  fromIntermediary?: boolean;
}

export interface ErrorItem {
  code: number;
  message: string;
  documentation_url?: string;
  source?: { pointer: string };
  error_chain?: { code: number; message: string }[];
}

const json = { 'content-type': 'application/json' };

/** A reply with any JSON body, for example a malformed envelope. */
export function jsonReply(status: number, body: unknown, headers = {}): Reply {
  return { status, headers: { ...json, ...headers }, body: JSON.stringify(body) };
}

/** A 200 with a result; `extra` has further properties of the envelope, such as `result_info`. */
export function success(result: unknown, extra: Record<string, unknown> = {}): Reply {
  return jsonReply(200, { success: true, errors: [], messages: [], result, ...extra });
}

/** An error. `result: null` is common in practice, although the schema only allows objects. */
export function failure(status: number, errors: ErrorItem[], messages: ErrorItem[] = []): Reply {
  return jsonReply(status, { success: false, errors, messages, result: null });
}

/** A 204 without a body and without a content type. */
export const noContent = (): Reply => ({ status: 204, headers: {}, body: '' });

/** The reply to a malformed credential header: 6003 with the reason in `error_chain`. */
export function invalidHeaders(chain: { code: number; message: string }[]): Reply {
  return failure(400, [{ code: 6003, message: 'Invalid request headers', error_chain: chain }]);
}

/** The reply to an unknown path. Reports confirm the code and the text; the status 404 is our choice. */
export function notRouted(path: string): Reply {
  const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
  return failure(404, [{ code: 7003, message }]);
}

/** The reply when a limit is exceeded. `retryAfter`: whole seconds; `null` omits the header. */
export function tooManyRequests(retryAfter: number | null): Reply {
  const reply = failure(429, [
    { code: 971, message: 'Please wait and consider throttling your request speed' },
  ]);
  if (retryAfter !== null) reply.headers['retry-after'] = String(retryAfter);
  return reply;
}
