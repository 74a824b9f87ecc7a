/**
 * The key where a debugger, an administrator or another program of the same person would look first:
 * in the command lines and environments of our processes, in crash dumps, on the clipboard, in titles
 * and notifications; and where a request with it goes when the database was tampered with.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { filesWith } from '../support/canary';
import { expect, test } from '../support/fixtures';
import { appUser } from '../support/packaged';
import { processTree, processStrings } from '../support/processes';
import { setUpAndClose } from '../support/relaunch';

test('no process of ours shows the key, and nothing the system shows does', async ({
  launch,
  standin,
}) => {
  const { key, email } = standin.credentials[0]!;
  const [organization] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await app.evaluate(({ Notification }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    const { show } = Notification.prototype;
    Notification.prototype.show = function (this: Electron.Notification) {
      shown.push(`${this.title} ${this.body}`);
      show.call(this);
    };
  });
  await letterhead.setUpOne(organization!);

  const pids = processTree(app.process().pid!);
  // Main, zygotes, page, network and the helper that holds the keychain.
  expect(pids.length).toBeGreaterThan(3);
  for (const part of ['cmdline', 'environ'] as const) {
    const words = processStrings(pids, part);
    // In a packaged app Chromium writes the titles of its processes over most of their environments.
    expect(words.length).toBeGreaterThan(appUser && part === 'environ' ? 0 : 3);
    expect(words.filter((word) => word.includes(key) || word.includes(email))).toEqual([]);
  }
  const seen = await app.evaluate(async ({ BrowserWindow, clipboard, crashReporter }) => ({
    titles: BrowserWindow.getAllWindows().map((window) => window.getTitle()),
    // Without waiting, Electron 44 and newer would hand over a promise in which no key is ever found.
    clipboard: await clipboard.readText(),
    shown: (globalThis as unknown as { shown: string[] }).shown,
    uploads: crashReporter.getUploadToServer(),
    environment: Object.values(process.env),
    argv: process.argv,
  }));
  expect(seen.uploads).toBe(false);
  expect(JSON.stringify(seen)).not.toContain(key);
  expect(await page.title()).toBe('Letterhead');
});

test('a crash of the window or of main leaves no dump and no key', async ({
  launch,
  standin,
  userData,
}) => {
  const { key } = standin.credentials[0]!;
  const [organization] = [...standin.organizations.values()];
  const { app, letterhead, isRunning } = await launch();
  await letterhead.setUpOne(organization!);
  const dumps = await app.evaluate(({ app: main }) => main.getPath('crashDumps'));
  const gone = app.evaluate(
    ({ BrowserWindow, dialog }) =>
      new Promise<string>((resolve) => {
        // Nobody is there to answer the question after it.
        dialog.showMessageBox = () => new Promise(() => undefined);
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        webContents.once('render-process-gone', (_event, { reason }) => resolve(reason));
        webContents.forcefullyCrashRenderer();
      }),
  );
  expect(['crashed', 'killed']).toContain(await gone);
  // It may be gone before it has answered.
  await app.evaluate(() => setTimeout(() => process.crash(), 0)).catch(() => undefined);
  await expect.poll(isRunning).toBe(false);
  expect(await filesWith(userData, key)).toEqual([]);
  const left = await readdir(dumps, { recursive: true }).catch(() => []);
  expect(left.filter((name) => /\.(dmp|core)$|^core/.test(name))).toEqual([]);
  expect(
    (await readdir(join(userData), { recursive: true })).filter((name) => /\.dmp$/.test(name)),
  ).toEqual([]);
});

/** Writes into the database of an app that is not running. */
function tamper(userData: string, work: (db: InstanceType<typeof DatabaseSync>) => void): void {
  const db = new DatabaseSync(join(userData, 'letterhead.db'));
  try {
    work(db);
  } finally {
    db.close();
  }
}

test('with a tampered database the key goes nowhere but to Cloudflare, on no other path', async ({
  launch,
  standin,
  userData,
}) => {
  const [organization, other] = [...standin.organizations.values()];
  await setUpAndClose(launch, organization!);
  const evil = ['../../../evil', `${other!.id}/../evil`, '//evil.example/', 'https://evil.example'];
  evil.push(`${other!.id}?evil`, `${other!.id}%2fevil`, `${other!.id}\r\nX-Evil: 1`);
  const link = 'https://evil.example/';
  const notice = { code: 1, message: 'Read this', field: null, link };
  const failure = JSON.stringify({ code: 'sign-in.refused', errors: [notice], messages: [notice] });
  tamper(userData, (db) => {
    const add = db.prepare(
      `INSERT INTO organization (id, name, credential_id, added_at)
       SELECT ?, '"Evil"', id, 1 FROM credential`,
    );
    for (const id of evil) add.run(id);
    // One more of the right shape, whose e-mail would be a header of its own; and a base address.
    db.prepare(
      `INSERT INTO credential (id, label, email, state, trouble)
       VALUES ('eeeeeeeeeeeeeeee', '"Evil"', ?, 'stored', ?)`,
    ).run(JSON.stringify('a@b.example\r\nX-Evil: 1'), failure);
    db.prepare(
      `INSERT INTO organization (id, name, credential_id, added_at)
       VALUES (?, '"Evil too"', 'eeeeeeeeeeeeeeee', 1)`,
    ).run(other!.id);
    for (const name of ['apiUrl', 'LETTERHEAD_API_URL', 'checkEvery']) {
      db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)').run(
        name,
        JSON.stringify(link),
      );
    }
    // The list is built again from all that, as after an update that knows other columns.
    db.exec('UPDATE list_state SET is_built = 0');
  });
  standin.requests.length = 0;

  const { app, page, letterhead, isRunning } = await launch();
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = async (address) => void opened.push(address);
  });
  await expect(letterhead.option('Evil too')).toBeVisible();
  await letterhead.open(organization!.name);
  const read = `/client/v4/organizations/${organization!.id}/profile`;
  await expect.poll(() => standin.requests.some(({ path }) => path === read)).toBe(true);
  await page.evaluate(
    async ([ids, url]) => {
      type Bridge = Record<string, Record<string, (request: unknown) => Promise<unknown>>>;
      const { letterhead } = window as unknown as { letterhead: Bridge };
      for (const organizationId of ids as string[]) {
        await letterhead['organizations']!['refresh']!({ organizationId });
      }
      await letterhead['checks']!['run']!(null);
      await letterhead['app']!['openLink']!({ url });
    },
    [[...evil, other!.id], link],
  );
  expect(isRunning()).toBe(true);
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual(
    [],
  );
  const asked = new Set(standin.requests.map(({ path }) => path));
  const allowed = ['/client/v4/user', '/client/v4/organizations', read];
  expect([...asked].filter((path) => !allowed.includes(path))).toEqual([]);
  const headers = standin.requests.flatMap((request) => Object.keys(request.headers));
  expect(headers).not.toContain('x-evil');
});
