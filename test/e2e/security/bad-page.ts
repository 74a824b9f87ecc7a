/** For tests of a compromised page: a server that the app must never contact, and a way to add frames. */
import type { ElectronApplication, Page } from '@playwright/test';
import { startForbiddenServer, type ForbiddenServer } from '../support/forbidden-server';
import { test as base } from '../support/fixtures';

export const test = base.extend<{ forbidden: ForbiddenServer }>({
  forbidden: async ({ browserName: _ }, use) => {
    const forbidden = await startForbiddenServer();
    await use(forbidden);
    await forbidden.close();
    base.expect(forbidden.requests).toEqual([]);
  },
});

/**
 * Detaches main's debugger from the page. While it is attached, Electron 33 does not tell Playwright about new
 * frames, and Playwright then loses the page. Call before a test adds a frame with `page.evaluate`.
 */
export const detachDebugger = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.debugger.detach(),
  );

/** Loads the page again without its content policy, which the debugger can switch off. */
export async function reloadWithoutPolicy(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.reload();
}
