/** The app:// scheme, which serves the files of one folder and nothing else. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';

type Request = { method: string; url: string };
type Answer = { statusCode: number; headers: Record<string, string>; data: Buffer };
type Serve = (request: Request, answer: (answer: Answer) => void) => void;
type Declared = { scheme: string; privileges: object };

const electron = vi.hoisted(() => ({
  serve: null as Serve | null,
  declared: [] as Declared[],
}));
vi.mock('electron', () => ({
  session: {
    fromPartition: () => ({
      protocol: {
        registerBufferProtocol: (_scheme: string, serve: Serve) => (electron.serve = serve),
      },
    }),
  },
  protocol: {
    registerSchemesAsPrivileged: (all: Declared[]) => electron.declared.push(...all),
  },
}));
const { fileFor } = await import('../../../src/main/desktop/app-protocol');
const { registerScheme, serveScheme } = await import('../../../src/main/desktop/scheme');

const root = '/app/renderer';

/** The expected policy. It is repeated here so that no one changes it by accident. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types svelte-trusted-html; " +
  'sandbox allow-scripts allow-same-origin allow-forms allow-downloads';

/** Creates a folder with a page, links in it, and a secret file beside it. Returns its handler. */
function serveFolder(listening = Promise.resolve()) {
  const outside = mkdtempSync(join(tmpdir(), 'letterhead-scheme-'));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  const folder = join(outside, 'renderer');
  mkdirSync(folder);
  mkdirSync(join(outside, 'renderer-too'));
  writeFileSync(join(outside, 'secret.html'), 'secret');
  writeFileSync(join(outside, 'renderer-too', 'secret.html'), 'secret');
  writeFileSync(join(folder, 'index.html'), 'page');
  writeFileSync(join(folder, 'page.js'), 'script');
  writeFileSync(join(folder, 'page.css'), 'style');
  writeFileSync(join(folder, 'letterhead.db'), 'secret');
  symlinkSync(join(outside, 'secret.html'), join(folder, 'link.html'));
  symlinkSync(outside, join(folder, 'up'));
  symlinkSync(join(folder, 'index.html'), join(folder, 'inside.html'));
  serveScheme(folder, listening);
  return (url: string, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, string>; body: string }>((resolve) =>
      electron.serve!({ method, url }, ({ statusCode: status, headers, data }) =>
        resolve({ status, headers, body: data.toString() }),
      ),
    );
}

it('maps app:// URLs to files under the root', () => {
  expect(fileFor(root, 'app://letterhead/index.html')).toBe('/app/renderer/index.html');
  expect(fileFor(root, 'app://letterhead/assets/a.js?x#y')).toBe('/app/renderer/assets/a.js');
});

/** Path traversals that have worked with other programs. */
const TRAVERSALS = [
  'app://letterhead/../secret.html',
  'app://letterhead/%2e%2e/secret.html',
  'app://letterhead/%2e%2e%2fsecret.html',
  'app://letterhead/..%2fsecret.html',
  'app://letterhead/.%2e/secret.html',
  'app://letterhead/%252e%252e%252fsecret.html',
  'app://letterhead/..%5csecret.html',
  'app://letterhead/..\\secret.html',
  'app://letterhead/..%2frenderer-too%2fsecret.html',
  'app://letterhead/%c0%ae%c0%ae/secret.html',
  'app://letterhead/secret.html%00.html',
  'app://letterhead//etc/passwd',
  'app://letterhead/%2fetc%2fpasswd',
  'app://letterhead/file:///etc/passwd',
  'app://letterhead/C:%5cWindows%5cwin.ini',
  'app://letterhead/link.html',
  'app://letterhead/up/secret.html',
  'app://letterhead/letterhead.db',
  'app://letterhead/',
  'app://letterhead/assets',
  'app://letterhead/%E0%A4%A.html',
  'app://elsewhere/index.html',
  'app://letterhead:80/index.html',
  'app://letterhead.evil/index.html',
  'app://letterhead@evil/index.html',
  'app://LETTERHEAD/index.html',
  'app:index.html',
  'file:///app/renderer/index.html',
  'http://letterhead/index.html',
  'not an address',
  '',
];

it.each(TRAVERSALS)('serves nothing for %s', async (url) => {
  const answer = await serveFolder()(url);
  expect(answer.status).toBe(404);
  expect(answer.body).toBe('');
});

it.each(['..%2fsecret.html', '%2e%2e%2fa%2f..%2fsecret.html', 'a%00.html', '..%5csecret.html'])(
  'does not even access the disk for %s',
  (path) => {
    expect(fileFor(root, `app://letterhead/${path}`)).toBeNull();
  },
);

it('never leaves the root, whatever the URL', () => {
  const part = fc.oneof(
    fc.constantFrom('..', '%2e%2e', '%2f', '/', '\\', '%5c', '%00', '%25', 'x.html', '.html', '?'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const file = fileFor(root, `app://letterhead/${parts.join('')}`);
      expect(file === null || (file.startsWith(`${root}/`) && !/\/\.\.(\/|$)/.test(file))).toBe(
        true,
      );
    }),
    { numRuns: 2_000 },
  );
});

it('serves our pages, and symbolic links within the folder, with the strict policy', async () => {
  const get = serveFolder();
  for (const name of ['index.html', 'inside.html']) {
    const answer = await get(`app://letterhead/${name}`);
    expect(answer.body).toBe('page');
    expect(answer.headers).toEqual({
      'content-security-policy': POLICY,
      'permissions-policy': expect.stringMatching(/^([a-z\d-]+=\(\)(, |$)){80,}$/) as string,
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  }
});

it('serves no script before the main process is ready for its calls', async () => {
  let startListening = (): void => undefined;
  const get = serveFolder(new Promise((resolve) => (startListening = resolve)));
  expect((await get('app://letterhead/index.html')).body).toBe('page');
  let isServed = false;
  const script = get('app://letterhead/page.js').then((answer) => ((isServed = true), answer));
  await get('app://letterhead/page.css');
  expect(isServed).toBe(false);
  startListening();
  expect((await script).body).toBe('script');
});

it('sends the policy with "not found" responses, too', async () => {
  const answer = await serveFolder()('app://letterhead/none.html');
  expect(answer.headers['content-security-policy']).toBe(POLICY);
  expect(answer.headers['permissions-policy']).toContain('picture-in-picture=()');
});

it.each(['HEAD', 'POST', 'PUT', 'OPTIONS'])('rejects %s', async (method) => {
  expect((await serveFolder()('app://letterhead/index.html', method)).status).toBe(404);
});

it('grants no permission that our pages do not need', () => {
  registerScheme();
  expect(electron.declared).toEqual([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
});
