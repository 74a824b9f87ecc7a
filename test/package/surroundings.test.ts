/**
 * The exact package in hostile environments, while it uses the key. Its requests go only to the stand-in (our fake
 * Cloudflare API server), never to the trap (the attacker's server), and no switch or variable makes it record the
 * key. The first test stores the key that the others use.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { filesWith } from '../e2e/support/canary';
import { searchWindows } from '../e2e/support/search-windows';
import { clear, writtenInto } from './hostile';
import { attacks, REFUSED, type Attack } from './support/attacks';
import { ended } from './support/person';
import { UNPACKED } from './support/package';
import { listeningPorts, loadedAddons } from './support/processes';
import { EXECUTABLE } from './support/debian';
import { allGone, setScene, type Running, type Scene } from './support/scene';
import { openTrap, type OpenTrap } from './support/trap';
import { trust } from './support/trust';
import { variablesReadIn } from './support/variables';

let scene: Scene;
let trap: OpenTrap;
let kinds: Attack[];
/** The ports of the stand-in and of the trap. */
let ports: number[];

beforeAll(async () => {
  scene = await setScene({ installed: true });
  const { person } = scene;
  trap = await openTrap(join(person.home, 'trap'));
  person.give(trap.folder);
  kinds = attacks(trap, join(person.home, 'planted'));
  ports = listeningPorts();
});

afterAll(async () => {
  await scene?.end();
  await trap?.close();
});

beforeEach(() => {
  trap.arrived.length = 0;
  clear(trap);
});

/** Where Electron writes what it reads of the app's archive (ELECTRON_LOG_ASAR_READS). One of another user stops it. */
const ASAR_LOG = join(tmpdir(), 'app-access-log.txt');

beforeEach(() => rmSync(ASAR_LOG, { force: true }));

// A failed test must not affect the next one.
afterEach(async () => {
  await scene.endApp();
  rmSync(ASAR_LOG, { force: true });
});

const key = (): string => scene.standin.signIns[0]!.key;

/** Opens the organization, and waits until the stand-in has received the key or the trap anything. */
async function useKey({ window }: Running): Promise<void> {
  const { standin } = scene;
  const [first] = [...standin.organizations.values()];
  standin.requests.length = 0;
  const used = (): boolean => standin.requests.some(({ keyMatches }) => keyMatches);
  await window.press({ role: 'list item', name: new RegExp(`^${first!.name}`) });
  await expect.poll(() => used() || trap.arrived.length > 0, { timeout: 60_000 }).toBe(true);
}

/** Checks that the trap has received nothing, and that the key is in no file. */
async function expectNothing({ expectedFiles = [] }: Partial<Attack> = {}): Promise<void> {
  expect(trap.arrived).toEqual([]);
  expect(await filesWith(scene.person.home, key())).toEqual([]);
  const written = new Set(writtenInto(trap).map((path) => path.split('/')[0]));
  expect([...written]).toEqual(expectedFiles);
  expect(scene.standin.violations).toEqual([]);
}

test('the first run stores a key', async () => {
  const first = await scene.start();
  await scene.setUp(first);
  await first.quit();
  expect(scene.person.run('secret-tool', ['search', '--all', 'service', 'Letterhead'])).toContain(
    key(),
  );
});

test.each([
  'names',
  'a proxy',
  'a PAC file',
  'logs',
  'a different keychain',
  'debuggers',
  'programs',
])('the key is sent only to Cloudflare and written nowhere: %s', async (name) => {
  const attack = kinds.find((kind) => kind.name.startsWith(name))!;
  const running = await scene.start(attack.switches, attack.variables);
  await useKey(running);
  expect(listeningPorts()).toEqual(ports);
  const isWhole = await running.quit();
  // Node writes its coverage last, so not if Electron has crashed at exit (scene.ts).
  const expectedFiles = attack.expectedFiles?.filter((file) => isWhole || file !== 'coverage');
  await expectNothing({ ...attack, ...(expectedFiles && { expectedFiles }) });
});

/** The folder of the package whose native modules were unpacked. */
const ADDONS = 'resources/app.asar.unpacked/node_modules';

/**
 * Another user's folder with native modules, everywhere in it where a library may look for one. They are those of the
 * package, so an app that loads them runs.
 */
function plantAddons(): string {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const addons = readdirSync(join(UNPACKED, ADDONS), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.node'),
  );
  const target = `${process.platform}-${process.arch}`;
  for (const place of ['', 'build/Release', 'build/Debug', `prebuilds/${target}`]) {
    for (const path of addons) {
      cpSync(join(UNPACKED, ADDONS, path), join(folder, place, path.split('/').pop()!));
    }
  }
  cpSync(join(UNPACKED, ADDONS), join(folder, 'node_modules'), { recursive: true });
  scene.person.give(folder);
  scene.person.run('test', ['-r', join(folder, 'build')]);
  return folder;
}

/** Variables with which libraries find native modules, even if none that is shipped reads them today. */
const ADDON_VARIABLES = [
  '@PHOTOSTRUCTURE/SQLITE_PREBUILD',
  '@GITHUB/KEYTAR_PREBUILD',
  'KEYTAR_PREBUILD',
  'NODE_PATH',
];
const ADDON_SETTINGS = [
  ...['LIBC', 'ARM_VERSION', 'PREBUILDS_ONLY'],
  ...['npm_config_arch', 'npm_config_platform', 'npm_config_libc', 'npm_config_runtime'],
];

/** The variables that keep their values then, and why: a test of their own, or what the app cannot run without. */
const KEPT = new Map([
  ['HOME', 'planted in the tests of a certificate store and of planted folders'],
  ['XDG_CONFIG_HOME', 'planted in the test of planted XDG folders'],
  ['XDG_DATA_HOME', 'planted in the test of planted XDG folders'],
  ['XDG_CACHE_HOME', 'planted in the test of planted XDG folders'],
  ['XDG_STATE_HOME', 'planted in the test of planted XDG folders'],
  ['PATH', 'its programs count as the person’s: docs/threat-model.md, Open doors'],
  ['DBUS_SESSION_BUS_ADDRESS', 'planted in test/e2e/security/installed.spec.ts'],
  ['XDG_RUNTIME_DIR', 'has the sockets of the session, without which there is no keychain'],
  ['DISPLAY', 'the screen, without which there is no window: docs/threat-model.md, Open doors'],
  ['XAUTHORITY', 'as DISPLAY'],
]);

test.each([
  ['the variables that name a folder of native modules', () => ADDON_VARIABLES],
  [
    'every variable that the shipped code reads',
    () => [
      ...ADDON_VARIABLES,
      ...ADDON_SETTINGS,
      ...variablesReadIn(join(UNPACKED, 'resources/app.asar')).words,
    ],
  ],
])('native modules are loaded from the app’s own folder, in spite of %s', async (_of, names) => {
  const { standin } = scene;
  const folder = plantAddons();
  const before = readdirSync(folder, { recursive: true });
  const hostile = names().filter((name) => !KEPT.has(name));
  const running = await scene.start([], Object.fromEntries(hostile.map((name) => [name, folder])));
  const loaded = new Set<string>();
  standin.requests.length = 0;
  const [first] = [...standin.organizations.values()];
  await running.window.press({ role: 'list item', name: new RegExp(`^${first!.name}`) });
  // The keychain's module is loaded by a helper, which ends when it is idle.
  await expect
    .poll(
      () => {
        for (const path of loadedAddons(EXECUTABLE)) loaded.add(path);
        return loaded.size >= 2 && standin.requests.some(({ keyMatches }) => keyMatches);
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBe(true);
  const own = `${join(EXECUTABLE, '..', ADDONS)}/`;
  expect([...loaded].filter((path) => !path.startsWith(own))).toEqual([]);
  expect([...loaded].map((path) => path.split('/').pop()).sort()).toEqual([
    '@photostructure+sqlite.glibc.node',
    'keytar.node',
  ]);
  await running.quit();
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
  await expectNothing();
});

test.each(REFUSED)('the app refuses to start with $name', async ({ switches, variables }) => {
  scene.standin.requests.length = 0;
  const { app, window } = await scene.start(switches, variables);
  // The dialog is not on the accessibility bus, but it has the keyboard focus.
  const dialogs = () => searchWindows(['--name', '^Error$'], scene.person.run);
  await expect.poll(dialogs, { timeout: 30_000 }).toHaveLength(1);
  window.keys('Return');
  await ended(app);
  window.close();
  expect(app.exitCode).toBe(1);
  await allGone();
  expect(scene.standin.requests).toEqual([]);
  await expectNothing();
});

test('a proxy from the environment is used, and sees the target’s name, never the key', async () => {
  const proxy = `http://127.0.0.1:${trap.port}`;
  const { switches } = kinds.find(({ name }) => name === 'a proxy')!;
  const running = await scene.start(
    switches.filter((one) => one.includes('certificate')),
    { https_proxy: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy },
  );
  // The trap first intercepts TLS, with a certificate that the person does not trust.
  await useKey(running);
  await running.window.find({ role: 'button', name: 'More actions' });
  expect(scene.standin.requests).toEqual([]);
  trap.tunnelTo(443);
  running.window.keys('F5');
  const used = (): boolean => scene.standin.requests.some(({ keyMatches }) => keyMatches);
  await expect.poll(used, { timeout: 60_000 }).toBe(true);
  await running.quit();
  expect(new Set(trap.arrived)).toEqual(new Set(['CONNECT api.cloudflare.com:443']));
  expect(trap.seen().includes(key())).toBe(false);
});

test('a certificate store in a planted home folder is not used', async () => {
  const { person } = scene;
  const planted = join(person.home, 'planted-home');
  mkdirSync(planted);
  person.give(planted);
  trust(planted, person.owner, trap.cert);
  trap.tunnelTo(null);
  const running = await scene.start([], {
    HOME: planted,
    // Otherwise a planted home folder would also hide the data.
    XDG_CONFIG_HOME: join(person.home, '.config'),
    https_proxy: `http://127.0.0.1:${trap.port}`,
  });
  await useKey(running);
  const before = trap.arrived.length;
  running.window.keys('F5');
  await expect.poll(() => trap.arrived.length, { timeout: 60_000 }).toBeGreaterThan(before);
  expect(new Set(trap.arrived)).toEqual(new Set(['CONNECT api.cloudflare.com:443']));
  expect(trap.seen().includes(key())).toBe(false);
  await running.quit();
});

test('with a planted home folder and planted XDG folders, the app uses those of the account', async () => {
  const { person } = scene;
  const planted = mkdtempSync(join(tmpdir(), 'letterhead-planted-'));
  onTestFinished(() => rmSync(planted, { recursive: true }));
  person.give(planted);
  const names = ['CONFIG_HOME', 'DATA_HOME', 'CACHE_HOME', 'STATE_HOME'];
  const running = await scene.start([], {
    HOME: planted,
    ...Object.fromEntries(names.map((name) => [`XDG_${name}`, planted])),
  });
  await useKey(running);
  await running.quit();
  await expectNothing();
  // The graphics process comes from a process that Chromium starts before our first line, with the old environment.
  const graphics = /^mesa_shader_cache/;
  expect(readdirSync(planted).filter((name) => !graphics.test(name))).toEqual([]);
});
