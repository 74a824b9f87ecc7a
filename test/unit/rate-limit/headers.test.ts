/** Parsing the headers in which Cloudflare reports how much of the rate limit is left. */
import { expect, test } from 'vitest';
import { readRateLimit } from '../../../src/main/rate-limit/headers';

test.each([
  ['"default";r=50;t=30', '"burst";q=100;w=60', { remaining: 50, quota: 100, resetMs: 30_000 }],
  [
    '"a";r=9;t=1, "b";r=5;t=2',
    '"a";q=10;w=1,"b";q=1000;w=9',
    { remaining: 5, quota: 1000, resetMs: 2_000 },
  ],
  ['"default";r=0;t=99999999', null, { remaining: 0, quota: 1_200, resetMs: 900_000 }],
  ['nonsense', null, null],
  ['"default";r=-1;t=5', null, null],
  [null, null, null],
])('reads %j with %j', (limit, policy, expected) => {
  const read = readRateLimit((name) => (name === 'ratelimit' ? limit : policy));
  expect(read).toEqual(expected);
});
