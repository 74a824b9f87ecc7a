/** Command-line switches and environment variables: a packaged build accepts only known ones. */
import { expect, it } from 'vitest';
import {
  ALLOWED_SWITCHES,
  DANGEROUS_VARIABLES,
  hasWeakenedProtection,
  REFUSED_SWITCHES,
  removeDangerousOptions,
  switchesIn,
} from '../../../src/main/desktop/command-line';
import { DANGEROUS_SWITCHES } from '../../e2e/security/dangerous-switches';

function start(packaged: boolean, args: string[] = [], platform: NodeJS.Platform = 'linux') {
  const removed: string[] = [];
  const env: Record<string, string | undefined> = {
    ...Object.fromEntries(DANGEROUS_VARIABLES.map((name) => [name, 'x'])),
    CLOUDFLARE_API_KEY: 'x',
    LETTERHEAD_API_URL: 'http://127.0.0.1:1',
    NODE_OPTIONS: '--inspect',
    NODE_EXTRA_CA_CERTS: '/tmp/ca.pem',
    ELECTRON_ENABLE_LOGGING: '1',
    ELECTRON_RUN_AS_NODE: '1',
    ELECTRON_OZONE_PLATFORM_HINT: 'auto',
    GSS_MECH_CONFIG: '/tmp/mech',
    KRB5_CONFIG: '/tmp/krb5.conf',
    KRB5_TRACE: '/tmp/trace',
    KRB5CCNAME: 'FILE:/tmp/tickets',
    OPENSSL_CONF: '/tmp/openssl.cnf',
    OPENSSL_MODULES: '/tmp',
    SASL_PATH: '/tmp',
    SQLITE_TMPDIR: '/tmp',
    SPA_PLUGIN_DIR: '/tmp',
    PIPEWIRE_MODULE_DIR: '/tmp',
    PATH: '/usr/bin',
    https_proxy: 'http://proxy.example:3128',
  };
  const commandLine = {
    hasSwitch: (name: string) => args.includes(`--${name}`),
    removeSwitch: (name: string) => void removed.push(name),
  };
  removeDangerousOptions(packaged, commandLine, { argv: ['letterhead', ...args], platform, env });
  return { removed, env, weakened: hasWeakenedProtection(packaged, commandLine) };
}

it('removes all dangerous switches and variables when packaged, and nothing else', () => {
  const { removed, env } = start(
    true,
    DANGEROUS_SWITCHES.map((name) => `--${name}=1`),
  );
  expect(removed.toSorted()).toEqual(DANGEROUS_SWITCHES.toSorted());
  // Electron sets these itself.
  expect(start(true).removed).toEqual([
    'allow-file-access-from-files',
    'enable-logging',
    'log-file',
  ]);
  expect(env).toEqual({
    PATH: '/usr/bin',
    ELECTRON_OZONE_PLATFORM_HINT: 'auto',
    // On desktops without proxy settings, this variable is the system proxy.
    https_proxy: 'http://proxy.example:3128',
  });
});

it('removes unknown switches and keeps known ones', () => {
  const known = ALLOWED_SWITCHES.map((name) => `--${name}=1`);
  const { removed } = start(true, [...known, '--added-in-chromium-200=1', '-short', 'file.txt']);
  expect(removed).toEqual(expect.arrayContaining(['added-in-chromium-200', 'short']));
  expect(removed.filter((name) => ALLOWED_SWITCHES.includes(name))).toEqual([]);
  expect(removed).not.toContain('file.txt');
});

it('finds every switch that Chromium finds', () => {
  const argv = ['--not-counted', '--One=a=b', '-two', '/three', 'four', '--', '--five', '--two'];
  expect(switchesIn(argv)).toEqual(['one', 'two', 'three', 'five', 'two']);
  expect(switchesIn(['app', '-', '--', '---', '--=x', '', ' '])).toEqual([]);
});

it.each([
  ' ',
  '\t',
  '\n',
  '\v',
  '\f',
  '\r',
  ' \t\n ',
  '\x85',
  '\xa0',
  '\u2003',
  '\u2028',
  '\u3000',
])('finds a switch with white space around it (%j)', (space) => {
  for (const prefix of ['--', '-', '/']) {
    for (const word of [`${space}${prefix}user-agent=EVIL`, `${prefix}user-agent${space}`]) {
      expect(start(true, [word]).removed).toContain('user-agent');
      expect(start(true, ['file', `${space}--${space}`, word]).removed).toContain('user-agent');
    }
  }
});

it('does not remove white space inside, which Chromium counts as part of the name', () => {
  expect(switchesIn(['app', '-- lang', '--lang =de'])).toEqual([' lang', 'lang ']);
});

it('matches variable names case-insensitively on systems that do', () => {
  const env = { sslkeylogfile: 'x', Node_Options: 'x', Path: 'x' };
  const commandLine = { hasSwitch: () => false, removeSwitch: () => {} };
  removeDangerousOptions(true, commandLine, { argv: [], platform: 'win32', env });
  expect(env).toEqual({ Path: 'x' });
});

it.each(REFUSED_SWITCHES)('refuses to start with --%s, which cannot be removed in time', (name) => {
  expect(start(true, [`--${name}`]).weakened).toBe(true);
  expect(start(false, [`--${name}`]).weakened).toBe(false);
});

it('accepts every known switch', () => {
  expect(
    start(
      true,
      ALLOWED_SWITCHES.map((name) => `--${name}`),
    ).weakened,
  ).toBe(false);
});

it('leaves an unpackaged build alone, so that tests can point it at the stand-in', () => {
  const { removed, env } = start(false, ['--remote-debugging-port=0']);
  expect(removed).toEqual([]);
  expect(env['LETTERHEAD_API_URL']).toBe('http://127.0.0.1:1');
});
