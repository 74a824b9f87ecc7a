/**
 * Background and bulk work on 5,000 organizations against an exact model of Cloudflare's counting, on a
 * simulated clock: what they use of their three quarters, and how long a person waits beside them.
 * The rate limiter is the app's; the model counts in any five minutes, or in windows that begin with the first.
 * The first 900 may be made at once and 900 more every five minutes after: that is the shortest time that
 * the time taken is held against.
 */
import { RateLimitHarness } from '../../unit/rate-limit/harness';
import { CloudflareModel } from '../../unit/rate-limit/cloudflare-model';
import { goOn } from '../../unit/rate-limit/simulated';
import type { Part } from '../part';
import type { Row } from '../table';

const ORGANIZATIONS = 5_000;
/** Ms each way. */
const TRAVEL_MS = 30;
const SHARE = 900;
const WINDOW_MS = 300_000;
/** The person opens a page and saves it this often. */
const EVERY_MS = 20_000;
const REQUESTS = { background: 1, bulk: 3 } as const;
/** The greatest number of hours after which it must be over. */
const LIMIT_MS = 10 * 3_600_000;

interface Simulated {
  used: number;
  waited: number;
  refused: number;
}

async function simulate(
  priority: 'background' | 'bulk',
  windows: 'any' | 'fixed',
): Promise<Simulated> {
  const cloudflare = new CloudflareModel(windows);
  const world = new RateLimitHarness(cloudflare, () => TRAVEL_MS);
  const n = REQUESTS[priority];
  const wanted = ORGANIZATIONS * n;
  world.keepBusy(priority, 4, n);
  const began = world.clock.elapsed();
  const { made } = world;
  while (made[priority] < wanted && world.clock.elapsed() - began < LIMIT_MS) {
    world.work({ priority: 'person', n: 1, pieces: 1 });
    await goOn(world, 2_000, () => made[priority] >= wanted);
    world.work({ priority: 'send', n: 3, pieces: 1 });
    await goOn(world, EVERY_MS - 2_000, () => made[priority] >= wanted);
  }
  // Three quarters are what anybody has used when such work stands back: the person's requests count.
  const all = made[priority] + made.person + made.send;
  const least = (Math.ceil(all / SHARE) - 1) * WINDOW_MS;
  return {
    used: (least / (world.clock.elapsed() - began)) * 100,
    waited: Math.max(world.longest.person, world.longest.send),
    refused: cloudflare.refusals,
  };
}

async function rows(priority: 'background' | 'bulk'): Promise<Row[]> {
  const all = [await simulate(priority, 'any'), await simulate(priority, 'fixed')];
  const what =
    priority === 'bulk'
      ? 'A job on 5,000 organizations, simulated'
      : 'A background check of 5,000, simulated';
  const used = Math.min(...all.map((one) => one.used));
  return [
    {
      what: `${what}: part used of three quarters of the limit`,
      ours: `${((used / 100) * SHARE).toFixed(0)} requests in 5 minutes, a person's among them`,
      floor: `${SHARE} in 5 minutes`,
      value: used,
      unit: '%',
      bar: { least: 95 },
    },
    {
      what: `${what}: longest wait of the person's own open and save`,
      ours: '',
      floor: '',
      value: Math.max(...all.map((one) => one.waited)),
      unit: 'ms',
      bar: { most: 300 },
    },
    {
      what: `${what}: requests refused (429)`,
      ours: `${ORGANIZATIONS * REQUESTS[priority]} requests`,
      floor: '',
      value: all.reduce((sum, one) => sum + one.refused, 0),
      unit: '',
      bar: { most: 0 },
    },
  ];
}

export const limits: Part = {
  name: 'limits',
  title: 'The share of Cloudflare’s limit',
  run: async () => [...(await rows('background')), ...(await rows('bulk'))],
};
