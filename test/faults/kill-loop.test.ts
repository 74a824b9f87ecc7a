/**
 * Kills the real app (SIGKILL) repeatedly at random moments, while a simulated person edits and saves, someone else
 * edits the same profiles, and a fake Cloudflare answers with faults. The oracle (oracle/) checks the result of
 * every kill.
 */
import { expect, test } from 'vitest';
import { KillLoop } from './support/kill-loop';
import { rowsOf, table } from './support/report';
import { runSettings } from './support/settings';
import { startEnvironment } from './support/environment';

/** Time limit per kill, in ms, including the launch and the checks. Most kills take two seconds. */
const PER_KILL_MS = 10_000;

/** From so many kills on, the person has done everything at least once, whatever the seed. */
const KILLS_FOR_ALL = 200;

const settings = runSettings();

test(
  `${settings.kills} kills: nothing typed or saved is lost, nothing is sent that was not saved`,
  { timeout: 120_000 + settings.kills * PER_KILL_MS },
  async () => {
    const environment = await startEnvironment({ signIns: 4, organizations: 6, accounts: 2 });
    const loop = new KillLoop(environment, settings);
    try {
      await loop.run();
      expect(loop.kills.kills).toBe(settings.kills);
      expect(loop.outside.counts.refusedByLimit).toBe(0);
      const { duringMany } = loop.kills;
      const counts = { ...loop.person, 'kills in the middle of a call about many': duringMany };
      const never = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [what] : []));
      if (settings.kills >= KILLS_FOR_ALL) expect(never).toEqual([]);
    } finally {
      const { kills, person, outside, known } = loop;
      process.stdout.write(
        `\n${table(rowsOf(settings.seed, kills, person, outside.counts, known))}\n\n`,
      );
      await environment.stop();
    }
  },
);
