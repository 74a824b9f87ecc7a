/**
 * What a page that has gone bad finds in its window: nothing of the computer, no way to load, send or run
 * anything, and a bridge it cannot change. Each test does for real what such a page would do.
 */
import { calls } from '../../../src/shared/contract/index';
import { expect } from '../support/fixtures';
import { test } from './bad-page';

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
