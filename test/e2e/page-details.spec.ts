/** Details of an organization's page: with the mouse, then with the keyboard alone, in every size. */
import type { Locator, Page } from '@playwright/test';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';
import { captureOpened, readClipboard } from './support/native-ui';
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

const PHONE = '+44 20 7946 0123';
const undoOf = (page: Page, index: number): Locator =>
  page.getByRole('button', { name: 'Undo', exact: true }).nth(index);

const LOOKS: readonly [name: string, size: Size, factor: number][] = [
  ['the smallest window at 200 %', MINIMUM_SIZE, 2],
  ['the smallest window', MINIMUM_SIZE, 1],
  ['a usual window', USUAL_SIZE, 1],
  ['a large window', LARGE_SIZE, 1],
  ['a huge window', HUGE_SIZE, 1],
];

test.use({ standinOptions: { organizations: 9 } });

test('the details of a page', async ({ launch, seed, standin, nextOrganization }) => {
  const first = nextOrganization();
  const address = '12 Harbour Row\r\nLondon\r\n';
  standin.setProfile(first.id, { business_address: address });
  seed();
  const running = await launch();
  const { app, page, letterhead } = running;

  await test.step('with the mouse: copies, leads to Cloudflare, undoes one field, and unfolds the metadata', async () => {
    await letterhead.openProfile(first);
    await letterhead.field('business_phone').fill(PHONE);
    await letterhead.button('Copy letterhead').click();
    await expect(page.getByText('Letterhead copied', { exact: true })).toBeAttached();
    expect(await readClipboard(app)).toContain(`12 Harbour Row\nLondon\n\n${PHONE}`);

    const opened = await captureOpened(app);
    await letterhead.chooseMoreAction('Open at Cloudflare');
    await expect.poll(opened).toEqual(['https://dash.cloudflare.com/']);

    await letterhead.field('business_address').fill('Elsewhere');
    await expect(page.getByText('2 fields edited, saved on this computer')).toBeVisible();
    await undoOf(page, 1).click();
    await expect(letterhead.field('business_address')).toHaveValue('12 Harbour Row\nLondon\n');
    await expect(letterhead.field('business_address')).toBeFocused();
    await expect(page.getByText('1 field edited, saved on this computer')).toBeVisible();
    // The field's own undo brings the edit back.
    await page.keyboard.press('Control+z');
    await expect(letterhead.field('business_address')).toHaveValue('Elsewhere');
    await undoOf(page, 1).click();

    await letterhead.foldedMetadata.click();
    await expect(letterhead.control('external_metadata')).toBeFocused();
    await letterhead.save();
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)).toEqual({
      ...first.profile,
      business_address: address,
      business_phone: PHONE,
    });
  });

  await test.step('with the keyboard alone: copies, leads to Cloudflare, undoes one field, and unfolds the metadata', async () => {
    const organization = nextOrganization();
    await letterhead.openProfile(organization);
    const keys = new Keyboard(running);
    const opened = await captureOpened(app);
    await keys.activate(letterhead.button('Copy letterhead'));
    await expect.poll(() => readClipboard(app)).toContain(organization.profile!.business_phone);
    await keys.expectFocusOn(letterhead.button('Copy letterhead'));
    await keys.tabTo(letterhead.button('More actions'));
    await keys.openMenuAt(page.getByRole('menuitem', { name: 'Open at Cloudflare' }));
    await keys.press('Enter');
    await expect.poll(opened).toEqual(['https://dash.cloudflare.com/']);

    await keys.typeInto(letterhead.field('business_phone'), PHONE);
    await keys.activate(undoOf(page, 0));
    await keys.expectFocusOn(letterhead.field('business_phone'));
    await expect(letterhead.field('business_phone')).toHaveValue(
      organization.profile!.business_phone,
    );
    await expect(letterhead.button('Review changes')).toBeHidden();

    await keys.activate(letterhead.foldedMetadata);
    await keys.expectFocusOn(letterhead.control('external_metadata'));
  });

  await test.step('a field whose change waits says what Cloudflare has, until it is saved', async () => {
    const organization = nextOrganization();
    await letterhead.openProfile(organization);
    await standin.goOffline();
    await letterhead.saveField('business_phone', PHONE);
    await letterhead.expectWaiting();
    const mark = page.getByText(/^Cloudflare\sstill\shas /);
    await expect(mark).toHaveText(
      new RegExp(organization.profile!.business_phone.replace('+', '\\+')),
    );
    await standin.goOnline();
    await letterhead.tryAgain();
    await letterhead.expectSaved();
    await expect(mark).toHaveCount(0);
  });

  await test.step('an account opens at its own page, whatever the window asks for', async () => {
    const [account] = [...standin.accounts.values()];
    await letterhead.setUpAccounts([account!.name]);
    await letterhead.open(account!.name);
    const opened = await captureOpened(app);
    await letterhead.chooseMoreAction('Open at Cloudflare');
    await expect.poll(opened).toEqual([`https://dash.cloudflare.com/${account!.id}`]);
  });

  await test.step('a heading takes the focus without a ring, a button with one', async () => {
    const { name } = nextOrganization();
    await letterhead.open(name);
    const ringOf = (target: Locator): Promise<string> =>
      target.evaluate((element) => getComputedStyle(element).outlineStyle);
    const keys = new Keyboard(running);
    await keys.tabTo(letterhead.button('More actions'));
    expect(await ringOf(letterhead.button('More actions'))).not.toBe('none');
    const title = letterhead.heading(name);
    await title.focus();
    expect(await ringOf(title)).toBe('none');
    // The page of Settings moves the focus to its heading.
    await letterhead.button('Settings').press('Enter');
    await expect(letterhead.heading('Settings')).toBeFocused();
    expect(await ringOf(letterhead.heading('Settings'))).toBe('none');
  });

  await test.step('with a long name, nothing is cut off or stretched in any window', async () => {
    const long = [...standin.organizations.values()][6]!;
    await letterhead.open(long.name);
    await letterhead.typeDraft({ business_phone: PHONE, external_metadata: 'x'.repeat(90) });
    for (const [name, size, factor] of LOOKS) {
      await test.step(name, async () => {
        await zoom(app, factor);
        await resize(app, size);
        const [width] = size.map((pixels) => pixels / factor) as [number, number];
        await untilWide(page, width);
        const boxOf = async (part: Locator) => (await part.boundingBox())!;
        const parts = [
          letterhead.button('Copy letterhead'),
          letterhead.button('More actions'),
          letterhead.heading(long.name),
          undoOf(page, 0),
          undoOf(page, 1),
          letterhead.button('Discard changes'),
          letterhead.button('Review changes'),
        ];
        for (const part of parts) {
          const box = await boxOf(part);
          expect(box.x, String(part)).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width, String(part)).toBeLessThanOrEqual(width);
        }
        const nameField = await boxOf(letterhead.field('business_name'));
        const textSize = await page.evaluate(() =>
          parseFloat(getComputedStyle(document.documentElement).fontSize),
        );
        expect(nameField.width / textSize, 'reading width').toBeLessThanOrEqual(57);
        const preview = page.locator('.preview');
        if (await preview.isVisible()) {
          const sheet = await boxOf(preview);
          // A very wide page has its fields in two columns.
          const boxes = await Promise.all(
            (['business_name', 'business_address', 'business_phone'] as const).map((field) =>
              boxOf(letterhead.field(field)),
            ),
          );
          const end = Math.max(...boxes.map(({ x, width: wide }) => x + wide));
          expect(sheet.x - end, 'beside the fields').toBeLessThan(60);
          expect(sheet.x, 'beside the fields').toBeGreaterThanOrEqual(end);
        }
        expect(await violations(page)).toEqual([]);
      });
    }
  });
});
