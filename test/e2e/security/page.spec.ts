/**
 * What a compromised page can reach: nothing of the computer, no way to load, send or run anything, and a
 * bridge it cannot change. Each test really does what such a page would try.
 */
import { calls, events } from '../../../src/shared/contract/index';
import { expect } from '../support/fixtures';
import { detachDebugger, test } from './bad-page';

/** Properties that the page's libraries add to `window`. */
const LIBRARY_PROPERTIES = /^(\d+|__svelte|__paraglide|bits[A-Z]\w+)$/;

type Subscribe = (listener: () => void) => () => unknown;

test('a compromised page', async ({ launch, forbidden }) => {
  const { page, letterhead, app } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('a compromised page gets no permission and no device', async () => {
    const results = await page.evaluate(async () => {
      const outcome = (attempt: Promise<unknown>) =>
        attempt.then(
          () => 'granted',
          () => 'refused',
        );
      const located = new Promise((granted, refused) =>
        navigator.geolocation.getCurrentPosition(granted, refused),
      );
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
        located: await outcome(located),
        notify: await Notification.requestPermission(),
        camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
        screen: await outcome(navigator.mediaDevices.getDisplayMedia({ video: true })),
        clipboard: await outcome(navigator.clipboard.readText()),
        midi: await outcome(navigator.requestMIDIAccess({ sysex: true })),
        devices: await Promise.all(
          ['usb', 'hid', 'serial', 'bluetooth'].map(async (name) => {
            type Devices = Record<string, () => Promise<unknown[]>>;
            const api = (navigator as unknown as Record<string, Devices>)[name];
            const list = api?.[name === 'serial' ? 'getPorts' : 'getDevices'];
            // The permissions policy refuses by throwing.
            const devices = async (): Promise<unknown[]> => (list ? list.call(api) : []);
            return devices().then(
              ({ length }) => length,
              () => 0,
            );
          }),
        ),
      };
    });
    expect(results).toEqual({
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

  await test.step('the page has the bridge and nothing else, and cannot change it', async () => {
    await detachDebugger(app);
    const results = await page.evaluate(() => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const blank = frame.contentWindow!;
      const standard = new Set(Object.getOwnPropertyNames(blank));
      const bridge = (window as unknown as { letterhead: Record<string, object> }).letterhead;
      const namespaces = Object.values(bridge);
      const { writable, configurable } = Object.getOwnPropertyDescriptor(window, 'letterhead')!;
      return {
        own: Object.getOwnPropertyNames(window).filter((name) => !standard.has(name)),
        node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname'].filter(
          (name) => name in window || name in blank,
        ),
        inFrame: 'letterhead' in blank,
        namespaces: Object.keys(bridge).sort(),
        frozen: [bridge, ...namespaces].every((object) => Object.isFrozen(object)),
        types: [
          ...new Set(
            namespaces.flatMap((calls) => Object.values(calls)).map((value) => typeof value),
          ),
        ],
        unsubscribed: Object.values(bridge['on'] as Record<string, Subscribe>).map(
          (subscribe) => subscribe(() => undefined)() === undefined,
        ),
        writable,
        configurable,
      };
    });
    expect(results.own.filter((name) => !LIBRARY_PROPERTIES.test(name))).toEqual(['letterhead']);
    expect(results).toMatchObject({
      node: [],
      inFrame: false,
      namespaces: [...Object.keys(calls), 'on'].sort(),
      frozen: true,
      types: ['function'],
      // Not Electron's object, which would also tell how the preload is built.
      unsubscribed: Object.keys(events).map(() => true),
      writable: false,
      configurable: false,
    });
  });

  await test.step('a compromised page cannot run text as code', async () => {
    const results = await page.evaluate(async (origin) => {
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
      // The debugger may run text as code during an evaluation, but a later task of the page may not.
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
        // Newer Chromium already requires a trusted type here.
      }
      const imported = await import(/* @vite-ignore */ `${origin}/module`).then(
        () => 'done',
        () => 'refused',
      );
      return { done, imported, ran: 'ran' in window };
    }, forbidden.origin);
    expect(results).toEqual({ done: [], imported: 'refused', ran: false });
  });

  await test.step('a compromised page cannot load or send anything', async () => {
    const results = await page.evaluate(async (origin) => {
      const expected = [
        'base-uri',
        'connect-src',
        'font-src',
        'form-action',
        'frame-src',
        'img-src',
      ];
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
    }, forbidden.origin);
    expect(results).toEqual({ fetched: 'TypeError', own: 'TypeError' });
  });
});
