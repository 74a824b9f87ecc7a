/** Who changed it: a change found at Cloudflare names its author, where the audit log tells. */
import type { Page } from '@playwright/test';
import type { Standin, StandinOptions } from '../standin';
import { expect, test } from './support/fixtures';
import { openRefreshed } from './support/relaunch';

const ERIKA = 'erika@brightwater.example';
const NEWS = 'Changed at Cloudflare since you last looked: Business phone';

/** The requests for audit logs so far. */
const logRequests = (standin: Standin) =>
  standin.requests.filter(({ route }) => route.endsWith('/logs/audit'));

/** The titles in the open history, newest first. */
const titles = (page: Page) =>
  page
    .getByRole('list', { name: 'Revisions' })
    .getByRole('listitem')
    .getByRole('heading')
    .locator('.title');

test('an edit in the dashboard names who made it, on the page and in History, also after a relaunch', async ({
  launch,
  seed,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  seed();
  const running = await launch();
  await openRefreshed(running.letterhead, standin, first!);
  standin.editElsewhere(first!.id, { business_phone: '+44 theirs' });
  await running.letterhead.refresh();
  await expect(running.letterhead.status).toContainText(NEWS);
  await running.letterhead.openTab('History');
  const title = `Changed by ${ERIKA} in the dashboard`;
  await expect(titles(running.page)).toHaveText([title, 'First version read from Cloudflare']);
  // Above it, in the header, with its time, which the history has beside it.
  await expect(running.page.getByText(new RegExp(`${title}, \\d`))).toHaveCount(1);
  // The history shows the change itself.
  await expect(running.letterhead.status).toHaveText('');
  expect(logRequests(standin).map(({ route }) => route)).toEqual([
    `/organizations/${first!.id}/logs/audit`,
  ]);
  await running.close();

  const { page, letterhead } = await launch();
  await letterhead.open(first!.name);
  await letterhead.openTab('History');
  await expect(titles(page).first()).toHaveText(title);

  await test.step('no log is asked where nothing changed elsewhere, and another only when its page is opened', async () => {
    const [, first, second, third] = [...standin.organizations.values()];
    standin.requests.length = 0;
    await letterhead.openProfile(first!);
    await letterhead.saveField('business_phone', '+44 mine');
    await letterhead.expectSaved();
    await letterhead.refresh();
    await letterhead.openProfile(second!);

    standin.editElsewhere(third!.id, { business_phone: '+44 theirs' });
    await letterhead.openSettings('General');
    await letterhead.button('Check all now').click();
    await expect(letterhead.option(third!.name)).toContainText('Changed');
    expect(logRequests(standin)).toEqual([]);
    await letterhead.open(third!.name);
    await letterhead.openTab('History');
    await expect(titles(page).first()).toContainText(ERIKA);
    expect(logRequests(standin).map(({ route }) => route)).toEqual([
      `/organizations/${third!.id}/logs/audit`,
    ]);
  });
});

/** Two that the window could notice; test/unit/audit-log has the other answers. */
const WITHOUT: [string, StandinOptions['audit']][] = [
  ['is refused', { answer: 403 }],
  ['is slow', { delay: 60_000 }],
];
for (const [why, audit] of WITHOUT) {
  test.describe(() => {
    test.use({ standinOptions: { organizations: 5, audit: audit! } });
    test(`without an audit log nothing is different: it ${why}`, async ({
      launch,
      seed,
      standin,
    }) => {
      const [first] = [...standin.organizations.values()];
      seed();
      const { page, letterhead } = await launch();
      await openRefreshed(letterhead, standin, first!);
      standin.editElsewhere(first!.id, { business_phone: '+44 theirs' });
      await letterhead.refresh();
      await expect(letterhead.status).toHaveText(NEWS);
      await expect.poll(() => logRequests(standin).length).toBe(1);
      if (audit?.delay === undefined) {
        await expect.poll(() => logRequests(standin)[0]?.status).not.toBeNull();
      }
      // Reading, saving and the history go on as ever.
      await letterhead.saveField('business_email', 'mine@brightwater.example');
      await letterhead.expectSaved();
      await letterhead.openTab('History');
      await expect(titles(page)).toHaveText([
        'Saved by you, confirmed by Cloudflare',
        'Changed at Cloudflare',
        'First version read from Cloudflare',
      ]);
      await expect(letterhead.connection).toContainText('Online');
      await expect(page.getByRole('alert')).toHaveCount(0);
      expect(logRequests(standin)).toHaveLength(1);
    });
  });
}
