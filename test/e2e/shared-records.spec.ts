/**
 * Entries that show one profile: an organization, opened with a key, and two of its accounts, opened with a token.
 * What is saved through one shows in the others as our own change.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Standin } from '../standin';
import { addEntries } from './support/add-entries';
import { expect, test } from './support/fixtures';
import type { Letterhead } from './support/letterhead';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';
import type { RunningApp } from './support/start';

test.use({ standinOptions: { organizations: 2, accounts: 2 } });

const PHONE = '+44 20 7946 0500';
const NEWER = '+44 20 7946 0600';
const NEWS = 'Changed at Cloudflare since you last looked';

/** The organization and its two accounts. */
function entriesOf(standin: Standin) {
  const [company] = [...standin.organizations.values()];
  const [bristol, shop] = [...standin.accounts.values()];
  return { company: company!, bristol: bristol!, shop: shop! };
}

async function launchWithAll(
  launch: () => Promise<RunningApp>,
  standin: Standin,
): Promise<RunningApp> {
  const running = await launch();
  const { company, bristol, shop } = entriesOf(standin);
  await addEntries(running.letterhead, 'token', [bristol.id, shop.id]);
  await addEntries(running.letterhead, 'key', [company.id]);
  await running.letterhead.expectRows(3);
  return running;
}

const phoneOf = (standin: Standin): string | undefined =>
  standin.profileOf(entriesOf(standin).company.id)?.business_phone;

/** Opens an entry, and expects this phone number there as our own change through another entry. */
async function expectChangedWith(
  letterhead: Letterhead,
  name: string,
  by: string,
  phone: string,
): Promise<void> {
  await letterhead.open(name);
  await expect(letterhead.field('business_phone')).toHaveValue(phone);
  await letterhead.expectText(`Changed with ${by}`);
  await expect(letterhead.page.getByText(NEWS)).toBeHidden();
  await expect(letterhead.option(name)).not.toContainText('Changed');
}

test('what is saved through one entry, in the others', async ({ launch, standin, userData }) => {
  const { company, bristol, shop } = entriesOf(standin);
  const { app, page, letterhead } = await launchWithAll(launch, standin);

  await test.step('an entry that is open shows the new text without a click, and a draft of it starts from there', async () => {
    await letterhead.open(shop.name);
    await letterhead.typeDraft({ business_phone: '+44 mine' });
    await letterhead.open(bristol.name);
    await letterhead.saveField('business_phone', PHONE);
    await letterhead.expectSaved();
    await letterhead.open(shop.name);
    await letterhead.expectText(`Changed with ${bristol.name}`);
    await expect(letterhead.field('business_phone')).toHaveValue('+44 mine');
    await expect(page.getByText(/^Was/)).toContainText(PHONE);
    await letterhead.save();
    await letterhead.expectSaved();
    expect(phoneOf(standin)).toBe('+44 mine');
  });

  await test.step('an older change that is sent after a newer one of another entry asks first, and loses nothing', async () => {
    const match = { method: 'PUT', path: `/accounts/${shop.id}/profile` };
    const recover = standin.faults.add({ mode: '503-text', match });
    await letterhead.open(shop.name);
    await letterhead.saveField('business_phone', PHONE);
    await letterhead.expectWaiting();
    await letterhead.open(bristol.name);
    await letterhead.saveField('business_phone', NEWER);
    await letterhead.expectSaved();
    recover();
    await letterhead.open(shop.name);
    await letterhead.tryAgain();
    await letterhead.expectText('This profile changed at Cloudflare');
    expect(phoneOf(standin)).toBe(NEWER);
    const group = page.getByRole('group', { name: 'Business phone', exact: true });
    await expect(group).toContainText(PHONE);
    await expect(group).toContainText(NEWER);
    await group.getByRole('radio', { name: 'Keep mine' }).check();
    await letterhead.button('Save this version').click();
    await letterhead.expectSaved();
    expect(phoneOf(standin)).toBe(PHONE);
  });

  await test.step('an import with two texts for one profile leaves out the second, unless it is ticked', async () => {
    const [planned, clashing] = ['+44 20 7946 0700', '+44 20 7946 0800'];
    const path = join(userData, 'phones.csv');
    const rows = [
      'Organization ID,Business phone',
      `${company.id},${planned}`,
      `${shop.id},${clashing}`,
    ];
    await writeFile(path, rows.join('\n'));
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'import');
    const dialog = letterhead.dialog('Import');
    await expect(
      dialog.getByText(
        `Shares its profile with ${company.name}, for which another text is planned`,
      ),
    ).toBeVisible();
    const include = dialog.getByRole('checkbox', { name: `Include ${shop.name}` });
    await expect(include).not.toBeChecked();
    await dialog.getByRole('button', { name: 'Save for 1 organization' }).click();
    await expect(page.getByText('1 organization saved and confirmed').last()).toBeVisible();
    expect(phoneOf(standin)).toBe(planned);
    await letterhead.button('Close').click();

    await expectChangedWith(letterhead, shop.name, company.name, planned);
    await chooseMenuItem(app, 'import');
    // The first row stays as it is now, so nothing clashes any more.
    await expect(dialog.getByText('1 organization will change.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Save for 1 organization' }).click();
    await expect.poll(() => phoneOf(standin)).toBe(clashing);
    await expect(page.getByText('1 organization saved and confirmed').last()).toBeVisible();
  });

  await test.step('a save through one entry shows in the others as ours: no mark, no news, no notification', async () => {
    await app.evaluate(({ BrowserWindow, Notification }) => {
      const notifications: string[] = [];
      Object.assign(globalThis, { notifications });
      Notification.isSupported = () => true;
      Notification.prototype.show = function show(this: Electron.Notification) {
        notifications.push(this.title);
      };
      BrowserWindow.getAllWindows()[0]!.isFocused = () => false;
    });
    await letterhead.openSettings('Checks');
    await page.getByRole('checkbox', { name: /notif/i }).check();

    await letterhead.open(bristol.name);
    await letterhead.saveField('business_phone', PHONE);
    await letterhead.expectSaved();
    await expectChangedWith(letterhead, shop.name, bristol.name, PHONE);
    await expectChangedWith(letterhead, company.name, bristol.name, PHONE);

    await letterhead.saveField('business_phone', NEWER);
    await letterhead.expectSaved();
    await expect(page.getByText(`Changed with ${bristol.name}`)).toBeHidden();
    await letterhead.openSettings('Checks');
    await letterhead.button('Check all now').click();
    await expect(page.getByText('The last check ended just now.')).toBeVisible();
    for (const { name } of [bristol, shop]) {
      await expectChangedWith(letterhead, name, company.name, NEWER);
    }
    const shown = await app.evaluate(
      () => (globalThis as unknown as { notifications: string[] }).notifications,
    );
    expect(shown).toEqual([]);

    // Someone else's change is still news.
    standin.setProfile(company.id, { business_phone: '+1 555 0199' });
    await letterhead.openSettings('Checks');
    await letterhead.button('Check all now').click();
    await expect(letterhead.option(bristol.name)).toContainText('Changed');
    await letterhead.open(bristol.name);
    await expect(page.getByText(NEWS)).toContainText('Business phone');
  });
});
