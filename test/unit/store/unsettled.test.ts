/** A database set aside is offered at every start until the person has dealt with it. */
import { renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { createRecovery, type RecoveryRoom } from '../../../src/main/recovery/recovery';
import { DATABASE_FILE } from '../../../src/main/store';
import { success } from '../../../src/shared/failure';
import { addOrganization, opened, temporaryFolder, write } from './temporary-store';

/** The path of a closed database with one organization in it. */
function closedDatabase(): string {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => addOrganization(tables, 1));
  store.close();
  return join(folder, DATABASE_FILE);
}

/** A folder in which an app was started on noise in place of its database, and ended at once. */
function damagedFolder(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, DATABASE_FILE), 'noise');
  opened(folder).store.close();
  return folder;
}

/** What the next start offers: the name of a file, or null. */
function offered(folder: string): string | null {
  const { store, setAside } = opened(folder);
  store.close();
  return setAside && basename(setAside.path);
}

/** Starts, answers the offer, and ends. */
async function answered(
  folder: string,
  answer: (recovery: RecoveryRoom) => unknown,
): Promise<unknown> {
  const { store, setAside, check } = opened(folder);
  const recovery = createRecovery({
    ...{ store, setAside, check },
    signIns: {
      orphans: {
        list: async () => success([]),
        removeKeys: async () => success(null),
        adoptKey: () => Promise.reject(new Error('not asked for here')),
      },
    },
    banners: { all: () => [], show: () => undefined, hide: () => undefined },
    onTakenOver: () => undefined,
  });
  try {
    return await answer(recovery);
  } finally {
    store.close();
  }
}

test('it is offered again when the app ended before anybody answered', () => {
  const folder = damagedFolder();
  const first = offered(folder);
  expect(first).toMatch(/^letterhead\.damaged-/);
  expect(offered(folder)).toBe(first);
});

test('putting its message away settles it, another message does not', async () => {
  const folder = damagedFolder();
  await answered(folder, (recovery) => recovery.dismissed('session-only'));
  expect(offered(folder)).not.toBeNull();
  await answered(folder, (recovery) => recovery.dismissed('database-set-aside'));
  expect(offered(folder)).toBeNull();
});

test('taking it over settles it, a failed attempt does not', async () => {
  const folder = damagedFolder();
  const takeOver = (): Promise<unknown> =>
    answered(folder, (recovery) => recovery.handlers.takeOver(null));
  expect(await takeOver()).toMatchObject({ ok: false });
  const name = offered(folder);
  expect(name).not.toBeNull();
  renameSync(closedDatabase(), join(folder, name!));
  expect(await takeOver()).toMatchObject({ ok: true, value: { organizations: 1 } });
  expect(offered(folder)).toBeNull();
});

test('the newest one counts, also of several in one second', async () => {
  const folder = damagedFolder();
  await answered(folder, (recovery) => recovery.dismissed('database-set-aside'));
  for (let count = 2; count <= 11; count++) {
    writeFileSync(join(folder, DATABASE_FILE), 'noise again');
    opened(folder).store.close();
  }
  expect(offered(folder)).toMatch(/-11\.db$/);
});
