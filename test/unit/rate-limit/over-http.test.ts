/**
 * The rate limiter together with the real client and database, over HTTP to the stand-in (a fake
 * Cloudflare API server that enforces the limits).
 */
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLimitStorage } from '../../../src/main/rate-limit/persisted-state';
import { createRateLimiter, type RateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { createCloudflare } from '../../../src/main/cloudflare/client';
import type { Cloudflare } from '../../../src/main/cloudflare/client';
import type { Authorization } from '../../../src/main/cloudflare/types';
import type { Priority } from '../../../src/main/rate-limit/priority';
import { openDatabase } from '../../../src/main/database';
import type { Database } from '../../../src/main/database/tables';
import { startStandin, type Standin } from '../../standin/index';
import { failureIn, valueOf } from '../results';
import { organizationRef } from '../samples';
import { flush } from './helpers';
import { Clock } from '../cloudflare/clock';
import { countedFetch } from '../cloudflare/harness';

/** The part of the app that sends requests, and the stand-in, on the same test clock. */
class App {
  readonly #folder = mkdtempSync(join(tmpdir(), 'letterhead-limits-'));
  readonly #counted = countedFetch();
  readonly standin: Standin;
  readonly clock: Clock;
  #ending = new AbortController();
  #database: Database;
  limiter: RateLimiter;
  cloudflare: Cloudflare;
  readonly auth: Authorization;
  readonly ids: string[];
  /** The outcomes of all requests. */
  readonly ended: string[] = [];
  changes = 0;

  constructor(standin: Standin, clock: Clock) {
    this.standin = standin;
    this.clock = clock;
    const { email, key, userId } = standin.signIns[0]!;
    this.auth = { kind: 'key', email, key, userId };
    this.ids = [...standin.organizations.keys()];
    setMaxListeners(0, this.#ending.signal);
    this.#database = this.#open();
    this.limiter = this.#createRateLimiter();
    this.cloudflare = this.#createClient();
    onTestFinished(async () => {
      this.#ending.abort();
      this.#database.close();
      await standin.close();
      rmSync(this.#folder, { recursive: true });
    });
  }

  #open(): Database {
    return valueOf(openDatabase(this.#folder, { now: this.clock.now })).database;
  }

  #createRateLimiter(): RateLimiter {
    const { signal } = this.#ending;
    const { now, elapsed, timers } = this.clock;
    return createRateLimiter({
      now,
      elapsed,
      // After the app has ended, its timers do nothing.
      timers: { ...timers, set: (work, ms) => timers.set(() => signal.aborted || work(), ms) },
      storage: createLimitStorage(this.#database),
      onChange: () => (this.changes += 1),
    });
  }

  #createClient(): Cloudflare {
    const { fetch } = this.#counted;
    const { limiter, clock } = this;
    return createCloudflare({ ...clock, fetch, baseUrl: this.standin.url, limiter });
  }

  /** Kills or quits the app, and launches it again. */
  async restart(how: 'kill' | 'clean'): Promise<void> {
    if (how === 'clean') this.limiter.stop();
    this.#ending.abort();
    // Waiting requests end now, even if none was in progress.
    do await flush();
    while (this.#counted.pending() > 0);
    this.#ending = new AbortController();
    setMaxListeners(0, this.#ending.signal);
    this.#database.close();
    this.#database = this.#open();
    this.limiter = this.#createRateLimiter();
    this.cloudflare = this.#createClient();
  }

  /** Reads a profile, as a page or a background check does. */
  async read(priority: Priority, index: number): Promise<void> {
    const id = this.ids[index % this.ids.length]!;
    const { signal } = this.#ending;
    const read = await this.cloudflare.readProfile(this.auth, organizationRef(id), {
      priority,
      signal,
    });
    this.ended.push(read.ok ? priority : read.failure.code);
  }

  /** Makes the requests of a send, which must not wait for the limit in between. */
  async send(index: number): Promise<void> {
    const id = this.ids[index % this.ids.length]!;
    const { signal } = this.#ending;
    const reserved = await this.limiter.reserve(this.auth.userId, 3, 'send', signal);
    if (!reserved.ok) return void this.ended.push(reserved.failure.code);
    const options = { signal, reservation: reserved.value };
    const read = await this.cloudflare.readProfile(this.auth, organizationRef(id), options);
    const profile = read.ok ? read.value.value : null;
    const written =
      profile &&
      (await this.cloudflare.writeProfile(this.auth, organizationRef(id), profile, options));
    const back = await this.cloudflare.readProfile(this.auth, organizationRef(id), options);
    reserved.value.release();
    this.ended.push(written?.ok && back.ok ? 'send' : 'failed');
  }

  /** Waits until `done`. Advances the clock only while no request is in progress. */
  async until(done: () => boolean): Promise<void> {
    for (let turns = 0; !done();) {
      await flush();
      turns = this.#counted.pending() > 0 ? 0 : turns + 1;
      if (turns < 5) continue;
      turns = 0;
      this.clock.advance(this.clock.nextIn() ?? 1_000);
    }
  }
}

async function start(perUser: number, perUserWindowMs: number): Promise<App> {
  const clock = new Clock();
  const limits = { perUser, perUserWindowMs };
  // The stand-in uses the true time, which setting the clock does not change.
  const standin = await startStandin({ limits, now: clock.elapsed });
  return new App(standin, clock);
}

test.each(['kill', 'clean'] as const)(
  'gets no refusal for a mix of everything with a small limit, and a %s in the middle',
  async (how) => {
    const app = await start(60, 60_000);
    const requestAll = (): void => {
      for (let index = 0; index < 60; index += 1) {
        void app.read('background', index);
        if (index % 3 === 0) void app.read('person', index);
        if (index % 6 === 0) void app.send(index);
      }
    };
    requestAll();
    await app.until(() => app.ended.length >= 70);
    await app.restart(how);
    app.ended.length = 0;
    requestAll();
    await app.until(() => app.ended.length === 90);
    const count = (what: string) => app.ended.filter((one) => one === what).length;
    expect([count('background'), count('person'), count('send')]).toEqual([60, 20, 10]);
    expect(app.standin.violations).toEqual([]);
    const refused = app.standin.requests.filter(({ status }) => status === 429);
    expect(refused).toEqual([]);
    expect(app.limiter.blockedUntil()).toBeNull();
  },
);

test('gets no refusal with Cloudflare’s own limits used up, and a kill in the middle', async () => {
  const app = await start(1_200, 300_000);
  const startedAt = app.clock.elapsed();
  const requestAll = (): void => {
    for (let index = 0; index < 700; index += 1) void app.read('person', index);
  };
  requestAll();
  await app.until(() => app.ended.length >= 600);
  await app.restart('kill');
  app.ended.length = 0;
  requestAll();
  await app.until(() => app.ended.length === 700);
  expect(app.ended.every((one) => one === 'person')).toBe(true);
  expect(app.standin.violations).toEqual([]);
  // The requests needed a second window, but not a third.
  expect(app.clock.elapsed() - startedAt).toBeGreaterThan(290_000);
  expect(app.clock.elapsed() - startedAt).toBeLessThan(620_000);
}, 120_000);

test.each([
  ['429-retry-300', 300_000],
  ['429-retry-1', 1_000],
  ['429-retry-0', 1_000],
  ['429-no-retry', 300_000],
] as const)(
  'after %s continues at the time that Cloudflare states, not before',
  async (mode, wait) => {
    const app = await start(1_200, 300_000);
    app.standin.faults.add({ mode, times: 1 });
    await app.read('person', 0);
    const until = app.clock.now() + wait;
    expect([app.ended, app.limiter.blockedUntil(), app.changes]).toEqual([
      ['cloudflare.rate-limited'],
      until,
      1,
    ]);
    for (const priority of ['person', 'send', 'background'] as const) {
      const options = { priority };
      const refused = await app.cloudflare.readProfile(
        app.auth,
        organizationRef(app.ids[0]!),
        options,
      );
      expect(failureIn(refused)).toEqual({ code: 'cloudflare.rate-limited', retryAt: until });
    }
    // No request is sent before that time, even after a restart.
    await app.restart('kill');
    app.clock.advance(wait - 1);
    expect(app.limiter.blockedUntil()).toBe(until);
    await app.read('person', 0);
    expect(app.standin.requests).toHaveLength(1);
    app.clock.advance(1);
    expect([app.limiter.blockedUntil(), app.changes]).toEqual([null, 2]);
    await app.read('person', 0);
    expect(app.ended.at(-1)).toBe('person');
  },
);
