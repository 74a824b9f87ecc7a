/**
 * Background work and a save on 5,000 organizations, against an exact model of Cloudflare's counting, on a simulated
 * clock. Measures how much of its share of the rate limit the work uses, and how long a person has to wait during it.
 * The rate limiter is the app's own. The model counts in sliding windows, or in windows that start with the first
 * request. A share can be used up immediately and again every five minutes; the simulated time is compared with the
 * shortest that this allows.
 */
import { SHARES } from '../../../src/main/rate-limit/limits';
import { CloudflareModel } from '../../unit/rate-limit/cloudflare-model';
import { RateLimitHarness } from '../../unit/rate-limit/harness';
import { advanceUntil } from '../../unit/rate-limit/simulated';
import type { Part, Row } from '../part';

const ORGANIZATIONS = 5_000;
/** One-way latency, in ms. */
const TRAVEL_MS = 30;
/** Cloudflare's limit for one user. */
const LIMIT = 1_200;
const WINDOW_MS = 300_000;
/** How often the person opens and saves a page, in ms. */
const EVERY_MS = 20_000;
/** Requests for one organization. */
const REQUESTS_PER_SEND = { background: 1, bulk: 3 } as const;
/** Time limit of the simulation, in ms. */
const LIMIT_MS = 10 * 3_600_000;

type Kind = keyof typeof REQUESTS_PER_SEND;

interface Simulated {
  /** How much of the share was used, in %. */
  used: number;
  /** The longest time a request of the person waited, in ms. */
  waited: number;
  /** Requests that the model refused. */
  refused: number;
}

/** Requests in five minutes allowed for this work, including the person's. */
const shareOf = (kind: Kind): number => LIMIT * SHARES[kind].quota;

async function simulate(kind: Kind, windows: 'any' | 'fixed'): Promise<Simulated> {
  const cloudflare = new CloudflareModel(windows);
  const harness = new RateLimitHarness(cloudflare, () => TRAVEL_MS);
  const n = REQUESTS_PER_SEND[kind];
  const wanted = ORGANIZATIONS * n;
  harness.keepBusy(kind, 4, n);
  const began = harness.clock.elapsed();
  const { made } = harness;
  while (made[kind] < wanted && harness.clock.elapsed() - began < LIMIT_MS) {
    harness.work({ priority: 'person', n: 1, pieces: 1 });
    await advanceUntil(harness, 2_000, () => made[kind] >= wanted);
    harness.work({ priority: 'send', n: 3, pieces: 1 });
    await advanceUntil(harness, EVERY_MS - 2_000, () => made[kind] >= wanted);
  }
  // Such work pauses once its share is used, and the person's requests count, too.
  const all = made[kind] + made.person + made.send;
  const least = (Math.ceil(all / shareOf(kind)) - 1) * WINDOW_MS;
  return {
    used: (least / (harness.clock.elapsed() - began)) * 100,
    waited: Math.max(harness.longest.person, harness.longest.send),
    refused: cloudflare.refusals,
  };
}

async function rows(kind: Kind): Promise<Row[]> {
  const all = [await simulate(kind, 'any'), await simulate(kind, 'fixed')];
  const what =
    kind === 'bulk'
      ? 'A save on 5,000 organizations, simulated'
      : 'A background check of 5,000, simulated';
  const used = Math.min(...all.map((one) => one.used));
  const share = shareOf(kind);
  return [
    {
      what: `${what}: part used of its share of the limit`,
      ours: `${((used / 100) * share).toFixed(0)} requests in 5 minutes, a person's among them`,
      baseline: `${share} in 5 minutes`,
      value: used,
      unit: '%',
      target: { min: 95 },
    },
    {
      what: `${what}: longest wait of the person's own open and save`,
      ours: '',
      baseline: '',
      value: Math.max(...all.map((one) => one.waited)),
      unit: 'ms',
      target: { max: 300 },
    },
    {
      what: `${what}: requests refused (429)`,
      ours: `${ORGANIZATIONS * REQUESTS_PER_SEND[kind]} requests`,
      baseline: '',
      value: all.reduce((sum, one) => sum + one.refused, 0),
      unit: '',
      target: { max: 0 },
    },
  ];
}

export const limits: Part = {
  name: 'limits',
  title: 'The share of Cloudflare’s limit',
  run: async () => [...(await rows('background')), ...(await rows('bulk'))],
};
