/**
 * Removes dangerous switches and environment variables, before a packaged build does anything else. In our tests,
 * `--host-resolver-rules` with an ignored certificate sent the API key to another host, `--log-net-log` wrote the
 * key to a file in plain text, `SSLKEYLOGFILE` dumped TLS secrets, and a debugger read the key while it was typed.
 * Chromium has more than a thousand switches, so a list of dangerous ones would never be complete. Only known
 * harmless ones are allowed. Some switches take effect before our first line runs; the app refuses to start with
 * these.
 */

/** Switches that a packaged build accepts. They affect only its appearance and its data folder. */
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
 * Switches that have taken effect before main's first line: they change the sandbox, the process model or
 * V8's flags, or record a trace. Chromium turns the variable ELECTRON_DISABLE_SANDBOX into `no-sandbox`.
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
 * Switches that no one passes: Electron sets them itself before main's first line, so they are on no command line. The
 * first lets file:// pages read files; the others follow from variables such as ELECTRON_ENABLE_LOGGING.
 */
const SET_BY_ELECTRON: readonly string[] = [
  'allow-file-access-from-files',
  'enable-logging',
  'log-file',
];

/** Variables with the same effects, besides those that start with a dangerous prefix. */
export const DANGEROUS_VARIABLES: readonly string[] = [
  'SSLKEYLOGFILE',
  'CHROME_LOG_FILE',
  'CHROME_DEVEL_SANDBOX',
  'CHROME_CRASHPAD_PIPE_NAME',
  'BREAKPAD_DUMP_LOCATION',
  'GOOGLE_API_KEY',
  // Code that GTK loads into main, by name or path, and files that replace GTK's own.
  'GTK_MODULES',
  'GTK3_MODULES',
  'G_RESOURCE_OVERLAYS',
  // Makes libsecret use a file instead of the keychain.
  'SNAP_NAME',
];
const DANGEROUS_PREFIXES = [
  'CLOUDFLARE_',
  'LETTERHEAD_',
  'NODE_',
  'ELECTRON_',
  // Settings of the libraries for certificates, and their logs.
  'NSS_',
  'NSPR_',
  'P11_KIT_',
  // libsecret's: with SECRET_BACKEND=file and a test password, the key would be in a file that anyone can decrypt.
  'SECRET_',
  // The folder of SQLite's temporary files.
  'SQLITE_',
  // Kerberos: its settings name libraries, which the network process loads when a proxy asks for Negotiate.
  // Electron cannot switch that off. We never sign in to a proxy.
  'KRB5',
  'GSS_',
  'GSSAPI_',
  // Modules of other libraries, none of which we need.
  'OPENSSL_',
  'SASL_',
  'PIPEWIRE_',
  'SPA_',
];

/** Kept because it affects only how windows are drawn. Electron reads it late, so deleting it would disable it. */
const KEPT_VARIABLES: readonly string[] = ['ELECTRON_OZONE_PLATFORM_HINT'];

/** The part of Electron's `app.commandLine` that is used here. */
export interface CommandLine {
  hasSwitch(name: string): boolean;
  removeSwitch(name: string): void;
}

/** Whether a packaged build must refuse to start, because a switch has already weakened its protection. */
export function hasWeakenedProtection(packaged: boolean, commandLine: CommandLine): boolean {
  return packaged && REFUSED_SWITCHES.some((name) => commandLine.hasSwitch(name));
}

/** White space that Chromium removes around an argument on Windows; elsewhere it removes only the ASCII part of it. */
const WHITE_SPACE_AROUND = /^[\s\x85]+|[\s\x85]+$/g;

/**
 * Names of all switches that Chromium may find on a command line, in lower case as Chromium looks them up. It may
 * return more than Chromium finds, because removing a switch that is not there changes nothing: it reads on after a
 * bare `--`, and accepts a slash and all white space everywhere.
 */
export function switchesIn(argv: readonly string[]): string[] {
  return argv.slice(1).flatMap((argument) => {
    const name = /^[-/]+([^-/=][^=]*)/.exec(argument.replace(WHITE_SPACE_AROUND, ''))?.[1];
    return name === undefined ? [] : name.toLowerCase();
  });
}

/**
 * Removes all switches and variables that a packaged build does not accept. Does nothing in an unpackaged
 * build, because tests need some of them.
 * @param env the process's environment; changed in place, so that child processes inherit the change
 */
export function removeDangerousOptions(
  packaged: boolean,
  commandLine: CommandLine,
  { argv, platform, env }: Pick<NodeJS.Process, 'argv' | 'platform'> & { env: NodeJS.ProcessEnv },
): void {
  if (!packaged) return;
  for (const name of new Set([...SET_BY_ELECTRON, ...switchesIn(argv)])) {
    if (!ALLOWED_SWITCHES.includes(name)) commandLine.removeSwitch(name);
  }
  for (const name of Object.keys(env)) {
    // On Windows, names of variables are case-insensitive.
    const known = platform === 'win32' ? name.toUpperCase() : name;
    const dangerous =
      DANGEROUS_VARIABLES.includes(known) ||
      DANGEROUS_PREFIXES.some((prefix) => known.startsWith(prefix));
    if (dangerous && !KEPT_VARIABLES.includes(known)) delete env[name];
  }
}
