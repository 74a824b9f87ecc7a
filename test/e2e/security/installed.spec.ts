/**
 * A build that considers itself packaged, launched in a hostile environment: the key is sent nowhere and
 * written nowhere. The trap is the attacker's server and folder (test/package/hostile.ts). An unpackaged
 * build in the same environment does leak the key into the trap, which proves that the trap works.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { hostileSwitches, hostileVariables, writtenInto, type Trap } from '../../package/hostile';
import { startStandin, type Standin } from '../../standin';
import { selfSigned } from '../../standin/self-signed';
import { filesWith } from '../support/canary';
import { startCompanyProxy } from '../support/company-proxy';
import { createPackagedLookalike, executable } from '../support/executable';
import { expect, test as base } from '../support/fixtures';
import { DANGEROUS_SWITCHES } from './dangerous-switches';

/** What test/package/drive.cjs reports. */
interface Report {
  isPackaged: boolean;
  /** The dangerous switches that main still had. */
  left: string[];
  outcome: { ok: boolean; failure?: { code: string } };
  env: Record<string, string>;
}

const isRoot = process.getuid?.() === 0;

const test = base.extend<{ trapServer: Standin; trap: Trap }>({
  trapServer: async ({ browserName: _ }, use) => {
    const tls = await selfSigned();
    const trapServer = await startStandin({ organizations: 1, tls });
    await use(Object.assign(trapServer, { cert: tls.cert }));
    await trapServer.close();
  },
  trap: async ({ trapServer, userData }, use) => {
    const folder = join(userData, 'trap');
    mkdirSync(folder);
    const { cert } = trapServer as unknown as { cert: string };
    await use({ folder, port: Number(new URL(trapServer.url).port), cert });
  },
});

/** How long a launch may take before it is killed, in ms. */
const LIMIT_MS = 90_000;

/** Launches a build and returns its exit code. */
async function run(path: string, args: string[], env = process.env): Promise<number | null> {
  const limit = { timeout: LIMIT_MS, killSignal: 'SIGKILL' } as const;
  const child = spawn(path, args, { env, stdio: 'ignore', ...limit });
  return new Promise((ended) => child.once('exit', ended));
}

/** Launches a build in the trap, makes it check a sign-in, and returns its report. */
async function startInTrap(
  path: string,
  trap: Trap,
  {
    userData,
    key,
    variables,
    hostile = hostileSwitches(trap),
  }: { userData: string; key: string; variables: object; hostile?: string[] },
) {
  const report = join(userData, 'report.json');
  const ask = { key, switches: [...DANGEROUS_SWITCHES, 'user-agent'], hideRoot: isRoot };
  writeFileSync(`${report}.ask`, JSON.stringify(ask));
  const args = ['-r', resolve('test/package/drive.cjs'), '.', '--disable-gpu'];
  args.push(`--user-data-dir=${join(userData, 'data')}`, ...hostile);
  // Chromium removes the space.
  args.push(' --user-agent=EVIL');
  if (isRoot) args.push('--no-sandbox');
  await run(path, args, { ...process.env, ...variables, DRIVE_REPORT: report });
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

test('an installed build does not leak the key', async ({ trapServer, trap, userData }) => {
  const { key } = trapServer.signIns[0]!;
  const path = createPackagedLookalike(join(userData, 'runtime'));
  const variables = hostileVariables(trap);
  const report = await startInTrap(path, trap, { userData, key, variables });
  expect(report.isPackaged).toBe(true);
  expect(report.left.filter((one) => !one.startsWith('host-resolver-rules='))).toEqual([
    'disable-features=IsolateSandboxedIframes,EyeDropper',
  ]);
  expect(report.outcome.failure?.code).toMatch(/^network\./);
  expect(Object.keys(report.env).filter((name) => name in variables)).toEqual([]);
  expect(trapServer.requests).toEqual([]);
  expect(writtenInto(trap)).toEqual([]);
  expect(await filesWith(join(userData, 'data'), key)).toEqual([]);
});

test('an installed build on Linux takes folders and the keychain’s address from nowhere else', async ({
  trapServer,
  trap,
  userData,
}) => {
  const { key } = trapServer.signIns[0]!;
  const path = createPackagedLookalike(join(userData, 'runtime'));
  // The trap may be in the home folder, where these would count.
  const outside = mkdtempSync('/tmp/letterhead-planted-');
  const planted = {
    HOME: outside,
    XDG_CONFIG_HOME: join(outside, 'config'),
    XDG_DATA_HOME: outside,
    DBUS_SESSION_BUS_ADDRESS: `tcp:host=127.0.0.1,port=${trap.port}`,
    SECRET_BACKEND: 'file',
    KRB5_CONFIG: join(trap.folder, 'krb5.conf'),
    OPENSSL_MODULES: trap.folder,
  };
  const { env, isPackaged } = await startInTrap(path, trap, { userData, key, variables: planted });
  expect(isPackaged).toBe(true);
  expect(Object.keys(planted).filter((name) => name in env)).toEqual([
    'HOME',
    'DBUS_SESSION_BUS_ADDRESS',
  ]);
  const { homedir, uid } = userInfo();
  expect(env['HOME']).toBe(homedir);
  expect(env['DBUS_SESSION_BUS_ADDRESS']).toBe(`unix:path=/run/user/${uid}/bus`);
  expect(trapServer.requests).toEqual([]);
  expect(writtenInto(trap)).toEqual([]);
  expect(readdirSync(outside)).toEqual([]);
  rmSync(outside, { recursive: true });
});

/** The outcome when a proxy asks for Negotiate, and whether the app reads the file that names its libraries. */
async function askedToNegotiate(
  path: string,
  trap: Trap,
  { userData, key }: { userData: string; key: string },
) {
  const [modules, read] = [join(userData, 'modules'), join(userData, 'read')];
  execFileSync('mkfifo', [modules]);
  // Opening the pipe waits for a reader.
  const waiting = spawn('sh', ['-c', ': > "$0" && : > "$1"', modules, read], { stdio: 'ignore' });
  const proxy = await startCompanyProxy(() => trap.port);
  proxy.requirePassword('Negotiate');
  const variables = {
    GSS_MECH_CONFIG: modules,
    https_proxy: proxy.url,
    no_proxy: '',
    XDG_CURRENT_DESKTOP: '',
    DESKTOP_SESSION: '',
  };
  const { outcome } = await startInTrap(path, trap, {
    userData,
    key,
    variables,
    // Some of the switches lead past the proxy.
    hostile: [],
  });
  await proxy.close();
  waiting.kill();
  return {
    code: outcome.failure?.code,
    hasAsked: proxy.tunnels.length > 0,
    reads: existsSync(read),
  };
}

test('no library from the environment is loaded when a proxy asks for Negotiate', async ({
  trapServer,
  trap,
  userData,
}) => {
  const { key } = trapServer.signIns[0]!;
  const path = createPackagedLookalike(join(userData, 'runtime'));
  expect(await askedToNegotiate(path, trap, { userData, key })).toEqual({
    code: 'network.proxy-sign-in',
    hasAsked: true,
    reads: false,
  });
});

test('the trap works: a development build loads libraries when a proxy asks for Negotiate', async ({
  trapServer,
  trap,
  userData,
}) => {
  const { key } = trapServer.signIns[0]!;
  expect(await askedToNegotiate(executable(), trap, { userData, key })).toMatchObject({
    hasAsked: true,
    reads: true,
  });
});

test('the trap works: a development build leaks the key', async ({
  trapServer,
  trap,
  userData,
}) => {
  const { key } = trapServer.signIns[0]!;
  // Only the switches must lead to the trap, not the variable of development builds.
  const { LETTERHEAD_API_URL: _, ...variables } = hostileVariables(trap);
  delete variables['ELECTRON_RENDERER_URL'];
  const report = await startInTrap(executable(), trap, { userData, key, variables });
  expect(report.isPackaged).toBe(false);
  expect(report.outcome).toMatchObject({ ok: true });
  expect(trapServer.requests.some(({ keyMatches }) => keyMatches)).toBe(true);
  expect(writtenInto(trap)).toEqual(expect.arrayContaining(['net-log.json', 'tls-keys-by-switch']));
});

test('an installed build launched without its sandbox says so and touches nothing', async ({
  userData,
}) => {
  const path = createPackagedLookalike(join(userData, 'runtime'));
  const data = join(userData, 'data');
  const messageFile = join(userData, 'said');
  const hook = join(userData, 'hook.cjs');
  writeFileSync(
    hook,
    `const { dialog } = require('electron');
     dialog.showErrorBox = (...texts) => require('node:fs').writeFileSync(${JSON.stringify(messageFile)}, texts.join(': '));`,
  );
  const args = ['-r', hook, '.', `--user-data-dir=${data}`, '--disable-gpu', '--no-sandbox'];
  expect(await run(path, args)).toBe(1);
  expect(readFileSync(messageFile, 'utf8')).toContain('The command turns off its security sandbox');
  expect(existsSync(data) ? readdirSync(data) : []).not.toContain('letterhead.db');
});
