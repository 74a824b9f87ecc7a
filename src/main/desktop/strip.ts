/**
 * The first thing a packaged build does: it removes the switches and variables that could redirect
 * or record requests. `--host-resolver-rules` with an ignored certificate sent the key elsewhere,
 * `--log-net-log` wrote it in clear, `SSLKEYLOGFILE` dumped TLS secrets; whoever may debug the window
 * reads the key while it is typed.
 */

/** Switches nobody may pass to an installed Letterhead. */
export const DANGEROUS_SWITCHES = [
  'auth-server-allowlist',
  'disable-web-security',
  'enable-logging',
  'host-resolver-rules',
  'host-rules',
  'ignore-certificate-errors',
  'ignore-certificate-errors-spki-list',
  'allow-insecure-localhost',
  'js-flags',
  'log-file',
  'log-net-log',
  'net-log-capture-mode',
  'proxy-bypass-list',
  'proxy-pac-url',
  'proxy-server',
  'remote-allow-origins',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'ssl-key-log-file',
  'ssl-version-max',
  'unsafely-treat-insecure-origin-as-secure',
] as const;

/** Variables with the same effect, besides everything that begins with these prefixes. */
export const DANGEROUS_VARIABLES = [
  'SSLKEYLOGFILE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'ELECTRON_ENABLE_LOGGING',
  'ELECTRON_LOG_FILE',
] as const;
const DANGEROUS_PREFIXES = ['CLOUDFLARE_', 'LETTERHEAD_'];

/**
 * Removes them. Does nothing in an unpackaged build, whose tests need some of them.
 * @param commandLine Electron's `app.commandLine`
 * @param env the process's environment, changed in place
 */
export function stripDangers(
  packaged: boolean,
  commandLine: { removeSwitch(name: string): void },
  env: Record<string, string | undefined>,
): void {
  if (!packaged) return;
  for (const name of DANGEROUS_SWITCHES) commandLine.removeSwitch(name);
  for (const name of DANGEROUS_VARIABLES) delete env[name];
  for (const name of Object.keys(env)) {
    if (DANGEROUS_PREFIXES.some((prefix) => name.startsWith(prefix))) delete env[name];
  }
}
