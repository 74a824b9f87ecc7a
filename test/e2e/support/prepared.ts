/** A computer on which Letterhead has been at work for long: thousands of organizations, many sign-ins, all keys. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keyring } from '../../../build/keyring.mjs';
import { INDEX_ID_FILE } from '../../../src/main/keychain';
import { openStore } from '../../../src/main/store';
import type { Credential, Standin } from '../../standin';
import { give, owner, SERVICE } from './packaged';

/** The id of the data folder, under which its keys are listed. */
const INDEX_ID = '00000000000000ff';

const KEEP_KEYS = `
  import keytar from 'keytar';
  const keys = JSON.parse(process.env.KEYS);
  for (const [id, key] of keys) await keytar.setPassword('${SERVICE}', id, key);
  await keytar.setPassword('${SERVICE}', 'index:${INDEX_ID}', JSON.stringify(keys.map(([id]) => id)));
`;

const signInId = (index: number): string => (index + 1).toString(16).padStart(16, '0');

/** The sample sign-ins of this many people, for the stand-in. */
export const manyCredentials = (count: number): Credential[] =>
  Array.from({ length: count }, (_, index) => ({
    email: `office-${index + 1}@brightwater.example`,
    key: (index + 1).toString(16).padStart(37, 'c'),
    userId: (index + 1).toString(16).padStart(32, 'd'),
  }));

/**
 * Saves every organization of the stand-in with its profile, just checked, spread over all its sign-ins.
 * The app must not run.
 */
export function prepare(userData: string, standin: Standin, keyring: Keyring): void {
  const { credentials } = standin;
  const env = {
    ...process.env,
    ...keyring.env,
    KEYS: JSON.stringify(credentials.map(({ key }, index) => [signInId(index), key])),
  };
  execFileSync(process.execPath, ['--input-type=module', '-e', KEEP_KEYS], { env, ...owner });

  const now = Date.now();
  const opened = openStore(userData, { now: () => now });
  if (!opened.ok) throw new Error(opened.failure.code);
  const { store } = opened.value;
  writeFileSync(join(userData, INDEX_ID_FILE), `${INDEX_ID}\n`, { mode: 0o600 });
  const written = store.write((tables) => {
    for (const [index, { email, userId }] of credentials.entries()) {
      tables.credentials.put({
        id: signInId(index),
        label: `Sign-in ${index + 1}`,
        ...{ email, userId, state: 'stored', checkedAt: now, trouble: null, troubleSince: null },
      });
    }
    const saved = [...standin.organizations.values()];
    for (const [index, { id, name, profile }] of saved.entries()) {
      const credentialId = signInId(index % credentials.length);
      tables.organizations.put({ id, name, credentialId, addedAt: now, seenAt: now });
      const times = { confirmedAt: now, checkedAt: now };
      tables.profiles.put({
        organizationId: id,
        fields: profile,
        ...times,
        changedElsewhere: false,
      });
    }
  });
  store.close();
  for (const name of readdirSync(userData)) give(join(userData, name));
  if (!written.ok) throw new Error(written.failure.code);
}
