/**
 * A damaged or older database is set aside. At each launch, the app offers to recover it until the
 * person has recovered it or dismissed the offer. The newest comes first.
 */
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createBanners, type Banners } from '../../../../src/main/recovery/banners';
import { createRecovery, type RecoveryService } from '../../../../src/main/recovery/handlers';
import { DATABASE_FILE } from '../../../../src/main/database';
import { success } from '../../../../src/shared/result';
import { SCHEMA_VERSION } from '../../../../src/main/database/schema';
import {
  addOrganization,
  opened,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../temporary-database';

vi.mock(import('node:fs'), async (original) => {
  const fs = await original();
  return { ...fs, readdirSync: vi.fn(fs.readdirSync) as unknown as typeof fs.readdirSync };
});

afterEach(() => void vi.mocked(readdirSync).mockReset());

/** Creates a closed database with one organization; returns its path. */
function closedDatabase(): string {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => addOrganization(tables, 1));
  database.close();
  return join(folder, DATABASE_FILE);
}

/**
 * Creates a folder in which the app was launched on random bytes instead of a database, and quit.
 */
function damagedFolder(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, DATABASE_FILE), 'noise');
  opened(folder).database.close();
  return folder;
}

/** The name of the file that the next launch offers to recover; null: none. */
function offeredFile(folder: string): string | null {
  const { database, setAside } = opened(folder);
  database.close();
  return setAside && basename(setAside.path);
}

/** Launches the app, answers the offer, and quits. */
async function answerOffer(
  folder: string,
  answer: (recovery: RecoveryService, banners: Banners) => unknown,
): Promise<unknown> {
  const { database, setAside, nextSetAside, checkInSteps: check } = opened(folder);
  const banners = createBanners(database.changes);
  const recovery = createRecovery({
    database,
    setAside,
    nextSetAside,
    check,
    banners,
    yieldToEventLoop: async () => undefined,
    signIns: {
      orphans: {
        list: async () => success([]),
        removeKeys: async () => success(null),
        adoptKey: () => Promise.reject(new Error('unexpected call')),
      },
      finishInterrupted: async () => undefined,
    },
  });
  try {
    return await answer(recovery, banners);
  } finally {
    database.close();
  }
}

test('offers the recovery again when the app quit before anyone answered', () => {
  const folder = damagedFolder();
  const first = offeredFile(folder);
  expect(first).toMatch(/^letterhead\.damaged-/);
  expect(offeredFile(folder)).toBe(first);
});

test('does not repeat the offer once its banner is dismissed, but does after another banner is', async () => {
  const folder = damagedFolder();
  await answerOffer(folder, (recovery) => recovery.dismissed('session-only'));
  expect(offeredFile(folder)).not.toBeNull();
  await answerOffer(folder, (recovery) => recovery.dismissed('database-set-aside'));
  expect(offeredFile(folder)).toBeNull();
});

test('does not repeat the offer after a recovery, but does after a failed attempt', async () => {
  const folder = damagedFolder();
  const recover = (): Promise<unknown> =>
    answerOffer(folder, (recovery) => recovery.handlers.recover(null));
  expect(await recover()).toMatchObject({ ok: false });
  const name = offeredFile(folder);
  expect(name).not.toBeNull();
  renameSync(closedDatabase(), join(folder, name!));
  expect(await recover()).toMatchObject({ ok: true, value: { organizations: 1 } });
  expect(offeredFile(folder)).toBeNull();
});

test('shows a database of an older schema until it is dismissed, and recovers nothing from it', async () => {
  const path = closedDatabase();
  const folder = dirname(path);
  withRawDatabase(folder, (db) => db.exec(`PRAGMA user_version = ${SCHEMA_VERSION - 1}`));
  await answerOffer(folder, async (recovery, banners) => {
    expect(banners.all()).toMatchObject([{ reason: 'older', readable: false }]);
    expect(await recovery.handlers.recover(null)).toMatchObject({ ok: false });
  });
  expect(offeredFile(folder)).toMatch(/^letterhead\.older-/);
  await answerOffer(folder, (recovery) => recovery.dismissed('database-set-aside'));
  expect(offeredFile(folder)).toBeNull();
});

/** Creates a folder in which eleven damaged databases were set aside within one second. */
function damagedRepeatedly(): string {
  const folder = damagedFolder();
  for (let count = 2; count <= 11; count++) {
    writeFileSync(join(folder, DATABASE_FILE), 'noise again');
    opened(folder).database.close();
  }
  return folder;
}

test('offers several databases one after another, newest first, even from the same second', async () => {
  const folder = damagedRepeatedly();
  expect(offeredFile(folder)).toMatch(/-11\.db$/);
  const names: string[] = [];
  await answerOffer(folder, (recovery, banners) => {
    for (;;) {
      const banner = banners.all().find(({ kind }) => kind === 'database-set-aside');
      if (banner?.kind !== 'database-set-aside') return;
      names.push(basename(banner.path));
      banners.hide('database-set-aside');
      // Quit: the remaining offers are made at the next launch.
      if (names.length === 4) return;
      recovery.dismissed('database-set-aside');
    }
  });
  const endings = (list: string[]) => list.map((name) => /-(\d+)\.db$/.exec(name)?.[1]);
  expect(endings(names)).toEqual(['11', '10', '9', '8']);
  expect(offeredFile(folder)).toMatch(/-8\.db$/);
});

test('still opens if the folder cannot be listed, and offers nothing', () => {
  const folder = damagedFolder();
  const errors: unknown[] = [];
  vi.mocked(readdirSync).mockImplementation(() => {
    throw new Error('cannot be listed');
  });
  const start = opened(folder, { onUnexpected: (error) => errors.push(error) });
  expect(start.setAside).toBeNull();
  expect(errors).toHaveLength(1);
});
