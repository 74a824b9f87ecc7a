/**
 * Setting a damaged database aside, killed at each of its steps: the next launch finishes it. Database and log end
 * up under one name, and neither is ever opened without the other.
 */
import type * as Fs from 'node:fs';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { DATABASE_FILE, openDatabase } from '../../../../src/main/database';
import { addOrganization, NOW, opened, read, temporaryFolder, write } from '../temporary-database';

/** How many more changes of the file system may happen before the process counts as killed. */
const killed = vi.hoisted(() => ({ after: Infinity, steps: 0 }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>();
  /** From the kill on, nothing changes any more: no handler of the error can clean up. */
  const step = <A extends unknown[], R>(change: (...args: A) => R) => {
    return (...args: A): R => {
      if (killed.steps >= killed.after) throw new Error('killed');
      killed.steps += 1;
      return change(...args);
    };
  };
  const isOpenedToWrite = (flags: unknown): boolean => typeof flags === 'string' && flags !== 'r';
  const openToWrite = step(real.openSync);
  const openSync = (...args: Parameters<typeof real.openSync>): number =>
    (isOpenedToWrite(args[1]) ? openToWrite : real.openSync)(...args);
  return {
    ...real,
    openSync,
    writeSync: step(real.writeSync as (...args: unknown[]) => number),
    writeFileSync: step(real.writeFileSync),
    renameSync: step(real.renameSync),
    rmSync: step(real.rmSync),
  };
});

afterEach(() => void (killed.after = Infinity));

/** A folder with a damaged database and a log that belongs to it. Returns the bytes of both. */
function damagedFolder() {
  const source = temporaryFolder();
  const first = opened(source);
  write(first.database, (tables) => addOrganization(tables, 1));
  first.database.close();
  const { database } = opened(source);
  write(database, (tables) => addOrganization(tables, 1, 'in the log'));
  const file = readFileSync(join(source, DATABASE_FILE)).fill('damaged', 0, 4_096);
  const log = readFileSync(join(source, `${DATABASE_FILE}-wal`));
  database.close();
  const folder = temporaryFolder();
  writeFileSync(join(folder, DATABASE_FILE), file);
  writeFileSync(join(folder, `${DATABASE_FILE}-wal`), log);
  return { folder, file, log };
}

/** Opens the database until the process is killed after `after` changes. Returns whether it was killed. */
function openUntilKilled(folder: string, after: number): boolean {
  Object.assign(killed, { after, steps: 0 });
  const outcome = openDatabase(folder, { now: () => NOW + after * 1_000 });
  if (outcome.ok) outcome.value.database.close();
  killed.after = Infinity;
  return killed.steps === after;
}

test('killed after any step: the next launch ends with the same pair set aside', () => {
  let step = 0;
  for (; ; step++) {
    const { folder, file, log } = damagedFolder();
    const wasKilled = openUntilKilled(folder, step);
    const next = opened(folder);
    const names = readdirSync(folder);
    const [name, ...more] = names.filter((each) => /^letterhead\.damaged-.*\.db$/.test(each));
    const aside = join(folder, name!);
    const after = `after ${step} steps`;
    expect(more, after).toEqual([]);
    expect(next.setAside?.path, after).toBe(aside);
    expect(readFileSync(aside).equals(file), after).toBe(true);
    expect(existsSync(`${aside}-wal`) && readFileSync(`${aside}-wal`).equals(log), after).toBe(
      true,
    );
    expect(names.filter((each) => each.endsWith('-wal')).length, after).toBe(2);
    // The database in use is the new one, which never saw the log.
    expect(
      read(next.database, (tables) => tables.organizations.ids()),
      after,
    ).toEqual([]);
    expect(names, after).not.toContain(`${DATABASE_FILE}-check`);
    if (!wasKilled) break;
  }
  expect(step).toBeGreaterThan(8);
});
