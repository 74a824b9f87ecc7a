/**
 * kill -9 at random moments, over and over, on the real app, while a person edits and saves, somebody
 * else edits the same profiles and Cloudflare answers with faults. After each kill the oracle looks.
 */
import { expect, test } from 'vitest';
import { KillLoop } from './support/kill-loop';
import { rowsOf, table } from './support/report';
import { runSettings } from './support/settings';
import { surround } from './support/environment';

/** Longest time for one kill with everything around it, ms; most take two seconds. */
const PER_KILL_MS = 10_000;

const settings = runSettings();

test(
  `${settings.kills} kills: nothing typed or saved is lost, nothing is sent that was not saved`,
  { timeout: 120_000 + settings.kills * PER_KILL_MS },
  async () => {
    const environment = await surround({ signIns: 4, organizations: 8 });
    const loop = new KillLoop(environment, settings);
    try {
      await loop.run();
      expect(loop.kills.kills).toBe(settings.kills);
    } finally {
      const { kills, person, outside, known } = loop;
      process.stdout.write(
        `\n${table(rowsOf(settings.seed, kills, person, outside.counts, known))}\n\n`,
      );
      await environment.stop();
    }
  },
);
