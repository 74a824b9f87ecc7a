/** Only pages of Cloudflare's documentation may be opened. */
import { expect, it, vi } from 'vitest';
import { mayOpen, openLink } from '../../../src/main/desktop/links';

it('opens a page of the documentation', async () => {
  const open = vi.fn(async () => {});
  const address = 'https://developers.cloudflare.com/fundamentals/api/';
  expect(await openLink(address, open)).toEqual({ ok: true, value: null });
  expect(open).toHaveBeenCalledWith(address);
});

it.each([
  'http://developers.cloudflare.com/',
  'https://developers.cloudflare.com.example/',
  'https://evildevelopers.cloudflare.com/',
  'https://developers.cloudflare.com:8443/',
  'https://office@developers.cloudflare.com/',
  'https://www.cloudflare.com/',
  'https://example.com/?developers.cloudflare.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'smb://developers.cloudflare.com/share',
  '',
  'developers.cloudflare.com',
])('refuses %s', async (address) => {
  const open = vi.fn(async () => {});
  expect(mayOpen(address)).toBe(false);
  expect((await openLink(address, open)).ok).toBe(false);
  expect(open).not.toHaveBeenCalled();
});
