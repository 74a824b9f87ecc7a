/** For tests of a page that has gone bad: a place elsewhere that notes whoever comes; nobody may. */
import { startForbiddenServer, type Elsewhere } from '../support/forbidden-server';
import { test as base } from '../support/fixtures';

export const test = base.extend<{ elsewhere: Elsewhere }>({
  elsewhere: async ({ browserName: _ }, use) => {
    const elsewhere = await startForbiddenServer();
    await use(elsewhere);
    await elsewhere.close();
    base.expect(elsewhere.visits).toEqual([]);
  },
});
