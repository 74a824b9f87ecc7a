/**
 * Parses headers such as `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "burst";q=100;w=60` (Cloudflare
 * changelog of 2025-09-03; IETF draft "RateLimit header fields for HTTP").
 */

/** What the headers of an answer say about the rate limit of the user who sent the request. */
export interface RateLimit {
  /** Requests left until the reset (`r`). */
  remaining: number;
  /** Requests allowed per window (`q`). */
  quota: number;
  /** Milliseconds until all requests are available again (`t`). */
  resetMs: number;
}

const DEFAULT_QUOTA = 1_200;
/** Longest plausible reset, in ms; longer ones are cut to this. */
export const MAX_RESET_MS = 900_000;

interface Item {
  name: string;
  values: Map<string, number>;
}

function parseItems(header: string | null): Item[] {
  return (header ?? '').split(',').map((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const values = parameters.flatMap((parameter): [string, number][] => {
      const match = /^([a-z]+)=(\d{1,12})$/.exec(parameter);
      return match?.[1] === undefined ? [] : [[match[1], Number(match[2])]];
    });
    return { name, values: new Map(values) };
  });
}

/** Returns the value of a header of an answer, or null if it is absent. */
export type ReadHeader = (name: string) => string | null;

/** The tightest limit in an answer's headers, or null if there is none that can be parsed. */
export function readRateLimit(header: ReadHeader): RateLimit | null {
  const policies = parseItems(header('ratelimit-policy')).filter(({ values }) => values.has('q'));
  let tightest: RateLimit | null = null;
  for (const { name, values } of parseItems(header('ratelimit'))) {
    const remaining = values.get('r');
    const reset = values.get('t');
    if (remaining === undefined || reset === undefined) continue;
    // Without a policy of the same name, the first one is the best guess.
    const policy = policies.find((one) => one.name === name) ?? policies[0];
    const quota = Math.max(1, policy?.values.get('q') ?? DEFAULT_QUOTA);
    if (!tightest || remaining / quota < tightest.remaining / tightest.quota) {
      tightest = { remaining, quota, resetMs: Math.min(reset * 1000, MAX_RESET_MS) };
    }
  }
  return tightest;
}
