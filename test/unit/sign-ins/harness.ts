/**
 * Helpers of the sign-in tests: a real database in a temporary folder, and clients for Cloudflare.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Failure } from '../../../src/shared/failure';
import { failed, success } from '../../../src/shared/result';
import { createRateLimiter } from '../../../src/main/rate-limit/rate-limiter';
import { createCloudflare } from '../../../src/main/cloudflare/client';
import { realTimers } from '../../../src/main/lib/timers';
import type { Cloudflare } from '../../../src/main/cloudflare/client';
import { openDatabase } from '../../../src/main/database';
import type { SignInRow } from '../../../src/main/database/sign-in-table';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import type { Database } from '../../../src/main/database/tables';
import type { SignInsOptions } from '../../../src/main/sign-ins/sign-ins';
import { nodeFetch } from '../cloudflare/node-fetch';
import { putNewDatabase } from '../database/new-database';
import { ORGANIZATION } from '../samples';

export const EMAIL = 'office@brightwater.example';
export const KEY = 'a1b2c3d4e5'.repeat(3) + 'f6a7b8c';
export const NEW_KEY = '0'.repeat(37);
const USER_ID = 'user-1';

/** Opens a database in a temporary folder. It is closed and removed when the test has finished. */
export function temporaryDatabase(): Database {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-sign-ins-'));
  putNewDatabase(folder);
  const opened = openDatabase(folder, { now: Date.now });
  if (!opened.ok) throw new Error(opened.failure.code);
  const { database } = opened.value;
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return database;
}

/** The app's own client, for a stand-in at this URL. */
export function clientFor(url: string, pageSize?: number): Cloudflare {
  const elapsed = () => performance.now();
  return createCloudflare({
    fetch: nodeFetch,
    baseUrl: url,
    limiter: createRateLimiter({ now: Date.now, elapsed, timers: realTimers }),
    now: Date.now,
    elapsed,
    ...(pageSize === undefined ? {} : { pageSize }),
  });
}

/** What the change feed of a database has published so far. */
export class PublishedIds {
  signIns: string[] = [];
  organizations: string[] = [];

  constructor({ changes }: Database) {
    changes.subscribe(({ signIns, organizations }) => {
      this.signIns.push(...signIns);
      if (organizations !== 'all') this.organizations.push(...organizations);
    });
  }

  clear(): void {
    this.signIns = [];
    this.organizations = [];
  }
}

/** A fake client that only identifies users. Every key works except those in `unknown`. */
export function smallCloudflare(userId = USER_ID) {
  const unknown = new Set<string>();
  const calls: string[] = [];
  let issue: Failure | null = null;
  const elsewhere = () => Promise.resolve(failed('app.unexpected'));
  const cloudflare: Cloudflare = {
    user: async (auth) => {
      const authorized = 'authorize' in auth ? await auth.authorize() : success(auth);
      if (!authorized.ok) return authorized;
      const { key, email } = authorized.value;
      calls.push(key);
      if (issue) return { ok: false, failure: issue };
      if (unknown.has(key)) return failed('sign-in.unknown', { status: 403 });
      return success({ value: { id: userId, email }, messages: [] });
    },
    token: elsewhere,
    list: elsewhere,
    entry: elsewhere,
    readProfile: elsewhere,
    writeProfile: elsewhere,
    auditLog: elsewhere,
    probe: elsewhere,
    onAnswer: () => () => undefined,
  };
  return {
    cloudflare,
    unknown,
    calls,
    fail: (failure: Failure | null) => {
      issue = failure;
    },
  };
}

/** The sign-ins in the database. */
export function rowsOf(database: Database): SignInRow[] {
  const rows = database.read(({ signIns }) => signIns.all());
  if (!rows.ok) throw new Error(rows.failure.code);
  return rows.value;
}

/** Stores an organization that uses a sign-in. */
export function useSignIn(database: Database, signInId: string, id = 'a'.repeat(32)): void {
  database.write(({ organizations }) =>
    organizations.put({
      ...ORGANIZATION,
      id,
      name: 'Brightwater',
      signInId,
      addedAt: 1,
      viewedAt: null,
    }),
  );
}

/** Stores a pending change of an organization. */
export function submitFor(database: Database, entryId: string, state: OutboxRow['state']): void {
  database.write(({ outbox }) =>
    outbox.put({
      entryId,
      state,
      version: 1,
      patch: { business_name: { base: '', text: 'Mine' } },
      attempted: {},
      remote: null,
      saveId: null,
      submittedAt: 1,
      attempts: 1,
      nextTryAt: state === 'waiting' ? 2 : null,
      failure: state === 'queued' ? null : { code: 'app.unexpected' },
    }),
  );
}

/** All pending changes in the database. */
export function outboxOf(database: Database): OutboxRow[] {
  const rows = database.read(({ outbox }) => outbox.all());
  if (!rows.ok) throw new Error(rows.failure.code);
  return rows.value;
}

/** A check of earlier changes that has passed already, for tests of sign-ins alone. */
export const checked: SignInsOptions['verification'] = {
  ready: () => Promise.resolve(success(null)),
  askOnce: () => Promise.resolve(),
  keychainAnswered: () => undefined,
  stored: () => Promise.resolve(success(null)),
};
