/** The background check in the real window: what it finds is marked, told, and said once on its page. */
import { expect, test } from './support/fixtures';

declare global {
  /** Titles of the system's notifications, and the click on the newest; kept by the test in main. */
  var notices: string[];
  var clickNotice: () => void;
}

test('a change found by a check is marked and notified, and its page says which field', async ({
  launch,
  standin,
}) => {
  const [first, second] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUp([first!.name, second!.name]);
  await letterhead.open(first!.name);
  await expect(letterhead.field('Business phone')).toHaveValue(first!.profile!.business_phone);

  // The system's own notifications depend on the desktop; what we ask of them does not.
  await app.evaluate(({ BrowserWindow, Notification }) => {
    globalThis.notices = [];
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      globalThis.notices.push(this.title);
      globalThis.clickNotice = () => void this.emit('click');
    };
    BrowserWindow.getAllWindows()[0]!.isFocused = () => false;
  });

  const openChecks = async (): Promise<void> => {
    await letterhead.button('Settings').click();
    await page.getByRole('tab', { name: 'Checks' }).click();
  };
  await openChecks();
  const notify = page.getByRole('checkbox', { name: /notif/i });
  await notify.check();
  standin.setProfile(second!.id, { business_phone: '+44 20 7946 0999' });
  await letterhead.button('Check all now').click();
  await expect(letterhead.option(second!.name)).toContainText('Changed');
  await expect(page.getByText('The last check ended just now.')).toBeVisible();

  const notices = () => app.evaluate(() => globalThis.notices);
  await expect.poll(notices).toEqual([`“${second!.name}” was changed at Cloudflare`]);
  await app.evaluate(() => globalThis.clickNotice());
  await expect(letterhead.heading(second!.name)).toBeVisible();
  await expect(letterhead.field('Business phone')).toHaveValue('+44 20 7946 0999');
  await expect(page.getByText('Changed at Cloudflare since you last looked')).toContainText(
    'Business phone',
  );
  await expect(letterhead.option(second!.name)).not.toContainText('Changed');

  // Left and opened again, it is no news any more.
  await letterhead.open(first!.name);
  const answered = new Promise<void>((resolve) => {
    standin.afterAnswer({ method: 'GET', path: `${second!.id}/profile` }, () => resolve());
  });
  await letterhead.open(second!.name);
  // The page's own look at Cloudflare is over: it would find the next change before the check does.
  await answered;
  const news = page.getByText('Changed at Cloudflare since you last looked');
  await expect(news).toBeHidden();

  // Found while its page is open: told there, not marked in the list.
  standin.setProfile(second!.id, { business_email: 'new@brightwater.example' });
  await openChecks();
  await letterhead.button('Check all now').click();
  await expect.poll(notices).toHaveLength(2);
  await expect(letterhead.option(second!.name)).not.toContainText('Changed');
  await letterhead.option(second!.name).click();
  await expect(news).toContainText('Business email');
});
