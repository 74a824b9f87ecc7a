/**
 * Answers requests for app:// addresses: files of one folder, with a strict content security policy as a
 * response header. No address can reach a file outside that folder.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** The address of the window's page. */
export const PAGE_URL = 'app://letterhead/index.html';

/** The content security policy: our own files only, no connections, no inline script or style, no framing. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * The absolute path of the file at an app:// address; null when the address is not allowed.
 * @param root absolute path of the folder with the page's files
 */
export function fileFor(root: string, address: string): string | null {
  let path: string;
  try {
    const url = new URL(address);
    if (url.protocol !== 'app:' || url.host !== 'letterhead') return null;
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (/[\\\0]/.test(path) || !(extname(path) in TYPES)) return null;
  const file = join(root, path);
  return file.startsWith(root + sep) ? file : null;
}

/**
 * Reads a file; throws when it is a symbolic link to a file outside the folder. Synchronous, because the page's
 * process is waiting and main is busy during the start: asynchronous reads took 20 ms longer.
 */
function readWithin(root: string, file: string): Buffer {
  const [folder, real] = [realpathSync(root), realpathSync(file)];
  if (!real.startsWith(folder + sep)) throw new Error('link to a file outside the folder');
  return readFileSync(real);
}

/** The response to a request. */
export interface PageAnswer {
  status: 200 | 404;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Answers a request: one of our files, or 404. Both carry the policy. The tests in a plain Chromium
 * (test/chromium) use this, too.
 * @param listening scripts are held back until this resolves: their calls would reach no listener
 */
export async function answerFor(
  root: string,
  request: Pick<Request, 'method' | 'url'>,
  listening: Promise<void>,
): Promise<PageAnswer> {
  const file = request.method === 'GET' ? fileFor(root, request.url) : null;
  const headers = {
    'content-security-policy': CONTENT_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  try {
    if (file === null) throw new Error('not one of our files');
    const body = readWithin(root, file);
    if (extname(file) === '.js') await listening;
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    return { status: 200, headers: { ...headers, 'content-type': type }, body };
  } catch {
    return { status: 404, headers, body: Buffer.alloc(0) };
  }
}
