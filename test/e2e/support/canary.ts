/**
 * Searches for a secret everywhere it must not be: files, IPC messages, and the window's DOM and
 * memory (it has no storage, see security/network.spec.ts). There is one function per place, so that a test can plant a leak there and see it found.
 */
import { readFile } from 'node:fs/promises';
import type { ElectronApplication, Page } from '@playwright/test';
import { filesIn, isGone } from './files';

/** The encodings a secret may appear in: UTF-8, UTF-16 and Base64. */
function encodingsOf(secret: string): Buffer[] {
  return [Buffer.from(secret), Buffer.from(secret, 'utf16le'), Buffer.from(btoa(secret))];
}

/** Returns the paths of the files under `folder` that contain the secret in any encoding. */
export async function filesWith(folder: string, secret: string): Promise<string[]> {
  const encodings = encodingsOf(secret);
  const found: string[] = [];
  for await (const path of filesIn(folder)) {
    const bytes = await readFile(path).catch((error: unknown) => {
      if (isGone(error)) return Buffer.alloc(0);
      throw error;
    });
    if (encodings.some((encoding) => bytes.includes(encoding))) found.push(path);
  }
  return found;
}

/**
 * Records every IPC message from now on. Wraps the handlers in Electron's private table, so the app needs
 * no hook for it. Tests must assert that something was recorded at all.
 */
export async function recordMessages(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ ipcMain, webContents }) => {
    const recorded: { direction: string; channel: string; text: string }[] = [];
    (globalThis as Record<string, unknown>)['recordedMessages'] = recorded;
    const record = (direction: string, channel: string, payload: unknown) =>
      recorded.push({ direction, channel, text: JSON.stringify(payload) ?? '' });
    type Handler = (event: unknown, ...payload: unknown[]) => unknown;
    const table = (ipcMain as unknown as { _invokeHandlers: Map<string, Handler> })._invokeHandlers;
    for (const [channel, handler] of table) {
      table.set(channel, async (event, ...payload) => {
        record('request', channel, payload);
        const answer = await handler(event, ...payload);
        record('answer', channel, answer);
        return answer;
      });
    }
    for (const contents of webContents.getAllWebContents()) {
      const send = contents.send.bind(contents);
      contents.send = (channel, ...payload) => {
        record('event', channel, payload);
        send(channel, ...payload);
      };
    }
  });
}

/** Returns how many messages were recorded, and which of them contain the secret. */
export async function messagesWith(
  app: ElectronApplication,
  secret: string,
): Promise<{ total: number; found: string[] }> {
  return app.evaluate((_electron, text) => {
    const recorded = (globalThis as Record<string, unknown>)['recordedMessages'] as {
      direction: string;
      channel: string;
      text: string;
    }[];
    return {
      total: recorded.length,
      found: recorded
        .filter((message) => message.text.includes(text))
        .map(({ direction, channel }) => `${direction} ${channel}`),
    };
  }, secret);
}

/** Returns where the window's document holds the secret: text, values, attributes, address. */
export async function placesInWindow(page: Page, secret: string): Promise<string[]> {
  return page.evaluate((text) => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('*')) {
      const name = element.tagName.toLowerCase();
      if ('value' in element && String(element.value).includes(text)) found.push(`${name} value`);
      for (const { name: attribute, value } of element.attributes) {
        if (value.includes(text)) found.push(`${name} attribute ${attribute}`);
      }
    }
    if (document.documentElement.textContent?.includes(text)) found.push('text');
    if (document.cookie.includes(text)) found.push('cookie');
    if (location.href.includes(text)) found.push('address');
    if (JSON.stringify(history.state)?.includes(text)) found.push('history');
    return found;
  }, secret);
}

/** Whether the window's JavaScript heap holds the secret after a garbage collection. */
export async function isInMemory(page: Page, secret: string): Promise<boolean> {
  const session = await page.context().newCDPSession(page);
  let found = false;
  let end = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    // The secret may be split across two chunks.
    if ((end + chunk).includes(secret)) found = true;
    end = chunk.slice(-secret.length);
  });
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return found;
}
