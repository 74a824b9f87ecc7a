/** Makes a user trust a certificate where Chromium on Linux looks: in the NSS database of their home folder. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a user trust a certificate.
 * @param home the user's home folder
 * @param certificate PEM text
 */
export function trust(
  home: string,
  owner: { uid: number; gid: number },
  certificate: string,
): void {
  const file = join(home, 'trusted.pem');
  writeFileSync(file, certificate);
  const database = join(home, '.pki', 'nssdb');
  mkdirSync(database, { recursive: true });
  for (const path of [join(home, '.pki'), database]) chownSync(path, owner.uid, owner.gid);
  const certutil = (...args: string[]): void =>
    void execFileSync('certutil', ['-d', `sql:${database}`, ...args], { ...owner, cwd: '/' });
  certutil('-N', '--empty-password');
  certutil('-A', '-t', 'CP,,', '-n', 'test', '-i', file);
}
