/**
 * The help pages in a plain Chromium: no accessibility violations, nothing hidden behind anything, and text is found. In the
 * app's help window no script but its own runs, and so no axe; where axe checks them, they are served without their policy.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { answerFor } from '../../src/main/desktop/app-protocol';
import { HELP_SITE } from '../../src/main/desktop/help-pages';
import { CONTRAST, ContrastChecker, violations } from '../e2e/support/axe';
import { focusIssues } from '../e2e/support/focus';
import { expect, test as base } from './support/fixtures';

const HELP = join(import.meta.dirname, '../../out/help');
const ORIGIN = 'http://help.localhost';
const USUAL = { width: 860, height: 560 };
/** The smallest window at 200 %. */
const NARROW = { width: 430, height: 280 };
const LARGE = { width: 1920, height: 1080 };
const PAGES = ['guide', 'shortcuts', 'shortcuts-mac', 'admin'] as const;

type OpenHelp = (path: string, more?: { withPolicy: boolean }) => Promise<Page>;

const test = base.extend<{ openHelp: OpenHelp }>({
  openHelp: async ({ chromium }, use) => {
    const strays: string[] = [];
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (path, { withPolicy } = { withPolicy: false }) => {
      const context = await chromium.newContext({ colorScheme: 'light', viewport: USUAL });
      contexts.push(context);
      await context.route('**/*', async (route) => {
        const url = route.request().url().replace(ORIGIN, `app://${HELP_SITE.host}`);
        const answer = await answerFor(HELP, { method: 'GET', url }, Promise.resolve(), HELP_SITE);
        if (answer.status !== 200) strays.push(url);
        const { 'content-security-policy': policy, ...headers } = answer.headers;
        base.expect(policy).toBe(HELP_SITE.policy);
        await route.fulfill({ ...answer, headers: withPolicy ? answer.headers : headers });
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

const contrast = new ContrastChecker();
for (const language of ['en', 'de']) {
  for (const name of PAGES) {
    test(`${language}/${name} has no violations, and fits every window`, async ({ openHelp }) => {
      const page = await openHelp(`${language}/${name}.html`);
      expect(await violations(page, { exceptRule: CONTRAST })).toEqual([]);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await contrast.check(page), colorScheme).toEqual([]);
      }
      for (const viewport of [USUAL, NARROW, LARGE]) {
        await page.setViewportSize(viewport);
        // The page may get its new size after the call returns.
        await expect
          .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
          .toBe(viewport.width);
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

test('finds text in the page with the keyboard alone', async ({ openHelp }) => {
  const page = await openHelp('en/guide.html', { withPolicy: true });
  const field = page.getByRole('searchbox', { name: 'Find in this page' });
  const count = page.getByRole('search').getByRole('status');
  const highlighted = () =>
    page.evaluate(() => [...CSS.highlights.get('find')!].map((range) => String(range as Range)));
  const current = () =>
    page.evaluate(() => {
      const [range] = CSS.highlights.get('find-current')!;
      const { top, bottom } = (range as Range).getBoundingClientRect();
      return top > 0 && bottom <= innerHeight;
    });
  await expect(field).toBeHidden();
  await page.keyboard.press('Control+f');
  await expect(field).toBeFocused();
  await page.keyboard.type('review CHANGES');
  const [, total] = /^1 of (\d+)$/.exec((await count.textContent())!)!;
  expect(Number(total)).toBeGreaterThan(1);
  const texts = await highlighted();
  expect(texts).toHaveLength(Number(total));
  expect(texts.every((text) => /^review\schanges$/i.test(text))).toBe(true);
  expect(await current()).toBe(true);
  await page.keyboard.press('Enter');
  await expect(count).toHaveText(`2 of ${total}`);
  await page.keyboard.press('Shift+F3');
  await page.keyboard.press('Shift+Enter');
  await expect(count).toHaveText(`${total} of ${total}`);
  expect(await current()).toBe(true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Next match' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(count).toHaveText(`1 of ${total}`);

  // Once more selects what is there. A text may go over the end of a line and over emphasis.
  await page.keyboard.press('Control+f');
  await page.keyboard.type('free text called External metadata');
  await expect(count).toHaveText('1 of 1');
  await page.keyboard.press('Control+f');
  await page.keyboard.type('no such text');
  await expect(count).toHaveText('Nothing found');
  await expect(page.getByRole('button', { name: 'Next match' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(field).toBeHidden();
  expect(await page.evaluate(() => CSS.highlights.size)).toBe(0);
});

test('the bar fits the smallest window and has no violations, and E-Mail is found in German', async ({
  openHelp,
}) => {
  const page = await openHelp('de/guide.html');
  await page.setViewportSize(NARROW);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('e-mail-adresse');
  const bar = page.getByRole('search');
  await expect(bar.getByRole('status')).toHaveText(/^1 von \d+$/);
  const { x, width } = (await bar.boundingBox())!;
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(NARROW.width);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('gibt es nicht');
  await expect(bar.getByRole('status')).toHaveText('Nichts gefunden');
  const boxes = await bar.locator('> *').evaluateAll((all) =>
    all.map((one) => {
      const { left, right } = one.getBoundingClientRect();
      return { left, right };
    }),
  );
  for (const [index, box] of boxes.slice(1).entries())
    expect(box.left).toBeGreaterThanOrEqual(boxes[index]!.right);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('e-mail-adresse');
  await expect(bar.getByRole('status')).toHaveText(/^1 von \d+$/);
  expect(await violations(page, { exceptRule: CONTRAST })).toEqual([]);
  await bar.getByRole('button', { name: 'Schließen' }).click();
  await expect(bar).toBeHidden();
  expect(await page.evaluate(() => String(document.getSelection()))).toMatch(/^E‑Mail-Adresse$/);
});
