/**
 * The Debian package as people get it. It is installed by apt, started by an ordinary user in its sandbox, driven by
 * real keystrokes through the accessibility bus, talking over TLS to a stand-in for the Cloudflare API. Then it is
 * upgraded and removed. The tests depend on their order: each continues with the system and data of the previous one.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../src/main/database/schema';
import { m } from '../../src/shared/messages';
import { startStandin, type Standin } from '../standin';
import { selfSigned } from '../standin/self-signed';
import {
  EXECUTABLE,
  filesOf,
  install,
  installed,
  installOnce,
  missingFor,
  programsIn,
  purge,
  verify,
} from './support/debian';
import { Window } from './support/accessible';
import { startWithoutNamespaces } from './support/no-namespaces';
import { DEB, nextVersionOf } from './support/package';
import { listeningPorts, processesOf } from './support/processes';
import { setScene, type Scene } from './support/scene';

type Database = InstanceType<typeof DatabaseSync>;

const PHONE = '+49 30 5550 1234';

let scene: Scene;
/**
 * A second stand-in, which plays the attacker's server. Hostile switches and variables try to redirect requests to the
 * decoy, but it must never receive one.
 */
let decoy: Standin;

beforeAll(async () => {
  scene = await setScene();
  decoy = await startStandin({ organizations: 3, tls: await selfSigned('api.cloudflare.com') });
});

afterAll(async () => {
  await scene?.end();
  await decoy?.close();
});

function database<T>(folder: string, query: (db: Database) => T): T {
  const db = new DatabaseSync(join(folder, 'letterhead.db'), { readOnly: true });
  try {
    return query(db);
  } finally {
    db.close();
  }
}

test('apt installs it with all its dependencies', () => {
  installOnce(DEB);
  expect(installed()).toMatch(/ installed$/);
  expect(verify()).toBe('');
  const programs = programsIn('/opt/Letterhead');
  expect(programs.length).toBeGreaterThan(5);
  expect(programs.flatMap(missingFor)).toEqual([]);
  expect(scene.person.run('sh', ['-c', 'command -v letterhead'])).toBe('/usr/bin/letterhead\n');
});

test('an ordinary user adds an organization and saves a change in the sandbox, despite hostile switches and variables', async () => {
  const { person, standin } = scene;
  const { key } = standin.signIns[0]!;
  const [first] = [...standin.organizations.values()];
  const traces = ['net-log.json', 'tls-secrets.log', 'chrome.log'].map((n) => join(person.home, n));
  const running = await scene.start(
    [
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
      // If the fuse for this were on, the app would run as plain Node and open no window.
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--inspect=9230',
    },
  );
  await scene.setUp(running);
  const { app, window } = running;
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
  // Each stand-in has a second port as the target of redirects; the app has none.
  const ports = listeningPorts();
  expect(ports).toHaveLength(4);
  expect(ports).toEqual(expect.arrayContaining([443, decoy.port]));
  expect(traces.filter((file) => existsSync(file))).toEqual([]);

  const secrets = person.run('secret-tool', ['search', '--all', 'service', 'Letterhead']);
  expect(secrets).toContain(key);
  await running.quit();
  const rows = database(scene.data, (db) => db.prepare('SELECT id FROM organization').all());
  expect(rows).toEqual([{ id: first!.id }]);
});

test('where no user namespace can be created, the package’s setuid helper creates the sandbox', async () => {
  const { person } = scene;
  await startWithoutNamespaces(person, ['letterhead', '--force-renderer-accessibility']);
  const window = await Window.of(person);
  await window.find({ role: 'list item' });
  const processes = processesOf(EXECUTABLE);
  const main = processes.find(({ commandLine }) => !commandLine.includes('--type='))!;
  const [page] = processes.filter(({ commandLine }) => commandLine.includes('--type=renderer'));
  expect(processesOf('/opt/Letterhead/chrome-sandbox')).toHaveLength(1);
  expect(page!.status).toMatchObject({ Seccomp: '2', NoNewPrivs: '1' });
  expect(page!.userNamespace).toBe(main.userNamespace);
  // The page sees only the processes of the sandbox.
  expect(page!.status['NSpid']).toMatch(/^\d+\t\d+$/);
  await window.close();
  await scene.endApp();
});

test('after an upgrade everything is still there, even offline', async () => {
  const { standin } = scene;
  const [first] = [...standin.organizations.values()];
  const { file, version } = nextVersionOf(DEB, scene.folder);
  install(file);
  expect(installed()).toBe(`${version} installed`);
  await standin.goOffline();
  const { window, quit } = await scene.start();
  await window.press({ role: 'list item', name: new RegExp(`^${first!.name}`) });
  const phone = await window.find({ role: 'entry', name: 'Business phone' });
  await expect.poll(() => window.text(phone), { timeout: 60_000 }).toBe(PHONE);
  await quit();
  await standin.goOnline();
});

test('data of an older schema is set aside', async () => {
  const { person } = scene;
  const folder = join(person.home, 'older');
  mkdirSync(folder);
  const older = new DatabaseSync(join(folder, 'letterhead.db'));
  older.exec('CREATE TABLE organization (id TEXT PRIMARY KEY); PRAGMA user_version = 1');
  older.close();
  person.give(folder);
  const { window, quit } = await scene.start([`--user-data-dir=${folder}`]);
  await window.find({ role: 'button', name: m.common_close() });
  await quit();
  expect(readdirSync(folder).some((file) => file.startsWith('letterhead.older-'))).toBe(true);
  const version = database(folder, (db) => db.prepare('PRAGMA user_version').get());
  expect(version).toEqual({ user_version: SCHEMA_VERSION });
});

test('apt removes everything except the user’s data', () => {
  const files = filesOf().filter((path) => /letterhead/i.test(path));
  expect(files.length).toBeGreaterThan(30);
  purge();
  expect(files.filter((path) => existsSync(path))).toEqual([]);
  expect(existsSync(join(scene.data, 'letterhead.db'))).toBe(true);
  const { person, standin } = scene;
  const secrets = person.run('secret-tool', ['search', '--all', 'service', 'Letterhead']);
  expect(secrets).toContain(standin.signIns[0]!.key);
});
