/** A page has no storage (network.spec.ts), and what it stored in spite of that does not outlive the app. */
import { expect, test } from '../support/fixtures';
import type { RunningApp } from '../support/start';
import { zoom } from '../support/window';
import { detachDebugger } from './bad-page';

/** A text that is nowhere else. */
const MARK = 'b0a7c4f1-typed-key-of-the-person';

/** Stores the mark wherever a page can; resolves with the places that accepted it. */
async function storeMark(mark: string): Promise<string[]> {
  const places: Record<string, () => unknown> = {
    localStorage: () => localStorage.setItem('mark', mark),
    indexedDB: () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('mark');
        opening.onupgradeneeded = () => opening.result.createObjectStore('marks');
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const writing = opening.result.transaction('marks', 'readwrite');
          writing.objectStore('marks').put(mark, 'mark');
          writing.oncomplete = resolve;
          writing.onabort = reject;
        };
      }),
    files: async () => {
      const folder = await navigator.storage.getDirectory();
      const file = await folder.getFileHandle('mark', { create: true });
      const writable = await file.createWritable();
      await writable.write(mark);
      await writable.close();
    },
    caches: async () => {
      const cache = await caches.open('mark');
      await cache.put('https://letterhead.test/mark', new Response(mark));
    },
  };
  const accepted: string[] = [];
  for (const [place, store] of Object.entries(places)) {
    try {
      await store();
      accepted.push(place);
    } catch {
      // Refused, which is even better.
    }
  }
  return accepted;
}

/** The places in which a page finds something. */
async function findStored(): Promise<string[]> {
  const folder = await navigator.storage.getDirectory().catch(() => null);
  const found = {
    localStorage: localStorage.length > 0,
    indexedDB: (await indexedDB.databases()).length > 0,
    files: await folder?.getFileHandle('mark').then(
      () => true,
      () => false,
    ),
    caches: await caches.has('mark').catch(() => false),
  };
  return Object.entries(found).flatMap(([place, isFound]) => (isFound ? [place] : []));
}

/** Gives the page its storage back, as a flaw of Chromium would. */
async function giveStorage({ app, page }: RunningApp): Promise<void> {
  await detachDebugger(app);
  await page.reload();
}

test('a relaunch keeps the zoom factor, and nothing that a page stored', async ({ launch }) => {
  const first = await launch();
  await expect(first.letterhead.button('Add organizations')).toBeVisible();
  expect(await first.page.evaluate(storeMark, MARK)).toEqual([]);
  await giveStorage(first);
  const accepted = await first.page.evaluate(storeMark, MARK);
  expect(accepted).toEqual(expect.arrayContaining(['localStorage', 'indexedDB']));
  expect(await first.page.evaluate(findStored)).toEqual(accepted);
  await zoom(first.app, 1.5);
  await first.close();

  const second = await launch();
  await expect(second.letterhead.button('Add organizations')).toBeVisible();
  await test.step('the zoom factor is kept, wherever the session keeps it', async () => {
    const factor = await second.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.getZoomFactor(),
    );
    expect(factor).toBeCloseTo(1.5);
  });
  await test.step('what a page stored in spite of that is gone after a relaunch', async () => {
    await giveStorage(second);
    await expect.poll(() => second.page.evaluate(findStored)).toEqual([]);
  });
});
