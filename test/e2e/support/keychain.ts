/** The keychain behind the app's back: what another program could do to our entries. */
import { execFileSync } from 'node:child_process';
import type { Keyring } from '../../../build/keyring.mjs';
import { owner, SERVICE } from './packaged';

const REMOVE_KEYS = `
  import keytar from 'keytar';
  const found = await keytar.findCredentials('${SERVICE}');
  const ids = found.map(({ account }) => account).filter((id) => /^[0-9a-f]{16}$/.test(id));
  for (const id of ids) await keytar.deletePassword('${SERVICE}', id);
  process.stdout.write(String(ids.length));
`;

/** Removes every key of ours but leaves our index; gives how many there were. */
export function removeKeys(keyring: Keyring): number {
  const env = { ...process.env, ...keyring.env };
  const args = ['--input-type=module', '-e', REMOVE_KEYS];
  return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8', ...owner }));
}

const ALL_TEXTS = `
  import keytar from 'keytar';
  const found = await keytar.findCredentials('${SERVICE}');
  process.stdout.write(JSON.stringify(found.map(({ password }) => password)));
`;

/** Every text the keychain holds for us, our index too. */
export function keyringTexts(keyring: Keyring): string[] {
  const env = { ...process.env, ...keyring.env };
  const args = ['--input-type=module', '-e', ALL_TEXTS];
  return JSON.parse(
    execFileSync(process.execPath, args, { env, encoding: 'utf8', ...owner }),
  ) as string[];
}
