/**
 * Checking 1,000 organizations on request with both of Cloudflare's limits enforced, compared with sequential calls
 * of the official client. HTTP/2, as at Cloudflare.
 *
 * What the limits allow: 1,001 requests fit into the 1,200 of a fresh five-minute window, so the limit of 200 per
 * second and IP address decides. The first 200 may come immediately, so the last of 1,001 comes at the earliest 5
 * seconds after the first. These 5 seconds are compared with what the stand-in (a fake Cloudflare API server)
 * recorded.
 */
import { until } from '../../faults/support/time';
import { selfSigned } from '../../standin/self-signed';
import { startOfficial } from '../official';
import type { Part, PartOptions, Row } from '../part';
import type { Seeds } from '../seeds';
import { median } from '../statistics';
import { Harness } from '../harness';

const ORGANIZATIONS = 1_000;
const LATENCY_MS = 60;
/** Reads of the official client to measure its rate; all 1,000 would take a minute per run. */
const SAMPLE = 50;
const PER_SECOND = 200;

interface Run {
  /** The app's time, in ms. */
  ours: number;
  /** The official client's time for sequential reads, in ms. */
  peer: number;
  requests: number;
  /** How much of what the limits allow was used, in %, between the first and the last request. */
  used: number;
  /** Requests answered with 429. */
  refused: number;
}

/** In the page: runs the check; resolves with the time until its end is reported, in ms. */
const CHECK = `new Promise((resolve) => {
  const began = performance.now();
  let ran = false;
  window.letterhead.on.checksChanged(({ running, failure }) => {
    ran ||= running;
    if (ran && !running) resolve({ ms: performance.now() - began, failure });
  });
  void window.letterhead.checks.run();
})`;

/** Runs one round, with a new stand-in, because a window of its rate limit lasts five minutes. */
async function once(seeds: Seeds): Promise<Run> {
  const options = {
    organizations: ORGANIZATIONS,
    latency: LATENCY_MS,
    limits: {},
    tls: { ...(await selfSigned()), http2: true },
  };
  return Harness.during(options, async (harness) => {
    const { standin } = harness;
    const userData = await harness.prepared(seeds, ORGANIZATIONS);
    const app = harness.letterhead({ userData, debugged: true });
    await app.after('painted');
    const page = await app.page();
    // Wait until the app's connectivity check is answered, so that a connection is open.
    await until('the first answer', () => standin.requests.some(({ status }) => status !== null));
    const before = standin.requests.length;
    const { ms, failure } = await page.evaluate<{ ms: number; failure: unknown }>(CHECK);
    if (failure !== null) throw new Error(`The check failed: ${JSON.stringify(failure)}`);
    const made = standin.requests.slice(before);
    const { length } = made;
    if (length <= ORGANIZATIONS) throw new Error(`${length} requests are too few to be a check.`);
    await app.quit();
    // The official client uses the same Cloudflare user, so only the rest of the limit is left for it.
    const official = startOfficial(standin);
    const ids = [...standin.organizations.keys()].slice(0, SAMPLE);
    await official.time({ does: 'read', ids: ids.slice(0, 2) });
    const peer = (await official.time({ does: 'read', ids })) * (ORGANIZATIONS / SAMPLE);
    await official.stop();
    const seconds = (made.at(-1)!.at - made[0]!.at) / 1_000;
    const refused = standin.requests.filter(({ status }) => status === 429).length;
    const allowed = Math.floor((made.length - 1) / PER_SECOND);
    return { ours: ms, peer, requests: made.length, used: (allowed / seconds) * 100, refused };
  });
}

async function rows({ runs, say, seeds }: PartOptions): Promise<Row[]> {
  const all: Run[] = [];
  for (let run = 0; run < runs; run += 1) {
    all.push(await once(seeds));
    say(`${(all.at(-1)!.ours / 1_000).toFixed(2)} s, ${all.at(-1)!.requests} requests`);
  }
  const middle = (one: keyof Run): number => median(all.map((run) => run[one]));
  const what = 'Checking 1,000 organizations on request';
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  const rate = `${(middle('peer') / ORGANIZATIONS).toFixed(0)} ms each, from ${SAMPLE}`;
  const speed: Row = {
    what: `${what}: times faster`,
    ours: seconds(middle('ours')),
    baseline: `official client one after another: ${seconds(middle('peer'))} (${rate})`,
    value: middle('peer') / middle('ours'),
    unit: '×',
    target: { min: 10 },
  };
  const refused: Row = {
    what: `${what}: requests refused (429), all runs`,
    ours: `${middle('requests')} requests`,
    baseline: '',
    value: all.reduce((sum, run) => sum + run.refused, 0),
    unit: '',
    target: { max: 0 },
  };
  const used: Row = {
    what: `${what}: part of what the limits allow`,
    ours: `${(middle('requests') / (5 / (middle('used') / 100))).toFixed(0)} requests a second`,
    baseline: `${PER_SECOND} a second and address`,
    value: middle('used'),
    unit: '%',
    target: { min: 90 },
  };
  return [speed, used, refused];
}

export const check: Part = {
  name: 'check',
  title: 'Checking 1,000 organizations',
  run: rows,
};
