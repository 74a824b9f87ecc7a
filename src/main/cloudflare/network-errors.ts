/**
 * Maps the error of a rejected request to a failure code. Electron's network stack rejects with Chromium's
 * names (`net::ERR_NAME_NOT_RESOLVED`), Node's with a chain of causes with codes (`ENOTFOUND`).
 */
import type { FailureCode } from '../../shared/failure';

/** The first match wins, so specific patterns come before general ones. */
const REASONS: readonly (readonly [RegExp, FailureCode])[] = [
  [
    /redirect was cancelled|unexpected redirect|ERR_(TOO_MANY|UNSAFE)_REDIRECT/i,
    'network.redirected',
  ],
  [
    /ERR_(UNEXPECTED_)?PROXY_AUTH|ERR_(MISSING|INVALID)_AUTH_CREDENTIALS|ERR_UNSUPPORTED_AUTH_SCHEME|\b407\b/,
    'network.proxy-sign-in',
  ],
  [
    /ERR_CERT_|ERR_PROXY_CERTIFICATE|ERR_SSL_(PINNED|CLIENT_AUTH|SERVER_CERT|OBSOLETE)|ERR_BAD_SSL_CLIENT|CERT_|_CERT\b|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS_CERT|HOSTNAME_MISMATCH/,
    'network.certificate',
  ],
  // Something that is not a TLS server answers in Cloudflare's place: a captive portal or a blocking proxy.
  [
    /ERR_TUNNEL_CONNECTION_FAILED|ERR_BLOCKED_BY|ERR_SSL_|EPROTO|ERR_INVALID_HTTP_RESPONSE|ERR_HTTP_RESPONSE_CODE|HPE_/,
    'network.intercepted',
  ],
  [/ERR_(CONNECTION_)?TIMED_OUT|ETIMEDOUT|UND_ERR_\w+_TIMEOUT/, 'network.timed-out'],
  [
    /ERR_NAME_|ERR_DNS|ERR_ICANN|ENOTFOUND|EAI_|ECONNREFUSED|ERR_CONNECTION_(REFUSED|FAILED)|ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL|ERR_NETWORK_ACCESS_DENIED|ERR_(PROXY|SOCKS)_CONNECTION|ERR_NO_SUPPORTED_PROXIES|ERR_PAC_/,
    'network.unreachable',
  ],
];

/** All messages and codes of an error and its causes, as one text to search in. Never shown or logged. */
function errorText(error: unknown, depth = 0): string {
  if (depth > 4 || typeof error !== 'object' || error === null) return String(error);
  const { message, code, cause, errors } = error as Record<string, unknown>;
  const more = [cause, ...(Array.isArray(errors) ? errors : [])].filter((item) => item != null);
  return [message, code, ...more.map((item) => errorText(item, depth + 1))].map(String).join(' ');
}

/**
 * The failure code of a request that ended without an answer. Unknown errors count as an interruption (a
 * reset, a closed socket, a change of network), from which the app recovers automatically.
 */
export function networkFailureCode(error: unknown): FailureCode {
  const text = errorText(error);
  return REASONS.find(([pattern]) => pattern.test(text))?.[1] ?? 'network.interrupted';
}
