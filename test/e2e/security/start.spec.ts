/** What comes from outside the window: a second start with arguments, and addresses for the browser. */
import { spawn } from 'node:child_process';
import { executable } from '../support/executable';
import { expect, test } from '../support/fixtures';
import { relaunchAndOpen } from '../support/relaunch';

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

test('a second start with addresses, files and switches only brings the first forward', async ({
  launch,
  standin,
  userData,
}) => {
  const [organization] = [...standin.organizations.values()];
  const { app, page, letterhead, isRunning } = await relaunchAndOpen(
    launch,
    standin,
    organization!,
  );
  await app.evaluate(({ app: main }) => {
    const noted = { forward: 0, opened: [] as string[] };
    Object.assign(globalThis, { noted });
    main.on('second-instance', () => void (noted.forward += 1));
    for (const name of ['open-url', 'open-file', 'browser-window-created'] as const) {
      main.on(name as 'open-url', () => void noted.opened.push(name));
    }
  });
  const noted = () =>
    app.evaluate(
      () => (globalThis as unknown as { noted: { forward: number; opened: string[] } }).noted,
    );
  // Whether Cloudflare answers is asked at every start, sooner or later.
  const asked = () => standin.requests.filter(({ route }) => route !== '/user').length;
  const before = { address: page.url(), asked: asked() };
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = ['.', `--user-data-dir=${userData}`, ...root, ...ARGUMENTS];
  const second = spawn(executable(), args, { stdio: 'ignore' });
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
  await expect.poll(noted).toEqual({ forward: 1, opened: [] });
  expect(page.url()).toBe(before.address);
  expect(asked()).toBe(before.asked);
  expect(isRunning()).toBe(true);
  await expect(letterhead.heading(organization!.name)).toBeVisible();
});

test('of all addresses only those of the documentation reach the browser', async ({ launch }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = async (address) => void opened.push(address);
  });
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
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([
    'https://developers.cloudflare.com/api/',
  ]);
});

test('the scheme gives nothing outside its folder over real requests', async ({ launch }) => {
  const { app, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const answers = await app.evaluate(async ({ net }) => {
    const get = async (path: string) => {
      const { status } = await net.fetch(`app://letterhead/${path}`);
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
