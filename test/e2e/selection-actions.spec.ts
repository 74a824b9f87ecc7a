/** The selected organizations: refreshed, given another sign-in and removed, with the mouse, then with the keyboard. */
import type { Page } from '@playwright/test';
import { sampleSignIn, type Standin } from '../standin';
import { violations } from './support/axe';
import { chooseForSelected, selectAll, selectionBar } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import { Keyboard } from './support/keyboard';
import type { Letterhead } from './support/letterhead';
import { openRefreshed } from './support/relaunch';

const COUNT = 12;
const COLLEAGUE = { email: 'it@brightwater.example', key: 'e'.repeat(37), userId: 'f'.repeat(32) };
const signIns = [sampleSignIn, COLLEAGUE];
test.use({ standinOptions: { organizations: COUNT, signIns } });

const REFRESHING = 'Refreshing the selected organizations';

/**
 * Gives the first organization a draft and the second a change that Cloudflare refused, which is not sent again by itself: one
 * that is being sent would be kept. Returns their names.
 */
async function withEdits(letterhead: Letterhead, standin: Standin): Promise<[string, string]> {
  const [drafted, refused] = [...standin.organizations.values()].map(({ name }) => name) as [
    string,
    string,
  ];
  await letterhead.open(refused);
  standin.faults.add({ mode: 'validation-error', match: { method: 'PUT' }, times: 1 });
  await letterhead.saveField('business_phone', '+44 20 1');
  await expect(letterhead.status).toContainText('Not saved');
  await letterhead.open(drafted);
  await letterhead.typeDraft({ business_phone: '+44 20 mine' });
  return [drafted, refused];
}

/** The routes of the profiles that were read, one per read. */
const profileReads = (standin: Standin): string[] =>
  standin.requests
    .filter(({ method, route }) => method === 'GET' && /\/profile$/.test(route))
    .map(({ route }) => route);

async function expectAccessible(page: Page, state: string): Promise<void> {
  expect(await violations(page), state).toEqual([]);
}

test('refreshes the selected organizations, gives them another sign-in, and removes them', async ({
  launch,
  standin,
}) => {
  const running = await launch();
  const { page, letterhead } = running;
  await addAllOrganizations(letterhead, COUNT);

  await test.step('refreshes the selected organizations, stops, and says so when Cloudflare cannot be reached', async () => {
    // The very first one was opened when they were added, so opening it again may read nothing.
    const [, first, second] = [...standin.organizations.values()];
    // The open page is also read on its own, a moment after it was opened. A refresh during that read would join it.
    await openRefreshed(letterhead, standin, first!);
    standin.setProfile(second!.id, { business_phone: '+1 555 0199' });
    await selectAll(letterhead);
    const region = page.getByRole('region', { name: REFRESHING });
    const before = profileReads(standin).length;
    await chooseForSelected(letterhead, 'Refresh');
    await expect(region).toContainText(`${COUNT} organizations refreshed. 1 had changed`);
    // Each of them once.
    const reads = profileReads(standin).slice(before);
    expect(new Set(reads).size).toBe(COUNT);
    expect(reads).toHaveLength(COUNT);
    await expect(letterhead.option(second!.name)).toContainText('Changed at Cloudflare');
    await expect(selectionBar(letterhead)).toContainText(`${COUNT} selected`);

    const hold = standin.hold({ path: `/organizations/${first!.id}/profile` });
    await chooseForSelected(letterhead, 'Refresh');
    await hold.arrived;
    await expect(region.getByRole('progressbar')).toHaveAttribute('aria-valuetext', /of 12$/);
    await region.getByRole('button', { name: 'Stop' }).click();
    await expect(region).toContainText(`of ${COUNT} organizations refreshed.`);
    hold.release();

    const offline = standin.faults.add({ mode: 'reset' });
    await region.getByRole('button', { name: 'Try again' }).click();
    await expect(region).toContainText('The connection was lost before Cloudflare answered.');
    await expectAccessible(page, 'not refreshed');
    offline();
    await region.getByRole('button', { name: 'Try again' }).click();
    await expect(region).not.toContainText('The connection was lost');
    await expect(region).toContainText(/\d+ organizations? refreshed\./);
    await region.getByRole('button', { name: 'Close' }).click();
    await expect(region).toBeHidden();
  });

  await test.step('removes the selected organizations, but none with edits without a decision', async () => {
    const [drafted, refused] = await withEdits(letterhead, standin);
    await selectAll(letterhead);
    await chooseForSelected(letterhead, 'Remove…');
    const dialog = letterhead.dialog('Remove organizations');
    await expect(dialog).toContainText(`${COUNT} organizations are selected`);
    await expect(dialog).toContainText('2 of them have edits that Cloudflare does not have');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await letterhead.expectRows(COUNT);

    await chooseForSelected(letterhead, 'Remove…');
    await dialog.getByRole('button', { name: `Remove ${COUNT - 2} organizations` }).click();
    await expect(page.getByText(`${COUNT - 2} organizations removed.`)).toBeVisible();
    await letterhead.expectRows(2);
    await expect(letterhead.option(drafted)).toBeVisible();
    await expect(letterhead.option(refused)).toBeVisible();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 20 mine');

    await chooseForSelected(letterhead, 'Remove…');
    await dialog.getByRole('radio', { name: 'Remove those with edits, too' }).check();
    await dialog.getByRole('checkbox', { name: /^Also remove the sign-in/ }).check();
    await dialog.getByRole('button', { name: 'Remove 2 organizations' }).click();
    await expect(letterhead.button('Add organizations').first()).toBeVisible();
    await expect(page.getByText('2 organizations removed.')).toBeVisible();
    expect(standin.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  await test.step('gives another sign-in to the selected organizations, and removes them, with the keyboard alone', async () => {
    await addAllOrganizations(letterhead, COUNT);
    await letterhead.openAdd();
    await letterhead.signIn({ label: 'Colleague', ...COLLEAGUE });
    await letterhead.expectText('All organizations of this sign-in are already in your list.');
    await letterhead.expectText('Organizations available to Colleague');
    const keys = new Keyboard(running);
    const more = letterhead.button('More actions for the selected organizations');
    const item = (name: string) => page.getByRole('menuitem', { name });

    await keys.tabTo(letterhead.list);
    await keys.press('Control+a');
    await keys.tabTo(letterhead.button('Fill…'));
    await expect(more).toBeEnabled();
    await keys.press('ArrowRight');
    await keys.expectFocusOn(more);
    await keys.openMenuAt(item('Remove…'));
    await keys.press('Escape');
    await keys.expectFocusOn(more);

    const choosing = letterhead.dialog('Change sign-in');
    await keys.openMenuAt(item('Change sign-in…'));
    await keys.press('Enter');
    await expect(choosing.getByRole('radio', { name: 'Colleague' })).toBeVisible();
    await keys.tick(choosing.getByRole('radio', { name: 'Head office' }));
    await expect(choosing).toContainText(
      'Every selected organization that it can open already uses it.',
    );
    await keys.press('ArrowDown');
    await expect(choosing).toContainText(`${COUNT} will use it.`);
    const refuse = standin.faults.add({ mode: '403-10000', match: { method: 'GET' } });
    const confirm = choosing.getByRole('button', { name: `Change for ${COUNT} organizations` });
    await keys.activate(confirm);
    await expect(choosing).toContainText('Nothing was changed: the sign-in could not read');
    await keys.expectFocusOn(confirm);
    refuse();
    await keys.press('Enter');
    await expect(choosing).toBeHidden();
    await expect(page.getByText(`${COUNT} organizations now use Colleague.`)).toBeVisible();
    await keys.expectFocusOn(more);

    const removing = letterhead.dialog('Remove organizations');
    await keys.openMenuAt(item('Remove…'));
    await keys.press('Enter');
    await keys.expectFocusOn(removing.getByRole('button', { name: 'Cancel' }));
    await keys.press('Enter');
    await keys.expectFocusOn(more);
    await keys.openMenuAt(item('Remove…'));
    await keys.press('Enter');
    await keys.activate(removing.getByRole('button', { name: `Remove ${COUNT} organizations` }));
    await expect(page.getByText(`${COUNT} organizations removed.`)).toBeVisible();
    await keys.expectVisibleFocus();
  });
});
