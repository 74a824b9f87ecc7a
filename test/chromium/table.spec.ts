/** The table: what is below it keeps its place. */
import { success } from '../../src/shared/result';
import { expect, test } from './support/fixtures';

const COUNT = 2_300;
const WIDTHS = [573, 640, 720, 860, 1000];
const NAMES = {
  en: { table: 'Table', selected: '2,300 selected, 2,289 not shown' },
  de: { table: 'Tabelle', selected: '2.300 ausgewählt, 2.289 nicht angezeigt' },
};

for (const language of ['en', 'de'] as const) {
  test(`no text moves the buttons below the table, and Settings ends its first line (${language})`, async ({
    open,
  }) => {
    const { fakeMain, page } = await open(COUNT);
    const names = NAMES[language];
    let copied = { rows: 1, columns: 1, unread: 0, removed: 0 };
    fakeMain.main
      .answer('app', 'locale', () => success({ language, formats: language }))
      .answer('table', 'copy', () => success(copied));
    await page.reload();
    await page.getByRole('radio', { name: names.table }).check();
    const grid = page.getByRole('grid');
    const foot = page.locator('.foot');
    const status = foot.locator('.status');
    const places = () =>
      foot.evaluate((element) =>
        [...element.querySelectorAll('button')]
          .filter((button) => button.checkVisibility())
          .map((button) => {
            const { x, y } = button.getBoundingClientRect();
            return [button.textContent.trim() || button.ariaLabel, x, y];
          }),
      );
    const box = async (part: ReturnType<typeof foot.locator>) => (await part.boundingBox())!;
    await grid.focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+Space');
    await expect(foot.getByRole('toolbar')).toContainText(/^\s*1 /);
    const all = new Map<number, unknown>();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 700 });
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
      const before = await places();
      all.set(width, before);
      expect(before.length).toBeGreaterThan(4);
      for (const unread of [0, 120]) {
        copied = { rows: COUNT - unread, columns: 7, unread, removed: 0 };
        await grid.focus();
        await page.keyboard.press('Control+c');
        await expect(status).toContainText((COUNT - unread).toLocaleString(language));
        expect(await places(), `at ${width}`).toEqual(before);
        const isCut = (part: Element) => part.scrollHeight > part.clientHeight + 1;
        expect(await status.evaluate(isCut), `at ${width}`).toBe(false);
      }
      const line = await box(foot.locator('.line'));
      const settings = await box(foot.locator('> button'));
      const bar = await box(foot.getByRole('toolbar'));
      expect(settings.y).toBeLessThan(line.y + line.height / 2);
      expect(settings.y + settings.height).toBeGreaterThan(line.y + line.height / 2);
      expect(settings.x + settings.width).toBeGreaterThan(width - 20);
      // The rest beside it, or in one more line.
      expect((await box(foot)).height).toBeLessThan(bar.height + settings.height + 24);
      expect(bar.x + bar.width).toBeLessThanOrEqual(width);
      const last = await box(foot.getByRole('toolbar').getByRole('button').last());
      expect(last.x + last.width).toBeLessThanOrEqual(bar.x + bar.width);
    }
    // Nor does what is selected.
    await foot.getByRole('toolbar').getByRole('button').nth(1).click();
    await page.getByRole('menuitem').first().click();
    await expect(foot.getByRole('toolbar')).toContainText(COUNT.toLocaleString(language));
    await page.getByRole('searchbox').fill('Organization 0001');
    await expect(foot.getByRole('toolbar')).toContainText(names.selected);
    for (const [width, before] of all) {
      await page.setViewportSize({ width, height: 700 });
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
      expect(await places(), `at ${width}`).toEqual(before);
    }
  });
}

test('a column begins beside the names whenever a cell comes into view, and the tools take one line', async ({
  open,
}) => {
  const { page } = await open(40);
  await page.getByRole('radio', { name: 'Table' }).check();
  await page.setViewportSize({ width: 430, height: 280 });
  const grid = page.getByRole('grid');
  const edges = () =>
    grid.getByRole('columnheader').evaluateAll(([name, ...others]) => {
      const start = name!.getBoundingClientRect().right;
      return others.map((other) => Math.round(other.getBoundingClientRect().left - start));
    });
  await grid.focus();
  await page.keyboard.press('Control+Home');
  const count = (await edges()).length;
  for (const key of ['ArrowRight', 'ArrowLeft'])
    for (let column = 0; column < count; column += 1) {
      expect(await edges()).toContain(0);
      await page.keyboard.press(key);
    }
  const tools = page
    .getByRole('searchbox')
    .or(page.getByRole('button', { name: /^(View|More|Add)/ }));
  const tops = await tools.evaluateAll((all) =>
    all.map((tool) => {
      const { y, height } = tool.getBoundingClientRect();
      return y + height / 2;
    }),
  );
  expect(tops).toHaveLength(4);
  expect(Math.max(...tops) - Math.min(...tops)).toBeLessThan(4);
});
