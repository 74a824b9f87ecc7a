/**
 * From the start of the process to the painted list, beside the bare window's ready-to-show; and whether a
 * start with the most organizations takes longer than one with few, in pairs.
 */
import { startKeyring } from '../../../build/keyring.mjs';
import type { App } from '../app';
import { Harness } from '../harness';
import { perSize, SIZES, type GrowthRow, type Part, type Row, type Size } from '../part';
import { interleaved, median, shift } from '../statistics';

/** Starts before the first that counts: Chromium keeps compiled code from the third time on. */
const WARM_UP = 3;
/** Two starts are compared in so many pairs for each round asked for: starts differ by more than the bar. */
const PAIRS = 3;
/** A start with the most organizations may take this much longer than one with few, ms. */
const LONGER_MS = 10;
/** Two medians of the same thing differ by this much; "no slower" means no more. */
const NOISE = 1.05;
/** Nothing listens there. */
const NO_NETWORK = { LETTERHEAD_API_URL: 'http://127.0.0.1:9/client/v4' };

/** A start until the app said this; both also wait until the window could be shown. */
async function time(app: App, event: 'ready to show' | 'painted'): Promise<number> {
  const shown = await app.after('ready to show');
  const ms = event === 'painted' ? Math.max(shown, await app.after('painted')) : shown;
  await app.quit();
  return ms;
}

type Subject = Size | 'bare' | 'none' | 'cut';
type Measured = Record<Subject, number[]>;

const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** How the start with the most differs from that with few. */
function difference({ few, many }: Measured): Row {
  const { estimate, low, high } = shift(many.map((value, round) => value - few[round]!));
  const range = Number.isFinite(low) ? `${low.toFixed(1)} to ${high.toFixed(1)} ms` : 'unknown';
  return {
    what: `Start to painted list, ${SIZES.many.toLocaleString('en')} organizations: longer than with ${SIZES.few}, at most`,
    ours: `${estimate.toFixed(1)} ms longer; 95 % interval: ${range}`,
    floor: `${few.length} interleaved pairs`,
    value: high,
    unit: 'ms',
    bar: { most: LONGER_MS },
  };
}

function rows(all: Measured): (Row | GrowthRow)[] {
  const [bare, cut, many] = [median(all.bare), median(all.cut), median(all.many)];
  const floor = `bare window, ready to show: ${ms(bare)}`;
  return [
    {
      what: 'Start to painted list',
      sizes: perSize((size) => {
        const started = median(all[size]);
        return `${ms(started)}, ${(started / bare).toFixed(2)} ×`;
      }),
      floor,
      value: many / bare,
      unit: '×',
      bar: { most: 1.25 },
    },
    difference(all),
    {
      what: 'Start to painted welcome, empty database',
      ours: ms(median(all.none)),
      floor,
      value: median(all.none) / bare,
      unit: '×',
      bar: { most: 1.15 },
    },
    {
      what: `The list of ${SIZES.many.toLocaleString('en')} with keyring frozen and no network`,
      ours: ms(cut),
      floor: `with both: ${ms(many)}`,
      value: cut / many,
      unit: '×',
      bar: { most: NOISE },
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
        const list = async (size: Size) => {
          const userData = await harness.prepared(seeds, SIZES[size]);
          return () => time(harness.letterhead({ userData }), 'painted');
        };
        const [none, blank] = [await harness.folder(), await harness.folder()];
        const alone = await harness.prepared(seeds, SIZES.many);
        const cutOff = { userData: alone, variables: NO_NETWORK, keyring: frozen };
        // The two that are compared stand side by side in every round.
        const subjects: Record<Subject, () => Promise<number>> = {
          bare: () => time(harness.bare({ userData: blank }), 'ready to show'),
          few: await list('few'),
          many: await list('many'),
          middle: await list('middle'),
          none: () => time(harness.letterhead({ userData: none }), 'painted'),
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
