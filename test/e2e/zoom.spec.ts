/** Layout of a small or zoomed window. */
import { sampleCredential, sampleNewKey } from '../standin';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { resize, zoom } from './support/window';

/** The minimum size of the window. */
const MINIMUM = [860, 560] as const;

test('at minimum size a change waiting for its sign-in leaves space for the form and shows the reason once', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await standin.goOffline();
  await letterhead.saveField('Business phone', '+44 20 7946 0444');
  await letterhead.expectWaiting();

  await resize(app, MINIMUM);
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([...MINIMUM]);
  const line = letterhead.list.locator('.wait .detail');
  await expect(line).toContainText('next try');
  const overflow = await line.evaluate((element) => {
    // The longest possible text.
    const longest = element.textContent.replace(/\d+:\d\d/, '10:44');
    element.textContent = longest.replace('Waiting,', 'Waiting 44 min,');
    return element.scrollWidth - element.clientWidth;
  });
  await expect(line).toContainText('Waiting 44 min, next try 10:44');
  expect(overflow).toBeLessThanOrEqual(0);

  standin.setKey(sampleCredential.userId, sampleNewKey);
  await standin.goOnline();
  await letterhead.tryAgain();
  await expect(letterhead.status).toContainText(
    'Cloudflare does not recognize this email and key.',
  );
  await expect(page.getByRole('region', { name: 'Sign-ins that need you' })).toHaveText(
    /^\s*Head office does not work\. 1 change is waiting for it\.\s*Replace key\s*$/,
  );
  await expect(page.getByText('does not recognize this email and key')).toHaveCount(1);
  const form = page.getByRole('tabpanel', { name: 'Profile' });
  expect((await form.boundingBox())!.height).toBeGreaterThan(150);
  expect(await violations(page)).toEqual([]);
});

test('text and buttons of the edit bar do not overlap at 200 %', async ({ launch, standin }) => {
  const [first] = [...standin.organizations.values()];
  const { app, page, letterhead } = await launch();
  await letterhead.setUpOne(first!);
  await resize(app, [1280, 800]);
  await zoom(app, 2);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(640);
  const label = page.getByText('No changes', { exact: true });
  for (const button of ['Discard changes', 'Review changes']) {
    // Measures the glyphs, which may overflow their box.
    const text = await label.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return range.getBoundingClientRect().toJSON() as DOMRect;
    });
    const box = (await letterhead.button(button).boundingBox())!;
    expect(text.x + text.width <= box.x || text.y + text.height <= box.y, button).toBe(true);
    expect(box.x + box.width, button).toBeLessThanOrEqual(640);
  }
});
