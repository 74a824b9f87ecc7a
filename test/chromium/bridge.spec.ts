/** The bridge of these tests itself. */
import { expect, test } from './support/fixtures';

test('reports an exception of a listener, and still calls the other listeners', async ({
  open,
}) => {
  const { fakeMain, page, issues } = await open(1);
  await page.evaluate(() => {
    type Subscribe = (listener: () => void) => void;
    const { letterhead } = window as unknown as {
      letterhead: { on: { bannersChanged: Subscribe } };
    };
    letterhead.on.bannersChanged(() => {
      throw new Error('thrown by a listener');
    });
    letterhead.on.bannersChanged(() => (document.title = 'called'));
  });
  fakeMain.main.emit('bannersChanged', []);
  await expect(page).toHaveTitle('called');
  await expect.poll(() => issues).toEqual(['error: thrown by a listener']);
  issues.length = 0;
});
