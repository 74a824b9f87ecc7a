/**
 * Runs the whole main process on a fake Electron, with a real database and the real IPC gate, and
 * calls its handlers.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { startServices } from '../../../src/main/app';
import { createLanguage } from '../../../src/main/desktop/language';
import { PAGE_URL } from '../../../src/main/desktop/app-protocol';
import { showFirstScreen } from '../../../src/main/first-screen';
import { callChannel } from '../../../src/shared/contract/bridge';
import { calls } from '../../../src/shared/contract/index';
import { INDEX_ID_FILE } from '../../../src/main/keychain';
import { MARK_SETTING, openDatabase, VERSION_SETTING } from '../../../src/main/database';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Result } from '../../../src/shared/result';
import type * as v from 'valibot';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import {
  addOrganization,
  addSignIns,
  change,
  copy,
  draftOf,
  NOW,
  entryId,
  profile,
  withRawDatabase,
  write,
} from '../database/temporary-database';
import { valueOf } from '../results';
import { channels, CONTENTS_ID, effects, keychain, keychainAnswers } from './fake-electron';

/** A call that the IPC contract declares. */
export interface DeclaredCall {
  name: string;
  request: v.GenericSchema;
  /** Sends a request. By default, the sender is our own page. */
  send(request: unknown, sender?: unknown): Promise<Result<unknown>>;
}

/** The IPC event of a call from our own page. */
export const OURS = { sender: { id: CONTENTS_ID }, senderFrame: { url: PAGE_URL, parent: null } };

/** All calls of the IPC contract. */
export const everyCall: readonly DeclaredCall[] = Object.entries(calls).flatMap(
  ([namespace, inNamespace]) =>
    Object.entries(inNamespace as Record<string, { request: v.GenericSchema }>).map(
      ([name, { request }]) => ({
        name: `${namespace}.${name}`,
        request,
        send: (payload: unknown, sender: unknown = OURS) =>
          channels.get(callChannel(namespace, name))!(sender, payload) as Promise<Result<unknown>>,
      }),
    ),
);

/** Makes a call as the window does: the request and the response are cloned. */
export async function call(name: string, request: unknown): Promise<Result<unknown>> {
  const declared = everyCall.find((one) => one.name === name);
  if (!declared) throw new Error(`no call ${name}`);
  return structuredClone(await declared.send(structuredClone(request)));
}

/** Ids of three organizations: one with a draft, one with a queued change, one in conflict. */
export const [DRAFT, QUEUED, CONFLICT] = [1, 2, 3].map(entryId) as [string, string, string];

/** The name of the data folder in the keychain, and the mark that both have. */
const [INDEX_ID, MARK] = ['ab'.repeat(8), 'cd'.repeat(8)];

/** Everything in the database and in the files beside it, as one text, to detect any change. */
function everythingIn(folder: string): string {
  const tables = withRawDatabase(folder, (db) => {
    const names = db
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all() as { name: string }[];
    return names.map(({ name }) => [name, db.prepare(`SELECT * FROM "${name}"`).all()]);
  });
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    // SQLite changes its own files even when only reading.
    .filter((name) => !/\.db(-wal|-shm)?$/.test(name))
    .sort()
    .map((name) => [
      name,
      statSync(join(folder, name)).isFile() && readFileSync(join(folder, name)),
    ]);
  return JSON.stringify([tables, files]);
}

/**
 * Starts the main process on a database with every kind of row, and waits for its connectivity
 * probe. The probe is the only request that it sends without being asked, and is never answered.
 * @param beforeKey what happens before the keychain answers
 */
export async function startMain(
  onUnexpected: (where: string, error: unknown) => void,
  beforeKey: () => Promise<void> = () => Promise.resolve(),
) {
  const userData = mkdtempSync(join(tmpdir(), 'letterhead-gate-'));
  const macs = new RowMacs();
  const { database } = valueOf(
    openDatabase(userData, { now: () => NOW, onUnexpected: () => {}, macs }),
  );
  write(database, (tables) => {
    addSignIns(tables);
    const ids = [1, 2, 3].map((number) => addOrganization(tables, number));
    for (const id of ids) {
      tables.profiles.put(copy(id, profile('confirmed')));
    }
    tables.settings.put(VERSION_SETTING, 1);
    tables.settings.put(MARK_SETTING, MARK);
    tables.drafts.put(draftOf(ids[0]!, profile('typed'), profile('confirmed'), NOW));
    tables.outbox.put(change(ids[1]!, profile('submitted')));
    const remote = profile('remote');
    tables.outbox.put(change(ids[2]!, profile('submitted'), { state: 'conflict', remote }));
  });
  database.close();
  // The keychain has the key of the rows, so that they count as ours.
  writeFileSync(join(userData, INDEX_ID_FILE), `${INDEX_ID}\n`);
  const account = `mac:${INDEX_ID}`;
  keychain.set(account, `${macs.own} ${MARK}`);
  const first = showFirstScreen(
    {
      out: '/out',
      icon: '/icon.png',
      userData,
      sharedWaitMs: undefined,
      packaged: true,
      keychainService: 'Test',
      developmentPage: null,
      sample: null,
      updateConfig: null,
      apiUrl: 'https://api.cloudflare.com/client/v4',
      timeLimitMs: 3_600_000,
    },
    { take: () => null, listening: () => undefined },
    {
      log: onUnexpected,
      quit: () => undefined,
      language: createLanguage(app),
      onPainted: () => undefined,
    },
  );
  if (!first) throw new Error('main did not start');
  let answer = (): void => undefined;
  keychainAnswers.from = new Promise((resolve) => (answer = resolve));
  startServices(first);
  await beforeKey();
  answer();
  await vi.waitFor(
    () => expect(effects).toEqual(expect.arrayContaining(['net.request', 'utilityProcess.fork'])),
    10_000,
  );
  // The mark is replaced once all rows have been checked: two marks, and then the new one alone.
  await vi.waitFor(() => {
    expect(keychain.get(account)).not.toContain(MARK);
  }, 10_000);
  return {
    everything: () => everythingIn(userData),
    /** Removes the data folder. */
    remove: () => rmSync(userData, { recursive: true, force: true }),
  };
}

/**
 * Runs the main process for all tests of a file; call this once. After every test it checks that
 * nothing has left the process, nothing unexpected happened, and no prototype was changed.
 */
export function mainForAllTests() {
  const onUnexpected = vi.fn();
  let main: Awaited<ReturnType<typeof startMain>>;
  beforeAll(async () => {
    main = await startMain(onUnexpected);
    effects.length = 0;
  });
  afterAll(() => main.remove());
  afterEach(() => {
    expect(effects).toEqual([]);
    expect(onUnexpected).not.toHaveBeenCalled();
    const { polluted, text } = {} as Record<string, unknown>;
    expect({ polluted, text }).toEqual({ polluted: undefined, text: undefined });
  });
  return { onUnexpected, everything: () => main.everything() };
}
