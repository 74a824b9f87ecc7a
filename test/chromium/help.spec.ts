/**
 * The help pages in a plain Chromium: no accessibility violations, and nothing hidden behind anything. In the app's
 * help window no script runs, and with it no axe; so these pages are served without their policy.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { answerFor } from '../../src/main/desktop/app-protocol';
import { HELP_SITE } from '../../src/main/desktop/help-pages';
import { findTextLooks, violations } from '../e2e/support/axe';
import { focusIssues } from '../e2e/support/focus';
import { expect, test as base } from './support/fixtures';

const HELP = join(import.meta.dirname, '../../out/help');
const ORIGIN = 'http://help.localhost';
const USUAL = { width: 860, height: 560 };
/** The smallest window at 200 %. */
const NARROW = { width: 430, height: 280 };
const LARGE = { width: 1920, height: 1080 };
const PAGES = ['guide', 'shortcuts', 'shortcuts-mac', 'admin'] as const;

const test = base.extend<{ openHelp: (path: string) => Promise<Page> }>({
  openHelp: async ({ chromium }, use) => {
    const strays: string[] = [];
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (path) => {
      const context = await chromium.newContext({ colorScheme: 'light', viewport: USUAL });
      contexts.push(context);
      await context.route('**/*', async (route) => {
        const url = route.request().url().replace(ORIGIN, `app://${HELP_SITE.host}`);
        const answer = await answerFor(HELP, { method: 'GET', url }, Promise.resolve(), HELP_SITE);
        if (answer.status !== 200) strays.push(url);
        const { 'content-security-policy': policy, ...headers } = answer.headers;
        base.expect(policy).toBe(HELP_SITE.policy);
        await route.fulfill({ ...answer, headers });
      });
      const page = await context.newPage();
      await page.goto(`${ORIGIN}/${path}`);
      return page;
    });
    for (const context of contexts) await context.close();
    base.expect(strays).toEqual([]);
  },
});

// The guide is long.
test.describe.configure({ timeout: 180_000 });

for (const language of ['en', 'de']) {
  for (const name of PAGES) {
    test(`${language}/${name} has no violations, and fits every window`, async ({ openHelp }) => {
      const page = await openHelp(`${language}/${name}.html`);
      const contrast = 'color-contrast';
      expect(await violations(page, { exceptRule: contrast })).toEqual([]);
      // It takes longer than all other rules, and is the same wherever a text looks the same.
      const looks = await findTextLooks(page);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violations(page, { rules: [contrast], looks }), colorScheme).toEqual([]);
      }
      for (const viewport of [USUAL, NARROW, LARGE]) {
        await page.setViewportSize(viewport);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(
          viewport.width,
        );
      }
    });
  }
}

test('every link has a visible focus that nothing covers', async ({ openHelp }) => {
  const page = await openHelp('de/guide.html');
  let stops = 0;
  for (; stops < 200; stops += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    await expect.poll(() => focusIssues(page)).toEqual([]);
  }
  expect(stops).toBeGreaterThan(45);
});
