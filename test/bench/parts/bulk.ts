/** Submitting one change for 10,000 organizations: how long until it is durable, and who is blocked meanwhile. */
import { createCalls } from '../../faults/support/calls';
import { pause, until } from '../../faults/support/time';
import type { Standin } from '../../standin';
import type { App } from '../app';
import type { Part } from '../part';
import { interleaved, median } from '../statistics';
import { World } from '../world';

const ORGANIZATIONS = 10_000;
/**
 * How long window and main are watched after the first request of the job: nothing of it is sent before
 * all of its changes are in the outbox, and the window is told of them for a while after that.
 */
const AFTER_MS = 2_000;
/** The longest time until the first request, ms. */
const APPLIED_MS = 60_000;

interface Submitted {
  durable: number;
  /** Longest task of the window, ms; 0: none took 50. */
  longest: number;
  main: number;
}

/** In the page: watches its tasks and submits; resolves with the ms until the answer. */
const SUBMIT = (request: unknown): string => `(async () => {
  let longest = 0;
  const note = (list) => { for (const { duration } of list) longest = Math.max(longest, duration); };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: 'longtask' });
  globalThis.longestTask = () => {
    note(observer.takeRecords());
    observer.disconnect();
    return longest;
  };
  const request = ${JSON.stringify(request)};
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  const began = performance.now();
  const answer = await window.letterhead.bulk.submit(request);
  const durable = performance.now() - began;
  if (!answer.ok) throw new Error(answer.failure.code);
  return durable;
})()`;

async function submit(app: App, standin: Standin, ids: string[]): Promise<Submitted> {
  const page = await app.page();
  const calls = createCalls(page);
  const edits = { business_phone: '+44 20 7946 0000' };
  const { planId } = await calls.value('bulk', 'plan', { organizationIds: ids, edits });
  await app.ask('loop-start');
  const before = standin.requests.length;
  const durable = await page.evaluate<number>(SUBMIT({ planId, organizationIds: ids }));
  const isOfJob = ({ route }: { route: string }): boolean => route.endsWith('/profile');
  await until('the job', () => standin.requests.slice(before).some(isOfJob), APPLIED_MS);
  await pause(AFTER_MS);
  const longest = await page.evaluate<number>('longestTask()');
  return { durable, longest, main: await app.ask('loop-stop') };
}

export const bulk: Part = {
  name: 'bulk',
  title: 'Submitting 10,000 changes',
  run: ({ runs }) =>
    World.during({ organizations: ORGANIZATIONS, latency: 60, limits: {} }, async (world) => {
      const prepared = await world.prepared();
      const ids = [...world.standin.organizations.keys()];
      const { ours } = await interleaved(runs, {
        ours: async () => {
          const app = world.letterhead({ userData: await world.copyOf(prepared), debugged: true });
          await app.after('painted');
          const submitted = await submit(app, world.standin, ids);
          await app.quit();
          return submitted;
        },
      });
      const middle = (one: keyof Submitted): number => median(ours.map((run) => run[one]));
      const what = 'Submitting 10,000 changes at once';
      return [
        {
          what: `${what}: durable`,
          ours: 'from the call to its answer',
          floor: '',
          value: middle('durable'),
          unit: 'ms',
          bar: { most: 1_000 },
        },
        {
          what: `${what}: longest task of the window, until 2 s after the first was sent`,
          ours: middle('longest') === 0 ? 'none of 50 ms' : '',
          floor: '',
          value: middle('longest'),
          unit: 'ms',
          bar: { most: 50 },
        },
        {
          what: `${what}: longest time main answered nobody`,
          ours: '',
          floor: '',
          value: middle('main'),
          unit: 'ms',
          bar: null,
        },
      ];
    }),
};
