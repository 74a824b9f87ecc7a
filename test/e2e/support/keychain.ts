/** Reads and changes the app's keychain entries as another program could. */
import { execFileSync, spawnSync } from 'node:child_process';
import type { Keyring } from '../../../build/keyring.mjs';
import { appUser, SERVICE } from './packaged';

const REMOVE_KEYS = `
  import keytar from 'keytar';
  const found = await keytar.findCredentials('${SERVICE}');
  const ids = found.map(({ account }) => account).filter((id) => /^[0-9a-f]{16}$/.test(id));
  for (const id of ids) await keytar.deletePassword('${SERVICE}', id);
  process.stdout.write(String(ids.length));
`;

/** Removes all keys of the app but leaves its index entry. Returns how many keys there were. */
export function removeKeys(keyring: Keyring): number {
  const env = { ...process.env, ...keyring.env };
  const args = ['--input-type=module', '-e', REMOVE_KEYS];
  return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8', ...appUser }));
}

const READ_TEXTS = `
  import keytar from 'keytar';
  const found = await keytar.findCredentials('${SERVICE}');
  process.stdout.write(JSON.stringify(found.map(({ password }) => password)));
`;

/** What the reading process says when an entry that it found was replaced before it was read. */
const REPLACED = /secret_value_get_text|No such secret item/;

/**
 * Returns every secret the keychain stores for the app, the index entry included. libsecret finds the entries first and
 * then reads each: if the app replaces one in between, the reading process dies, and another one reads again.
 */
export function storedKeychainTexts(keyring: Keyring): string[] {
  const options = {
    env: { ...process.env, ...keyring.env },
    encoding: 'utf8',
    ...appUser,
  } as const;
  for (let tries = 1; ; tries += 1) {
    const args = ['--input-type=module', '-e', READ_TEXTS];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    if (status === 0) return JSON.parse(stdout) as string[];
    if (tries === 5 || !REPLACED.test(stderr)) throw new Error(stderr);
  }
}

const REMOVE_MAC_KEYS = `
  import keytar from 'keytar';
  const found = await keytar.findCredentials('${SERVICE}');
  const [entry] = found.filter(({ account }) => account.startsWith('mac:'));
  await keytar.deletePassword('${SERVICE}', entry.account);
`;

/** Removes the entry with the key that checks whether the database was altered. */
export function removeMacKeys(keyring: Keyring): void {
  const env = { ...process.env, ...keyring.env };
  execFileSync(process.execPath, ['--input-type=module', '-e', REMOVE_MAC_KEYS], {
    env,
    ...appUser,
  });
}
