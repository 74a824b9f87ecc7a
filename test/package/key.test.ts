/**
 * The key on the exact package, where the surroundings are as they should be and something else is not:
 * the answers, the data, or the app itself, which crashes. It goes to the stand-in in the place of
 * Cloudflare alone, and is in no file.
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

const key = (): string => scene.standin.credentials[0]!.key;
const organizations = () => [...scene.standin.organizations.values()];
const refresh = ({ window }: Running): Promise<void> =>
  window.press({ role: 'button', name: 'Refresh' });

/** Waits until the profile was asked for with the key. */
const isRead = (): Promise<void> =>
  expect
    .poll(() => scene.standin.requests.some(({ keyMatches }) => keyMatches), { timeout: 60_000 })
    .toBe(true);

test('a redirect is not followed, whatever it is and wherever it leads', async () => {
  const { standin, tls } = scene;
  const running = await scene.start();
  await scene.setUp(running);
  await standin.goOffline();
  const redirecting = await startRedirecting(tls);
  const places = [
    `https://127.0.0.1:${trap.port}`,
    `http://${ELSEWHERE}:${trap.port}`,
    // The same name on another port is another machine for all we know.
    `https://api.cloudflare.com:${trap.port}`,
  ];
  for (const status of [301, 302, 303, 307, 308]) {
    for (const place of places) {
      redirecting.sends(status, place);
      await refresh(running);
      await expect.poll(redirecting.keys, { timeout: 60_000 }).toBeGreaterThan(0);
    }
  }
  await running.window.find({ role: 'static', name: /Letterhead did not follow/ });
  await redirecting.close();
  await standin.goOnline();
  standin.requests.length = 0;
  await refresh(running);
  await isRead();
  expect(trap.arrived).toEqual([]);

  // Nor with a write, whose body is a person's texts.
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

/** Changes the data behind the app's back: ids that are paths, sign-ins that are headers, addresses, proxies. */
function tamper(): void {
  const [first, other] = organizations();
  const elsewhere = `https://${ELSEWHERE}:${trap.port}`;
  const db = new DatabaseSync(join(scene.data, 'letterhead.db'));
  const organization = db.prepare(
    `INSERT INTO organization (id, name, credential_id, added_at)
     SELECT ?, '"Evil"', id, 1 FROM credential`,
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
    `INSERT INTO credential (id, label, email, user_id, state)
     VALUES ('eeeeeeeeeeeeeeee', '"Evil"', ?, ?, 'stored')`,
  ).run(JSON.stringify(`a@b.example\r\nHost: ${ELSEWHERE}\r\nX-Evil: 1`), elsewhere);
  db.prepare(
    `INSERT INTO organization (id, name, credential_id, added_at)
     VALUES (?, '"Evil too"', 'eeeeeeeeeeeeeeee', 1)`,
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
  // The list is built again from all that, as after an update that knows other columns.
  db.exec('UPDATE list_state SET is_built = 0');
  db.close();
  // Chromium's own files.
  const proxy = { mode: 'fixed_servers', server: `127.0.0.1:${trap.port}` };
  for (const name of ['Preferences', 'Local State']) {
    writeFileSync(join(scene.data, name), JSON.stringify({ proxy }));
  }
  scene.person.give(scene.data);
}

test('with tampered data it goes to Cloudflare alone, on no other path', async () => {
  const { standin } = scene;
  const [first] = organizations();
  tamper();
  const running = await scene.start();
  for (const name of [/^Evil too/, /^https:/]) {
    await running.window.press({ role: 'list item', name });
  }
  await isRead();
  await running.quit();
  // Neither what our database says nor a proxy in Chromium's own files leads anywhere.
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
