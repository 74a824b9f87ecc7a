/**
 * Submitting a change of 10,000 organizations: the time until it is durable, and how long it blocks window and main.
 */
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { createCalls } from '../../faults/support/calls';
import { pause, until } from '../../faults/support/time';
import type { Standin } from '../../standin';
import type { App } from '../app';
import { Harness } from '../harness';
import type { Part } from '../part';
import { median } from '../statistics';

const ORGANIZATIONS = 10_000;
/**
 * How long window and main are observed after the first request of the save, in ms. Nothing is sent before all changes
 * are in the outbox, and the window is notified of the changes for a while after that.
 */
const AFTER_MS = 2_000;
/** Time limit until the first request, in ms. */
const APPLIED_MS = 60_000;
const LATENCY_MS = 60;

interface Submitted {
  /** From the call until its answer, in ms. */
  durable: number;
  /** The longest task of the window, in ms; 0 if none took 50 ms. */
  longest: number;
  /** The longest time main was blocked, in ms. */
  main: number;
  /** The longest time main was blocked before the submit, while idle, in ms. */
  idle: number;
}

/** In the page: observes the page's tasks and submits the save; resolves with the time until the answer, in ms. */
const SUBMIT = (request: unknown): string => `(async () => {
  let longest = 0;
  const record = (list) => { for (const { duration } of list) longest = Math.max(longest, duration); };
  const observer = new PerformanceObserver((list) => record(list.getEntries()));
  observer.observe({ type: 'longtask' });
  globalThis.longestTask = () => {
    record(observer.takeRecords());
    observer.disconnect();
    return longest;
  };
  const request = ${JSON.stringify(request)};
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  const began = performance.now();
  const answer = await window.letterhead.changes.submitMany(request);
  const durable = performance.now() - began;
  if (!answer.ok) throw new Error(answer.failure.code);
  return durable;
})()`;

async function submit(app: App, standin: Standin): Promise<Submitted> {
  const page = await app.page();
  const calls = createCalls(page);
  await calls.value('selection', 'all', { query: WHOLE_LIST });
  const edits = { business_address: '1 Harbour Row\nBristol' };
  await calls.value('drafts', 'fill', { edits, alsoOverDrafts: true });
  const isFilled = async (): Promise<boolean> =>
    (await calls.value('drafts', 'batches'))[0]?.stage === 'done';
  await until('the drafts', isFilled, APPLIED_MS);
  const { reviewId, groups } = await calls.value('changes', 'review');
  await app.ask('loop-start');
  await pause(AFTER_MS);
  const idle = await app.ask('loop-stop');
  await app.ask('loop-start');
  const before = standin.requests.length;
  const ticks = { reviewId, groups: groups.map(({ id }) => id), except: [] };
  const durable = await page.evaluate<number>(SUBMIT(ticks));
  const isOfSave = ({ route }: { route: string }): boolean => route.endsWith('/profile');
  await until('the save', () => standin.requests.slice(before).some(isOfSave), APPLIED_MS);
  await pause(AFTER_MS);
  const longest = await page.evaluate<number>('longestTask()');
  return { durable, longest, main: await app.ask('loop-stop'), idle };
}

export const bulk: Part = {
  name: 'bulk',
  title: 'Submitting 10,000 changes',
  run: ({ runs, say, seeds }) =>
    Harness.during(
      { organizations: ORGANIZATIONS, latency: LATENCY_MS, limits: false },
      async (harness) => {
        const all: Submitted[] = [];
        for (let run = 0; run < runs; run += 1) {
          const userData = await harness.prepared(seeds, ORGANIZATIONS);
          const app = harness.letterhead({ userData, debugged: true });
          await app.after('painted');
          all.push(await submit(app, harness.standin));
          await harness.end(app, userData);
          const { durable, main } = all.at(-1)!;
          say(`${durable.toFixed(0)} ms, main ${main.toFixed(0)} ms`);
        }
        const middle = (one: keyof Submitted): number => median(all.map((run) => run[one]));
        const what = 'Submitting 10,000 changes at once';
        return [
          {
            what: `${what}: durable`,
            ours: 'from the call to its answer',
            baseline: '',
            value: middle('durable'),
            unit: 'ms',
            target: { max: 1_000 },
          },
          {
            what: `${what}: longest task of the window, until 2 s after the first was sent`,
            ours: middle('longest') === 0 ? 'none of 50 ms' : '',
            baseline: '',
            value: middle('longest'),
            unit: 'ms',
            target: { max: 50 },
          },
          {
            what: `${what}: longest time main was blocked, until 2 s after the first was sent`,
            ours: '',
            baseline: `with nothing to do: ${middle('idle').toFixed(1)} ms`,
            value: middle('main'),
            unit: 'ms',
            target: { max: 16 },
          },
        ];
      },
    ),
};
