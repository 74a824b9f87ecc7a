/** The list: virtual scrolling of 100,000 rows, search, keyboard, stable rows, and filling many at once. */
import { failed, success } from '../../src/shared/result';
import { id, row, signIn, signInId } from '../component/samples';
import { violations } from '../e2e/support/axe';
import { nameOf } from '../scripted/fake-main';
import { expect, test } from './support/fixtures';

const COUNT = 100_000;

test('scrolls 100,000 rows with wheel, scroll bar and keys, and renders only a few', async ({
  open,
}) => {
  const { page, letterhead } = await open(COUNT);
  const options = letterhead.list.getByRole('option');
  await expect(options.first()).toHaveAttribute('aria-setsize', String(COUNT));
  const rendered = await options.count();
  expect(rendered).toBeGreaterThan(5);
  expect(rendered).toBeLessThan(50);
  await letterhead.list.hover();
  // The compositor takes the wheel: it knows how far the list can be scrolled once a frame with its rows was made.
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  await page.mouse.wheel(0, 100_000);
  await expect(letterhead.option(nameOf(1))).toHaveCount(0);
  await expect(letterhead.option(nameOf(1_820))).toBeInViewport();

  await letterhead.list.evaluate((list) => (list.scrollTop = list.scrollHeight / 2));
  await expect(letterhead.option(nameOf(COUNT / 2 + 3))).toBeInViewport();
  await expect(letterhead.list.locator('[aria-busy]')).toHaveCount(0);
  expect(await options.count()).toBeLessThan(50);
  expect(await violations(page), 'in the middle').toEqual([]);

  await letterhead.list.focus();
  await page.keyboard.press('End');
  await expect(letterhead.option(nameOf(COUNT))).toBeInViewport({ ratio: 0.9 });
  // Enter would go into the form.
  await page.keyboard.press('Space');
  await expect(letterhead.heading(nameOf(COUNT))).toBeVisible();
  await page.keyboard.press('Home');
  await expect(letterhead.option(nameOf(1))).toBeInViewport({ ratio: 0.9 });
});

test('outlines the check boxes of rows at rest like any control', async ({ open }) => {
  const { page, letterhead } = await open(3);
  const box = letterhead.option(nameOf(2)).locator('.box');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // tokens.test.ts checks the contrast of this color.
    const shown = await box.evaluate((element) => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.color = 'var(--control-line)';
      const { color } = getComputedStyle(probe);
      probe.remove();
      let opacity = 1;
      for (let each: Element | null = element; each; each = each.parentElement) {
        opacity *= Number(getComputedStyle(each).opacity);
      }
      return { opacity, isOutlined: getComputedStyle(element).borderTopColor === color };
    });
    expect(shown, colorScheme).toEqual({ opacity: 1, isOutlined: true });
  }
});

test('shows the name of an account whole, below that of its organization, in the smallest window', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(3);
  await page.setViewportSize({ width: 860, height: 560 });
  const names = ['Stadtwerke Oldenburg GmbH', 'Niederlassung Wilhelmshaven'] as const;
  const account = { kind: 'account', organizationName: names[0] } as const;
  fakeMain.main.list.upsert(row(901, names[1], account));
  fakeMain.main.list.upsert(row(902, `${names[1]}, Zählerwesen`, { ...account, state: 'draft' }));
  const options = letterhead.option(names[1]);
  await expect(options).toHaveCount(2);
  const whole = `${names[0]}, through the account ${names[1]}`;
  await expect(options.first()).toHaveAttribute('title', new RegExp(`^${whole}\n`));
  await expect(options.first()).toHaveAccessibleName(new RegExp(`^${whole}, `));
  const parts = (index: number) =>
    options.nth(index).evaluate((option) =>
      [...option.querySelectorAll<HTMLElement>('.name, .name *, .line *')]
        .filter((part) => part.textContent?.trim() && !part.closest('svg'))
        .map((part) => ({
          text: part.textContent,
          isCut: part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1,
        })),
    );
  expect(await parts(0)).toEqual(names.map((text) => ({ text, isCut: false })));
  // Beside a state, the end of a long name gives way, and the state does not.
  const beside = await parts(1);
  expect(beside[0]).toEqual({ text: names[0], isCut: false });
  expect(beside.at(-1)).toEqual({ text: 'Draft', isCut: false });

  // Beside a search match or a wait, too.
  await page.getByRole('searchbox').fill('office902');
  await expect(options).toHaveCount(1);
  expect((await parts(0)).at(-1)).toEqual({ text: 'Draft', isCut: false });
  await page.getByRole('searchbox').fill('Zählerwesen');
  const waitingSince = Date.now() - 180_000;
  const nextTryAt = Date.now() + 600_000;
  const waits = { ...account, state: 'waiting', waitingSince, nextTryAt } as const;
  fakeMain.main.list.upsert(row(902, `${names[1]}, Zählerwesen`, waits));
  await expect(options.locator('.wait .detail')).toHaveText(/^Waiting 3 min, next try /);
  expect((await parts(0)).at(-1)?.isCut).toBe(false);
});

test('shows loading rows as skeletons with their positions for screen readers', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(1_000);
  const release = fakeMain.main.hold('organizations.list');
  await letterhead.list.evaluate((list) => (list.scrollTop = list.scrollHeight));
  const waiting = letterhead.list.locator('[role=option][aria-busy=true]');
  await expect(waiting.last()).toHaveAttribute('aria-posinset', '1000');
  expect(await violations(page), 'skeletons').toEqual([]);
  release();
  await expect(letterhead.option(nameOf(1_000))).toBeInViewport({ ratio: 0.9 });
  await expect(waiting).toHaveCount(0);
});

test('keeps the old rows when new ones cannot be loaded, says why, and retries on request', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(40);
  fakeMain.main.answer('organizations', 'list', () => failed('database.busy'));
  await page.getByRole('radio', { name: 'Changes' }).check();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Another program');
  await expect(letterhead.option(nameOf(1))).toBeVisible();
  expect(await violations(page), 'in trouble').toEqual([]);
  fakeMain.main.list.answer();
  await letterhead.button('Try again').click();
  await expect(alert).toBeHidden();
  await expect(page.getByText('No drafts, and nothing is waiting.', { exact: true })).toBeVisible();
});

test('rows do not move under the pointer, and are sorted once it has left', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(30);
  const third = letterhead.option(nameOf(3));
  await third.hover();
  const before = await third.boundingBox();
  fakeMain.main.list.upsert(row(901, 'Aal'), row(2, 'Zoo'));
  await expect(letterhead.option('Zoo')).toBeVisible();
  expect(await third.boundingBox()).toEqual(before);
  await page.getByRole('searchbox').hover();
  await expect(letterhead.option('Aal')).toBeVisible();
  await expect(letterhead.option('Zoo')).toHaveCount(0);
});

test('the visible rows stay in place when rows are added above them', async ({ open }) => {
  const { fakeMain, letterhead } = await open(300);
  await letterhead.list.evaluate((list) => (list.scrollTop = 5_530));
  const row105 = letterhead.option(nameOf(105));
  await expect(row105).toBeVisible();
  const before = await row105.boundingBox();
  fakeMain.main.list.upsert(row(901, 'Aal'), row(902, 'Aar'), row(903, 'Aas'));
  await expect(row105).toHaveAttribute('aria-posinset', '108');
  expect(await row105.boundingBox()).toEqual(before);
});

test('a search narrows the list while typing, highlights matches, and Enter opens the first', async ({
  open,
}) => {
  const { page, letterhead } = await open(30);
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.pressSequentially('0001');
  // 00001 and 00010 to 00019.
  await expect(letterhead.list.getByRole('option')).toHaveCount(11);
  await expect(letterhead.list.locator('mark').first()).toHaveText('0001');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
  }
  await search.press('Enter');
  await expect(letterhead.heading(nameOf(1))).toBeVisible();
  await search.fill('nothing like this');
  await expect(page.getByText('Nothing found for')).toBeVisible();
  expect(await violations(page), 'nothing found').toEqual([]);
  await letterhead.button('Show all organizations').click();
  await expect(letterhead.list).toBeFocused();

  await letterhead.field('business_name').focus();
  await page.keyboard.press('Control+k');
  await expect(search).toBeFocused();
});

test('long sign-in names and the progress of the fetch fit into the smallest window in German', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(30);
  const label = 'Hauptverwaltung der gesamten Unternehmensgruppe in Hamburg';
  fakeMain.main
    .answer('app', 'locale', () => success({ language: 'de', formats: 'de-DE' }))
    .answer('signIns', 'list', () => success([signIn(1, label), signIn(2, 'Nord')]))
    .answer('initialFetch', 'get', () =>
      success({ read: 896, total: 2_300, timeLeft: 440_000, waitsUntil: null, paused: false }),
    );
  fakeMain.main.list.signIns.set(id(1), signInId(1));
  await page.setViewportSize({ width: 860, height: 560 });
  await page.reload();
  await page.getByRole('button', { name: 'Ansicht', exact: true }).click();
  const filter = page.getByRole('combobox', { name: 'Zugang' });
  await filter.selectOption({ label });
  const options = page.getByRole('listbox', { name: 'Organisationen' }).getByRole('option');
  await expect(options).toHaveCount(1);
  await expect(page.getByRole('status', { name: 'Profile werden gelesen' })).toHaveText(
    /896 von 2\.300 gelesen · etwa 8 Min\./,
  );
  const aside = (await page.locator('aside').boundingBox())!;
  await expect(filter).toBeInViewport({ ratio: 1 });
  const chip = page.getByRole('button', { name: /^Aufheben: .*Hauptverwaltung/ });
  const chosen = (await chip.boundingBox())!;
  expect(chosen.x + chosen.width).toBeLessThanOrEqual(aside.x + aside.width);
  await expect(page.getByRole('button', { name: 'Einstellungen' })).toBeInViewport({ ratio: 1 });
  await filter.press('Escape');
  await chip.click();
  await page.getByRole('listbox', { name: 'Organisationen' }).focus();
  await page.keyboard.press('Control+a');
  await expect(page.locator('strong', { hasText: '30 ausgewählt' })).toBeVisible();
  await expect(options.first()).toBeInViewport({ ratio: 1 });
  expect(await violations(page), 'selected').toEqual([]);
  expect(await letterhead.button(/Auswahl beenden/).isVisible()).toBe(true);
});

test('shows the progress of preparing the list, then the list', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(30);
  const { list } = fakeMain.main;
  list.building = { done: 34_000, total: 100_000, failure: null };
  list.notifyChanged();
  await expect(page.getByText('Preparing the list: 34,000 of 100,000')).toBeVisible();
  await expect(letterhead.list).toHaveCount(0);
  expect(await violations(page), 'preparing').toEqual([]);
  list.building = null;
  list.notifyChanged();
  await expect(letterhead.option(nameOf(1))).toBeVisible();
});

test('fills and saves all selected organizations, and shows the progress of the save', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(30);
  await letterhead.list.focus();
  await page.keyboard.press('Control+a');
  await letterhead.button('Fill…').click();
  const dialog = letterhead.dialog('Fill');
  await dialog.getByRole('checkbox', { name: 'Business phone' }).check();
  await dialog.getByRole('textbox', { name: 'New text for Business phone' }).fill('+49 30 1');
  expect(await violations(page), 'dialog').toEqual([]);
  await dialog.getByRole('button', { name: 'Make drafts in 30 organizations' }).click();
  await expect(dialog).toBeHidden();

  await expect(page.getByText(nameOf(1)).last()).toBeVisible();
  expect(await violations(page), 'changes').toEqual([]);
  await letterhead.button('Save 30 changes').click();
  const bar = page.getByRole('progressbar', { name: 'Saving changes' });
  await expect(bar).toBeVisible();
  fakeMain.advanceSave(12);
  await expect(bar).toHaveJSProperty('value', 12);
  expect(await violations(page), 'save').toEqual([]);
  fakeMain.advanceSave(30);
  await letterhead.button('Close').click();
  await expect(bar).toBeHidden();
});
