/**
 * The window has no network, even where its content policy does not apply (WebRTC, name lookups) or has been
 * switched off. Each wall is also tested alone. A window without our restrictions makes the same attempts, which
 * proves that the listeners would notice.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { startForbiddenServer, type ForbiddenServer } from '../support/forbidden-server';
import { expect } from '../support/fixtures';
import { startLoopbackListener, type LoopbackListener } from '../support/loopback-listener';
import type { RunningApp } from '../support/start';
import { findRemoved, tryRequests, tryWebRtc } from './attempts';
import { detachDebugger, reloadWithoutPolicy, test as badPage } from './bad-page';

const test = badPage.extend<{ listener: LoopbackListener }>({
  listener: async ({ browserName: _ }, use) => {
    const listener = await startLoopbackListener();
    await use(listener);
    await listener.close();
  },
});

/** Evaluates a function in a window of its own session, without our debugger and WebRTC policy. */
const evaluateUnrestricted = <T>(app: ElectronApplication, source: string): Promise<T> =>
  app.evaluate(async ({ BrowserWindow }, code) => {
    const window = new BrowserWindow({ show: false, webPreferences: { partition: 'control' } });
    const { webContents } = window;
    webContents.debugger.detach();
    webContents.setWebRTCIPHandlingPolicy('default');
    await webContents.loadURL('about:blank');
    const result: unknown = await webContents.executeJavaScript(code);
    window.destroy();
    return result as never;
  }, source);

const call = (attempt: (argument: never) => unknown, argument: object): string =>
  `(${String(attempt)})(${JSON.stringify(argument)})`;

/** Tries everything in a page without its content policy. `weaken`: the wall that is taken away as well. */
const tryWithoutPolicy = (
  { app, page }: RunningApp,
  { listener, forbidden }: { listener: LoopbackListener; forbidden: ForbiddenServer },
  [title, weaken]: readonly [title: string, weaken: 'filter' | 'proxy' | null],
): Promise<void> =>
  test.step(`without the content policy nothing is sent: ${title}`, async () => {
    await reloadWithoutPolicy(page);
    await app.evaluate(async ({ session }, which) => {
      const pages = session.fromPartition('persist:window');
      if (which === 'filter') pages.webRequest.onBeforeRequest(null);
      if (which === 'proxy') await pages.setProxy({ mode: 'direct' });
    }, weaken);
    const target = { origin: forbidden.origin, udpPort: listener.udpPort };
    // The filter does not see WebTransport, only the proxy stops it.
    if (weaken === 'proxy')
      await page.evaluate(() => Object.assign(window, { WebTransport: undefined }));
    expect(await page.evaluate(tryRequests, target)).toEqual([]);
    expect(listener.received).toEqual([]);
    expect(forbidden.requests).toEqual([]);
  });

test('names, and requests without the content policy', async ({
  launch,
  listener,
  forbidden,
  userData,
}) => {
  const running = await launch();
  const { app, page, letterhead } = running;
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('the page makes no one look up a name', async () => {
    const log = join(userData, 'net-log.json');
    await app.evaluate(
      ({ session }, path) => session.fromPartition('persist:window').netLog.startLogging(path),
      log,
    );
    await page.evaluate(() => {
      for (const rel of ['dns-prefetch', 'preconnect', 'prefetch', 'icon', 'manifest']) {
        const link = Object.assign(document.createElement('link'), { rel });
        link.href = `http://${rel}.page.test/`;
        document.head.append(link);
      }
      const anchor = Object.assign(document.createElement('a'), { href: 'http://link.page.test/' });
      document.body.append(anchor);
    });
    await page.evaluate(tryWebRtc, { udpPort: 9, tcpPort: 9 });
    // The same lookup that a prefetch causes, so the log would contain those above, which were first.
    await app.evaluate(({ session }) =>
      session
        .fromPartition('persist:window')
        .resolveHost('main.test')
        .catch(() => undefined),
    );
    await app.evaluate(({ session }) =>
      session.fromPartition('persist:window').netLog.stopLogging(),
    );
    const text = await readFile(log, 'utf8');
    expect(text).toContain('main.test');
    expect(text.match(/[\w-]+\.(page|example)\.test/g) ?? []).toEqual([]);
  });

  const servers = { listener, forbidden };
  await tryWithoutPolicy(running, servers, ['both walls', null]);
  await tryWithoutPolicy(running, servers, ['only the filter for requests', 'proxy']);
});

test('only a dead proxy, and frames', async ({ launch, listener, forbidden }) => {
  const running = await launch();
  const { app, letterhead } = running;
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const servers = { listener, forbidden };
  await tryWithoutPolicy(running, servers, ['only the proxy that leads nowhere', 'filter']);

  await test.step('no frame of the page has WebRTC or storage', async () => {
    // Only without the content policy does a sandboxed frame run a script.
    // Not over Playwright, which loses the page when a frame is added (bad-page.ts).
    const found = await app.evaluate(
      ({ BrowserWindow }, code) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(code) as Promise<unknown>,
      `(${String(findRemoved)})()`,
    );
    expect(found).toEqual({ found: [], inside: 'undefined' });
  });
});

test('WebRTC and requests: what is caught, a window without these walls does', async ({
  launch,
  listener,
}) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();

  await test.step('WebRTC, where a page gets hold of it, sends nothing', async () => {
    const ports = { udpPort: listener.udpPort, tcpPort: listener.tcpPort };
    expect(await page.evaluate(tryWebRtc, ports)).toBe(false);
    await detachDebugger(app);
    await page.reload();
    expect(await page.evaluate(tryWebRtc, ports)).toBe(true);
    expect(listener.received).toEqual([]);

    expect(await evaluateUnrestricted(app, call(tryWebRtc, ports))).toBe(true);
    await expect.poll(() => listener.received).toEqual(expect.arrayContaining(['udp', 'tcp']));
  });

  await test.step('a window without these walls does send', async () => {
    const server = await startForbiddenServer();
    const target = { origin: server.origin, udpPort: 9 };
    const sent = await evaluateUnrestricted<string[]>(app, call(tryRequests, target));
    expect(sent).toContain('fetch');
    const expected = ['/', '/beacon', '/events', '/fetch', '/image', '/kept'];
    expected.push('/prefetch', '/script', '/style');
    // The page does not wait for what may outlive it.
    await expect
      .poll(() => server.requests.map((request) => request.split(' ')[1]))
      .toEqual(expect.arrayContaining(expected));
    await server.close();
  });
});
