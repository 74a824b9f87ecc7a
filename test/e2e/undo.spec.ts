/** Undoing a confirmed save and discarded edits, with the mouse and with the keyboard alone. */
import type { Page } from '@playwright/test';
import type { OrganizationState, Standin } from '../standin';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';
import type { Letterhead } from './support/letterhead';
import { openRefreshed } from './support/relaunch';

const puts = (standin: Standin): number =>
  standin.requests.filter(({ method }) => method === 'PUT').length;

/** Opens an organization, saves a new phone number, and returns the old one. */
async function savePhone(
  letterhead: Letterhead,
  standin: Standin,
  organization: OrganizationState,
): Promise<string> {
  const before = organization.profile!.business_phone;
  await openRefreshed(letterhead, standin, organization);
  await letterhead.saveField('business_phone', '+44 wrong');
  await letterhead.expectSaved();
  return before;
}

const conflictHeading = (page: Page) =>
  page.getByRole('heading', { name: 'This profile changed at Cloudflare' });

test.use({ standinOptions: { organizations: 6 } });

test('undoes a save, discarded edits, a restored field and typing', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  seed();
  const running = await launch();
  const { page, letterhead } = running;
  const keys = new Keyboard(running);

  await test.step('Ctrl+Z never applies typing to a text that has changed since', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    const phone = letterhead.field('business_phone');
    await phone.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('+44 111');
    // Undone as if typed, so Chromium has two steps to undo.
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    standin.setProfile(first.id, { business_phone: '+99 theirs' });
    await letterhead.refresh();
    await expect(phone).toHaveValue('+99 theirs');
    await phone.click();
    for (let times = 0; times < 4; times += 1) await page.keyboard.press('Control+z');
    // The next keystroke shows that all of them have arrived.
    await page.keyboard.press('End');
    await page.keyboard.type('!');
    await expect(phone).toHaveValue('+99 theirs!');
  });

  await test.step('Ctrl+Z brings discarded edits back, and otherwise undoes typing', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    const phone = letterhead.field('business_phone');
    const before = first.profile!.business_phone;
    const typePhone = async () => {
      await phone.click();
      await page.keyboard.press('End');
      await page.keyboard.type('9');
    };

    // In a field with typing to undo.
    await typePhone();
    await page.keyboard.press('Control+z');
    await expect(phone).toHaveValue(before);

    // After the button, which passes the focus to the one that takes it back.
    await typePhone();
    await keys.activate(letterhead.button('Discard changes'));
    await keys.expectFocusOn(letterhead.button('Bring them back'));
    await page.keyboard.press('Control+z');
    await expect(phone).toHaveValue(`${before}9`);
    await keys.expectFocusOn(letterhead.button('Discard changes'));

    // After the menu item, while the field has the focus, and with the menu item *Undo*.
    await phone.click();
    await keys.shortcut('CmdOrCtrl+Shift+Backspace');
    await expect(phone).toHaveValue(before);
    await page.keyboard.press('Control+z');
    await expect(phone).toHaveValue(`${before}9`);
    await keys.shortcut('CmdOrCtrl+Shift+Backspace');
    await expect(phone).toHaveValue(before);
    await keys.shortcut('CmdOrCtrl+Z');
    await expect(phone).toHaveValue(`${before}9`);

    // What was typed elsewhere since is undone first.
    await letterhead.button('Discard changes').click();
    const search = page.getByRole('searchbox', { name: 'Search organizations' });
    await search.click();
    await page.keyboard.type('x');
    await page.keyboard.press('Control+z');
    await expect(search).toHaveValue('');
    await expect(phone).toHaveValue(before);
  });

  await test.step('Ctrl+Z takes back a restored field, and discarded edits also after the page was left', async () => {
    const first = nextOrganization();
    const before = await savePhone(letterhead, standin, first);
    const phone = letterhead.field('business_phone');
    const email = letterhead.field('business_email');
    await email.click();
    await page.keyboard.press('End');
    await page.keyboard.type('x');
    await letterhead.openTab('History');
    await page
      .getByRole('group', { name: 'Business phone', exact: true })
      .last()
      .getByRole('button', { name: 'Restore' })
      .click();
    await expect(phone).toHaveValue(before);
    await expect(phone).toBeFocused();
    await page.keyboard.press('Control+z');
    await expect(phone).toHaveValue('+44 wrong');
    await expect(email).toHaveValue(`${first.profile!.business_email}x`);

    await letterhead.button('Discard changes').click();
    await expect(email).toHaveValue(first.profile!.business_email);
    await letterhead.button('Settings').click();
    await letterhead.open(first.name);
    await letterhead.button('Bring them back').click();
    await expect(email).toHaveValue(`${first.profile!.business_email}x`);
  });

  await test.step('a confirmed save is undone as a draft, which is reviewed and saved', async () => {
    const first = nextOrganization();
    const before = await savePhone(letterhead, standin, first);
    const phone = letterhead.field('business_phone');
    await expect(letterhead.button('Undo this save')).toBeVisible();

    // The offer survives a visit of another page.
    await letterhead.button('Settings').click();
    await letterhead.open(first.name);
    await letterhead.button('Undo this save').click();
    await expect(phone).toHaveValue(before);
    await expect(phone).toBeFocused();
    await expect(letterhead.status).toContainText('Nothing is sent until you review and save it.');
    await expect(letterhead.status).not.toContainText('Saved and confirmed');
    await expect(letterhead.button('Undo this save')).toHaveCount(0);
    expect(standin.profileOf(first.id)!.business_phone).toBe('+44 wrong');
    expect(puts(standin)).toBe(1);

    const review = await letterhead.review();
    await expect(review).toContainText('+44 wrong');
    await expect(review).toContainText(before);
    await review.getByRole('button', { name: 'Save changes' }).click();
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)!.business_phone).toBe(before);
    // This save can be undone, too.
    await letterhead.button('Undo this save').click();
    await expect(phone).toHaveValue('+44 wrong');
  });

  await test.step('undoing a save that someone has overwritten asks before anything is sent', async () => {
    const first = nextOrganization();
    const before = await savePhone(letterhead, standin, first);
    await letterhead.button('Undo this save').click();
    // Not before: a check of the open page may find it at any time, and then there is nothing to undo.
    standin.setProfile(first.id, { business_phone: '+44 theirs' });
    await letterhead.save();
    await expect(conflictHeading(page)).toBeVisible();
    const group = page.getByRole('group', { name: 'Business phone', exact: true });
    await expect(group).toContainText(before);
    await expect(group).toContainText('+44 theirs');
    expect(standin.profileOf(first.id)!.business_phone).toBe('+44 theirs');
  });

  await test.step('a save is undone with the keyboard', async () => {
    const first = nextOrganization();
    const before = await savePhone(letterhead, standin, first);
    await keys.activate(letterhead.button('Undo this save'));
    await keys.expectFocusOn(letterhead.field('business_phone'));
    await expect(letterhead.field('business_phone')).toHaveValue(before);
    await keys.shortcut('CmdOrCtrl+S');
    await keys.expectFocusOn(letterhead.button('Save changes'));
    await keys.press('Enter');
    await letterhead.expectSaved();
    expect(standin.profileOf(first.id)!.business_phone).toBe(before);
  });
});
