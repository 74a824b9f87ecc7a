/**
 * The window against a page that has gone bad: it can go nowhere, open nothing, embed nothing, load and
 * send nothing, run no text as code, and is given nothing of the computer. Each test does for real what
 * such a page would do; the place it would go to notes whoever comes.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { calls } from '../../../src/shared/contract';
import { startElsewhere, type Elsewhere } from '../support/elsewhere';
import { expect, test as base } from '../support/fixtures';

const test = base.extend<{ elsewhere: Elsewhere }>({
  elsewhere: async ({ browserName: _ }, use) => {
    const elsewhere = await startElsewhere();
    await use(elsewhere);
    await elsewhere.close();
    base.expect(elsewhere.visits).toEqual([]);
  },
});

/** How many pages there are, windows or not. */
const pages = (app: ElectronApplication) =>
  app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => contents.getURL()),
  );

/** Starts noting what the window's page tries and main prevents. */
const notePrevented = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => {
    const prevented: string[] = [];
    Object.assign(globalThis, { prevented });
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      contents.on(name as 'will-navigate', (event) => {
        if (event.defaultPrevented) prevented.push(`${name} ${event.url}`);
      });
    }
    contents.session.on('will-download', (event) => {
      if (event.defaultPrevented) prevented.push('will-download');
    });
  });
const prevented = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as unknown as { prevented: string[] }).prevented);

test('the window stays where it is, however it is asked to go', async ({ launch, elsewhere }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await notePrevented(app);
  const before = await pages(app);
  const address = `${elsewhere.origin}/navigated`;

  await page.evaluate((to) => void (location.href = to), address);
  await page.evaluate((to) => location.replace(to), `${address}-replaced`);
  await page.evaluate((to) => {
    const link = document.createElement('a');
    link.href = to;
    document.body.append(link);
    link.click();
  }, `${address}-link`);
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'app://letterhead/other.html';
    document.body.append(link);
    link.click();
  });
  await page.evaluate(() => void (location.href = 'data:text/html,elsewhere'));
  await page.evaluate(() => void (location.href = 'file:///etc/hostname'));
  // Addresses of files and data: a page may not even ask for.
  await expect
    .poll(() => prevented(app))
    .toEqual(
      ['', '-replaced', '-link']
        .map((which) => `will-frame-navigate ${address}${which}`)
        .concat('will-frame-navigate app://letterhead/other.html'),
    );
  expect(await pages(app)).toEqual(before);
  // Playwright waits for navigations that were begun; these never end.
  expect(await page.evaluate(() => document.querySelector('button')?.textContent)).toContain(
    'Add organizations',
  );
});

base('a redirect is not followed, even where main itself went', async ({ launch }) => {
  const elsewhere = await startElsewhere();
  const { app, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await app.evaluate(async ({ BrowserWindow }, to) => {
    await BrowserWindow.getAllWindows()[0]!
      .webContents.loadURL(to)
      .catch(() => undefined);
  }, `${elsewhere.origin}/redirect`);
  expect(elsewhere.visits).toEqual(['GET /redirect']);
  await elsewhere.close();
});

test('it opens no window and embeds no page', async ({ launch, elsewhere }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const before = await pages(app);
  const seen = await page.evaluate(async (origin) => {
    const refused = new Promise<string>((resolve) =>
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
        resolve(effectiveDirective),
      ),
    );
    const opened = [`${origin}/opened`, 'about:blank', '', location.href].map(
      (to) => window.open(to) !== null,
    );
    const named = window.open(`${origin}/named`, 'name', 'width=100,height=100') !== null;
    const link = document.createElement('a');
    Object.assign(link, { href: `${origin}/target`, target: '_blank' });
    document.body.append(link);
    link.click();
    link.dispatchEvent(new MouseEvent('click', { ctrlKey: true }));
    const frame = document.createElement('iframe');
    frame.src = `${origin}/framed`;
    document.body.append(frame);
    const webview = document.createElement('webview');
    webview.setAttribute('src', `${origin}/webview`);
    webview.setAttribute('allowpopups', '');
    document.body.append(webview);
    const isWebview = 'loadURL' in (webview as object);
    return { opened: [...opened, named], refused: await refused, isWebview };
  }, elsewhere.origin);
  expect(seen).toEqual({
    opened: [false, false, false, false, false],
    refused: 'frame-src',
    isWebview: false,
  });
  expect(await pages(app)).toEqual(before);
});

test('a file that is dropped on it is not opened', async ({ launch, userData }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await notePrevented(app);
  const before = await pages(app);
  const file = join(userData, 'dropped.html');
  await writeFile(file, '<h1>Dropped</h1>');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }
  await page.evaluate(() => document.title);
  expect(await pages(app)).toEqual(before);
  expect(app.windows()).toHaveLength(1);
  await expect(letterhead.button('Add organizations')).toBeVisible();
});

test('it downloads nothing', async ({ launch, userData }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const folder = join(userData, 'downloads');
  await app.evaluate(
    ({ session }, path) => session.defaultSession.setDownloadPath(path),
    userData + '/downloads',
  );
  await notePrevented(app);
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['text']));
    link.download = 'downloaded.txt';
    document.body.append(link);
    link.click();
  });
  await expect.poll(() => prevented(app)).toContain('will-download');
  expect(await readdir(folder).catch(() => [])).toEqual([]);
});

test('it is given nothing of the computer', async ({ launch }) => {
  const { page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const asked = await page.evaluate(async () => {
    const refused = (asking: Promise<unknown>) =>
      asking.then(
        () => 'given',
        () => 'refused',
      );
    const located = new Promise((given, no) => navigator.geolocation.getCurrentPosition(given, no));
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'clipboard-read',
      'midi',
    ];
    const states = await Promise.all(
      names.map(async (name) => {
        const { state } = await navigator.permissions.query({ name: name as PermissionName });
        return `${name} ${state}`;
      }),
    );
    return {
      states,
      located: await refused(located),
      notify: await Notification.requestPermission(),
      camera: await refused(navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
      screen: await refused(navigator.mediaDevices.getDisplayMedia({ video: true })),
      clipboard: await refused(navigator.clipboard.readText()),
      midi: await refused(navigator.requestMIDIAccess({ sysex: true })),
      devices: await Promise.all(
        ['usb', 'hid', 'serial', 'bluetooth'].map(async (name) => {
          type Devices = Record<string, () => Promise<unknown[]>>;
          const api = (navigator as unknown as Record<string, Devices>)[name];
          const list = api?.[name === 'serial' ? 'getPorts' : 'getDevices'];
          return list ? (await list.call(api)).length : 0;
        }),
      ),
    };
  });
  expect(asked).toEqual({
    states: [
      'geolocation denied',
      'notifications denied',
      'camera denied',
      'microphone denied',
      'clipboard-read denied',
      'midi denied',
    ],
    located: 'refused',
    notify: 'denied',
    camera: 'refused',
    screen: 'refused',
    clipboard: 'refused',
    midi: 'refused',
    devices: [0, 0, 0, 0],
  });
});

test('it loads and sends nothing', async ({ launch, elsewhere }) => {
  const { page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const seen = await page.evaluate(async (origin) => {
    const expected = ['base-uri', 'connect-src', 'font-src', 'form-action', 'frame-src', 'img-src'];
    expected.push('media-src', 'style-src-attr', 'style-src-elem');
    const refused = new Set<string>();
    const all = new Promise<void>((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        refused.add(effectiveDirective);
        if (expected.every((directive) => refused.has(directive))) resolve();
      });
    });
    const add = (name: string, properties: object): HTMLElement => {
      const element = Object.assign(document.createElement(name), properties);
      document.body.append(element);
      return element;
    };
    add('img', { src: `${origin}/image` });
    add('video', { src: `${origin}/video` });
    add('iframe', { src: `${origin}/frame` });
    add('link', { rel: 'stylesheet', href: `${origin}/style` });
    add('link', { rel: 'prefetch', href: `${origin}/prefetch` });
    add('style', { textContent: 'body { color: red }' });
    add('div', {}).setAttribute('style', `background: url(${origin}/background)`);
    (add('form', { action: `${origin}/form`, method: 'post' }) as HTMLFormElement).submit();
    add('base', { href: `${origin}/` });
    const fetched = await fetch(`${origin}/fetched`).then(
      () => 'done',
      (error: Error) => error.name,
    );
    const own = await fetch('app://letterhead/index.html').then(
      () => 'done',
      (error: Error) => error.name,
    );
    navigator.sendBeacon(`${origin}/beacon`, 'x');
    new EventSource(`${origin}/events`);
    new WebSocket(origin.replace('http', 'ws'));
    await new FontFace('x', `url(${origin}/font)`).load().catch(() => undefined);
    await all;
    return { fetched, own };
  }, elsewhere.origin);
  expect(seen).toEqual({ fetched: 'TypeError', own: 'TypeError' });
});

test('it runs no text as code', async ({ launch, elsewhere }) => {
  const { page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const seen = await page.evaluate(async (origin) => {
    type Policies = { createPolicy(name: string, rules: object): unknown };
    const { trustedTypes } = window as unknown as { trustedTypes: Policies };
    const make = (name: string, properties: object): void => {
      document.body.append(Object.assign(document.createElement(name), properties));
    };
    const attempts: Record<string, () => unknown> = {
      eval: () => (0, eval)('1'),
      function: () => new Function('return 1'),
      timer: () => setTimeout('window.ran = 1' as unknown as () => void),
      markup: () => (document.body.innerHTML = '<b>x</b>'),
      adjacent: () => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'),
      written: () => document.write('<b>x</b>'),
      srcdoc: () => make('iframe', { srcdoc: '<script>parent.ran = 1</script>' }),
      script: () => make('script', { text: 'window.ran = 1' }),
      'script by address': () => make('script', { src: `${origin}/script` }),
      'script as data': () => make('script', { src: 'data:text/javascript,window.ran=1' }),
      object: () => make('object', { data: `${origin}/object` }),
      worker: () => new Worker(`${origin}/worker`),
      policy: () => trustedTypes.createPolicy('ours', {}),
      'the same policy': () => trustedTypes.createPolicy('svelte-trusted-html', {}),
    };
    const done: string[] = [];
    // The debugger may run text as code while it evaluates; a task of the page's own may not.
    await new Promise((task) => setTimeout(task));
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        attempt();
        done.push(name);
      } catch (error) {
        if (!['TypeError', 'EvalError'].includes((error as Error).name)) done.push(String(error));
      }
    }
    const refused = new Promise<void>((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        if (effectiveDirective === 'script-src-attr') resolve();
      });
    });
    const button = document.createElement('button');
    try {
      button.setAttribute('onclick', 'window.ran = 1');
      button.click();
      await refused;
    } catch {
      // Newer Chromium asks for a trusted type already here.
    }
    const imported = await import(/* @vite-ignore */ `${origin}/module`).then(
      () => 'done',
      () => 'refused',
    );
    return { done, imported, ran: 'ran' in window };
  }, elsewhere.origin);
  expect(seen).toEqual({ done: [], imported: 'refused', ran: false });
});

/** What libraries of the page leave on `window`; nothing of it is Electron's or Node's. */
const LEFT_BY_LIBRARIES = /^(\d+|__svelte|__paraglide|bits[A-Z]\w+)$/;

test('its page finds the bridge and nothing else, and cannot change it', async ({ launch }) => {
  const { page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const seen = await page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const blank = frame.contentWindow!;
    const everywhere = new Set(Object.getOwnPropertyNames(blank));
    const bridge = (window as unknown as { letterhead: Record<string, object> }).letterhead;
    const rooms = Object.values(bridge);
    const { writable, configurable } = Object.getOwnPropertyDescriptor(window, 'letterhead')!;
    return {
      own: Object.getOwnPropertyNames(window).filter((name) => !everywhere.has(name)),
      node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname'].filter(
        (name) => name in window || name in blank,
      ),
      inFrame: 'letterhead' in blank,
      rooms: Object.keys(bridge).sort(),
      frozen: [bridge, ...rooms].every((one) => Object.isFrozen(one)),
      kinds: [...new Set(rooms.flatMap((room) => Object.values(room)).map((one) => typeof one))],
      ...{ writable, configurable },
    };
  });
  expect(seen.own.filter((name) => !LEFT_BY_LIBRARIES.test(name))).toEqual(['letterhead']);
  expect(seen).toMatchObject({
    node: [],
    inFrame: false,
    rooms: [...Object.keys(calls), 'on'].sort(),
    frozen: true,
    kinds: ['function'],
    writable: false,
    configurable: false,
  });
});
