/** The background check: marks in the list, notifications, and the news on the page. */
import { expect, test } from './support/fixtures';

declare global {
  /** Titles of the system notifications; set by the test in main. */
  var notifications: string[];
  /** Clicks the newest notification. */
  var clickNotification: () => void;
}

test('a change that a check finds is marked and notified, and its page names the field', async ({
  launch,
  standin,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const { app, page, letterhead, kill } = await launch();
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.waitUntilFetched();
  await letterhead.open(first!.name);
  await expect(letterhead.field('business_phone')).toHaveValue(first!.profile!.business_phone);

  // Whether notifications appear depends on the desktop, so stub Electron's class.
  await app.evaluate(({ BrowserWindow, Notification }) => {
    globalThis.notifications = [];
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      globalThis.notifications.push(this.title);
      globalThis.clickNotification = () => void this.emit('click');
    };
    BrowserWindow.getAllWindows()[0]!.isFocused = () => false;
  });

  const openChecks = async (): Promise<void> => {
    await letterhead.openSettings('General');
  };
  await openChecks();
  const notify = page.getByRole('checkbox', { name: 'Show a system notification' });
  await notify.check();
  standin.setProfile(second!.id, { business_phone: '+44 20 7946 0999' });
  await letterhead.button('Check all now').click();
  await expect(letterhead.option(second!.name)).toContainText('Changed');
  await expect(page.getByText('The last check ended just now.')).toBeVisible();

  const notifications = () => app.evaluate(() => globalThis.notifications);
  await expect.poll(notifications).toEqual([`“${second!.name}” was changed at Cloudflare`]);
  /** Resolves when the second profile was read again, as it is a moment after its page was opened. */
  const nextRead = (): Promise<void> =>
    new Promise((resolve) => {
      standin.afterAnswer({ method: 'GET', path: `${second!.id}/profile` }, () => resolve());
    });
  const readOnClick = nextRead();
  await app.evaluate(() => globalThis.clickNotification());
  await expect(letterhead.heading(second!.name)).toBeVisible();
  await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0999');
  await expect(page.getByText('Changed at Cloudflare since you last looked')).toContainText(
    'Business phone',
  );
  await expect(letterhead.option(second!.name)).not.toContainText('Changed');

  // The change is no longer shown as new when the page is opened again.
  await readOnClick;
  await letterhead.open(first!.name);
  const readOnOpen = nextRead();
  await letterhead.open(second!.name);
  // Wait for the refresh on open. Otherwise the refresh would find the next change before the check does.
  await readOnOpen;
  const news = page.getByText('Changed at Cloudflare since you last looked');
  await expect(news).toBeHidden();

  // A change found while its page is open is shown there, not marked in the list.
  standin.setProfile(second!.id, { business_email: 'new@brightwater.example' });
  await openChecks();
  await letterhead.button('Check all now').click();
  await expect.poll(notifications).toHaveLength(2);
  await expect(letterhead.option(second!.name)).not.toContainText('Changed');
  await letterhead.option(second!.name).click();
  await expect(news).toContainText('Business email');

  await test.step('the interval survives a relaunch; an offline check says that it was incomplete', async () => {
    await openChecks();
    await page
      .getByRole('region', { name: 'Background check' })
      .getByRole('radio', { name: 'Off' })
      .check();
    await expect(page.getByText('background checks are off')).toBeVisible();
    await kill();

    const again = await launch();
    await standin.goOffline();
    await again.letterhead.openSettings('General');
    await expect(
      again.page
        .getByRole('region', { name: 'Background check' })
        .getByRole('radio', { name: 'Off' }),
    ).toBeChecked();
    await expect(again.page.getByRole('checkbox', { name: /system notification/ })).toBeChecked();
    await again.letterhead.button('Check all now').click();
    await expect(again.page.getByText(/Not everything could be checked: /)).toBeVisible();
  });
});
