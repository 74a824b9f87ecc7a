/**
 * Searches for the key or token where a debugger, an administrator or another program of the same user would look:
 * command lines, environments, crash dumps, clipboard, titles, notifications. A key planted in each of these places
 * is found. Also checks that a tampered database cannot redirect a request that carries one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { DatabaseSync } from '@photostructure/sqlite';
import { sampleSignIn, sampleToken } from '../../standin';
import { filesWith } from '../support/canary';
import { createCalls } from '../../faults/support/calls';
import { dumpsIn } from '../support/files';
import { expect, test } from '../support/fixtures';
import { captureOpened, readClipboard } from '../support/native-ui';
import { appUser } from '../support/packaged';
import { processTree, processStrings, readOfProcess } from '../support/processes';

/** A key that no other test uses. The tests run side by side and share one clipboard. */
const ownKey = 'c0ffee'.repeat(7).slice(0, 37);
/** A token that no other test uses. */
const ownToken = `cfut_${'c0ffee'.repeat(8)}`;

/** Records the notifications that main shows from now on. */
const recordNotifications = (app: ElectronApplication) =>
  app.evaluate(({ Notification }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    const { show } = Notification.prototype;
    Notification.prototype.show = function (this: Electron.Notification) {
      shown.push(`${this.title} ${this.body}`);
      show.call(this);
    };
  });

/** Returns the places outside the window, except files, in which one of these secrets can be seen. */
async function visiblePlaces(app: ElectronApplication, secrets: string[]): Promise<string[]> {
  const pids = processTree(app.process().pid!);
  const { argv, environment, shown, titles } = await app.evaluate(({ BrowserWindow }) => ({
    argv: process.argv,
    environment: Object.values(process.env).map(String),
    shown: (globalThis as unknown as { shown: string[] }).shown,
    titles: BrowserWindow.getAllWindows().map((window) => window.getTitle()),
  }));
  const places = {
    'command lines': processStrings(pids, 'cmdline'),
    environments: processStrings(pids, 'environ'),
    'main’s arguments': argv,
    'main’s environment': environment,
    notifications: shown,
    titles,
    clipboard: [await readClipboard(app)],
  };
  return Object.entries(places)
    .filter(([, texts]) => secrets.some((secret) => texts.some((text) => text.includes(secret))))
    .map(([place]) => place);
}

test.describe('with a key of its own', () => {
  const signIns = [{ ...sampleSignIn, key: ownKey }];
  test.use({ standinOptions: { organizations: 5, signIns } });

  test('a key in use', async ({ launch, standin, userData }) => {
    const { email, key } = standin.signIns[0]!;
    const [organization] = [...standin.organizations.values()];
    const { app, page, letterhead, isRunning } = await launch();
    await recordNotifications(app);
    await letterhead.openAdd();
    await letterhead.signIn({ key });
    await letterhead.choose([organization!.name]);
    await letterhead.open(organization!.name);

    await test.step('neither our processes nor the system UI show the key', async () => {
      const pids = processTree(app.process().pid!);
      // Main, zygotes, page, network process, and the helper process that talks to the keychain.
      expect(pids.length).toBeGreaterThan(3);
      for (const file of ['cmdline', 'environ'] as const) {
        const texts = processStrings(pids, file);
        // In a packaged app Chromium's process titles overwrite most of the environment.
        expect(texts.length).toBeGreaterThan(appUser && file === 'environ' ? 0 : 3);
      }
      expect(await page.title()).toBe('Letterhead');
      // The only text that the app ever puts on the clipboard automatically.
      const copied = async (): Promise<string> => {
        await page.evaluate(async () => {
          type Bridge = { support: { copySupportDetails(): Promise<unknown> } };
          await (
            window as unknown as { letterhead: Bridge }
          ).letterhead.support.copySupportDetails();
        });
        return readClipboard(app);
      };
      await expect.poll(copied).toContain('Sign-in A: stored');
      expect(await visiblePlaces(app, [key, email])).toEqual([]);
    });

    // test/package/crash.test.ts crashes the package where the system keeps core dumps.
    await test.step('a crash of the window or of main leaves no dump and no key', async () => {
      const pids = processTree(app.process().pid!);
      expect(dumpFilters([process.pid])).not.toEqual(new Set([0]));
      expect(dumpFilters(pids)).toEqual(new Set([0]));
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
      const dumps = await crash(app, { isRunning, userData });
      expect(await dumps()).toEqual([]);
      expect(await filesWith(userData, key)).toEqual([]);
    });
  });
});

test.describe('with a token of its own', () => {
  test.use({ standinOptions: { tokens: [{ ...sampleToken, value: ownToken }] } });

  test('neither our processes nor the system UI show the token', async ({ launch, standin }) => {
    const [account] = [...standin.accounts.values()];
    const { app, page, letterhead } = await launch();
    await recordNotifications(app);
    await letterhead.openAdd();
    await letterhead.signInWithToken({ token: ownToken });
    await letterhead.choose([account!.name]);
    await letterhead.open(account!.name);
    await letterhead.saveField('business_phone', '+44 20 7946 0999');
    await letterhead.expectSaved();
    const copied = async (): Promise<string> => {
      await createCalls(page).value('support', 'copySupportDetails');
      return readClipboard(app);
    };
    await expect.poll(copied).toContain('Sign-in A: stored');
    expect(await visiblePlaces(app, [ownToken, sampleToken.id])).toEqual([]);
  });
});

/** The kinds of memory that core dumps of these processes would include, as /proc shows them for those that still run. */
const dumpFilters = (pids: readonly number[]): Set<number> =>
  new Set(
    pids.flatMap((pid) => {
      const filter = readOfProcess(`/proc/${pid}/coredump_filter`).trim();
      return filter === '' ? [] : Number(`0x${filter}`);
    }),
  );

/** Crashes main, and returns a function that finds the crash dumps in the folders where Electron could write them. */
async function crash(
  app: ElectronApplication,
  { isRunning, userData }: { isRunning: () => boolean; userData: string },
): Promise<() => Promise<string[]>> {
  const dumps = await app.evaluate(({ app: main }) => main.getPath('crashDumps'));
  // Main may be gone before it answers.
  await app.evaluate(() => setTimeout(() => process.crash(), 0)).catch(() => undefined);
  await expect.poll(isRunning).toBe(false);
  return async () => {
    const found = await Promise.all(
      // Electron creates its folder only with the first dump.
      [userData, dumps].filter((folder) => existsSync(folder)).map(dumpsIn),
    );
    // Usually, one of the folders is in the other.
    return [...new Set(found.flat())];
  };
}

test('what these tests look for would be found', async ({ launch, userData }) => {
  const { app, letterhead, isRunning } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('a key planted in any of these places is found', async () => {
    await recordNotifications(app);
    const all = ['command lines', 'environments', 'main’s arguments', 'main’s environment'];
    all.push('notifications', 'titles', 'clipboard');
    const places = async (): Promise<string[]> => {
      // Each time, because a test at the same time may use the clipboard.
      await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), ownKey);
      return visiblePlaces(app, [ownKey]);
    };
    await expect.poll(places).toEqual(['clipboard']);
    await app.evaluate(({ BrowserWindow, Notification }, text) => {
      const { spawn } = process.getBuiltinModule('node:child_process');
      // The shell waits for a line until main ends, and so does not replace itself by another program.
      spawn('sh', ['-c', 'read line; :', text], { env: { PLANTED: text } });
      BrowserWindow.getAllWindows()[0]!.setTitle(text);
      new Notification({ title: 'Planted', body: text }).show();
      process.env['PLANTED'] = text;
      process.argv.push(text);
    }, ownKey);
    await expect.poll(places).toEqual(all);
  });

  await test.step('a crash dump would be found', async () => {
    await app.evaluate(({ crashReporter }) => crashReporter.start({ uploadToServer: false }));
    // Another process writes it.
    await expect.poll(await crash(app, { isRunning, userData })).toHaveLength(1);
  });
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
  seed,
  standin,
  userData,
}) => {
  const [organization, other] = [...standin.organizations.values()];
  seed(organization!);
  const evil = ['../../../evil', `${other!.id}/../evil`, '//evil.example/', 'https://evil.example'];
  evil.push(`${other!.id}?evil`, `${other!.id}%2fevil`, `${other!.id}\r\nX-Evil: 1`);
  const link = 'https://evil.example/';
  const notice = { code: 1, message: 'Read this', field: null, link };
  const failure = JSON.stringify({ code: 'sign-in.refused', errors: [notice], messages: [notice] });
  tamper(userData, (db) => {
    const add = db.prepare(
      `INSERT INTO organization (id, kind, name, sign_in_id, added_at)
       SELECT ?, 'organization', '"Evil"', id, 1 FROM sign_in`,
    );
    for (const id of evil) add.run(id);
    // A valid organization whose sign-in email injects a header, and settings with an API address.
    db.prepare(
      `INSERT INTO sign_in (id, kind, label, email, state, issue)
       VALUES ('eeeeeeeeeeeeeeee', 'key', '"Evil"', ?, 'stored', ?)`,
    ).run(JSON.stringify('a@b.example\r\nX-Evil: 1'), failure);
    db.prepare(
      `INSERT INTO organization (id, kind, name, sign_in_id, added_at)
       VALUES (?, 'organization', '"Evil too"', 'eeeeeeeeeeeeeeee', 1)`,
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
      for (const entryId of ids as string[]) {
        await letterhead['organizations']!['refresh']!({ entryId });
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

test('with a tampered database a token is sent only to Cloudflare and to known paths, never with a key', async ({
  launch,
  standin,
  userData,
}) => {
  const [account, other] = [...standin.accounts.values()];
  const [organization] = [...standin.organizations.values()];
  const first = await launch();
  await first.letterhead.setUpAccounts([account!.name]);
  await first.letterhead.open(account!.name);
  await expect(first.letterhead.field('business_name')).not.toHaveValue('');
  await first.close();
  const evil = ['../../../evil', `${other!.id}/../evil`, '//evil.example/', 'https://evil.example'];
  evil.push(`${other!.id}?evil`, `${other!.id}%2fevil`, `${other!.id}\r\nX-Evil: 1`);
  tamper(userData, (db) => {
    const add = db.prepare(
      `INSERT INTO organization (id, kind, name, parent_id, parent_name, sign_in_id, added_at)
       SELECT ?, ?, ?, ?, '"Evil"', id, 1 FROM sign_in`,
    );
    for (const id of evil) add.run(id, 'account', '"Evil"', '../../evil');
    // An organization, which a token does not open, and an email, which would be sent with the token.
    add.run(organization!.id, 'organization', '"Evil too"', null);
    db.prepare('UPDATE sign_in SET email = ?').run(JSON.stringify(sampleSignIn.email));
    for (const name of ['apiUrl', 'LETTERHEAD_API_URL']) {
      db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)').run(
        name,
        JSON.stringify('https://evil.example/'),
      );
    }
    db.exec('UPDATE list_state SET is_built = 0');
  });
  standin.requests.length = 0;

  const { page, letterhead, isRunning } = await launch();
  await expect(letterhead.option('Evil too')).toBeVisible();
  await letterhead.open(account!.name);
  const read = `/client/v4/accounts/${account!.id}/profile`;
  await expect.poll(() => standin.requests.some(({ path }) => path === read)).toBe(true);
  const { outcome } = createCalls(page);
  for (const entryId of [...evil, organization!.id]) {
    await outcome('organizations', 'refresh', { entryId }).catch(() => undefined);
  }
  await outcome('checks', 'run');
  expect(isRunning()).toBe(true);
  const withToken = standin.requests.filter(({ headers }) => 'authorization' in headers);
  expect(withToken.length).toBeGreaterThan(0);
  const allowed = ['/client/v4/user/tokens/verify', '/client/v4/user', '/client/v4/accounts', read];
  // Cloudflare refuses the token there.
  allowed.push(`/client/v4/organizations/${organization!.id}/profile`);
  expect(withToken.map(({ path }) => path).filter((path) => !allowed.includes(path))).toEqual([]);
  const others = standin.requests.flatMap(({ headers }) => Object.keys(headers));
  for (const name of ['x-auth-email', 'x-auth-key', 'x-evil']) expect(others).not.toContain(name);
  expect(standin.strayRequests).toEqual([]);
});
