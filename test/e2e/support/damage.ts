/** Damages the database of a data folder. The app must not be running. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveToAppUser } from './packaged';

/** Database of an earlier preview. */
export const OLDER_DATABASE = 'test/unit/database/damage/fixtures/schema-2.db';

const PAGE_SIZE = 4_096;

const pathIn = (userData: string): string => join(userData, 'letterhead.db');

/** Fills the whole file with zeros, so that nothing can be recovered. */
export async function zeroDatabase(userData: string): Promise<void> {
  const { length } = await readFile(pathIn(userData));
  await writeFile(pathIn(userData), Buffer.alloc(length));
}

/** Sets an invalid page type on one page only: that of the table with the rate limits. */
export async function damageOnePage(userData: string): Promise<void> {
  const bytes = await readFile(pathIn(userData));
  const index = bytes.indexOf('"monotonic":');
  if (index < 0) throw new Error('The database contains no rate limit to damage.');
  bytes[index - (index % PAGE_SIZE)] = 0xff;
  await writeFile(pathIn(userData), bytes);
}

/** Replaces the database by one of an earlier preview. */
export async function useOlderDatabase(userData: string): Promise<void> {
  await copyFile(OLDER_DATABASE, pathIn(userData));
  giveToAppUser(pathIn(userData));
}
