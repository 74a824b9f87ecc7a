/**
 * Finds the key and the email in texts from Cloudflare, in any case and also encoded: for a URL (once or several
 * times), for JSON, for HTML, or in Base64. Uses no regular expression made of a secret, because V8 would keep it.
 */

/** How much of a text is read, in UTF-16 code units: more than is ever shown. */
const MAX_READ = 10_000;
/** Shorter parts of Base64 would be found in any text. */
const MIN_BASE64 = 8;
/** Matches a character that is encoded for a URL, for JSON or for HTML; a group has its code. */
const ENCODED =
  /%(?:25)*([0-9a-f]{2})|\\+u00([0-9a-f]{2})|\\+x([0-9a-f]{2})|&#x0*([0-9a-f]{2});?|&#0*([0-9]{2,3});?/iy;

const lowerCase = (char: string): string => (char === '+' ? ' ' : char.toLowerCase());

/** The encoded character at `at` and its end, or null. */
function encodedAt(text: string, at: number): { char: string; end: number } | null {
  // Only these characters begin one.
  if (!'%\\&'.includes(text.charAt(at))) return null;
  ENCODED.lastIndex = at;
  const [token, ...codes] = ENCODED.exec(text) ?? [];
  if (token === undefined) return null;
  const decimal = codes[4];
  const code = decimal === undefined ? parseInt(codes.find(Boolean) ?? '', 16) : Number(decimal);
  return { char: lowerCase(String.fromCharCode(code)), end: at + token.length };
}

/** Where the secret ends that begins at `at` in any encoding of its characters, or -1. */
function endOfSecret(text: string, at: number, secret: string): number {
  let end = at;
  for (const char of secret) {
    const encoded = encodedAt(text, end);
    if (encoded?.char === lowerCase(char)) end = encoded.end;
    else if (lowerCase(text.charAt(end)) === lowerCase(char)) end += 1;
    else return -1;
  }
  return end;
}

/** The parts of Base64 texts that contain this secret, whatever is before and after it. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].flatMap((bytesBefore) => {
    const bytes = Buffer.from('\0'.repeat(bytesBefore) + secret);
    const whole = bytes.toString('base64');
    // The first and the last characters also depend on what is around the secret.
    const part = whole.slice(Math.ceil((bytesBefore * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [part, part.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Replaces every secret in the beginning of a text by an ellipsis, and drops the rest of a very long text. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret !== '');
  const encoded = known.flatMap(base64Of).filter(({ length }) => length >= MIN_BASE64);
  let masked = '';
  for (let at = 0; at < text.length && at < MAX_READ;) {
    const ends = known.map((secret) => endOfSecret(text, at, secret));
    for (const part of encoded) if (text.startsWith(part, at)) ends.push(at + part.length);
    const end = Math.max(-1, ...ends);
    masked += end < 0 ? text.charAt(at) : '…';
    at = end < 0 ? at + 1 : end;
  }
  return masked;
}

/** Whether a text contains a secret. */
export function hasSecret(text: string, secrets: readonly string[]): boolean {
  return maskSecrets(text, secrets) !== text.slice(0, MAX_READ);
}
