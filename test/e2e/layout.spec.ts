/** Measurable layout: nothing jumps, overlaps or is cut off, also in a small or zoomed window. */
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { LetterheadApi } from '../../src/shared/contract/bridge';
import { sampleSignIn, sampleNewKey } from '../standin';
import { violations } from './support/axe';
import { lockDatabase } from './support/disk';
import { misfitsAt, nestedScrollers, tooFewInView } from './support/fit';
import { expect, test } from './support/fixtures';
import { chooseMenuItem } from './support/native-ui';
import {
  HUGE_SIZE,
  LARGE_SIZE,
  MINIMUM_SIZE,
  resize,
  USUAL_SIZE,
  zoom,
  type Size,
  untilWide,
} from './support/window';

/** How far from the left edge of its region a page begins at most: a margin, and a button that leads back, in px. */
const MAX_INDENT = 60;

/** Bounding boxes of the parts that must not move. */
const boxes = (page: Page) =>
  Promise.all(
    [
      page.getByRole('heading', { level: 1 }),
      page.getByRole('tab', { name: 'Profile' }),
      page.getByRole('tab', { name: 'History' }),
      page.getByRole('button', { name: 'Copy letterhead' }),
      page.getByRole('button', { name: 'More actions', exact: true }),
    ].map((part) => part.boundingBox()),
  );

test('a first fetch does not flash a skeleton, and nothing moves when the profile arrives', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { page, letterhead } = await launch();
  await letterhead.openAdd();
  // Without a list, the form is in the middle.
  const name = (await page.getByLabel('API token', { exact: true }).last().boundingBox())!;
  const width = await page.evaluate(() => innerWidth);
  expect(Math.abs(name.x - (width - name.x - name.width))).toBeLessThan(40);
  await letterhead.signIn();
  // The page is empty until the fetch.
  const hold = standin.hold({ method: 'GET', path: `/organizations/${first!.id}/profile` });
  // The skeleton's animation does not begin to run by itself, so that it cannot end before it is looked at, even if the page
  // was opened by itself.
  const session = await page.context().newCDPSession(page);
  await session.send('Animation.enable');
  await session.send('Animation.setPlaybackRate', { playbackRate: 0 });
  await letterhead.choose([first!.name]);
  await hold.arrived;
  await letterhead.open(first!.name);

  const skeleton = page.locator('.skeleton');
  await expect(skeleton).toBeAttached();
  const opacityAt = (at: number) =>
    skeleton.evaluate((element, time) => {
      const [animation] = element.getAnimations();
      animation!.pause();
      animation!.currentTime = time;
      return Number(getComputedStyle(element).opacity);
    }, at);
  // Sets the animation's time in ms, so that the speed of this machine does not matter.
  expect(await opacityAt(0)).toBe(0);
  expect(await opacityAt(299)).toBe(0);
  expect(await opacityAt(499)).toBeGreaterThan(0.9);
  await session.detach();

  const before = await boxes(page);
  hold.release();
  await expect(letterhead.field('business_name')).toHaveValue(first!.profile!.business_name);
  expect(await boxes(page)).toEqual(before);
});

test.describe('with every script', () => {
  test.use({ standinOptions: { organizations: 9 } });

  test('nothing overlaps or is cut off, in any window', async ({
    launch,
    seed,
    standin,
    userData,
    nextOrganization,
  }) => {
    const all = [...standin.organizations.values()];
    const [arabic, latin, long] = [all[5]!, all[0]!, all[6]!];
    seed();
    const { app, page, letterhead } = await launch();
    /** How far a page's heading is from the left edge of the page's region, in px. */
    const indentOf = async (heading: string): Promise<number> =>
      (await letterhead.heading(heading).boundingBox())!.x -
      (await page.getByRole('main').boundingBox())!.x;

    await test.step('Arabic and Hebrew text runs right to left, also while typing; rows stay left-aligned', async () => {
      const direction = (field: 'business_name' | 'business_address' | 'business_email') =>
        letterhead.field(field).evaluate((control) => getComputedStyle(control).direction);
      await letterhead.open(arabic.name);
      await expect(letterhead.field('business_name')).not.toHaveValue('');
      expect(await direction('business_name')).toBe('rtl');
      expect(await direction('business_address')).toBe('rtl');
      expect(await direction('business_email')).toBe('ltr');
      await letterhead.field('business_name').fill('Blue Palm Trading');
      await expect.poll(() => direction('business_name')).toBe('ltr');
      await letterhead.field('business_name').fill('תכלת ספרים');
      await expect.poll(() => direction('business_name')).toBe('rtl');
      const left = (name: string) =>
        page.locator('.option .name', { hasText: name }).evaluate((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return Math.round(range.getBoundingClientRect().left);
        });
      expect(Math.abs((await left(arabic.name)) - (await left(latin.name)))).toBeLessThan(4);
    });

    await test.step('on a very large screen the page begins at the left edge, and its buttons align with its fields', async () => {
      const first = nextOrganization();
      await letterhead.openProfile(first);
      await resize(app, [3840, 2160]);
      await untilWide(page, 3840);
      const field = (await letterhead.field('business_name').boundingBox())!;
      await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
      const review = (await letterhead.button('Review changes').boundingBox())!;
      const heading = (await letterhead.heading(first.name).boundingBox())!;
      expect(heading.x).toBe(field.x);
      expect(review.x + review.width - field.x).toBeLessThanOrEqual(1280);
      expect(await indentOf(first.name)).toBeLessThanOrEqual(MAX_INDENT);
    });

    const endOf = async (part: Locator): Promise<number> => {
      const { x, width } = (await part.boundingBox())!;
      return x + width;
    };
    await test.step('fields, edit bar and history end at the same edge, also beside a scrollbar and the preview', async () => {
      const freeRightOf = async (part: Locator): Promise<number> =>
        (await page.evaluate(() => innerWidth)) - (await endOf(part));
      const placeOfPreview = async () => {
        const preview = page.locator('.preview:visible');
        if ((await preview.count()) === 0) return null;
        const { x, y } = (await preview.boundingBox())!;
        return { x, y };
      };
      for (const size of [MINIMUM_SIZE, USUAL_SIZE, LARGE_SIZE]) {
        const at = size.join('×');
        await resize(app, size);
        await untilWide(page, size[0]);
        const end = await endOf(letterhead.field('business_name'));
        expect(await endOf(letterhead.button('Review changes')), at).toBeCloseTo(end, 0);
        const preview = await placeOfPreview();
        expect(preview !== null, at).toBe(size === LARGE_SIZE);
        if (preview) expect(await freeRightOf(page.locator('.preview')), at).toBeLessThan(40);
        await page.getByRole('tab', { name: 'History' }).click();
        const revisions = page.getByRole('list', { name: 'Revisions' });
        expect(await endOf(revisions), at).toBeCloseTo(end, 0);
        expect(await placeOfPreview(), at).toEqual(preview);
        await page.getByRole('tab', { name: 'Profile' }).click();
      }
    });

    await test.step('on large screens nothing floats, and no text is cut beside free room', async () => {
      /** The texts that are cut, and how much room there is right of the part, in px. */
      const cutIn = (selector: string) =>
        page.locator(selector).evaluate((part) => {
          const isCut = (element: HTMLElement) =>
            element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
          const clips = [...part.querySelectorAll<HTMLElement>('*')].filter(
            (element) =>
              getComputedStyle(element).textOverflow === 'ellipsis' &&
              !element.closest('.visually-hidden'),
          );
          const cells = part.querySelectorAll('[role="columnheader"], [role="listitem"]');
          const ends = [...cells].map((cell) => cell.getBoundingClientRect().right);
          return {
            cut: clips.filter(isCut).map(({ textContent }) => textContent.slice(0, 40)),
            free: part.getBoundingClientRect().left + part.clientWidth - Math.max(...ends),
          };
        });
      for (const size of [LARGE_SIZE, HUGE_SIZE]) {
        const at = size.join('×');
        await resize(app, size);
        await untilWide(page, size[0]);
        await page.getByRole('radio', { name: 'Table' }).check();
        await letterhead.button('Close page').click();
        await expect(page.getByRole('gridcell').first()).toBeVisible();
        await expect.poll(async () => (await cutIn('.grid')).free, at).toBeLessThan(10);
        const widths = () =>
          page
            .getByRole('columnheader')
            .evaluateAll((heads) => heads.map((head) => head.getBoundingClientRect().width));
        const alone = await widths();
        await page.locator('.grid').press('Space');
        await expect(letterhead.button('Close page')).toBeVisible();
        await expect
          .poll(() => page.locator('.grid').evaluate(({ clientWidth }) => clientWidth), at)
          .toBeLessThan(size[0] - 600);
        expect(await widths(), at).toEqual(alone);
        await letterhead.button('Close page').click();
        await page.getByRole('radio', { name: 'List' }).check();

        await chooseMenuItem(app, 'save');
        await expect(letterhead.heading('Changes')).toBeVisible();
        const list = '[role="list"][aria-label="Drafts"]';
        await expect(page.locator(list).getByRole('checkbox').nth(1)).toBeVisible();
        expect(await indentOf('Changes'), at).toBeLessThanOrEqual(MAX_INDENT);
        const { cut, free } = await cutIn(list);
        expect(cut, at).toEqual([]);
        expect(free, at).toBeLessThan(20);
        // Nothing ends in the middle of the page like a pane that is missing, and the buttons stay near the names.
        const main = (await page.getByRole('main').boundingBox())!;
        const tabs = (await page.getByRole('tablist').boundingBox())!;
        expect(tabs.x + tabs.width, at).toBe(size[0]);
        const frame = (await page.locator(list).boundingBox())!;
        expect(frame.width, at).toBeGreaterThan(Math.min(1_900, main.width - 120));
        const saving = (await page.getByRole('button', { name: /^Save \d/ }).boundingBox())!;
        expect(saving.x + saving.width - frame.x, at).toBeLessThan(400);

        // The list scrolls at the edge of the window, and its rows are as wide as it is.
        await chooseMenuItem(app, 'activity');
        const activity = page.getByRole('list', { name: 'What happened' });
        const [scroller, item] = await Promise.all(
          [activity, activity.getByRole('listitem').first()].map((part) => part.boundingBox()),
        );
        expect(scroller!.x + scroller!.width, at).toBe(size[0]);
        expect(scroller!.width - item!.width, at).toBeLessThan(20);
        const buttons = activity.getByRole('listitem').first().getByRole('button');
        const ends = await Promise.all((await buttons.all()).map(endOf));
        expect(Math.max(...ends) - scroller!.x, at).toBeLessThan(900);

        // Two or three cards in a row, all of a row as high.
        await letterhead.openSettings('General');
        const cards = await page
          .locator('.card')
          .evaluateAll((all) =>
            all.map((card) => card.getBoundingClientRect().toJSON() as DOMRect),
          );
        const row = cards.filter(({ y }) => y === cards[0]!.y);
        expect(row, at).toHaveLength(size === LARGE_SIZE ? 2 : 3);
        expect(new Set(row.map(({ height }) => height)).size, at).toBe(1);
        await page.keyboard.press('Escape');

        await letterhead.openAdd();
        await expect(letterhead.heading('Choose organizations')).toBeVisible();
        expect(await indentOf('Choose organizations'), at).toBeLessThanOrEqual(MAX_INDENT);
        await page.keyboard.press('Escape');
        await letterhead.open(latin.name);
      }
    });

    await test.step('in a usual window, the tools of a table beside a page are in one line', async () => {
      await resize(app, USUAL_SIZE);
      await untilWide(page, USUAL_SIZE[0]);
      await page.getByRole('radio', { name: 'Table' }).check();
      await expect(letterhead.button('Close page')).toBeVisible();
      const middles = await page.locator('aside .top').evaluate((top) =>
        [...top.querySelectorAll('input[type="search"], .list-menu, .actions > button')].map(
          (one) => {
            const { top: start, bottom } = one.getBoundingClientRect();
            return (start + bottom) / 2;
          },
        ),
      );
      expect(middles).toHaveLength(3);
      expect(Math.max(...middles) - Math.min(...middles)).toBeLessThan(8);
      await page.getByRole('radio', { name: 'List' }).check();
      await letterhead.open(latin.name);
    });

    await test.step('nothing is cut off or stretched in any window, however wide the list is', async () => {
      const first = nextOrganization();
      await letterhead.openProfile(first);
      const line = page.getByRole('separator', { name: 'Width of the list' });
      const looks: [Size, number][] = [
        [MINIMUM_SIZE, 2],
        [MINIMUM_SIZE, 1],
        [USUAL_SIZE, 1],
        [LARGE_SIZE, 1],
        [HUGE_SIZE, 1],
      ];
      for (const key of ['Home', 'End', 'Enter']) {
        await resize(app, USUAL_SIZE);
        await zoom(app, 1);
        await line.press(key);
        for (const [size, factor] of looks) {
          const found = await misfitsAt({ app, page }, size, factor);
          expect(found, `${key}, ${size.join('×')} at ${factor}`).toEqual([]);
          expect(await nestedScrollers(page), `${size.join('×')} at ${factor}`).toEqual([]);
        }
      }
    });

    await test.step('the smallest window shows at least six rows of the list and three fields of the form', async () => {
      await resize(app, MINIMUM_SIZE);
      await zoom(app, 1);
      await untilWide(page, 860);
      expect(await tooFewInView(page, true)).toEqual([]);
      await resize(app, USUAL_SIZE);
    });

    await test.step('at 200 % the title has the whole width, and text and buttons of the edit bar do not overlap', async () => {
      const first = nextOrganization();
      await letterhead.openProfile(first);
      await letterhead.typeDraft({ business_phone: '+44 20 7946 0123' });
      await zoom(app, 2);
      await resize(app, MINIMUM_SIZE);
      await untilWide(page, 430);
      const title = (await letterhead.heading(first.name).boundingBox())!;
      const copy = (await letterhead.button('Copy letterhead').boundingBox())!;
      expect(copy.y).toBeGreaterThanOrEqual(title.y + title.height);
      // Beside the list, too, the bar covers no field.
      for (const language of ['en', 'de'] as const) {
        await page.evaluate(async (chosen) => {
          const { letterhead: api } = window as unknown as { letterhead: LetterheadApi };
          await api.settings.update({ language: chosen });
        }, language);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        for (const size of [MINIMUM_SIZE, [1124, 800], USUAL_SIZE] as const) {
          const at = `${size.join('×')}, ${language}`;
          expect(await misfitsAt({ app, page }, size, 2), at).toEqual([]);
          const bar = await page.locator('.dock').evaluate((dock) => ({
            isSticky: getComputedStyle(dock).position === 'sticky',
            part: dock.getBoundingClientRect().height / innerHeight,
          }));
          expect(bar.isSticky && bar.part > 0.2, at).toBe(false);
        }
      }
      await page.evaluate(async () => {
        const { letterhead: api } = window as unknown as { letterhead: LetterheadApi };
        await api.settings.update({ language: 'en' });
      });
      await zoom(app, 1.6);
      await untilWide(page, 800);
      const label = page.getByText('1 field edited, saved on this computer', { exact: true });
      for (const button of ['Discard changes', 'Review changes']) {
        // Measures the glyphs, which may overflow their box.
        const text = await label.evaluate((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          return range.getBoundingClientRect().toJSON() as DOMRect;
        });
        const box = (await letterhead.button(button).boundingBox())!;
        expect(text.x + text.width <= box.x || text.y + text.height <= box.y, button).toBe(true);
        expect(box.x + box.width, button).toBeLessThanOrEqual(800);
      }
      await zoom(app, 1);
    });

    await test.step('the smallest window needs no horizontal scrolling, and a long name is readable', async () => {
      await letterhead.open(long.name);
      await expect(letterhead.field('business_name')).not.toHaveValue('');
      await resize(app, MINIMUM_SIZE);
      await untilWide(page, 860);
      const scrollingSideways = () =>
        page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('body, body *')]
            .filter((part) => ['auto', 'scroll'].includes(getComputedStyle(part).overflowX))
            .filter((part) => part.scrollWidth > part.clientWidth && part.tagName !== 'TEXTAREA')
            .map((part) => part.className),
        );
      const expectInside = async (name: string) => {
        const box = (await letterhead.button(name).boundingBox())!;
        expect(box.x + box.width, name).toBeLessThanOrEqual(860);
        expect(box.y + box.height, name).toBeLessThanOrEqual(560);
      };
      expect(await scrollingSideways()).toEqual([]);
      for (const name of ['Copy letterhead', 'More actions', 'Settings']) await expectInside(name);
      await expect(letterhead.heading(long.name)).toHaveAttribute('title', long.name);
      const tooltip = await letterhead.option(long.name).getAttribute('title');
      expect(tooltip!.split('\n')[0]).toBe(long.name);

      await letterhead.typeDraft({ business_phone: '+49 30 5550 100' });
      await letterhead.button('Review changes').click();
      await expectInside('Save changes');
      expect(await scrollingSideways()).toEqual([]);
      const about = page.getByRole('dialog').getByText('This changes 1 field');
      await page.locator('dialog .body').evaluate((body) => body.scrollTo(0, body.scrollHeight));
      await expect(about).toBeInViewport({ ratio: 1 });
      await page.keyboard.press('Escape');
      await letterhead.button('Settings').click();
      for (const tab of ['Sign-ins', 'General', 'About']) {
        await page.getByRole('tab', { name: tab }).click();
        expect(await scrollingSideways(), tab).toEqual([]);
      }
    });

    await test.step('at minimum size the whole edit bar is visible below a failed check', async () => {
      const first = nextOrganization();
      await letterhead.openProfile(first);
      await resize(app, MINIMUM_SIZE);
      const undoFault = await lockDatabase(join(userData, 'letterhead.db'), 'to writing');
      await letterhead.field('business_phone').fill('+44 20 7946 0123');
      const match = { method: 'GET', path: `${first.id}/profile` } as const;
      const repair = standin.faults.add({ mode: '200-result-null', match });
      await letterhead.refresh();
      const reason = page.getByText('Could not check with Cloudflare.');
      await expect(reason).toBeVisible();
      const unsaved = page.getByRole('alert').filter({ hasText: '1 field edited, not saved' });
      await expect(unsaved).toBeVisible();
      await expect
        .poll(() => page.evaluate(() => [innerWidth, innerHeight]))
        .toEqual([...MINIMUM_SIZE]);
      const bar = [
        unsaved,
        letterhead.button('Discard changes'),
        letterhead.button('Review changes'),
      ];
      for (const part of bar) {
        const box = (await part.boundingBox())!;
        expect(box.y + box.height).toBeLessThanOrEqual(MINIMUM_SIZE[1]);
      }
      expect(await violations(page)).toEqual([]);
      undoFault();
      repair();
    });

    await test.step('at minimum size a change waiting for its sign-in leaves space for the form and shows the reason once', async () => {
      const first = nextOrganization();
      await letterhead.openProfile(first);
      await standin.goOffline();
      await letterhead.saveField('business_phone', '+44 20 7946 0444');
      await letterhead.expectWaiting();

      await resize(app, MINIMUM_SIZE);
      await expect
        .poll(() => page.evaluate(() => [innerWidth, innerHeight]))
        .toEqual([...MINIMUM_SIZE]);
      const line = letterhead.list.locator('.wait .detail');
      await expect(line).toContainText('next try');
      // At any time the app may try again, and then says something else.
      await expect(async () => {
        const [text, overflow] = await line.evaluate((element) => {
          // The longest possible text, in a copy: the app must still be able to change the text of the original.
          const copy = element.cloneNode(true) as Element;
          const longest = element.textContent.replace(/\d+:\d\d/, '10:44');
          copy.textContent = longest.replace(/^Waiting( \d+ min)?,/, 'Waiting 44 min,');
          element.replaceWith(copy);
          const measured = [copy.textContent, copy.scrollWidth - copy.clientWidth] as const;
          copy.replaceWith(element);
          return measured;
        });
        expect(text).toContain('Waiting 44 min, next try 10:44');
        expect(overflow).toBeLessThanOrEqual(0);
      }).toPass({ timeout: 20_000 });

      standin.setKey(sampleSignIn.userId, sampleNewKey);
      await standin.goOnline();
      await letterhead.tryAgain();
      await expect(letterhead.status).toContainText(
        'Cloudflare does not recognize this email and key.',
      );
      await expect(
        page.getByRole('region', { name: 'Sign-ins that need your attention' }),
      ).toBeHidden();
      await expect(letterhead.button('Replace key')).toBeVisible();
      await expect(page.getByText('does not recognize this email and key')).toHaveCount(1);
      const form = page.getByRole('tabpanel', { name: 'Profile' });
      await expect.poll(async () => (await form.boundingBox())!.height).toBeGreaterThan(150);
      expect(await violations(page)).toEqual([]);

      // At 200 %, only the first line of the bar is in view at the start of the page.
      await zoom(app, 2);
      await untilWide(page, 430);
      await letterhead.heading(first.name).scrollIntoViewIfNeeded();
      const reason = page.getByText('does not recognize this email and key');
      await expect(letterhead.button('Replace key')).toBeInViewport({ ratio: 1 });
      await expect(reason).not.toBeInViewport();
      await letterhead.button('Why?').click();
      await expect(reason).toBeInViewport({ ratio: 1 });
      await letterhead.button('Why?').click();
      await expect(letterhead.button('Why?')).toBeInViewport({ ratio: 1 });
      await zoom(app, 1);
    });
  });
});
