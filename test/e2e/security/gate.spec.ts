/**
 * The gate over Electron's real messages: what our page sends that is malformed, and what is sent by
 * pages, frames and windows that are not ours. The thorough form of it is test/unit/gate.
 */
import type { Page } from '@playwright/test';
import { calls } from '../../../src/shared/contract/index';
import { expect, test } from '../support/fixtures';

/** Every call of the contract. */
const ALL = Object.entries(calls).flatMap(([room, names]) =>
  Object.keys(names).map((name) => [room, name] as const),
);

/** Makes every call with values that are never meant; gives the answers that are not the one expected. */
const makeAll = (page: Page, expected: string) =>
  page.evaluate(
    async ([all, expected]) => {
      type Call = (...request: unknown[]) => Promise<unknown>;
      type Bridge = Record<string, Record<string, Call>>;
      const { letterhead } = window as unknown as { letterhead: Bridge };
      const cyclic: Record<string, unknown> = {};
      cyclic['organizationId'] = cyclic;
      const polluting = JSON.parse('{"__proto__":{"polluted":1},"organizationId":"__proto__"}');
      const values = [
        ...[NaN, -1, 10n, true, '', '\0', '../..', '\ud800', 'x'.repeat(100_000)],
        ...[[], {}, [null], cyclic, polluting, new Date(NaN), new Map([[1, 1]]), new Set([1])],
        ...[new Uint8Array(4), new ArrayBuffer(4), { organizationId: 'f'.repeat(31) }],
        ...[{ signInId: ['f'.repeat(16)] }, { organizationIds: Array(1_000).fill(1) }],
      ];
      const wrong: string[] = [];
      for (const [room, name] of all) {
        for (const [at, value] of values.entries()) {
          // The bridge itself may refuse to carry a value; then nothing arrives, which is as good.
          const answer = await letterhead[room]![name]!(value, 'one too many').catch(() => null);
          const text = JSON.stringify(answer);
          if (answer !== null && text !== expected) wrong.push(`${room}.${name} ${at}: ${text}`);
        }
      }
      return wrong;
    },
    [ALL, JSON.stringify({ ok: false, failure: { code: expected } })] as const,
  );

/** What a partial of settings may be made of: nothing is a change, too. */
const nothingMeant = (answers: string[]) =>
  answers.filter((answer) => !answer.startsWith('settings.put '));

test('malformed requests over real messages: refused, nothing changed, nothing asked', async ({
  launch,
  standin,
}) => {
  const { page, letterhead, isRunning } = await launch();
  // The one question whether Cloudflare answers, which every start asks.
  await expect.poll(() => standin.requests.length).toBe(1);
  expect(nothingMeant(await makeAll(page, 'gate.malformed'))).toEqual([]);
  expect(standin.requests).toHaveLength(1);
  expect(isRunning()).toBe(true);
  await expect(letterhead.button('Add organizations')).toBeVisible();
});

test('another window with our preload and our page is not ours', async ({ launch }) => {
  const { app, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const opened = app.waitForEvent('window');
  await app.evaluate(({ BrowserWindow, app: main }) => {
    const preload = `${main.getAppPath()}/out/preload/index.cjs`;
    const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
    return window.loadURL('app://letterhead/index.html');
  });
  expect(await makeAll(await opened, 'gate.foreign')).toEqual([]);
});

test('a frame in our page gets no bridge, and no answer if it had one', async ({ launch }) => {
  const { app, page, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  await page.evaluate(() => document.body.append(document.createElement('iframe')));
  await expect.poll(() => page.frames().length).toBe(2);
  const inFrame = page.frames()[1]!;
  expect(await inFrame.evaluate(() => 'letterhead' in window)).toBe(false);
  // What ipcRenderer in that frame would send: an event whose sender frame is the frame.
  const answer = await app.evaluate(async ({ BrowserWindow, ipcMain }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const [senderFrame] = webContents.mainFrame.frames;
    type Handler = (event: unknown, request: unknown) => Promise<unknown>;
    const table = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    const event = { sender: webContents, senderFrame };
    return table.get('call:signIns.list')!(event, null);
  });
  expect(answer).toEqual({ ok: false, failure: { code: 'gate.foreign' } });
});
