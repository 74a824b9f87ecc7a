/**
 * The window's files as app:// gives them: read from one folder, with the strict content policy as a
 * response header. Nothing outside that folder can be had, whatever the address says.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** The address of the window's page. */
export const PAGE_URL = 'app://letterhead/index.html';

/** The content policy: our own files only, no connections, no inline script or style, no framing. */
export const CONTENT_POLICY = [
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
 * The file an address of the scheme stands for, or null when there is none to be had.
 * @param root absolute path of the folder with the window's files
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
 * A file's content; throws when the file is only a link to one outside the folder. At once, because the
 * window's process waits for the page, and main is busy with itself just then: in turns it took 20 ms.
 */
function readWithin(root: string, file: string): Buffer {
  const [folder, real] = [realpathSync(root), realpathSync(file)];
  if (!real.startsWith(folder + sep)) throw new Error('a link out of the folder');
  return readFileSync(real);
}

/** What a request gets. */
export interface PageAnswer {
  status: 200 | 404;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * The answer to a request of the scheme: a file of ours, or 404; the policy goes with both. Also serves
 * the window's tests in a plain Chromium (test/chromium).
 * @param listening until this resolves no script is given out: it would ask somebody who does not listen
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
