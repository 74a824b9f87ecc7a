/** The look where it can be measured: nothing jumps, nothing is cut off for good, every script stands right. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures';
import { resize } from './support/window';

/** Where the parts of the page stand that must not move. */
const places = (page: Page) =>
  Promise.all(
    [
      page.getByRole('heading', { level: 1 }),
      page.getByRole('tab', { name: 'Profile' }),
      page.getByRole('tab', { name: 'History' }),
      page.getByRole('button', { name: 'Refresh' }),
      page.getByRole('button', { name: 'More actions' }),
    ].map((part) => part.boundingBox()),
  );

test('while a profile is read for the first time nothing flashes, and nothing moves when it comes', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { page, letterhead } = await launch();
  await letterhead.openAdd();
  await letterhead.signIn();
  // This way nothing of it is known before it is read.
  standin.settings.embedProfiles = false;
  const hold = standin.hold({ method: 'GET', path: `/organizations/${first!.id}/profile` });
  await letterhead.choose([first!.name]);
  await hold.arrived;
  await letterhead.open(first!.name);

  const skeleton = page.locator('.skeleton');
  await expect(skeleton).toBeAttached();
  const shown = (at: number) =>
    skeleton.evaluate((element, time) => {
      const [appearing] = element.getAnimations();
      appearing!.pause();
      appearing!.currentTime = time;
      return Number(getComputedStyle(element).opacity);
    }, at);
  // Its own clock is set by hand: what is seen then does not depend on how quick this machine is.
  expect(await shown(0)).toBe(0);
  expect(await shown(299)).toBe(0);
  expect(await shown(499)).toBeGreaterThan(0.9);

  const before = await places(page);
  hold.release();
  await expect(letterhead.field('Business name')).toHaveValue(first!.profile!.business_name);
  expect(await places(page)).toEqual(before);
});

test.describe('with every script', () => {
  test.use({ standinOptions: { organizations: 9 } });

  test('in the smallest window everything is reached without scrolling sideways, and a long name can be read', async ({
    launch,
    standin,
  }) => {
    const long = [...standin.organizations.values()][6]!;
    const { app, page, letterhead } = await launch();
    await letterhead.setUp([long.name]);
    await letterhead.open(long.name);
    await expect(letterhead.field('Business name')).not.toHaveValue('');
    await resize(app, [860, 560]);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(860);
    const sideways = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('body, body *')]
          .filter((part) => ['auto', 'scroll'].includes(getComputedStyle(part).overflowX))
          .filter((part) => part.scrollWidth > part.clientWidth && part.tagName !== 'TEXTAREA')
          .map((part) => part.className),
      );
    const inside = async (name: string) => {
      const box = (await letterhead.button(name).boundingBox())!;
      expect(box.x + box.width, name).toBeLessThanOrEqual(860);
      expect(box.y + box.height, name).toBeLessThanOrEqual(560);
    };
    expect(await sideways()).toEqual([]);
    for (const name of ['Refresh', 'More actions', 'Review changes', 'Settings'])
      await inside(name);
    await expect(letterhead.heading(long.name)).toHaveAttribute('title', long.name);
    const tooltip = await letterhead.option(long.name).getAttribute('title');
    expect(tooltip!.split('\n')[0]).toBe(long.name);

    await letterhead.typeDraft('Business phone', '+49 30 5550 100');
    await letterhead.button('Review changes').click();
    await inside('Save changes');
    expect(await sideways()).toEqual([]);
    await page.keyboard.press('Escape');
    await letterhead.button('Settings').click();
    for (const tab of ['Sign-ins', 'Checks', 'General', 'About']) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await sideways(), tab).toEqual([]);
    }
  });

  test('Arabic and Hebrew run from right to left, also while they are typed; the row still begins on the left', async ({
    launch,
    standin,
  }) => {
    const all = [...standin.organizations.values()];
    const [arabic, latin] = [all[5]!, all[0]!];
    const { page, letterhead } = await launch();
    await letterhead.setUp([arabic.name, latin.name]);
    const direction = (field: 'Business name' | 'Business address' | 'Business email') =>
      letterhead.field(field).evaluate((control) => getComputedStyle(control).direction);
    await letterhead.open(arabic.name);
    await expect(letterhead.field('Business name')).not.toHaveValue('');
    expect(await direction('Business name')).toBe('rtl');
    expect(await direction('Business address')).toBe('rtl');
    expect(await direction('Business email')).toBe('ltr');
    await letterhead.field('Business name').fill('Blue Palm Trading');
    await expect.poll(() => direction('Business name')).toBe('ltr');
    await letterhead.field('Business name').fill('תכלת ספרים');
    await expect.poll(() => direction('Business name')).toBe('rtl');
    const left = (name: string) =>
      page.locator('.option .name', { hasText: name }).evaluate((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return Math.round(range.getBoundingClientRect().left);
      });
    expect(Math.abs((await left(arabic.name)) - (await left(latin.name)))).toBeLessThan(4);
  });
});

test('on a very large screen the page stands in the middle, its buttons where its fields are', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await resize(app, [3840, 2160]);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(3840);
  const field = (await letterhead.field('Business name').boundingBox())!;
  const review = (await letterhead.button('Review changes').boundingBox())!;
  const heading = (await letterhead.heading(first!.name).boundingBox())!;
  expect(heading.x).toBe(field.x);
  expect(review.x + review.width - field.x).toBeLessThanOrEqual(1280);
  const side = (await page.getByRole('complementary').boundingBox())!;
  const [left, right] = [field.x - side.width, 3840 - review.x - review.width];
  expect(Math.abs(left - right)).toBeLessThan(20);
});
