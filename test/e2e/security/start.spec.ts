/** The sandbox, and input from outside the window: arguments of a second launch, links, and paths of the app protocol. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { executable } from '../support/executable';
import { expect, test } from '../support/fixtures';
import { captureOpened } from '../support/native-ui';

const ARGUMENTS = [
  'https://example.com/',
  'app://letterhead/../letterhead.db',
  'letterhead://open?key=x',
  'file:///etc/passwd',
  '/etc/passwd',
  '--remote-debugging-port=0',
  '--load-extension=/tmp',
  '--',
  '--quit',
];

test('what comes from outside the window has no effect', async ({ launch, standin, userData }) => {
  const { app, letterhead, page, isRunning } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  // Where no ordinary user can have the sandbox, `npm test` says that it was not tested.
  if (process.getuid?.() !== 0) {
    await test.step('these tests run the app in Chromium’s sandbox', async () => {
      const { switches, page } = await app.evaluate(({ app: main, BrowserWindow }) => ({
        switches: [
          'no-sandbox',
          'disable-namespace-sandbox',
          'disable-seccomp-filter-sandbox',
        ].filter((name) => main.commandLine.hasSwitch(name)),
        page: BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId(),
      }));
      expect(switches).toEqual([]);
      // The kernel filters its system calls (proc_pid_status(5)).
      expect(readFileSync(`/proc/${page}/status`, 'utf8')).toMatch(/^Seccomp:\t2$/m);
    });
  }

  await test.step('the app protocol serves nothing outside its folder', async () => {
    const answers = await app.evaluate(async ({ session }) => {
      const pages = session.fromPartition('persist:window');
      const get = async (path: string) => {
        const { status } = await pages.fetch(`app://letterhead/${path}`);
        return `${path} ${status}`;
      };
      const paths = [
        'index.html',
        '../main/index.js',
        '%2e%2e/main/index.js',
        '..%2fmain%2findex.js',
      ];
      paths.push('..%5cmain%5cindex.js', '%252e%252e%252fmain/index.js', 'index.html%00.js');
      paths.push('//etc/passwd', '%2fetc%2fpasswd.html', '', 'assets', 'none.html');
      const found: string[] = [];
      for (const path of paths) found.push(await get(path));
      return found.filter((answer) => !answer.endsWith(' 404'));
    });
    expect(answers).toEqual(['index.html 200']);
  });

  await test.step('only links to the documentation are opened in the browser', async () => {
    const opened = await captureOpened(app);
    await page.evaluate(async () => {
      type Bridge = { app: { openLink(request: object): Promise<unknown> } };
      const { letterhead } = window as unknown as { letterhead: Bridge };
      for (const url of [
        'https://developers.cloudflare.com.example/',
        'https://developers.cloudflare.com@example.com/',
        'http://developers.cloudflare.com/',
        'https://developers.cloudflare.com:444/',
        'file:///etc/passwd',
        'https://DEVELOPERS.cloudflare.com\\..\\api/',
      ]) {
        await letterhead.app.openLink({ url });
      }
    });
    expect(await opened()).toEqual(['https://developers.cloudflare.com/api/']);
  });

  await test.step('a second launch with URLs, files and switches only focuses the first window', async () => {
    await app.evaluate(({ app: main }) => {
      const recorded = { secondInstances: 0, opened: [] as string[] };
      Object.assign(globalThis, { recorded });
      main.on('second-instance', () => void (recorded.secondInstances += 1));
      for (const name of ['open-url', 'open-file', 'browser-window-created'] as const) {
        main.on(name as 'open-url', () => void recorded.opened.push(name));
      }
    });
    const recorded = () =>
      app.evaluate(
        () =>
          (globalThis as unknown as { recorded: { secondInstances: number; opened: string[] } })
            .recorded,
      );
    // Every launch checks at some point whether Cloudflare answers.
    const requestCount = () => standin.requests.filter(({ route }) => route !== '/user').length;
    const before = { url: page.url(), requestCount: requestCount() };
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = ['.', `--user-data-dir=${userData}`, ...root, ...ARGUMENTS];
    const second = spawn(executable(), args, { stdio: 'ignore' });
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
    await expect.poll(recorded).toEqual({ secondInstances: 1, opened: [] });
    expect(page.url()).toBe(before.url);
    expect(requestCount()).toBe(before.requestCount);
    expect(isRunning()).toBe(true);
    await expect(letterhead.button('Add organizations')).toBeVisible();
  });
});
