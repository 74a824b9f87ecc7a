/** Packaging: the URL of the update server, which must use https or be absent. */
import { expect, it } from 'vitest';
import { publishConfig } from '../../../build/packaging/update-server.mjs';

it('comes from the environment variable, and is absent without it', () => {
  const url = 'https://updates.example/letterhead';
  expect(publishConfig({ LETTERHEAD_UPDATES: url })).toEqual({ provider: 'generic', url });
  expect(publishConfig({})).toBeNull();
  expect(publishConfig({ LETTERHEAD_UPDATES: '' })).toBeNull();
});

it.each(['http://updates.example/', 'updates.example', 'file:///srv/updates'])(
  'stops packaging for %s',
  (address) => expect(() => publishConfig({ LETTERHEAD_UPDATES: address })).toThrow('https://'),
);
