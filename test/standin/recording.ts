/** Records requests with masked secrets, and detects protocol violations. */
import type { IncomingMessage } from 'node:http';
import { secretsIn } from './auth';
import type { RecordedRequest } from './types';

export const prefix = '/client/v4';
const secretHeaders = new Set(['x-auth-key', 'authorization', 'x-auth-user-service-key', 'cookie']);

const mask = (value: string) => `masked (${value.length} characters)`;

/** Records a request. `route` is empty if the path is outside `/client/v4`. */
export function record(request: IncomingMessage, body: string): RecordedRequest {
  const target = request.url ?? '';
  const cut = target.indexOf('?');
  const path = cut < 0 ? target : target.slice(0, cut);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    headers[name] = secretHeaders.has(name) ? mask(text) : text;
  }
  return {
    method: request.method ?? '',
    path,
    route: path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : '',
    query: new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1)),
    headers,
    keyMatches: false,
    userId: null,
    tokenId: null,
    body,
    at: Date.now(),
    status: null,
    fault: null,
  };
}

/** Decodes a URL. Returns it unchanged if an escape is malformed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/**
 * Finds protocol violations: what a correct client never sends, whatever the answer is.
 * @param secrets the keys and tokens of the stand-in; those in the headers of the request are checked, too
 */
export function violations(
  request: IncomingMessage,
  recorded: RecordedRequest,
  secrets: readonly string[],
): string[] {
  const found: string[] = [];
  // Shorter texts are not real secrets and could occur by chance.
  const all = [...secrets, ...secretsIn(request.headers)].filter((secret) => secret.length >= 20);
  const url = request.url ?? '';
  if (recorded.route === '') found.push(`a path outside ${prefix}`);
  if (all.some((secret) => url.includes(secret) || decoded(url).includes(secret))) {
    found.push('a key or token in the URL');
  }
  if (all.some((secret) => recorded.body.includes(secret))) {
    found.push('a key or token in the body');
  }
  if (recorded.method === 'GET' && recorded.body !== '') found.push('a GET with a body');
  if (recorded.method !== 'GET' && recorded.method !== 'PUT') {
    found.push(`the method ${recorded.method}`);
  }
  return found;
}
