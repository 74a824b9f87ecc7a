/** The address of the update server that goes into a package: over https, or none. */
import { expect, it } from 'vitest';
import { updateServer } from '../../../build/packaging/update-server.mjs';

it('is the one of the variable, and without it none', () => {
  const url = 'https://updates.example/letterhead';
  expect(updateServer({ LETTERHEAD_UPDATES: url })).toEqual({ provider: 'generic', url });
  expect(updateServer({})).toBeNull();
  expect(updateServer({ LETTERHEAD_UPDATES: '' })).toBeNull();
});

it.each(['http://updates.example/', 'updates.example', 'file:///srv/updates'])(
  '%s stops the packaging',
  (address) => expect(() => updateServer({ LETTERHEAD_UPDATES: address })).toThrow('https://'),
);
