/**
 * Fixture of the tests in a plain Chromium: the built window over a fake main. A test fails when the page
 * logs an error, violates the content policy, requests anything but its own files, or when a call or answer
 * violates the contract.
 */
import { test as base, type Browser, type Page } from '@playwright/test';
import { Letterhead } from '../../e2e/support/letterhead';
import { FakeMain } from '../../scripted/fake-main';
import { connectToScriptedMain } from './bridge';
import { PAGE, serve } from './serve';

/** An open window and its fake main. */
export interface OpenWindow {
  fakeMain: FakeMain;
  page: Page;
  letterhead: Letterhead;
  /** What has gone wrong. The test fails unless this is empty at its end. */
  issues: string[];
}

interface Fixtures {
  /** Opens the window over a fake main with this many organizations. */
  open: (organizations: number) => Promise<OpenWindow>;
}

/** Records violations of the content policy. The console reports only some of them. */
async function watchPolicy(page: Page, issues: string[]): Promise<void> {
  await page.exposeFunction('reportViolation', (text: string) => issues.push(`policy: ${text}`));
  await page.addInitScript(() => {
    const { reportViolation } = window as unknown as { reportViolation: (text: string) => void };
    addEventListener('securitypolicyviolation', (event) =>
      reportViolation(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
}

/** Playwright's `test` with this fixture. */
export const test = base.extend<Fixtures, { chromium: Browser }>({
  chromium: [
    async ({ playwright }, use) => {
      const executablePath = process.env['LETTERHEAD_CHROMIUM'];
      if (!executablePath) throw new Error('LETTERHEAD_CHROMIUM must be the path of a Chromium.');
      const browser = await playwright.chromium.launch({
        executablePath,
        // Only root cannot use the sandbox.
        chromiumSandbox: process.getuid?.() !== 0,
        args: ['--disable-gpu'],
      });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  open: async ({ chromium }, use) => {
    const issues: string[] = [];
    const closing: (() => Promise<void>)[] = [];
    const fakeMains: FakeMain[] = [];
    await use(async (organizations) => {
      const fakeMain = new FakeMain(organizations);
      fakeMains.push(fakeMain);
      const context = await chromium.newContext({ viewport: { width: 1180, height: 800 } });
      closing.push(() => context.close());
      const strays = await serve(context);
      closing.push(() => Promise.resolve(void issues.push(...strays)));
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      page.on('pageerror', (error) => issues.push(`error: ${error.message}`));
      page.on('console', (message) => {
        // Said of frames, but the window is not in one, and our page may not be framed (app-protocol.ts).
        if (message.text().startsWith('An iframe which has both allow-scripts')) return;
        if (['error', 'warning'].includes(message.type())) issues.push(message.text());
      });
      await watchPolicy(page, issues);
      await connectToScriptedMain(page, fakeMain.main);
      await page.goto(PAGE);
      return { fakeMain, page, letterhead: new Letterhead(page), issues };
    });
    for (const close of closing) await close();
    for (const { main } of fakeMains) issues.push(...main.issues);
    base.expect(issues).toEqual([]);
  },
});

export { expect } from '@playwright/test';
