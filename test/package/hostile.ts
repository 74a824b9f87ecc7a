/**
 * A hostile environment for a package, or for a build that considers itself one: switches and variables that could
 * send the key elsewhere or record it. All of them point to the trap, the attacker's server and folder, where evidence
 * appears if one of them works.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The attacker's server and folder, where the key must never arrive. */
export interface Trap {
  /** An empty folder, which must stay empty. */
  folder: string;
  /** Port on 127.0.0.1 of a TLS server with this certificate (PEM), which must receive no connection. */
  port: number;
  cert: string;
}

/** The hash that makes Chromium accept a certificate regardless of its issuer. */
function spkiOf(cert: string): string {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/** Hostile switches for the command line. */
export function hostileSwitches({ folder, port, cert }: Trap): string[] {
  return [
    `--host-resolver-rules=MAP api.cloudflare.com 127.0.0.1:${port}`,
    `--host-rules=MAP api.cloudflare.com 127.0.0.1:${port}`,
    `--ignore-certificate-errors-spki-list=${spkiOf(cert)}`,
    '--ignore-certificate-errors',
    '--allow-insecure-localhost',
    `--log-net-log=${join(folder, 'net-log.json')}`,
    '--net-log-capture-mode=Everything',
    `--ssl-key-log-file=${join(folder, 'tls-keys-by-switch')}`,
    '--disable-web-security',
    '--remote-allow-origins=*',
    `--crash-dumps-dir=${join(folder, 'dumps')}`,
    `--disk-cache-dir=${join(folder, 'cache')}`,
    '--disable-features=NetworkServiceSandbox',
    '--a-switch-of-a-later-chromium=1',
  ];
}

/** Hostile variables for the environment. */
export function hostileVariables({ folder, port }: Trap): Record<string, string> {
  return {
    SSLKEYLOGFILE: join(folder, 'tls-keys'),
    LETTERHEAD_API_URL: `https://127.0.0.1:${port}/client/v4`,
    CLOUDFLARE_BASE_URL: `https://127.0.0.1:${port}/client/v4`,
    CLOUDFLARE_API_BASE_URL: `https://127.0.0.1:${port}/client/v4`,
    LETTERHEAD_UPDATES: `https://127.0.0.1:${port}/`,
    ELECTRON_RENDERER_URL: `https://127.0.0.1:${port}/`,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
}

/** Files written into the attacker's folder. */
export function writtenInto({ folder }: Trap): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];
}

/** Empties the attacker's folder. */
export function clear({ folder }: Trap): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}
