/** Opening links in the browser: pages of Cloudflare's documentation, and its dashboard at an address of our own. */
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { isAllowedLink } from '../../../src/main/desktop/allowed-links';
import {
  createOpenThrottle,
  dashboardAddress,
  openLink,
} from '../../../src/main/desktop/open-external';

vi.mock('electron', () => ({}));

it('opens a page of the documentation', async () => {
  const open = vi.fn(async () => {});
  const address = 'https://developers.cloudflare.com/fundamentals/api/';
  expect(await openLink(address, open)).toEqual({ ok: true, value: null });
  expect(open).toHaveBeenCalledWith(address);
});

it.each([
  'http://developers.cloudflare.com/',
  'https://developers.cloudflare.com.example/',
  'https://developers.cloudflare.com./',
  'https://evildevelopers.cloudflare.com/',
  'https://x.developers.cloudflare.com/',
  'https://developers.cloudflare.com:8443/',
  'https://developers.cloudflare.com/?key=x',
  'https://developers.cloudflare.com/#key',
  `https://developers.cloudflare.com/${'x'.repeat(270)}`,
  'https://office@developers.cloudflare.com/',
  'https://office:key@developers.cloudflare.com/',
  'https://:key@developers.cloudflare.com/',
  'https://developers.cloudflare.com@example.com/',
  'https://example.com\\@developers.cloudflare.com/',
  'https://example.com#@developers.cloudflare.com/',
  'https://example.com/?developers.cloudflare.com',
  'https://developers.cloudfl\u0430re.com/',
  'https://developers\u3002cloudflare.com.example/',
  'https://developers.cloudflare.com\u002eexample/',
  'https://www.cloudflare.com/',
  'https://api.cloudflare.com/',
  'https://dash.cloudflare.com/',
  'file:///etc/passwd',
  'file://developers.cloudflare.com/x',
  'javascript:alert(1)//https://developers.cloudflare.com/',
  'data:text/html,https://developers.cloudflare.com/',
  'smb://developers.cloudflare.com/share',
  'ftp://developers.cloudflare.com/',
  'mailto:x@developers.cloudflare.com',
  'ms-msdt:/id https://developers.cloudflare.com/',
  '-https://developers.cloudflare.com/',
  '--help',
  '//developers.cloudflare.com/',
  'https:',
  '',
  'developers.cloudflare.com',
])('refuses %s', async (address) => {
  const open = vi.fn(async () => {});
  expect(isAllowedLink(address)).toBe(false);
  expect(await openLink(address, open)).toEqual({ ok: false, failure: { code: 'gate.malformed' } });
  expect(open).not.toHaveBeenCalled();
});

it('passes the parsed URL on, so that the browser cannot parse the text differently', async () => {
  const host = fc.constantFrom(
    ...['developers.cloudflare.com', 'DEVELOPERS.Cloudflare.com', 'example.com'],
    ...['developers.cloudflare.com\\', 'developers\u3002cloudflare\uff0ecom', 'dev\nelopers'],
  );
  const glue = fc.constantFrom('', '/', '\\', '@', ':', ':443', '#', '?', '\t', '.', '%2f', '//');
  const scheme = fc.constantFrom('https://', 'HTTPS:\\\\', 'https:', ' https://', 'http://', '');
  const part = fc.oneof(host, glue, fc.string({ unit: 'binary', maxLength: 6 }));
  const address = fc.tuple(scheme, fc.array(part, { maxLength: 6 }));
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(address, async ([start, parts]) => {
      await openLink(start + parts.join(''), async (href) => {
        opened += 1;
        expect(href).toMatch(/^https:\/\/developers\.cloudflare\.com\/[\x21-\x7e]*$/);
      });
    }),
    { numRuns: 5_000 },
  );
  expect(opened).toBeGreaterThan(0);
});

it('has an address of the dashboard for an account, and its start page for an organization', () => {
  const id = '7f3c0a5be2d84c6d9a1f52c3b4e891ab';
  expect(dashboardAddress({ id, kind: 'account' })).toBe(`https://dash.cloudflare.com/${id}`);
  expect(dashboardAddress({ id, kind: 'organization' })).toBe('https://dash.cloudflare.com/');
});

it('refuses a dashboard address from the page', () => {
  for (const path of ['', '7f3c0a5be2d84c6d9a1f52c3b4e891ab']) {
    expect(isAllowedLink(`https://dash.cloudflare.com/${path}`)).toBe(false);
  }
});

it('never makes another host or path, whatever the id is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (id) => {
      const { origin, search, hash } = new URL(dashboardAddress({ id, kind: 'account' }));
      expect([origin, search, hash]).toEqual(['https://dash.cloudflare.com', '', '']);
    }),
  );
});

it('opens one thing per second, and ignores the others', async () => {
  let now = 0;
  const limited = createOpenThrottle(() => now);
  const open = vi.fn(async () => {});
  for (now of [0, 1, 999]) await limited(open);
  expect(open).toHaveBeenCalledOnce();
  for (now of [1_000, 1_999]) await limited(open);
  expect(open).toHaveBeenCalledTimes(2);
});
