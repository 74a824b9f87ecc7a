/** Activity: what happened in all organizations, opened from the menu and with the keyboard alone, filtered and exported. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';
import { openRefreshed } from './support/relaunch';

test('shows saves, discarded texts and changes found at Cloudflare of all organizations, and exports them', async ({
  launch,
  seed,
  standin,
  nextOrganization,
  userData,
}) => {
  const saved = nextOrganization();
  const changed = nextOrganization();
  seed(saved, changed);
  const { app, page, letterhead } = await launch();
  await openRefreshed(letterhead, standin, changed);
  standin.editElsewhere(changed.id, { business_phone: '+44 elsewhere' });
  await letterhead.refresh();
  await expect(letterhead.field('business_phone')).toHaveValue('+44 elsewhere');
  await openRefreshed(letterhead, standin, saved);
  await letterhead.saveField('business_phone', '=1+1');
  await letterhead.expectSaved();

  const happened = page.getByRole('list', { name: 'What happened' });
  const items = happened.getByRole('listitem');
  const kind = page.getByRole('combobox', { name: 'Kind' });

  await test.step('with the mouse: the menu, the texts, one organization', async () => {
    await chooseMenuItem(app, 'activity');
    await expect(letterhead.heading('Activity')).toBeVisible();
    await expect(items.first()).toContainText(saved.name);
    await expect(items.first()).toContainText('Business phone · by you, in Letterhead');
    await items.first().getByRole('button', { name: 'Before and after' }).click();
    await expect(items.first()).toContainText('=1+1');
    await items
      .filter({ hasText: changed.name })
      .first()
      .getByRole('button', { name: 'Only this organization' })
      .click();
    await expect(items.filter({ hasText: saved.name })).toHaveCount(0);
    await expect(items).toHaveText([
      /Changed at Cloudflare.*Business phone\s·\sby ⁨erika@brightwater\.example⁩/,
      /First version read from Cloudflare/,
    ]);
    await letterhead.button(`${changed.name}: show all organizations`).click();
    await expect(items.first()).toContainText(saved.name);
  });

  await test.step('with the keyboard: the menu beside the search, a kind, the file', async () => {
    await page.keyboard.press('Escape');
    await expect(letterhead.heading(saved.name)).toBeVisible();
    const keys = new Keyboard({ app, page });
    await keys.tabTo(letterhead.button('More actions for the list'));
    await keys.openMenuAt(page.getByRole('menuitem', { name: 'Activity' }));
    await keys.press('Enter');
    await expect(letterhead.heading('Activity')).toBeFocused();
    await keys.tabTo(kind);
    await keys.press('s');
    await expect(kind).toHaveValue('saved');
    await expect(items).toHaveCount(1);
    const path = join(userData, 'activity.csv');
    await answerFileDialogs(app, path);
    await keys.activate(letterhead.button('Export…'));
    await expect(letterhead.button('Open file')).toBeVisible();
    const lines = (await readFile(path, 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('"\'=1+1","by you, in Letterhead"');
  });
});
