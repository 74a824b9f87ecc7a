/** Fills a data folder and the keychain as an earlier run of the app would have. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keyring } from '../../../build/keyring.mjs';
import { INDEX_ID_FILE } from '../../../src/main/keychain';
import { MARK_SETTING, openDatabase } from '../../../src/main/database';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Tables } from '../../../src/main/database/tables';
import { storeCheckRecord } from '../../../src/main/read-queue/schedule';
import type { KeySignIn, OrganizationState, Standin } from '../../standin';
import { giveToAppUser, appUser, SERVICE } from './packaged';

/** Id of the data folder in the name of its keychain index entry. */
const INDEX_ID = '00000000000000ff';
/** The key of the MACs of the rows that are created here; see src/main/database/row-macs.ts. */
const MAC_KEY = Buffer.alloc(32, 1);

/** The mark that keychain and database share; see src/main/changes/verification.ts. */
const MARK = '00000000000000aa';

/** Makes the MACs that the app accepts after `storeKeys`. */
export const seedMacs = (): RowMacs => new RowMacs(MAC_KEY);

const STORE_KEYS = `
  import keytar from 'keytar';
  const { keys, indexId } = JSON.parse(process.env.KEYS);
  for (const [id, key] of keys) await keytar.setPassword('${SERVICE}', id, key);
  await keytar.setPassword('${SERVICE}', 'mac:' + indexId, '${MAC_KEY.toString('hex')} ${MARK}');
  await keytar.setPassword('${SERVICE}', 'index:' + indexId, keys.map(([id]) => Buffer.from(id, 'hex').toString('base64url')).join(','));
`;

/** How long ago the earlier run ended its last background check, in ms: the next one is not due during a test. */
const CHECKED_AGO_MS = 300_000;

const signInId = (index: number): string => (index + 1).toString(16).padStart(16, '0');

/** Makes this many sign-ins of different users, for the stand-in. */
export const makeSignIns = (count: number): KeySignIn[] =>
  Array.from({ length: count }, (_, index) => ({
    email: `office-${index + 1}@brightwater.example`,
    key: (index + 1).toString(16).padStart(37, 'c'),
    userId: (index + 1).toString(16).padStart(32, 'd'),
  }));

/**
 * Stores the keys of these sign-ins in the keychain, as the app does.
 * @param indexId what the data folder has in its `INDEX_ID_FILE`
 */
export function storeKeys(
  signIns: readonly KeySignIn[],
  keyring: Keyring,
  indexId = INDEX_ID,
): void {
  const env = {
    ...process.env,
    ...keyring.env,
    KEYS: JSON.stringify({
      keys: signIns.map(({ key }, index) => [signInId(index), key]),
      indexId,
    }),
  };
  execFileSync(process.execPath, ['--input-type=module', '-e', STORE_KEYS], { env, ...appUser });
}

/** Saves these sign-ins as checked at `now` (ms since 1970). Returns their ids in the same order. */
export function saveSignIns(
  userData: string,
  tables: Tables,
  signIns: readonly KeySignIn[],
  now: number,
): string[] {
  writeFileSync(join(userData, INDEX_ID_FILE), `${INDEX_ID}\n`, { mode: 0o600 });
  tables.settings.put(MARK_SETTING, MARK);
  return signIns.map(({ email, userId }, index) => {
    const id = signInId(index);
    tables.signIns.put({
      kind: 'key',
      tokenId: null,
      readOnly: null,
      expiresAt: null,
      id,
      label: `Sign-in ${index + 1}`,
      email,
      userId,
      state: 'stored',
      checkedAt: now,
      issue: null,
      issueSince: null,
    });
    return id;
  });
}

/** An organization to save. One without `profile` was never read. */
export type SeededOrganization = Pick<OrganizationState, 'id' | 'name'> &
  Partial<Pick<OrganizationState, 'profile'>>;

/**
 * Saves organizations of the stand-in, each with its profile as it was first read now, distributed over all sign-ins of
 * the stand-in. The app must not be running.
 */
export function seedUserData(
  userData: string,
  standin: Standin,
  keyring: Keyring,
  organizations: readonly SeededOrganization[] = [...standin.organizations.values()],
): void {
  storeKeys(standin.signIns, keyring);
  const now = Date.now();
  const opened = openDatabase(userData, { now: () => now, macs: seedMacs() });
  if (!opened.ok) throw new Error(opened.failure.code);
  const { database } = opened.value;
  const written = database.write((tables) => {
    const signIns = saveSignIns(userData, tables, standin.signIns, now);
    for (const [index, { id, name, profile }] of organizations.entries()) {
      const signInId = signIns[index % signIns.length]!;
      tables.organizations.put({
        kind: 'organization',
        parent: null,
        createdAt: null,
        id,
        name,
        signInId,
        addedAt: now,
        viewedAt: now,
      });
      if (profile === undefined) continue;
      tables.profiles.put({
        entryId: id,
        fields: profile,
        confirmedAt: now,
        checkedAt: now,
        changedElsewhere: false,
      });
      if (!profile) continue;
      tables.revisions.add({
        entryId: id,
        at: now,
        kind: 'observed',
        texts: profile,
        author: null,
      });
    }
  });
  // Without it, a check would read all profiles ten seconds after the launch, in the middle of what a test does.
  storeCheckRecord(database, {
    endedAt: now - CHECKED_AGO_MS,
    checked: organizations.length,
    unchecked: 0,
    changed: 0,
    failure: null,
  });
  database.close();
  for (const name of readdirSync(userData)) giveToAppUser(join(userData, name));
  if (!written.ok) throw new Error(written.failure.code);
}
