/**
 * What every test of the window in a plain Chromium starts from: the built window over a scripted main.
 * It fails when the page prints an error, breaks the content policy, asks for anything but its own files,
 * or when a call or an answer is not as the contract says.
 */
import { test as base, type Browser, type Page } from '@playwright/test';
import { Letterhead } from '../../e2e/support/letterhead';
import { FakeMain } from '../../scripted/fake-main';
import { connect } from './bridge';
import { PAGE, serve } from './serve';

/** The window over an office. */
export interface Opened {
  fakeMain: FakeMain;
  page: Page;
  letterhead: Letterhead;
  /** What went wrong so far; the test fails when any of it is left at its end. */
  troubles: string[];
}

interface Fixtures {
  /** Opens the window over an office with so many organizations. */
  open: (organizations: number) => Promise<Opened>;
}

/** Notes on a page whatever breaks the content policy; the console says it too, but not of everything. */
async function watchPolicy(page: Page, troubles: string[]): Promise<void> {
  await page.exposeFunction('policyBroken', (what: string) => troubles.push(`policy: ${what}`));
  await page.addInitScript(() => {
    const { policyBroken } = window as unknown as { policyBroken: (what: string) => void };
    addEventListener('securitypolicyviolation', (event) =>
      policyBroken(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
}

/** Playwright's `test` with the window. */
export const test = base.extend<Fixtures, { newer: Browser }>({
  newer: [
    async ({ playwright }, use) => {
      const executablePath = process.env['LETTERHEAD_CHROMIUM'];
      if (!executablePath) throw new Error('LETTERHEAD_CHROMIUM names no Chromium.');
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

  open: async ({ newer }, use) => {
    const troubles: string[] = [];
    const closing: (() => Promise<void>)[] = [];
    const fakeMains: FakeMain[] = [];
    await use(async (organizations) => {
      const fakeMain = new FakeMain(organizations);
      fakeMains.push(fakeMain);
      const context = await newer.newContext({ viewport: { width: 1180, height: 800 } });
      closing.push(() => context.close());
      const strays = await serve(context);
      closing.push(() => Promise.resolve(void troubles.push(...strays)));
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
      });
      await watchPolicy(page, troubles);
      await connect(page, fakeMain.main);
      await page.goto(PAGE);
      return { fakeMain, page, letterhead: new Letterhead(page), troubles };
    });
    for (const close of closing) await close();
    for (const { main } of fakeMains) troubles.push(...main.troubles);
    base.expect(troubles).toEqual([]);
  },
});

export { expect } from '@playwright/test';
