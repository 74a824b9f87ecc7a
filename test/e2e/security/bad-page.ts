/** Fixture for tests of a compromised page: a server that the app must never contact. */
import { startForbiddenServer, type ForbiddenServer } from '../support/forbidden-server';
import { test as base } from '../support/fixtures';

export const test = base.extend<{ forbidden: ForbiddenServer }>({
  forbidden: async ({ browserName: _ }, use) => {
    const forbidden = await startForbiddenServer();
    await use(forbidden);
    await forbidden.close();
    base.expect(forbidden.requests).toEqual([]);
  },
});
