/** Editing the entries of a JSON object as a form. */
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { MINIMUM_SIZE, resize, type Size, untilWide, USUAL_SIZE, zoom } from './support/window';

const ADDRESS =
  '{\r\n  "line1": "3 quai des Brumes",\n  "line2": "",\r\n  "city" : "N\\u00e0ntes",\r\n' +
  '  "zipcode":"44000", "stateOrProvince": "",\r\n  "country": "FR"\r\n}\r\n';
const METADATA =
  '{"siret": "00000000000017", "employees": 12345678901234567890, "active": true,\n' +
  ' "odd": "a\\u0000b\\ud800c", "contact": {"prénom": "Zoé", "phones": [1, 2]}, "closed": null}';

test('edits, renames, removes and adds an entry with the keyboard, and changes no other byte', async ({
  launch,
  standin,
}) => {
  const [first, second] = [...standin.organizations.values()];
  for (const { id } of [first!, second!])
    standin.setProfile(id, { business_address: ADDRESS, external_metadata: METADATA });
  const running = await launch();
  const { page, letterhead } = running;
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(first!.name);
  const textbox = (name: string) => page.getByRole('textbox', { name, exact: true });
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Opens the menu of an entry, of which the first item then has the focus. */
  const openMenu = async (entry: string) => {
    const button = letterhead.button(`More actions for ${entry}, Business address`);
    await expect(button).toBeEnabled();
    await button.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused();
  };

  const firstEntry = textbox('Address line 1, Business address');
  await expect(firstEntry).toBeVisible();
  await letterhead.field('business_phone').focus();
  await press('Tab');
  await expect(firstEntry).toBeFocused();
  await press('End');
  await page.keyboard.type(' 5');
  await press('Tab');
  await expect(
    letterhead.button('More actions for Address line 1, Business address'),
  ).toBeFocused();
  await textbox('City, Business address').press('End');
  await page.keyboard.type('!');

  await openMenu('Address line 2');
  await press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Remove' })).toBeFocused();
  await press('Enter');
  await expect(letterhead.button('Put it back')).toBeFocused();
  await press('Enter');
  await expect(textbox('Address line 2, Business address')).toBeFocused();

  await openMenu('Country');
  await press('Enter');
  await expect(textbox('New name of Country, Business address')).toBeFocused();
  await page.keyboard.type('Land');
  await press('Enter');
  await expect(textbox('Land, Business address')).toBeFocused();

  await letterhead.button('Add an entry, Business address').focus();
  await press('Enter');
  await expect(page.getByRole('textbox', { name: /^Name of the new entry/ })).toBeFocused();
  await page.keyboard.type('floor');
  await press('Enter');
  await expect(textbox('floor, Business address')).toBeFocused();
  await page.keyboard.type('2');

  await letterhead.foldedMetadata.press('Enter');
  await expect(textbox('siret, External metadata')).toBeFocused();
  await textbox('odd, External metadata').press('End');
  await page.keyboard.type('d');
  await page.getByRole('checkbox', { name: 'active, External metadata' }).press('Space');

  await letterhead.save();
  await letterhead.expectSaved();
  expect(standin.profileOf(first!.id)).toMatchObject({
    business_address: ADDRESS.replace('Brumes', 'Brumes 5')
      .replace('ntes"', 'ntes!"')
      .replace('"country"', '"Land"')
      .replace('"FR"', '"FR",\r\n  "floor": "2"'),
    external_metadata: METADATA.replace('c"', 'cd"').replace('true', 'false'),
  });

  let again = running;
  await test.step('an edit of an entry survives kill -9', async () => {
    await textbox('odd, External metadata').press('End');
    await page.keyboard.type('en');
    await expect(page.getByText('1 field edited, saved on this computer')).toBeVisible();
    await running.kill();
    again = await launch();
    await again.letterhead.open(first!.name);
    await again.letterhead.openMetadata();
    await expect(again.letterhead.field('external_metadata')).toHaveValue(
      METADATA.replace('c"', 'cden"').replace('true', 'false'),
    );
  });

  await test.step('the entries are free of accessibility violations in light and dark, also small and zoomed', async () => {
    const { app, page, letterhead } = again;
    // The text of the metadata stays chosen from page to page.
    await letterhead.button('Edit entry by entry, External metadata').click();
    await letterhead.open(second!.name);
    await letterhead.foldedMetadata.click();
    await expect(letterhead.control('external_metadata')).toBeFocused();
    const checkEntries = async (name: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(
          () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
        );
        expect(await violations(page), `${name}, ${colorScheme}`).toEqual([]);
      }
    };
    const resizeAndZoom = async (size: Size, factor: number) => {
      await resize(app, size);
      await zoom(app, factor);
      await untilWide(page, size[0] / factor);
    };

    await letterhead.control('business_address').scrollIntoViewIfNeeded();
    await checkEntries('entries');
    const employees = page.getByRole('textbox', { name: 'employees, External metadata' });
    await employees.fill('many');
    await letterhead.button('More actions for siret, External metadata').click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const newName = page.getByRole('textbox', { name: /^New name of siret/ });
    // The form takes the focus a moment after the press.
    await expect(newName).toBeFocused();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('active\n');
    await expect(page.getByText(/^There is already an entry with this name/)).toBeVisible();
    await letterhead.button('Add an entry, External metadata').scrollIntoViewIfNeeded();
    await checkEntries('mistakes');
    await resizeAndZoom(MINIMUM_SIZE, 1);
    await letterhead.control('business_address').scrollIntoViewIfNeeded();
    await checkEntries('small');
    await resizeAndZoom(USUAL_SIZE, 2);
    // Playwright's scrolling ignores the zoom factor.
    await employees.evaluate((control) => control.scrollIntoView({ block: 'center' }));
    await checkEntries('zoomed');
    const width = await page.evaluate(() => window.innerWidth);
    for (const control of await page.getByRole('textbox', { name: /, External metadata$/ }).all()) {
      const box = (await control.boundingBox())!;
      expect(box.x + box.width, 'not cut off').toBeLessThan(width);
      expect(box.width, 'wide enough for its text').toBeGreaterThan(150);
    }
    await resizeAndZoom([1180, 780], 1);
    // The text is not shown while something typed is not applied yet.
    await employees.fill('12');
    await newName.press('Escape');
    await letterhead.showText('external_metadata');
    await expect(letterhead.field('external_metadata')).toBeFocused();
    await letterhead.field('external_metadata').scrollIntoViewIfNeeded();
    await checkEntries('as text');
  });
});
