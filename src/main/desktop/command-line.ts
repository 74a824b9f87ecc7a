/**
 * The first thing a packaged build does: of switches and variables it takes only what it knows.
 * Chromium has more than a thousand switches: `--host-resolver-rules` with an ignored certificate sent
 * the key elsewhere, `--log-net-log` wrote it in clear, `SSLKEYLOGFILE` dumped TLS secrets, and whoever
 * may debug the window reads the key while it is typed. A list of bad ones would never be complete, so
 * this is a list of good ones. Some act before any line of ours runs; with those there is no start.
 */

/** Switches an installed Letterhead takes; what they do is how it looks and where its folder is. */
export const ALLOWED_SWITCHES: readonly string[] = [
  'user-data-dir',
  'lang',
  'disable-gpu',
  'force-device-scale-factor',
  'force-renderer-accessibility',
  'gtk-version',
  'ozone-platform',
  'ozone-platform-hint',
  'enable-wayland-ime',
  'wayland-text-input-version',
];

/**
 * Switches that have done their work before main's first line: sandbox or process model are other ones
 * already, V8 has its flags, a trace is being recorded. Chromium turns ELECTRON_DISABLE_SANDBOX into
 * the first.
 */
export const REFUSED_SWITCHES: readonly string[] = [
  'no-sandbox',
  'disable-setuid-sandbox',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'no-zygote',
  'no-zygote-sandbox',
  'zygote-cmd-prefix',
  'single-process',
  'js-flags',
  'trace-startup',
  'trace-config-file',
  'trace-config-json',
  'enable-tracing',
  'enable-tracing-output',
];

/**
 * Switches known to redirect or record requests, to open the app to a debugger, or to put a program in
 * front of its processes. They are removed like every other that is not allowed; they stand here by
 * name so that tests try each of them, and so that one comes off even where `argv` does not show it.
 */
export const DANGEROUS_SWITCHES: readonly string[] = [
  ...['host-resolver-rules', 'host-rules', 'ignore-certificate-errors', 'allow-insecure-localhost'],
  ...['ignore-certificate-errors-spki-list', 'ssl-key-log-file', 'ssl-version-min'],
  ...['ssl-version-max', 'unsafely-treat-insecure-origin-as-secure', 'explicitly-allowed-ports'],
  ...['proxy-server', 'proxy-pac-url', 'proxy-bypass-list', 'proxy-auto-detect'],
  ...['auth-server-allowlist', 'auth-server-whitelist', 'auth-negotiate-delegate-allowlist'],
  ...[
    'log-net-log',
    'net-log-capture-mode',
    'enable-logging',
    'log-file',
    'log-level',
    'v',
    'vmodule',
  ],
  ...['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address'],
  ...['remote-allow-origins', 'auto-open-devtools-for-tabs', 'custom-devtools-frontend'],
  ...['inspect', 'inspect-brk', 'inspect-port', 'inspect-publish-uid'],
  ...['renderer-cmd-prefix', 'utility-cmd-prefix', 'gpu-launcher', 'ppapi-plugin-launcher'],
  ...[
    'browser-subprocess-path',
    'renderer-process-limit',
    'in-process-gpu',
    'utility-startup-dialog',
  ],
  ...['disable-web-security', 'disable-site-isolation-trials', 'disable-features'],
  ...['enable-features', 'enable-blink-features', 'enable-experimental-web-platform-features'],
  ...['allow-file-access-from-files', 'load-extension', 'disable-gpu-sandbox', 'test-type'],
  ...['password-store', 'use-mock-keychain', 'crash-dumps-dir', 'enable-crash-reporter'],
  ...['disk-cache-dir', 'force-fieldtrials', 'force-variation-ids', 'utility-and-browser'],
];

/** Variables with the same effect, besides everything that begins with one of the prefixes. */
export const DANGEROUS_VARIABLES: readonly string[] = [
  'SSLKEYLOGFILE',
  'CHROME_LOG_FILE',
  'CHROME_DEVEL_SANDBOX',
  'CHROME_CRASHPAD_PIPE_NAME',
  'BREAKPAD_DUMP_LOCATION',
  'GOOGLE_API_KEY',
  'OPENSSL_CONF',
];
const DANGEROUS_PREFIXES = ['CLOUDFLARE_', 'LETTERHEAD_', 'NODE_', 'ELECTRON_'];

/** Electron reads this one as late as we could, and it only says how windows are drawn. */
const KEPT_VARIABLES: readonly string[] = ['ELECTRON_OZONE_PLATFORM_HINT'];

/** Electron's `app.commandLine`, as far as this needs it. */
export interface CommandLine {
  hasSwitch(name: string): boolean;
  removeSwitch(name: string): void;
}

/** Whether a start of a packaged build must end, because a switch has weakened it already. */
export function isWeakened(packaged: boolean, commandLine: CommandLine): boolean {
  return packaged && REFUSED_SWITCHES.some((name) => commandLine.hasSwitch(name));
}

/** The switches on a command line, as Chromium reads it: all before a bare `--`. */
export function switchesIn(argv: readonly string[], platform: NodeJS.Platform): string[] {
  const end = argv.indexOf('--');
  const prefix = platform === 'win32' ? /^(?:--|-|\/)([^=]+)/ : /^--?([^=]+)/;
  return argv.slice(1, end < 0 ? undefined : end).flatMap((word) => {
    const name = prefix.exec(word)?.[1];
    if (name === undefined) return [];
    return platform === 'win32' ? name.toLowerCase() : name;
  });
}

/**
 * Removes what an installed Letterhead does not take. Does nothing in an unpackaged build, whose tests
 * need some of it.
 * @param env the process's environment, changed in place; what we start later inherits it
 */
export function stripDangers(
  packaged: boolean,
  commandLine: CommandLine,
  { argv, platform, env }: Pick<NodeJS.Process, 'argv' | 'platform'> & { env: NodeJS.ProcessEnv },
): void {
  if (!packaged) return;
  for (const name of new Set([...switchesIn(argv, platform), ...DANGEROUS_SWITCHES])) {
    if (!ALLOWED_SWITCHES.includes(name)) commandLine.removeSwitch(name);
  }
  for (const name of Object.keys(env)) {
    // On Windows a variable's name is the same in any case.
    const known = platform === 'win32' ? name.toUpperCase() : name;
    const dangerous =
      DANGEROUS_VARIABLES.includes(known) ||
      DANGEROUS_PREFIXES.some((prefix) => known.startsWith(prefix));
    if (dangerous && !KEPT_VARIABLES.includes(known)) delete env[name];
  }
}
