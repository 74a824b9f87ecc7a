/** The window as a whole: languages, offline, the keyboard, how it looks, and its content policy. */
import { violations } from '../e2e/support/axe';
import { focusIssues } from '../e2e/support/focus';
import { nameOf } from '../scripted/fake-main';
import { expect, test } from './support/fixtures';

test('German at once, and nothing typed is lost by it', async ({ open }) => {
  const { page, letterhead } = await open(2);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft('Business name', 'Typed');
  await letterhead.button('Settings').click();
  await page.getByRole('tab', { name: 'General' }).click();
  expect(await violations(page), 'settings').toEqual([]);
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
  await page.getByRole('listbox', { name: 'Organisationen' }).getByRole('option').first().click();
  await expect(page.getByRole('textbox', { name: 'Firmenname' })).toHaveValue('Typed');
});

test('offline is said, and over when it is over', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(2);
  await expect(letterhead.connection).toHaveText(/^\s*Online/);
  fakeMain.reach(false);
  await expect(letterhead.connection).toHaveText(/^\s*Offline/);
  expect(await violations(page), 'offline').toEqual([]);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft('Business phone', '+44 1');
  fakeMain.reach(true);
  await expect(letterhead.connection).toHaveText(/^\s*Online/);
});

test('the focus is always somewhere, in sight, and marked', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(5);
  await letterhead.open(nameOf(1));
  await letterhead.typeDraft('Business name', 'Typed');
  const stops = new Set<string>();
  await letterhead.list.focus();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    // Past the last control the focus is in the browser, which the app's window has not.
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    await expect.poll(() => focusIssues(page)).toEqual([]);
    stops.add(await page.evaluate(() => document.activeElement!.outerHTML.slice(0, 200)));
  }
  expect(stops.size).toBeGreaterThan(10);

  // What has the focus has nothing left to do, or goes away altogether.
  await letterhead.button('Discard changes').focus();
  await page.keyboard.press('Enter');
  await expect(letterhead.field('Business name')).not.toHaveValue('Typed');
  await expect.poll(() => focusIssues(page)).toEqual([]);
  fakeMain.main.emit('bannersChanged', [{ kind: 'session-only', labels: ['Head office'] }]);
  await letterhead.button('Dismiss').focus();
  fakeMain.main.emit('bannersChanged', []);
  await expect(letterhead.button('Dismiss')).toBeHidden();
  await expect.poll(() => focusIssues(page)).toEqual([]);
});

test('the menus of the system are heard, and the window keeps what is typed before it closes', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(2);
  fakeMain.main.answer('app', 'flushed', () => ({ ok: true, value: null }));
  await letterhead.open(nameOf(2));
  fakeMain.main.emit('menuCommand', { command: 'search' });
  await expect(page.getByRole('searchbox', { name: 'Search organizations' })).toBeFocused();
  await letterhead.field('Business email').fill('kept@example.com');
  fakeMain.main.emit('closing', null);
  await expect.poll(() => fakeMain.main.requests('app.flushed').length).toBe(1);
  expect(fakeMain.main.requests('drafts.keep').at(-1)).toMatchObject({
    edits: { business_email: { text: 'kept@example.com' } },
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`can be read ${colorScheme}, without motion, and with a person's own colours`, async ({
    open,
  }) => {
    const { page, letterhead } = await open(5);
    await letterhead.open(nameOf(1));
    await letterhead.typeDraft('Business name', 'Typed');
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page)).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.emulateMedia({ colorScheme, forcedColors: 'active' });
    await letterhead.field('Business name').focus();
    expect(await focusIssues(page)).toEqual([]);
  });
}

test('in the smallest window nothing runs out of it', async ({ open }) => {
  const { page, letterhead } = await open(5);
  await page.setViewportSize({ width: 860, height: 560 });
  await letterhead.open(nameOf(1));
  await expect(letterhead.field('Business name')).not.toHaveValue('');
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(await wide()).toBe(false);
  for (const name of ['Refresh', 'More actions', 'Review changes', 'Settings']) {
    await expect(letterhead.button(name)).toBeInViewport({ ratio: 1 });
  }
});

test('the content policy holds: no code and no markup from elsewhere, no connection', async ({
  open,
}) => {
  const { page, troubles } = await open(1);
  const outcome = await page.evaluate(async () => {
    const tried = async (what: () => unknown) => {
      try {
        await what();
        return 'done';
      } catch {
        return 'refused';
      }
    };
    return [
      await tried(() => fetch('http://elsewhere.localhost/')),
      await tried(() => (document.createElement('div').innerHTML = '<b>x</b>')),
      // In a task of the page's own: what a test evaluates may evaluate more.
      await tried(
        () =>
          new Promise((done, failed) =>
            setTimeout(() => {
              try {
                done((0, eval)('1'));
              } catch (error) {
                failed(error as Error);
              }
            }),
          ),
      ),
    ];
  });
  expect(outcome).toEqual(['refused', 'refused', 'refused']);
  const broken = () => troubles.filter((issue) => issue.startsWith('policy: '));
  await expect.poll(() => broken().length).toBe(3);
  expect(broken().join()).toContain('connect-src');
  // All of it was meant to be.
  troubles.length = 0;
});
