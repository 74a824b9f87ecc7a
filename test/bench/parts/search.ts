/** The work of the window for each key of a search over 10,000 organizations, all fields. */
import { fromIdsText } from '../../../src/shared/ids-text';
import { createCalls } from '../../faults/support/calls';
import type { PageDebugger } from '../../faults/support/debugger';
import type { Part } from '../part';
import { median, percentile } from '../statistics';
import { BACKSPACE, countWork, letter, press, workOf, type Work } from '../window';
import { World } from '../world';

const ORGANIZATIONS = 10_000;
const LETTERS = 6;
const SHOWN = `document.querySelector('[role=listbox] [role=option]')?.getAttribute('aria-setsize')`;

/** Every beginning of a text, with how many organizations hold it. */
async function beginnings(page: PageDebugger, text: string): Promise<[string, number][]> {
  const calls = createCalls(page);
  const found: [string, number][] = [['', ORGANIZATIONS]];
  for (let length = 1; length <= LETTERS; length += 1) {
    const query = text.slice(0, length);
    const ids = fromIdsText(await calls.value('organizations', 'search', { query }));
    found.push([query, ids.length]);
  }
  return found;
}

/** Types a text key by key and takes it away again. A key that finds the same again cannot be timed. */
async function typed(page: PageDebugger, text: string): Promise<Work[]> {
  const there = await beginnings(page, text);
  await page.evaluate(`document.querySelector('input[type=search]').focus()`);
  const works: Work[] = [];
  const way = [...there, ...there.slice(0, -1).reverse()];
  for (const [place, [query, count]] of way.entries()) {
    const [before, found] = way[place - 1] ?? [null, 0];
    if (before === null) continue;
    const key = query.length > before.length ? letter(query.at(-1)!) : BACKSPACE;
    if (found === count) await press(page, key);
    else works.push(await workOf(page, key, `${SHOWN} === '${count}'`));
  }
  return works;
}

export const search: Part = {
  name: 'search',
  title: 'Search over 10,000 organizations',
  run: ({ runs, say }) =>
    World.during({ organizations: ORGANIZATIONS }, async (world) => {
      const app = world.letterhead({ userData: await world.prepared(), debugged: true });
      await app.after('painted');
      const page = await app.page();
      await countWork(page);
      const all = [...world.standin.organizations.values()];
      const works: Work[] = [];
      // The first word is for the compiler of JavaScript; it does not count.
      for (let run = -1; run < runs; run += 1) {
        const { id, name, profile } = all[(run + 2) * 701]!;
        const texts = [id, name, ...Object.values(profile ?? {})].map((text) => text.toLowerCase());
        const text = texts[(run + 1) % texts.length]!;
        const done = await typed(page, /^\S{2,}/.test(text) ? text : id);
        if (run >= 0) works.push(...done);
      }
      say(`${works.length} keys`);
      const busy = works.map((work) => work.busy);
      return [
        {
          what: `Search, each key until painted: work of the window, p95 of ${works.length} keys`,
          ours: `median ${median(busy).toFixed(1)} ms`,
          floor: 'one frame at 60 Hz',
          value: percentile(busy, 0.95),
          unit: 'ms',
          bar: { most: 16 },
        },
        {
          what: 'The same as a person waits, p95',
          ours: `median ${median(works.map(({ wall }) => wall)).toFixed(0)} ms`,
          floor: '',
          value: percentile(
            works.map(({ wall }) => wall),
            0.95,
          ),
          unit: 'ms',
          bar: null,
        },
      ];
    }),
};
