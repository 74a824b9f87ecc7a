/** For tests of a page that has gone bad: a place elsewhere that notes whoever comes; nobody may. */
import { startElsewhere, type Elsewhere } from '../support/change-elsewhere';
import { test as base } from '../support/fixtures';

export const test = base.extend<{ elsewhere: Elsewhere }>({
  elsewhere: async ({ browserName: _ }, use) => {
    const elsewhere = await startElsewhere();
    await use(elsewhere);
    await elsewhere.close();
    base.expect(elsewhere.visits).toEqual([]);
  },
});
