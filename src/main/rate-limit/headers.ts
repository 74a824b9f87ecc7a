/**
 * Reads `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "burst";q=100;w=60` (Cloudflare
 * changelog of 2025-09-03; the draft "RateLimit header fields for HTTP" of the IETF).
 */

/** What an answer says about its user's quota. */
export interface RateLimit {
  /** Requests left until the reset. */
  remaining: number;
  /** Requests in a whole window. */
  quota: number;
  /** Milliseconds until the quota is full again. */
  resetMs: number;
}

const DEFAULT_QUOTA = 1_200;
/** Longest reset believed, in ms. */
export const MAX_RESET_MS = 900_000;

interface Item {
  name: string;
  values: Map<string, number>;
}

function items(header: string | null): Item[] {
  return (header ?? '').split(',').map((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const values = parameters.flatMap((parameter): [string, number][] => {
      const match = /^([a-z]+)=(\d{1,12})$/.exec(parameter);
      return match?.[1] === undefined ? [] : [[match[1], Number(match[2])]];
    });
    return { name, values: new Map(values) };
  });
}

/** Reads a header of an answer by its name; null where there is none. */
export type ReadHeader = (name: string) => string | null;

/** The tightest limit of an answer's headers, or null when they say nothing usable. */
export function readRateLimit(header: ReadHeader): RateLimit | null {
  const policies = items(header('ratelimit-policy')).filter(({ values }) => values.has('q'));
  let tightest: RateLimit | null = null;
  for (const { name, values } of items(header('ratelimit'))) {
    const remaining = values.get('r');
    const reset = values.get('t');
    if (remaining === undefined || reset === undefined) continue;
    // A single policy of another name can only be the one that is meant.
    const policy = policies.find((one) => one.name === name) ?? policies[0];
    const quota = Math.max(1, policy?.values.get('q') ?? DEFAULT_QUOTA);
    if (!tightest || remaining / quota < tightest.remaining / tightest.quota) {
      tightest = { remaining, quota, resetMs: Math.min(reset * 1000, MAX_RESET_MS) };
    }
  }
  return tightest;
}
