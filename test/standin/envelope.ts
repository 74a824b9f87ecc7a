/**
 * Builds answers: the JSON envelope of the v4 API and its error items.
 * Shapes: Cloudflare API reference, `organizations-api_V4ErrorResponse`; `error_chain` is not in the
 * schema but occurs in public reports (cloudflare/cloudflare-typescript#161).
 */

/** An answer and how to deliver it. */
export interface Reply {
  status: number;
  /** Without the common ones (rate limits, ray). */
  headers: Record<string, string>;
  body: string;
  /** After half the body, `half` closes the connection and `stall` sends nothing more. Default: `complete`. */
  delivery?: 'complete' | 'half' | 'stall' | 'silence' | 'reset';
  /** An answer from something in between (a captive portal): without Cloudflare's headers. */
  foreign?: boolean;
}

export interface ErrorItem {
  code: number;
  message: string;
  documentation_url?: string;
  source?: { pointer: string };
  error_chain?: { code: number; message: string }[];
}

const json = { 'content-type': 'application/json' };

/** Any envelope as given, for malformed ones. */
export function jsonReply(status: number, envelope: unknown, headers = {}): Reply {
  return { status, headers: { ...json, ...headers }, body: JSON.stringify(envelope) };
}

/** 200 with a result; `extra` is for `result_info`. */
export function success(result: unknown, extra: Record<string, unknown> = {}): Reply {
  return jsonReply(200, { success: true, errors: [], messages: [], result, ...extra });
}

/** An error envelope. `result: null` is common in practice although the schema allows objects only. */
export function failure(status: number, errors: ErrorItem[], messages: ErrorItem[] = []): Reply {
  return jsonReply(status, { success: false, errors, messages, result: null });
}

/** 204: zero bytes, no content-type. */
export const noContent = (): Reply => ({ status: 204, headers: {}, body: '' });

/** A malformed credential header: 6003 with the reason in its chain. */
export function invalidHeaders(chain: { code: number; message: string }[]): Reply {
  return failure(400, [{ code: 6003, message: 'Invalid request headers', error_chain: chain }]);
}

/** An unknown path. Status 404 is our choice; code and text are confirmed by reports. */
export function notRouted(path: string): Reply {
  const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
  return failure(404, [{ code: 7003, message }]);
}

/** The answer over a limit; `retryAfter` in whole seconds, or `null` to omit the header. */
export function tooManyRequests(retryAfter: number | null): Reply {
  const reply = failure(429, [
    { code: 971, message: 'Please wait and consider throttling your request speed' },
  ]);
  if (retryAfter !== null) reply.headers['retry-after'] = String(retryAfter);
  return reply;
}
