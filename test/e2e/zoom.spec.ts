/** In a low, narrow or zoomed window there is room for the form, and words are whole. */
import { sampleCredential, sampleNewKey } from '../standin';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { resize, zoom } from './support/window';

/** As low and narrow as the window can be made. */
const LOWEST = [860, 560] as const;

test('in a low window a change that waits for its sign-in leaves room for the form, and says why once', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await standin.goOffline();
  await letterhead.saveField('Business phone', '+44 20 7946 0444');
  await letterhead.expectWaiting();

  await resize(app, LOWEST);
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([...LOWEST]);
  const line = letterhead.list.locator('.wait .detail');
  await expect(line).toContainText('next try');
  const cut = await line.evaluate((element) => {
    // The longest there is.
    const longest = element.textContent.replace(/\d+:\d\d/, '10:44');
    element.textContent = longest.replace('Waiting,', 'Waiting 44 min,');
    return element.scrollWidth - element.clientWidth;
  });
  await expect(line).toContainText('Waiting 44 min, next try 10:44');
  expect(cut).toBeLessThanOrEqual(0);

  standin.setKey(sampleCredential.userId, sampleNewKey);
  await standin.goOnline();
  await letterhead.tryAgain();
  await expect(letterhead.status).toContainText('Cloudflare does not recognize this email and key.');
  await expect(page.getByRole('region', { name: 'Sign-ins that need you' })).toHaveText(
    /^\s*Head office does not work\. 1 change is waiting for it\.\s*Replace key\s*$/,
  );
  await expect(page.getByText('does not recognize this email and key')).toHaveCount(1);
  const form = page.getByRole('tabpanel', { name: 'Profile' });
  expect((await form.boundingBox())!.height).toBeGreaterThan(150);
  expect(await violations(page)).toEqual([]);
});

test('words and buttons of the edit bar never cover each other, also at 200 %', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await resize(app, [1280, 800]);
  await zoom(app, 2);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(640);
  const words = page.getByText('No changes', { exact: true });
  for (const button of ['Discard changes', 'Review changes']) {
    // Where the letters are, which may be more than the box they were given.
    const text = await words.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return range.getBoundingClientRect().toJSON() as DOMRect;
    });
    const box = (await letterhead.button(button).boundingBox())!;
    expect(text.x + text.width <= box.x || text.y + text.height <= box.y, button).toBe(true);
    expect(box.x + box.width, button).toBeLessThanOrEqual(640);
  }
});
