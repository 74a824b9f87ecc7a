/** From the start of the process to the painted list, beside the bare window's ready-to-show. */
import { startKeyring } from '../../../build/keyring.mjs';
import type { App } from '../app';
import type { Part } from '../part';
import { interleaved, median } from '../statistics';
import type { Row } from '../table';
import { World } from '../world';

const ORGANIZATIONS = 10_000;
/** Starts before the first that counts: Chromium keeps compiled code from the third time on. */
const WARM_UP = 3;
/** Two medians of the same thing differ by this much; "no slower" means no more. */
const NOISE = 1.05;
/** Nobody listens there. */
const NO_NETWORK = { LETTERHEAD_API_URL: 'http://127.0.0.1:9/client/v4' };

/** A start until the app said this; both also wait until the window could be shown. */
async function time(app: App, event: 'ready to show' | 'painted'): Promise<number> {
  const shown = await app.after('ready to show');
  const ms = event === 'painted' ? Math.max(shown, await app.after('painted')) : shown;
  await app.quit();
  return ms;
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;

export const start: Part = {
  name: 'start',
  title: 'Start to painted list',
  run: ({ runs, say }) =>
    World.during({ organizations: ORGANIZATIONS }, async (world) => {
      const frozen = await startKeyring({ state: 'unlocked' });
      frozen.freeze();
      try {
        const many = await world.prepared();
        const cut = await world.copyOf(many);
        const [none, blank] = [await world.folder(), await world.folder()];
        const subjects = {
          bare: () => time(world.bare({ userData: blank }), 'ready to show'),
          many: () => time(world.letterhead({ userData: many }), 'painted'),
          none: () => time(world.letterhead({ userData: none }), 'painted'),
          cut: () =>
            time(
              world.letterhead({ userData: cut, variables: NO_NETWORK, keyring: frozen }),
              'painted',
            ),
        };
        say('warming up');
        await interleaved(Math.min(WARM_UP, runs), subjects);
        say('measuring');
        const all = await interleaved(runs, subjects);
        const [bare, full, empty, alone] = [all.bare, all.many, all.none, all.cut].map(median) as [
          number,
          number,
          number,
          number,
        ];
        const row = (
          what: string,
          value: number,
          floor: number,
          of: string,
          most: number,
        ): Row => ({
          what,
          ours: ms(value),
          floor: `${of}: ${ms(floor)}`,
          value: value / floor,
          unit: '×',
          bar: { most },
        });
        const window = 'bare window, ready to show';
        return [
          row('Start to painted list, 10,000 organizations', full, bare, window, 1.25),
          row('Start to painted welcome, empty database', empty, bare, window, 1.15),
          row('The list with keyring frozen and no network', alone, full, 'with both', NOISE),
        ];
      } finally {
        frozen.thaw();
        await frozen.stop();
      }
    }),
};
