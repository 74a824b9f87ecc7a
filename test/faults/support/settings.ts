/** The settings of the kill loop, read from environment variables that build/test.mjs sets. */

/** The settings of a run. */
export interface RunSettings {
  kills: number;
  seed: number;
}

/** Number of kills in the short run that is part of `npm test`. */
const SHORT_KILLS = 10;

function number(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} is not a whole number: ${text}`);
  return Number(text);
}

/** Reads the settings. Without a seed, every run uses a new one, which is printed. */
export function runSettings(): RunSettings {
  return {
    kills: number('LETTERHEAD_FAULTS_KILLS', SHORT_KILLS),
    seed: number('LETTERHEAD_FAULTS_SEED', Date.now() % 1_000_000),
  };
}
