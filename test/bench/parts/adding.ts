/**
 * Adding 100,000 organizations from the list of a sign-in, 1,000 per page. It should take no longer than fetching the
 * pages, and main and the window should stay usable during it.
 */
import { now } from '../../faults/support/time';
import { selfSigned } from '../../standin/self-signed';
import { Harness, delayAnswers } from '../harness';
import { startOfficial } from '../official';
import { SIZES, type Part, type Row } from '../part';
import { Person } from '../person';
import { watchPss } from '../processes';
import { median } from '../statistics';

const ORGANIZATIONS = SIZES.many;
const PAGES = ORGANIZATIONS / 1_000;
/** Time limit of listing and of adding, in ms. */
const LIMIT_MS = 15 * 60_000;

interface Added {
  /** From *Continue* until all pages are listed, in ms. */
  listed: number;
  /** From *Add selected* until the list has all of them, in ms. */
  added: number;
  /** The longest time main was blocked, in ms. */
  main: number;
  /** The highest PSS of all processes, in MB. */
  peak: number;
  /** The PSS of all processes before signing in, in MB. */
  before: number;
  /** The official client's time for the same pages, in ms. */
  peer: number;
}

async function once(): Promise<Added> {
  const options = {
    organizations: ORGANIZATIONS,
    limits: {},
    tls: { ...(await selfSigned()), http2: true },
  };
  return Harness.during(options, async (harness) => {
    delayAnswers(harness.standin);
    const userData = await harness.folder();
    const app = harness.letterhead({ userData, debugged: true });
    await app.after('painted');
    const person = new Person(await app.page());
    await person.sees('button', 'Add organizations');
    const stop = watchPss(app.pid);
    await app.ask('loop-start');
    await person.signIn();
    const continued = now();
    await person.tickAll(ORGANIZATIONS, LIMIT_MS);
    const listed = now() - continued;
    await person.press('button', 'Add selected');
    const pressed = now();
    await person.seesEntries(ORGANIZATIONS, LIMIT_MS);
    const added = now() - pressed;
    const main = await app.ask('loop-stop');
    const { highest, first } = stop();
    await harness.end(app, userData);
    const official = startOfficial(harness.standin);
    const peer = await official.time({ does: 'list', organizations: ORGANIZATIONS });
    await official.stop();
    return { listed, added, main, peak: highest, before: first, peer };
  });
}

export const adding: Part = {
  name: 'adding',
  title: `Adding ${ORGANIZATIONS.toLocaleString('en')} organizations`,
  maxRuns: 3,
  async run({ runs, say }) {
    const all: Added[] = [];
    for (let run = 0; run < runs; run += 1) {
      all.push(await once());
      const { listed, added, main } = all.at(-1)!;
      say(
        `listed ${listed.toFixed(0)} ms, added ${added.toFixed(0)} ms, main ${main.toFixed(0)} ms`,
      );
    }
    const middle = (one: keyof Added): number => median(all.map((run) => run[one]));
    const what = adding.title;
    const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
    const whole = middle('listed') + middle('added');
    const rows: Row[] = [
      {
        what: `${what}, from the list until all are saved`,
        ours: `${seconds(whole)}, of it listing: ${seconds(middle('listed'))}`,
        baseline: `official client, the same ${PAGES} pages: ${seconds(middle('peer'))}`,
        value: whole / middle('peer'),
        unit: '×',
        target: null,
      },
      {
        what: `${what}: longest time main was blocked`,
        ours: '',
        baseline: '',
        value: middle('main'),
        unit: 'ms',
        target: null,
      },
      {
        what: `${what}: highest PSS of all processes`,
        ours: `${middle('peak').toFixed(0)} MB`,
        baseline: `at the welcome: ${middle('before').toFixed(0)} MB`,
        value: middle('peak') / middle('before'),
        unit: '×',
        target: null,
      },
    ];
    return rows;
  },
};
