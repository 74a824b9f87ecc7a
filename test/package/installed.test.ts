/**
 * The Debian package as people get it: installed by apt, started by an ordinary user in its sandbox, used
 * by real keys through the accessibility bus against the stand-in over TLS, upgraded, and removed.
 * Nothing in the app knows of the test: the name of Cloudflare's API leads to the stand-in by a hosts
 * file of this test alone, and its certificate is one that the user trusts.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../src/main/store/migrations';
import { startStandin, type Standin } from '../standin';
import { selfSigned } from '../standin/self-signed';
import { Window } from './support/accessible';
import {
  filesOf,
  install,
  installed,
  missingFor,
  programsIn,
  purge,
  verify,
} from './support/debian';
import { DEB, nextVersionOf } from './support/package';
import { createPerson, ended, type Person } from './support/person';
import { listeningPorts, processesOf } from './support/processes';

type Database = InstanceType<typeof DatabaseSync>;

const EXECUTABLE = '/opt/Letterhead/letterhead';
const PHONE = '+49 30 5550 1234';

const folder = mkdtempSync(join(tmpdir(), 'letterhead-package-'));
let person: Person;
let standin: Standin;
/** Where the switches and variables of an attacker point: nothing must ever arrive here. */
let decoy: Standin;

beforeAll(async () => {
  const tls = selfSigned('api.cloudflare.com');
  standin = await startStandin({ organizations: 3, port: 443, tls });
  decoy = await startStandin({ organizations: 3, tls: selfSigned('api.cloudflare.com') });
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 localhost api.cloudflare.com\n');
  // Seen in this test's own mount namespace alone.
  execFileSync('mount', ['--bind', hosts, '/etc/hosts']);
  person = await createPerson(tls.cert);
});

afterAll(async () => {
  await person?.leave();
  // Gone already, unless a test before the last one failed.
  if (existsSync(EXECUTABLE)) purge();
  await Promise.all([standin?.close(), decoy?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const dataFolder = (): string => join(person.home, '.config', 'Letterhead');

function database<T>(folder: string, look: (db: Database) => T): T {
  const db = new DatabaseSync(join(folder, 'letterhead.db'), { readOnly: true });
  try {
    return look(db);
  } finally {
    db.close();
  }
}

/** Quits by the keyboard, and waits for the end. */
async function quit(window: Window, app: ReturnType<Person['start']>): Promise<void> {
  window.keys('ctrl+q');
  await ended(app);
  window.close();
  expect(app.exitCode).toBe(0);
  // Its helpers end when they notice.
  const left = (): string[] => processesOf(EXECUTABLE).map(({ commandLine }) => commandLine);
  await expect.poll(left, { timeout: 60_000 }).toEqual([]);
}

test('apt installs it, with everything it needs', () => {
  install(DEB);
  expect(installed()).toMatch(/ installed$/);
  expect(verify()).toBe('');
  const programs = programsIn('/opt/Letterhead');
  expect(programs.length).toBeGreaterThan(5);
  expect(programs.flatMap(missingFor)).toEqual([]);
  expect(person.run('sh', ['-c', 'command -v letterhead'])).toBe('/usr/bin/letterhead\n');
});

test('an ordinary user does the main job in the sandbox, whatever switches and variables say', async () => {
  const { email, key } = standin.credentials[0]!;
  const [first] = [...standin.organizations.values()];
  const traces = ['net-log.json', 'tls-secrets.log', 'chrome.log'].map((n) => join(person.home, n));
  const app = person.start(
    'letterhead',
    [
      '--force-renderer-accessibility',
      `--host-resolver-rules=MAP api.cloudflare.com 127.0.0.1:${decoy.port}`,
      '--ignore-certificate-errors',
      '--proxy-server=http://127.0.0.1:9',
      `--log-net-log=${traces[0]}`,
      '--net-log-capture-mode=Everything',
      '--remote-debugging-port=9222',
      '--inspect=9229',
    ],
    {
      LETTERHEAD_API_URL: decoy.url,
      CLOUDFLARE_BASE_URL: decoy.url,
      SSLKEYLOGFILE: traces[1]!,
      CHROME_LOG_FILE: traces[2]!,
      // Were its fuse on, no window would open.
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--inspect=9230',
    },
  );
  const window = await Window.of(person);
  await window.press({ role: 'button', name: 'Add organizations' });
  await window.type({ role: 'entry', name: 'Name for this sign-in' }, 'Head office');
  await window.type({ role: 'entry', name: 'Account email' }, email);
  await window.type({ role: 'password text', name: 'Global API Key' }, key);
  await window.press({ role: 'button', name: 'Continue' });
  await window.press({ role: 'check box', name: first!.name });
  await window.press({ role: 'button', name: 'Add selected' });
  await window.find({ role: 'heading', name: first!.name });
  await window.type({ role: 'entry', name: 'Business phone' }, PHONE);
  await window.press({ role: 'button', name: 'Review changes' });
  await window.press({ role: 'button', name: 'Save changes' });
  await window.find({ role: 'static', name: /Saved and confirmed by Cloudflare/ });

  expect(standin.profileOf(first!.id)).toEqual({ ...first!.profile, business_phone: PHONE });
  expect(standin.violations).toEqual([]);
  expect(decoy.requests).toEqual([]);

  const processes = processesOf(EXECUTABLE);
  const renderers = processes.filter((one) => one.commandLine.includes('--type=renderer'));
  expect(renderers.length).toBe(1);
  for (const { commandLine, environment, status } of processes) {
    expect(commandLine).not.toContain('no-sandbox');
    expect(`${commandLine} ${environment}`).not.toContain(key);
    expect(status['Uid']).toMatch(new RegExp(`^${person.owner.uid}\\s`));
  }
  for (const { status, userNamespace } of renderers) {
    expect(status).toMatchObject({ Seccomp: '2', NoNewPrivs: '1' });
    const main = processes.find(({ pid }) => pid === app.pid)!;
    expect(userNamespace).not.toBe(main.userNamespace);
  }
  // Each stand-in has a second port, where redirects would lead; the app has none.
  const ports = listeningPorts();
  expect(ports).toHaveLength(4);
  expect(ports).toEqual(expect.arrayContaining([443, decoy.port]));
  expect(traces.filter((file) => existsSync(file))).toEqual([]);

  const secrets = person.run('secret-tool', ['search', '--all', 'service', 'Letterhead']);
  expect(secrets).toContain(key);
  await quit(window, app);
  const rows = database(dataFolder(), (db) => db.prepare('SELECT id FROM organization').all());
  expect(rows).toEqual([{ id: first!.id }]);
});

test('after an upgrade everything is still there, also without a network', async () => {
  const [first] = [...standin.organizations.values()];
  const { file, version } = nextVersionOf(DEB, folder);
  install(file);
  expect(installed()).toBe(`${version} installed`);
  await standin.goOffline();
  const app = person.start('letterhead', ['--force-renderer-accessibility']);
  const window = await Window.of(person);
  await window.press({ role: 'list item', name: new RegExp(`^${first!.name}`) });
  const phone = await window.find({ role: 'entry', name: 'Business phone' });
  expect(await window.text(phone)).toBe(PHONE);
  await quit(window, app);
  await standin.goOnline();
});

test('the data of every released version is taken over', async () => {
  const fixtures = join(import.meta.dirname, '..', 'unit', 'store', 'fixtures');
  const databases = readdirSync(fixtures).filter((name) => name.endsWith('.db'));
  expect(databases.length).toBeGreaterThan(0);
  for (const name of databases) {
    const place = join(person.home, name.replace('.db', ''));
    mkdirSync(place);
    copyFileSync(join(fixtures, name), join(place, 'letterhead.db'));
    person.give(place);
    const contents = JSON.parse(
      readFileSync(join(fixtures, name.replace('.db', '.json')), 'utf8'),
    ) as {
      organizations: { name: string }[];
    };
    const app = person.start('letterhead', [
      '--force-renderer-accessibility',
      `--user-data-dir=${place}`,
    ]);
    const window = await Window.of(person);
    await window.find({
      role: 'list item',
      name: new RegExp(`^${contents.organizations[0]!.name}`),
    });
    await quit(window, app);
    const version = database(place, (db) => db.prepare('PRAGMA user_version').get());
    expect(version).toEqual({ user_version: SCHEMA_VERSION });
    const { n } = database(place, (db) =>
      db.prepare('SELECT count(*) n FROM organization').get(),
    ) as {
      n: number;
    };
    expect(n).toBe(contents.organizations.length);
  }
});

test('apt removes all of it but what belongs to the user', () => {
  const own = filesOf().filter((path) => /letterhead/i.test(path));
  expect(own.length).toBeGreaterThan(30);
  purge();
  expect(own.filter((path) => existsSync(path))).toEqual([]);
  expect(existsSync(join(dataFolder(), 'letterhead.db'))).toBe(true);
  const secrets = person.run('secret-tool', ['search', '--all', 'service', 'Letterhead']);
  expect(secrets).toContain(standin.credentials[0]!.key);
});
