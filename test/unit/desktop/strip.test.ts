/** A packaged build takes no switch or variable that could redirect or record its requests. */
import { expect, it } from 'vitest';
import { DANGEROUS_SWITCHES, stripDangers } from '../../../src/main/desktop/strip';

function start(packaged: boolean) {
  const removed: string[] = [];
  const env: Record<string, string | undefined> = {
    SSLKEYLOGFILE: '/tmp/keys',
    CLOUDFLARE_API_KEY: 'x',
    LETTERHEAD_API_URL: 'http://127.0.0.1:1',
    NODE_OPTIONS: '--inspect',
    PATH: '/usr/bin',
  };
  stripDangers(packaged, { removeSwitch: (name) => void removed.push(name) }, env);
  return { removed, env };
}

it('removes them all when packaged, and nothing else', () => {
  const { removed, env } = start(true);
  expect(removed).toEqual([...DANGEROUS_SWITCHES]);
  // Whoever may debug the window reads the key while it is typed.
  expect(removed).toEqual(
    expect.arrayContaining(['remote-debugging-port', 'remote-debugging-pipe']),
  );
  expect(env).toEqual({ PATH: '/usr/bin' });
});

it('leaves an unpackaged build alone, whose tests point it at the stand-in', () => {
  const { removed, env } = start(false);
  expect(removed).toEqual([]);
  expect(env['LETTERHEAD_API_URL']).toBe('http://127.0.0.1:1');
});
