/** The window as a whole: language, connection, focus, menu, appearance, content security policy. */
import type { Locator } from '@playwright/test';
import { violations } from '../e2e/support/axe';
import { focusIssues } from '../e2e/support/focus';
import { nameOf } from '../scripted/fake-main';
import { expect, test } from './support/fixtures';

test('switches to German immediately without losing typed text', async ({ open }) => {
  const { page, letterhead } = await open(2);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_name: 'Typed' });
  await letterhead.button('Settings').click();
  await page.getByRole('tab', { name: 'General' }).click();
  expect(await violations(page), 'settings').toEqual([]);
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
  await page.getByRole('listbox', { name: 'Organisationen' }).getByRole('option').first().click();
  await expect(page.getByRole('textbox', { name: 'Firmenname' })).toHaveValue('Typed');
});

test('shows when Cloudflare is unreachable and reachable again', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(2);
  await expect(letterhead.connection).toHaveText(/^\s*Online/);
  fakeMain.setReachable(false);
  await expect(letterhead.connection).toHaveText(/^\s*Offline/);
  expect(await violations(page), 'offline').toEqual([]);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_phone: '+44 1' });
  fakeMain.setReachable(true);
  await expect(letterhead.connection).toHaveText(/^\s*Online/);
});

test('the focus is always on a visible element and marked', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(5);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_name: 'Typed' });
  const stops = new Set<string>();
  await letterhead.list.focus();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    // After the last control the focus moves to Chromium's own UI, which the app's window does not have.
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    await expect.poll(() => focusIssues(page)).toEqual([]);
    stops.add(await page.evaluate(() => document.activeElement!.outerHTML.slice(0, 200)));
  }
  expect(stops.size).toBeGreaterThan(10);

  // The focused control becomes disabled, or disappears.
  await letterhead.button('Discard changes').focus();
  await page.keyboard.press('Enter');
  await expect(letterhead.field('business_name')).not.toHaveValue('Typed');
  await expect.poll(() => focusIssues(page)).toEqual([]);
  fakeMain.main.emit('bannersChanged', [{ kind: 'session-only', labels: ['Head office'] }]);
  await letterhead.button('Close').focus();
  fakeMain.main.emit('bannersChanged', []);
  await expect(letterhead.button('Close')).toBeHidden();
  await expect.poll(() => focusIssues(page)).toEqual([]);
});

test('handles menu commands, and stores typed text before the window closes', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(2);
  fakeMain.main.answer('app', 'flushed', () => ({ ok: true, value: null }));
  await letterhead.open(nameOf(2));
  fakeMain.main.emit('menuCommand', { command: 'search' });
  await expect(page.getByRole('searchbox', { name: 'Search organizations' })).toBeFocused();
  await letterhead.field('business_email').fill('kept@example.com');
  fakeMain.main.emit('closing', null);
  await expect.poll(() => fakeMain.main.requests('app.flushed').length).toBe(1);
  expect(fakeMain.main.requests('drafts.save').at(-1)).toMatchObject({
    edits: { business_email: { text: 'kept@example.com' } },
  });
});

test('saves from a page without edits what the table has, and says there if nothing has any', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(2);
  await letterhead.open(nameOf(2));
  await expect(letterhead.field('business_email')).toBeVisible();
  await page.getByRole('radio', { name: 'Table' }).check();
  const save = () => fakeMain.main.emit('menuCommand', { command: 'save' });
  const nothing = page.getByRole('alert').filter({ hasText: 'Nothing to save.' });
  save();
  await expect(nothing).toBeVisible();
  await letterhead.field('business_email').fill('kept@example.com');
  await expect(nothing).toBeHidden();
  save();
  await expect(letterhead.dialog('Review changes')).toBeVisible();
  await page.keyboard.press('Escape');
  await letterhead.button('Discard changes').click();
  await expect(letterhead.button('Discard changes')).toBeHidden();
  // It is not said again.
  await expect(nothing).toBeHidden();
  fakeMain.main.emit('changesChanged', { all: 1, toSave: 1, waiting: 0, decide: 0 });
  save();
  await expect(letterhead.heading('Changes')).toBeVisible();
  await expect(page.getByRole('tab', { name: /^To save/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await expect(page.getByRole('grid')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`is accessible in ${colorScheme}, with reduced motion, and with forced colors`, async ({
    open,
  }) => {
    const { page, letterhead } = await open(5);
    await letterhead.open(nameOf(1));
    await letterhead.typeDraft({ business_name: 'Typed' });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page)).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.emulateMedia({ colorScheme, forcedColors: 'active' });
    await letterhead.field('business_name').focus();
    expect(await focusIssues(page)).toEqual([]);
  });
}

test('nothing overflows the smallest window', async ({ open }) => {
  const { page, letterhead } = await open(5);
  await page.setViewportSize({ width: 860, height: 560 });
  await letterhead.open(nameOf(1));
  await expect(letterhead.field('business_name')).not.toHaveValue('');
  const overflows = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(await overflows()).toBe(false);
  for (const name of ['Copy letterhead', 'More actions', 'Settings']) {
    await expect(letterhead.button(name)).toBeInViewport({ ratio: 1 });
  }
});

const SET_ASIDE = {
  kind: 'database-set-aside',
  reason: 'damaged',
  path: '/home/office/letterhead.damaged.db',
  readable: true,
} as const;

test('messages end where the page above them does, in every window, and move nothing of it', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(2);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_phone: '+44 1' });
  const review = letterhead.button('Review changes');
  await expect(review).toBeEnabled();
  const places = () =>
    Promise.all(
      [
        letterhead.button('Copy letterhead'),
        page.getByRole('tab', { name: 'History' }),
        letterhead.field('business_phone'),
        review,
      ].map((part) => part.boundingBox()),
    );
  const before = await places();
  fakeMain.main.emit('bannersChanged', [SET_ASIDE]);
  const addition = { total: 4, added: 3, state: 'ended', failure: null } as const;
  fakeMain.main.emit('additionsChanged', { listing: null, addition });
  const messages = page.locator('.messages');
  await expect(messages.getByText('3 of 4').last()).toBeVisible();
  expect(await places()).toEqual(before);
  for (const [width, height] of [
    [860, 560],
    [1280, 800],
    [1500, 900],
    [1920, 1080],
    [3840, 2160],
  ] as const) {
    await page.setViewportSize({ width, height });
    const endOf = async (part: Locator): Promise<number> => {
      const { x, width: wide } = (await part.boundingBox())!;
      return Math.round(x + wide);
    };
    const ends = () =>
      Promise.all(
        [
          messages.locator('.notice'),
          messages.getByRole('button', { name: 'Close' }).last(),
          letterhead.button('More actions'),
          letterhead.field('business_address'),
          review,
        ].map(endOf),
      );
    await expect.poll(async () => new Set(await ends()).size, `${width} px`).toBe(1);
  }
});

test('the welcome page scrolls with the messages above it, which do not scroll', async ({
  open,
}) => {
  const { fakeMain, page } = await open(0);
  await page.setViewportSize({ width: 860, height: 560 });
  fakeMain.main.emit('bannersChanged', [
    { ...SET_ASIDE, path: `/home/office/${'folder/'.repeat(30)}letterhead.damaged.db` },
    { kind: 'session-only', labels: ['Head office'] },
    { kind: 'update', version: '2.0.0', reason: null },
  ]);
  await expect(page.getByText('Head office')).toBeVisible();
  const scrollers = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((element) => getComputedStyle(element).overflowY === 'auto')
        .filter((element) => element.scrollHeight > element.clientHeight + 1)
        .map((element) => element.localName),
    );
  await expect.poll(scrollers).toEqual(['main']);
});

test('at 200 %, the foot of a short page is at the bottom, and the title of a dialog stays in view', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(2);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft({ business_phone: '+44 1', business_name: 'Typed' });
  await page.setViewportSize({ width: 430, height: 280 });
  await letterhead.button('Review changes').click();
  const review = letterhead.dialog('Review changes');
  await review.evaluate((dialog) => dialog.scrollTo(0, dialog.scrollHeight));
  await expect(review.getByRole('heading', { name: 'Review changes' })).toBeInViewport({
    ratio: 1,
  });
  await letterhead.button('Back to editing').click();
  fakeMain.main.emit('changesChanged', { all: 1, toSave: 0, waiting: 0, decide: 0 });
  await letterhead.button('Discard changes').click();
  await expect(letterhead.button('Discard changes')).toBeHidden();
  fakeMain.main.emit('changesChanged', { all: 1, toSave: 1, waiting: 0, decide: 0 });
  fakeMain.main.emit('menuCommand', { command: 'save' });
  await page.getByRole('tab', { name: 'Saved' }).click();
  const { y, height } = (await page.locator('main > .foot').boundingBox())!;
  expect(y + height).toBe(280);
});

test('the content policy blocks foreign code, markup and connections', async ({ open }) => {
  const { page, issues } = await open(1);
  const outcome = await page.evaluate(async () => {
    const attempt = async (action: () => unknown) => {
      try {
        await action();
        return 'done';
      } catch {
        return 'refused';
      }
    };
    return [
      await attempt(() => fetch('http://elsewhere.localhost/')),
      await attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')),
      // In a task of the page, because code that Playwright evaluates may call eval itself.
      await attempt(
        () =>
          new Promise((resolve, reject) =>
            setTimeout(() => {
              try {
                resolve((0, eval)('1'));
              } catch (error) {
                reject(error as Error);
              }
            }),
          ),
      ),
    ];
  });
  expect(outcome).toEqual(['refused', 'refused', 'refused']);
  const violated = () => issues.filter((issue) => issue.startsWith('policy: '));
  await expect.poll(() => violated().length).toBe(3);
  expect(violated().join()).toContain('connect-src');
  // These were expected, so the fixture must not fail on them.
  issues.length = 0;
});
