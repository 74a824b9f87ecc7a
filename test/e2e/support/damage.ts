/** Damages the database of a data folder. The app must not be running. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { giveToAppUser } from './packaged';

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

/** Creates a database of an earlier preview. Returns its bytes. */
export async function createOlderDatabase(userData: string): Promise<Buffer> {
  const database = new DatabaseSync(pathIn(userData));
  database.exec('CREATE TABLE organization (id TEXT PRIMARY KEY); PRAGMA user_version = 1');
  database.close();
  giveToAppUser(pathIn(userData));
  return readFile(pathIn(userData));
}
