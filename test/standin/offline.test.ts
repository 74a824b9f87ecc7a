/** Going offline, and coming back on the same port. */
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startStandin } from './index';

/** Whether a socket has a port, of those that the system lists. */
const isTaken = (port: string): boolean => {
  const hex = Number(port).toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'utf8').includes(`:${hex} `);
};

test('refuses connections while offline, and leaves its port to no other server', async () => {
  const standin = await startStandin();
  onTestFinished(() => standin.close());
  const { port } = new URL(standin.url);
  const ask = () => fetch(standin.url).then(({ status }) => status);
  for (let round = 0; round < 2; round += 1) {
    await standin.goOffline();
    await expect(ask()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    if (process.platform === 'linux') expect(isTaken(port)).toBe(true);
    await standin.goOnline();
    expect(await ask()).toBe(404);
  }
});
