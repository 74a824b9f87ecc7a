/** A list of which the window holds only the rows in sight. */
import { expect, type Locator } from '@playwright/test';

/** Scrolls a list until one of its rows is in sight; neither pointer nor focus moves. */
export async function scrollInSight(list: Locator, row: Locator): Promise<void> {
  await expect(async () => {
    if (await row.isVisible()) return;
    await list.evaluate((element) => {
      const { scrollTop, clientHeight, scrollHeight } = element;
      const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1;
      element.scrollTop = isAtEnd ? 0 : scrollTop + clientHeight;
    });
    await expect(row).toBeVisible({ timeout: 300 });
  }).toPass({ intervals: [0], timeout: 20_000 });
}
