/**
 * The app's own client, rate limiter, scheduler, initial fetch and background check on a real
 * database, with a model of Cloudflare that counts strictly and responds with latency. Everything
 * runs on a simulated clock, so that an hour takes seconds.
 */
import { onTestFinished } from 'vitest';
import { listSaves } from '../../../src/main/saves/list';
import { applyEvent } from '../../../src/main/changes/repository';
import { createCloudflare } from '../../../src/main/cloudflare/client';
import type { Fetch, FetchAnswer } from '../../../src/main/cloudflare/http';
import type { ReadQueue } from '../../../src/main/read-queue';
import { createCheckSchedule, type CheckSchedule } from '../../../src/main/read-queue/schedule';
import { createRateLimiter, type RateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import type { Database } from '../../../src/main/database/tables';
import { createProfileReader } from '../../../src/main/read-queue/read';
import { createJustSaved } from '../../../src/main/changes/just-saved';
import { createSendStatus } from '../../../src/main/changes/send-status';
import { createScheduler, type Scheduler } from '../../../src/main/sync/scheduler';
import type { Save } from '../../../src/shared/saves';
import { success } from '../../../src/shared/result';
import { FIELD_NAMES, type Edits } from '../../../src/shared/profile';
import { Clock } from '../cloudflare/clock';
import {
  freshDatabase,
  entryId,
  profile,
  read,
  signIn,
  write,
} from '../database/temporary-database';
import { valueOf } from '../results';
import { createTestReadQueue } from '../read-queue/create';
import { ORGANIZATION } from '../samples';
import { CloudflareModel } from './cloudflare-model';
import { submitInSave } from '../save-events';

const USER = 'user';
const SIGN_IN = signIn(1).id;

/** A request that Cloudflare has counted. */
export interface Counted {
  at: number;
  method: string;
  id: string;
}

/** An app with a sign-in and organizations (entries) whose profiles are not read yet. */
export class SimulatedApp {
  readonly clock = new Clock();
  readonly cloudflare: CloudflareModel;
  readonly ids: string[];
  readonly counted: Counted[] = [];
  readonly database: Database = freshDatabase();
  readonly limiter: RateLimiter;
  readonly scheduler: Scheduler;
  readonly sendStatus: ReturnType<typeof createSendStatus>;
  readonly readQueue: ReadQueue;
  readonly check: CheckSchedule;
  readonly #profiles = new Map<string, Record<string, string>>();
  #latency = 0;

  constructor(entries: number, windows: 'any' | 'fixed') {
    const { clock, database } = this;
    this.cloudflare = new CloudflareModel(windows);
    const shared = { now: clock.now, elapsed: clock.elapsed, timers: clock.timers };
    this.limiter = createRateLimiter(shared);
    const sendStatus = (this.sendStatus = createSendStatus(database.changes));
    const auth = {
      kind: 'key' as const,
      email: 'office@brightwater.example',
      key: 'key',
      userId: USER,
    };
    const sync = {
      ...shared,
      database,
      sendStatus,
      justSaved: createJustSaved(shared),
      limiter: this.limiter,
      cloudflare: createCloudflare({
        ...shared,
        fetch: this.#fetch,
        baseUrl: 'https://api.example',
        limiter: this.limiter,
      }),
      keyRead: async () => success(null),
      authorizationOf: async () => success(auth),
      random: () => 0.5,
      later: (work: () => void) => void clock.timers.set(work, 10),
      yieldToEventLoop: () => Promise.resolve(),
      recordSignInIssue: () => undefined,
      onSignInIssue: () => undefined,
    };
    this.scheduler = createScheduler(sync);
    const profileReader = createProfileReader(sync);
    this.readQueue = createTestReadQueue({
      ...sync,
      readProfile: (id, priority) => profileReader.read(id, { isPageOpen: false, priority }),
    });
    this.check = createCheckSchedule({
      ...sync,
      readQueue: this.readQueue,
      interval: () => '1-hour',
      onChange: () => undefined,
      onChangedElsewhere: () => undefined,
    });
    this.ids = Array.from({ length: entries }, (_, number) => entryId(number + 1));
    write(database, (tables) => {
      tables.signIns.put({ ...signIn(1), userId: USER });
      for (const id of this.ids) {
        this.#profiles.set(id, profile('there'));
        const at = { addedAt: 1, viewedAt: null };
        tables.organizations.put({
          ...ORGANIZATION,
          id,
          name: 'Org',
          signInId: SIGN_IN,
          ...at,
        });
      }
    });
    this.scheduler.start();
    this.readQueue.start();
    onTestFinished(() => {
      this.check.stop();
      this.readQueue.stop();
      profileReader.stop();
      void this.scheduler.stop();
    });
  }

  /** The simulated time, in ms since the epoch. */
  get now(): number {
    return this.clock.now();
  }

  /** Number of entries with a saved copy. */
  get copies(): number {
    return read(this.database, (tables) => tables.profiles.counts().copies);
  }

  /** Lets simulated time pass, event by event, until `done` or this many ms are over. */
  async pass(ms: number, done = (): boolean => false): Promise<void> {
    const end = this.clock.elapsed() + ms;
    for (;;) {
      // Let responses be delivered and the next requests be sent.
      await new Promise((resolve) => setImmediate(resolve));
      if (done()) return;
      const next = this.clock.nextIn();
      const left = end - this.clock.elapsed();
      if (next === null || next > left) return this.clock.advance(left);
      this.clock.advance(next);
    }
  }

  /** Submits a save that changes these entries, as the window does. */
  submitSave(id: string, ids: readonly string[]): void {
    write(this.database, (tables) => {
      const fields = ['business_phone' as const];
      const save = { at: this.now, stage: 'sending', paused: false } as const;
      tables.saves.add({ id, fields, ...save });
      for (const entryId of ids) submitInSave(tables, id, entryId, { business_phone: `of ${id}` });
    });
  }

  /** Saves an edit of an entry, as its page does. */
  save(id: string, edits: Edits): void {
    write(this.database, (tables) => {
      for (const field of FIELD_NAMES) {
        const text = edits[field];
        if (text !== undefined) applyEvent(tables, id, { type: 'edit', field, text }, { at: 1 });
      }
      applyEvent(tables, id, { type: 'submit' }, { at: 1 });
    });
    this.scheduler.first(id);
  }

  /** Whether the entry has a pending change. */
  waits(id: string): boolean {
    return read(this.database, (tables) => tables.outbox.get(id)) !== null;
  }

  saveOf(id: string): Save {
    const { database, limiter, scheduler } = this;
    const options = { database, limiter, sendMs: scheduler.sendMs, isOffline: () => false };
    const save = valueOf(listSaves(options)).find((one) => one.id === id);
    if (!save) throw new Error('no such save');
    return save;
  }

  /** Requests counted since then, except requests for these entries. */
  requestsBeside(since: number, ids: readonly string[]): Counted[] {
    const own = new Set(ids);
    return this.counted.filter(({ at, id }) => at >= since && !own.has(id));
  }

  /** The largest number of requests counted in any five minutes. */
  mostInAWindow(): number {
    let from = 0;
    return this.counted.reduce((most, { at }, index) => {
      while (this.counted[from]!.at <= at - 300_000) from += 1;
      return Math.max(most, index - from + 1);
    }, 0);
  }

  /** The next latency: 100 to 300 ms, in a repeating order. */
  #travel(): number {
    this.#latency = (this.#latency + 37) % 101;
    return 50 + this.#latency;
  }

  readonly #fetch: Fetch = (url, { method, body }) =>
    new Promise((resolve) => {
      const { set } = this.clock.timers;
      set(() => {
        const path = new URL(url).pathname;
        const id = /organizations\/(\w+)\/profile/.exec(path)?.[1] ?? path;
        this.counted.push({ at: this.now, method, id });
        const { refused, header } = this.cloudflare.request(this.clock.elapsed());
        const answer = refused ? { status: 429, result: null } : this.#answer(method, id, body);
        set(() => resolve({ ...toAnswer(answer), header }), this.#travel());
      }, this.#travel());
    });

  #answer(method: string, id: string, body?: string): { status: number; result: unknown } {
    if (id === '/organizations') return { status: 403, result: null };
    if (method !== 'PUT') return { status: 200, result: this.#profiles.get(id) ?? {} };
    this.#profiles.set(id, JSON.parse(body ?? '{}') as Record<string, string>);
    return { status: 200, result: null };
  }
}

function toAnswer({ status, result }: { status: number; result: unknown }): FetchAnswer {
  const envelope = { success: status === 200, errors: [], messages: [], result };
  const bytes = new TextEncoder().encode(JSON.stringify(envelope));
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return { status, header: () => null, body: pieces() };
}
