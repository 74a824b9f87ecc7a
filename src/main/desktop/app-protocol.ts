/**
 * Answers requests for app:// URLs with files of one folder and a strict content security policy. No URL can
 * reach a file outside that folder.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** The URL of the window's page. */
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
  // Without allow-modals, so that print() opens no dialog of the system. Downloads are refused in
  // security-restrictions.ts.
  'sandbox allow-scripts allow-same-origin allow-forms allow-downloads',
].join('; ');

/**
 * Everything that Chromium lets a page do by a permissions policy; the window needs none of it. Picture-in-picture, for
 * example, would lay a window of the page's choice over our questions. A test notices what a newer Chromium adds.
 */
const REFUSED_PERMISSIONS = [
  'accelerometer aria-notify attribution-reporting autoplay browsing-topics camera captured-surface-control',
  'ch-device-memory ch-downlink ch-dpr ch-ect ch-prefers-color-scheme ch-prefers-reduced-motion',
  'ch-prefers-reduced-transparency ch-rtt ch-save-data ch-ua ch-ua-arch ch-ua-bitness ch-ua-form-factors',
  'ch-ua-full-version ch-ua-full-version-list ch-ua-high-entropy-values ch-ua-mobile ch-ua-model ch-ua-platform',
  'ch-ua-platform-version ch-ua-wow64 ch-viewport-height ch-viewport-width ch-width clipboard-read',
  'clipboard-write compute-pressure cross-origin-isolated deferred-fetch deferred-fetch-minimal',
  'digital-credentials-get display-capture encrypted-media fullscreen gamepad geolocation gyroscope hid',
  'identity-credentials-get idle-detection interest-cohort join-ad-interest-group keyboard-map language-detector',
  'language-model local-fonts local-network local-network-access loopback-network magnetometer microphone midi',
  'on-device-speech-recognition otp-credentials payment picture-in-picture private-aggregation',
  'private-state-token-issuance private-state-token-redemption publickey-credentials-create',
  'publickey-credentials-get run-ad-auction screen-wake-lock serial shared-storage shared-storage-select-url',
  'storage-access summarizer sync-xhr translator unload usb window-management xr-spatial-tracking',
].flatMap((line) => line.split(' '));
const PERMISSIONS_POLICY = REFUSED_PERMISSIONS.map((name) => `${name}=()`).join(', ');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The host of a window's app:// URLs, and what its pages may do. */
export interface Site {
  host: string;
  /** The content security policy of every response. */
  policy: string;
}

/** The site of the main window. */
const MAIN_SITE: Site = { host: 'letterhead', policy: CONTENT_POLICY };

/**
 * The absolute path of the file at an app:// URL; null when the URL is not allowed.
 * @param root absolute path of the folder with the page's files
 * @param host the only host whose URLs are allowed
 */
export function fileFor(root: string, address: string, host = MAIN_SITE.host): string | null {
  let path: string;
  try {
    const url = new URL(address);
    if (url.protocol !== 'app:' || url.host !== host) return null;
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (/[\\\0]/.test(path) || !(extname(path) in TYPES)) return null;
  const file = join(root, path);
  return file.startsWith(root + sep) ? file : null;
}

/**
 * Reads a file; throws when it is a symbolic link to a file outside the folder. Reads synchronously, because the
 * page's process waits for the file while main is busy launching: asynchronous reads took 20 ms longer.
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
 * Answers a request with one of our files, or with 404. Both responses carry the content security policy. The
 * tests in a plain Chromium (test/chromium) use this, too.
 * @param listening resolves when main listens to the page's calls. Scripts wait for that, so that their first call finds a
 *   listener.
 */
export async function answerFor(
  root: string,
  request: Pick<Request, 'method' | 'url'>,
  listening: Promise<void>,
  { host, policy }: Site = MAIN_SITE,
): Promise<PageAnswer> {
  const file = request.method === 'GET' ? fileFor(root, request.url, host) : null;
  const headers = {
    'content-security-policy': policy,
    'permissions-policy': PERMISSIONS_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  try {
    if (file === null) throw new Error('not one of our files');
    const body = readWithin(root, file);
    if (extname(file) === '.js') await listening;
    // `fileFor` lets no other type through.
    const type = TYPES[extname(file)] ?? '';
    return { status: 200, headers: { ...headers, 'content-type': type }, body };
  } catch {
    return { status: 404, headers, body: Buffer.alloc(0) };
  }
}
