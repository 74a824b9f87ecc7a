/** How long and from which seed the kill loop runs: from variables that build/test.mjs sets. */

/** What a run is asked to do. */
export interface RunSettings {
  kills: number;
  seed: number;
}

/** Kills of the short form, which runs with every `npm test`. */
const SHORT_KILLS = 16;

function number(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} is not a whole number: ${text}`);
  return Number(text);
}

/** Reads them; without a seed every run has another one, which is printed. */
export function runSettings(): RunSettings {
  return {
    kills: number('LETTERHEAD_FAULTS_KILLS', SHORT_KILLS),
    seed: number('LETTERHEAD_FAULTS_SEED', Date.now() % 1_000_000),
  };
}
