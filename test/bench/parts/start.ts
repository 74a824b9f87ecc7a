/**
 * The time from the start of the process to the painted list, compared with the bare window's ready-to-show. Launches
 * with the most organizations are also paired with launches with few, to find out whether they take longer.
 */
import { startKeyring } from '../../../build/keyring.mjs';
import type { App } from '../app';
import { Harness } from '../harness';
import {
  forEachSize,
  forEachSizeAsync,
  SIZES,
  type GrowthRow,
  type Part,
  type Row,
  type Size,
} from '../part';
import { interleaved, median, shift, spread } from '../statistics';

/** Starts that do not count: Chromium caches the bare window's code in the second, and uses it from the third on. */
const WARM_UP = 3;
/** Pairs per requested round: two starts of the same app differ by more than the target. */
const PAIRS = 3;
/** Target: how much longer a start with the most organizations may take than one with few, in ms. */
const LONGER_MS = 10;
/** Ratio by which two medians of the same subject differ; "no slower" means no more than this. */
const NOISE = 1.05;
/** An address where nothing listens. */
const NO_NETWORK = { LETTERHEAD_API_URL: 'http://127.0.0.1:9/client/v4' };

/** The time from the start until both this event has happened and the window can be shown, in ms. */
async function time(app: App, event: 'ready to show' | 'painted'): Promise<number> {
  const shown = await app.after('ready to show');
  const ms = event === 'painted' ? Math.max(shown, await app.after('painted')) : shown;
  await app.quit();
  return ms;
}

/** What is launched: with a list of each size, the bare window, an empty database, or without keyring and network. */
type Subject = Size | 'bare' | 'none' | 'cut';
type Measured = Record<Subject, number[]>;

/** How much the ratio of two subjects differs between the rounds. */
const ratioSpread = (ours: readonly number[], baseline: readonly number[]): number =>
  spread(ours.map((value, round) => value / baseline[round]!));

const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** The difference between starts with the most organizations and with few. */
function difference({ few, many }: Measured): Row {
  const { estimate, low, high } = shift(many.map((value, round) => value - few[round]!));
  const range = Number.isFinite(low) ? `${low.toFixed(1)} to ${high.toFixed(1)} ms` : 'unknown';
  return {
    what: `Start to painted list, ${SIZES.many.toLocaleString('en')} organizations: longer than with ${SIZES.few}, at most`,
    ours: `${estimate.toFixed(1)} ms longer; 95 % interval: ${range}`,
    baseline: `${few.length} interleaved pairs`,
    value: high,
    unit: 'ms',
    target: { max: LONGER_MS },
    ...(Number.isFinite(high) ? { spread: high - estimate } : {}),
  };
}

function rows(all: Measured): (Row | GrowthRow)[] {
  const [bare, cut, many] = [median(all.bare), median(all.cut), median(all.many)];
  const baseline = `bare window, ready to show: ${ms(bare)}`;
  return [
    {
      what: 'Start to painted list',
      sizes: forEachSize((size) => {
        const started = median(all[size]);
        return `${ms(started)}, ${(started / bare).toFixed(2)} ×`;
      }),
      baseline,
      value: many / bare,
      unit: '×',
      target: { max: 1.25 },
      spread: ratioSpread(all.many, all.bare),
    },
    difference(all),
    {
      what: 'Start to painted welcome, empty database',
      ours: ms(median(all.none)),
      baseline,
      value: median(all.none) / bare,
      unit: '×',
      target: { max: 1.15 },
      spread: ratioSpread(all.none, all.bare),
    },
    {
      what: `The list of ${SIZES.many.toLocaleString('en')} with keyring frozen and no network`,
      ours: ms(cut),
      baseline: `with both: ${ms(many)}`,
      value: cut / many,
      unit: '×',
      target: { max: NOISE },
      spread: ratioSpread(all.cut, all.many),
    },
  ];
}

export const start: Part = {
  name: 'start',
  title: 'Start to painted list',
  run: ({ runs, say, seeds }) =>
    Harness.during({}, async (harness) => {
      const frozen = await startKeyring({ state: 'unlocked' });
      frozen.freeze();
      try {
        const folders = {
          ...(await forEachSizeAsync((size) => harness.prepared(seeds, SIZES[size]))),
          cut: await harness.prepared(seeds, SIZES.many),
        };
        const [none, blank] = [await harness.folder(), await harness.folder()];
        const letterhead = (userData: string) => () =>
          time(harness.letterhead({ userData }), 'painted');
        const cutOff = { userData: folders.cut, variables: NO_NETWORK, keyring: frozen };
        // The two compared subjects are adjacent in every round.
        const subjects: Record<Subject, () => Promise<number>> = {
          bare: () => time(harness.bare({ userData: blank }), 'ready to show'),
          few: letterhead(folders.few),
          many: letterhead(folders.many),
          middle: letterhead(folders.middle),
          none: letterhead(none),
          cut: () => time(harness.letterhead(cutOff), 'painted'),
        };
        say('warming up');
        await interleaved(Math.min(WARM_UP, runs), subjects);
        say('measuring');
        return rows(await interleaved(runs * PAIRS, subjects));
      } finally {
        frozen.thaw();
        await frozen.stop();
      }
    }),
};
