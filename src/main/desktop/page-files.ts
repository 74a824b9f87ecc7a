/**
 * The window's files as app:// gives them: read from one folder, with the strict content policy as a
 * response header. Nothing outside that folder can be had, whatever the address says. The page itself
 * says which language it starts in, so that its first paint speaks it.
 */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Locale } from '../../shared/language';

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

/** A file's content; rejects when the file is only a link to one outside the folder. */
async function readWithin(root: string, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const [folder, real] = await Promise.all([realpath(root), realpath(file)]);
  if (!real.startsWith(folder + sep)) throw new Error('a link out of the folder');
  return new Uint8Array(await readFile(real));
}

/** The page with the language it starts in; the window's `localeIn` reads it. */
function inLanguage(page: Uint8Array<ArrayBuffer>, { language, formats }: Locale): string {
  const words = `<html lang="${language}" data-formats="${formats}">`;
  return new TextDecoder().decode(page).replace('<html lang="en">', words);
}

/**
 * The answer to a request of the scheme: a file of ours, or 404; the policy goes with both. Also serves
 * the window's tests in a plain Chromium (test/chromium).
 * @param locale the language of the page, which is not given out before this resolves
 */
export async function answerFor(
  root: string,
  request: Pick<Request, 'method' | 'url'>,
  locale: () => Promise<Locale>,
): Promise<Response> {
  const file = request.method === 'GET' ? fileFor(root, request.url) : null;
  const headers = {
    'content-security-policy': CONTENT_POLICY,
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  };
  try {
    if (file === null) throw new Error('not one of our files');
    const content = await readWithin(root, file);
    const isPage = extname(file) === '.html';
    const body = isPage ? inLanguage(content, await locale()) : content;
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    return new Response(body, { headers: { ...headers, 'content-type': type } });
  } catch {
    return new Response('', { status: 404, headers });
  }
}
