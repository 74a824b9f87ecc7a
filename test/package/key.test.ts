/**
 * The exact package with hostile answers or tampered data: it sends the key only to the stand-in (our fake Cloudflare
 * API server) and writes it into no file. The trap is the attacker's server, which must receive nothing.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { filesWith } from '../e2e/support/canary';
import { startRedirecting } from './support/redirecting';
import { ELSEWHERE, setScene, type Running, type Scene } from './support/scene';
import { openTrap, type OpenTrap } from './support/trap';

let scene: Scene;
let trap: OpenTrap;

beforeAll(async () => {
  scene = await setScene({ installed: true });
  trap = await openTrap(join(scene.person.home, 'trap'));
});

beforeEach(() => {
  trap.arrived.length = 0;
  scene.standin.requests.length = 0;
});

afterEach(() => scene.endApp());

afterAll(async () => {
  await scene?.end();
  await trap?.close();
});

const key = (): string => scene.standin.signIns[0]!.key;
const organizations = () => [...scene.standin.organizations.values()];

/** Whether the stand-in has received a request with the key. */
const hasKey = (): boolean => scene.standin.requests.some(({ keyMatches }) => keyMatches);

/**
 * Refreshes the open page until a request has arrived. Not once: a refresh joins a read that is still under way, and the
 * accessibility bus shows late whether one is.
 */
const refreshUntil = ({ window }: Running, hasArrived: () => boolean): Promise<void> =>
  expect
    .poll(
      () => {
        if (!hasArrived()) window.keys('F5');
        return hasArrived();
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true);

test('no redirect is followed, whatever its status and target', async () => {
  const { standin, tls } = scene;
  const running = await scene.start();
  await scene.setUp(running);
  await standin.goOffline();
  const redirecting = await startRedirecting(tls);
  const targets = [
    `https://127.0.0.1:${trap.port}`,
    `http://${ELSEWHERE}:${trap.port}`,
    // The same name on a different port may be a different machine.
    `https://api.cloudflare.com:${trap.port}`,
  ];
  for (const status of [301, 302, 303, 307, 308]) {
    for (const target of targets) {
      redirecting.sends(status, target);
      await refreshUntil(running, () => redirecting.keys() > 0);
    }
  }
  await running.window.find({ role: 'static', name: /redirected Letterhead/ });
  await redirecting.close();
  await standin.goOnline();
  standin.requests.length = 0;
  await refreshUntil(running, hasKey);
  expect(trap.arrived).toEqual([]);

  // A redirect of a write is not followed either. Its body contains texts of the person.
  standin.faults.add({ mode: 'redirect-307', match: { method: 'PUT' } });
  await running.window.type({ role: 'entry', name: 'Business phone' }, '+49 30 5550 7788');
  await running.window.press({ role: 'button', name: 'Review changes' });
  await running.window.press({ role: 'button', name: 'Save changes' });
  await running.window.find({ role: 'static', name: /Waiting to send/ });
  standin.faults.clear();
  expect(standin.strayRequests).toEqual([]);
  expect(standin.violations).toEqual([]);
  await running.quit();
});

/** Tampers with the data: ids that contain paths, sign-ins that contain headers, addresses, proxies. */
function tamper(): void {
  const [first, other] = organizations();
  const elsewhere = `https://${ELSEWHERE}:${trap.port}`;
  const db = new DatabaseSync(join(scene.data, 'letterhead.db'));
  const organization = db.prepare(
    `INSERT INTO organization (id, kind, name, sign_in_id, added_at)
     SELECT ?, 'organization', '"Evil"', id, 1 FROM sign_in`,
  );
  const tricks = [
    `${elsewhere}/`,
    `@${ELSEWHERE}:${trap.port}/`,
    '../../../evil',
    `${other!.id}/x`,
  ];
  for (const id of [...tricks, `${other!.id}?x`, `${other!.id}%2fx`, `${other!.id}\r\nX-Evil: 1`]) {
    organization.run(id);
  }
  db.prepare(
    `INSERT INTO sign_in (id, kind, label, email, user_id, state)
     VALUES ('eeeeeeeeeeeeeeee', 'key', '"Evil"', ?, ?, 'stored')`,
  ).run(JSON.stringify(`a@b.example\r\nHost: ${ELSEWHERE}\r\nX-Evil: 1`), elsewhere);
  db.prepare(
    `INSERT INTO organization (id, kind, name, sign_in_id, added_at)
     VALUES (?, 'organization', '"Evil too"', 'eeeeeeeeeeeeeeee', 1)`,
  ).run(other!.id);
  for (const name of ['apiUrl', 'api-url', 'baseUrl', 'LETTERHEAD_API_URL', 'proxy', 'updates']) {
    db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)').run(
      name,
      JSON.stringify(elsewhere),
    );
  }
  db.prepare('UPDATE organization SET name = ? WHERE id = ?').run(
    JSON.stringify(elsewhere),
    first!.id,
  );
  // Makes the app rebuild the list from this data, as after an update with different columns.
  db.exec('UPDATE list_state SET is_built = 0');
  db.close();
  // Chromium's own files.
  const proxy = { mode: 'fixed_servers', server: `127.0.0.1:${trap.port}` };
  for (const name of ['Preferences', 'Local State']) {
    writeFileSync(join(scene.data, name), JSON.stringify({ proxy }));
  }
  scene.person.give(scene.data);
}

test('with tampered data the key is sent only to Cloudflare, and only on known paths', async () => {
  const { standin } = scene;
  const [first] = organizations();
  tamper();
  const running = await scene.start();
  for (const name of [/^Evil too/, /^https:/]) {
    await running.window.press({ role: 'list item', name });
  }
  await expect.poll(hasKey, { timeout: 60_000 }).toBe(true);
  await running.quit();
  // Neither the tampered database nor a proxy in Chromium's files has an effect.
  expect(trap.arrived).toEqual([]);
  const read = `/client/v4/organizations/${first!.id}/profile`;
  const allowed = [read, '/client/v4/user', '/client/v4/organizations'];
  const asked = new Set(standin.requests.map(({ path }) => path));
  expect([...asked].filter((path) => !allowed.includes(path))).toEqual([]);
  const hosts = new Set(standin.requests.map(({ headers }) => headers['host']));
  expect([...hosts]).toEqual(['api.cloudflare.com']);
  expect(standin.requests.filter(({ headers }) => 'x-evil' in headers)).toEqual([]);
  expect(standin.violations).toEqual([]);
  expect(await filesWith(scene.person.home, key())).toEqual([]);
});
