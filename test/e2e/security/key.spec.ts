/**
 * Searches for the key where a debugger, an administrator or another program of the same user would look:
 * command lines, environments, crash dumps, clipboard, titles, notifications. Also checks that a tampered
 * database cannot redirect a request that carries it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { filesWith } from '../support/canary';
import { expect, test } from '../support/fixtures';
import { captureOpened } from '../support/native-ui';
import { appUser } from '../support/packaged';
import { processTree, processStrings } from '../support/processes';
import { setUpAndClose } from '../support/relaunch';

test('neither our processes nor the system UI show the key', async ({ launch, standin }) => {
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
  // Main, zygotes, page, network process, and the helper process that talks to the keychain.
  expect(pids.length).toBeGreaterThan(3);
  for (const file of ['cmdline', 'environ'] as const) {
    const texts = processStrings(pids, file);
    // In a packaged app Chromium's process titles overwrite most of the environment.
    expect(texts.length).toBeGreaterThan(appUser && file === 'environ' ? 0 : 3);
    expect(texts.filter((text) => text.includes(key) || text.includes(email))).toEqual([]);
  }
  const visible = await app.evaluate(async ({ BrowserWindow, clipboard, crashReporter }) => ({
    titles: BrowserWindow.getAllWindows().map((window) => window.getTitle()),
    // From Electron 44 on, `readText` returns a promise, in which no key would ever be found.
    clipboard: await clipboard.readText(),
    shown: (globalThis as unknown as { shown: string[] }).shown,
    uploads: crashReporter.getUploadToServer(),
    environment: Object.values(process.env),
    argv: process.argv,
  }));
  expect(visible.uploads).toBe(false);
  expect(JSON.stringify(visible)).not.toContain(key);
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
        // No one answers the dialog that follows.
        dialog.showMessageBox = () => new Promise(() => undefined);
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        webContents.once('render-process-gone', (_event, { reason }) => resolve(reason));
        webContents.forcefullyCrashRenderer();
      }),
  );
  expect(['crashed', 'killed']).toContain(await gone);
  // Main may be gone before it answers.
  await app.evaluate(() => setTimeout(() => process.crash(), 0)).catch(() => undefined);
  await expect.poll(isRunning).toBe(false);
  expect(await filesWith(userData, key)).toEqual([]);
  const files = await readdir(dumps, { recursive: true }).catch(() => []);
  expect(files.filter((name) => /\.(dmp|core)$|^core/.test(name))).toEqual([]);
  expect(
    (await readdir(join(userData), { recursive: true })).filter((name) => /\.dmp$/.test(name)),
  ).toEqual([]);
});

/** Changes the database while the app is not running. */
function tamper(userData: string, work: (db: InstanceType<typeof DatabaseSync>) => void): void {
  const db = new DatabaseSync(join(userData, 'letterhead.db'));
  try {
    work(db);
  } finally {
    db.close();
  }
}

test('with a tampered database the key is sent only to Cloudflare and to known paths', async ({
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
    // A valid organization whose sign-in email injects a header, and settings with an API address.
    db.prepare(
      `INSERT INTO credential (id, label, email, state, issue)
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
    // Forces a rebuild of the list from this data.
    db.exec('UPDATE list_state SET is_built = 0');
  });
  standin.requests.length = 0;

  const { app, page, letterhead, isRunning } = await launch();
  const opened = await captureOpened(app);
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
  expect(await opened()).toEqual([]);
  const requested = new Set(standin.requests.map(({ path }) => path));
  const allowed = ['/client/v4/user', '/client/v4/organizations', read];
  expect([...requested].filter((path) => !allowed.includes(path))).toEqual([]);
  const headers = standin.requests.flatMap((request) => Object.keys(request.headers));
  expect(headers).not.toContain('x-evil');
});
