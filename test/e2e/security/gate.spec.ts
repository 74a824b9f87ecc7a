/**
 * The IPC gate over real Electron messages: malformed requests from our page, and any request from foreign
 * frames and windows. test/unit/gate covers it thoroughly.
 */
import type { Page } from '@playwright/test';
import { calls } from '../../../src/shared/contract/index';
import { expect, test } from '../support/fixtures';
import { detachDebugger } from './bad-page';

/** Every call of the contract. */
const ALL_CALLS = Object.entries(calls).flatMap(([namespace, names]) =>
  Object.keys(names).map((name) => [namespace, name] as const),
);

/** Makes every call with hostile values. Returns all answers other than the expected failure code. */
const callWithHostileValues = (page: Page, expected: string) =>
  page.evaluate(
    async ([all, expected]) => {
      type Call = (...request: unknown[]) => Promise<unknown>;
      type Bridge = Record<string, Record<string, Call>>;
      const { letterhead } = window as unknown as { letterhead: Bridge };
      const cyclic: Record<string, unknown> = {};
      cyclic['entryId'] = cyclic;
      const polluting = JSON.parse('{"__proto__":{"polluted":1},"entryId":"__proto__"}');
      const values = [
        NaN,
        -1,
        10n,
        true,
        '',
        '\0',
        '../..',
        '\ud800',
        'x'.repeat(100_000),
        [],
        {},
        [null],
        cyclic,
        polluting,
        new Date(NaN),
        new Map([[1, 1]]),
        new Set([1]),
        new Uint8Array(4),
        new ArrayBuffer(4),
        { entryId: 'f'.repeat(31) },
        { signInId: ['f'.repeat(16)] },
        { entryIds: Array(1_000).fill(1) },
      ];
      const wrong: string[] = [];
      for (const [namespace, name] of all) {
        let answered = 0;
        for (const [index, value] of values.entries()) {
          // The bridge itself may reject a value. Then main receives nothing, which is fine, too.
          const answer = await letterhead[namespace]![name]!(value, 'extra argument').catch(
            () => null,
          );
          const text = JSON.stringify(answer);
          if (answer !== null) answered += 1;
          if (answer !== null && text !== expected)
            wrong.push(`${namespace}.${name} ${index}: ${text}`);
        }
        // Otherwise nothing would have reached the gate.
        if (answered < values.length / 2) wrong.push(`${namespace}.${name}: ${answered} answers`);
      }
      return wrong;
    },
    [ALL_CALLS, JSON.stringify({ ok: false, failure: { code: expected } })] as const,
  );

/** Drops the answers of `settings.update`, which accepts an empty object. */
const withoutSettingsPut = (answers: string[]) =>
  answers.filter((answer) => !answer.startsWith('settings.update '));

test('the gate answers only our page, and only what is well-formed', async ({
  launch,
  standin,
}) => {
  const { page, letterhead, isRunning, app } = await launch();

  await test.step('malformed requests are refused, change nothing, and cause no request to Cloudflare', async () => {
    // Every launch checks once whether Cloudflare answers.
    await expect.poll(() => standin.requests.length).toBe(1);
    const answers = await callWithHostileValues(page, 'gate.malformed');
    expect(withoutSettingsPut(answers)).toEqual([]);
    expect(standin.requests).toHaveLength(1);
    expect(isRunning()).toBe(true);
    await expect(letterhead.button('Add organizations')).toBeVisible();
  });

  await test.step('a frame in our page has no bridge, and would get no answer with one', async () => {
    await expect(letterhead.button('Add organizations')).toBeVisible();
    await detachDebugger(app);
    await page.evaluate(() => document.body.append(document.createElement('iframe')));
    await expect.poll(() => page.frames().length).toBe(2);
    const inFrame = page.frames()[1]!;
    expect(await inFrame.evaluate(() => 'letterhead' in window)).toBe(false);
    // Simulates an IPC event whose sender frame is that frame.
    const answer = await app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      const [senderFrame] = webContents.mainFrame.frames;
      type Handler = (event: unknown, request: unknown) => Promise<unknown>;
      const table = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })
        ._invokeHandlers;
      const event = { sender: webContents, senderFrame };
      return table.get('call:signIns.list')!(event, null);
    });
    expect(answer).toEqual({ ok: false, failure: { code: 'gate.untrusted-sender' } });
  });

  await test.step('another window with our preload and our page is foreign', async () => {
    await expect(letterhead.button('Add organizations')).toBeVisible();
    const opened = app.waitForEvent('window');
    await app.evaluate(({ BrowserWindow, app: main }) => {
      const preload = `${main.getAppPath()}/out/preload/index.cjs`;
      const webPreferences = { preload, sandbox: true, partition: 'persist:window' };
      const window = new BrowserWindow({ show: false, webPreferences });
      return window.loadURL('app://letterhead/index.html');
    });
    expect(await callWithHostileValues(await opened, 'gate.untrusted-sender')).toEqual([]);
  });
});
