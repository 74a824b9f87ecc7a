/** The app:// scheme gives files under one folder and nothing else. */
import { expect, it, vi } from 'vitest';

vi.mock('electron', () => ({}));
const { CONTENT_POLICY, fileFor } = await import('../../../src/main/desktop/scheme');

const root = '/app/renderer';

it('maps our addresses to files under the root', () => {
  expect(fileFor(root, 'app://letterhead/index.html')).toBe('/app/renderer/index.html');
  expect(fileFor(root, 'app://letterhead/assets/a.js?x#y')).toBe('/app/renderer/assets/a.js');
});

it.each([
  'app://letterhead/../letterhead.db',
  'app://letterhead/%2e%2e/%2e%2e/etc/passwd.html',
  'app://letterhead/..%2f..%2fetc/passwd.html',
  'app://letterhead/..%5c..%5csecret.html',
  'app://letterhead/a%00.html',
  'app://letterhead/',
  'app://letterhead/assets',
  'app://letterhead/letterhead.db',
  'app://elsewhere/index.html',
  'file:///app/renderer/index.html',
  'app://letterhead/%E0%A4%A.html',
  '',
])('never leaves the root for %s', (address) => {
  const file = fileFor(root, address);
  expect(file === null || (file.startsWith(`${root}/`) && !file.includes('..'))).toBe(true);
});

it.each(['letterhead.db', 'assets', '', 'a%00.html', '..%5c..%5csecret.html', '%E0%A4%A.html'])(
  'has nothing under the path %j',
  (path) => {
    expect(fileFor(root, `app://letterhead/${path}`)).toBeNull();
  },
);

it('allows no inline script or style, no connection and no frame', () => {
  expect(CONTENT_POLICY).not.toMatch(/unsafe|\*|https?:/);
  expect(CONTENT_POLICY).toContain("default-src 'none'");
  expect(CONTENT_POLICY).toContain("connect-src 'none'");
  expect(CONTENT_POLICY).toContain("frame-ancestors 'none'");
  expect(CONTENT_POLICY).toContain("require-trusted-types-for 'script'");
});
