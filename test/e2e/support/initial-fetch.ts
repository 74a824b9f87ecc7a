/** Adds many organizations and waits until their profiles have been fetched. */
import { expect, type Page } from '@playwright/test';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { createCalls } from '../../faults/support/calls';
import type { Letterhead } from './letterhead';

/** Adds all `count` organizations of the stand-in, opens the first, and fetches all profiles. */
export async function addAllOrganizations(letterhead: Letterhead, count: number): Promise<void> {
  await letterhead.setUpAll();
  await letterhead.expectRows(count);
  await waitForInitialFetch(letterhead.page);
  await expect(letterhead.initialFetchStatus).toBeHidden();
}

/** Waits until every profile that can be fetched is fetched, including rows out of view. */
export async function waitForInitialFetch(page: Page): Promise<void> {
  const calls = createCalls(page);
  const firstRow = { query: WHOLE_LIST, offset: 0, limit: 1 };
  const unread = async () => (await calls.value('organizations', 'list', firstRow)).unread;
  await expect.poll(unread, 'profiles not fetched yet').toBe(0);
  await expect.poll(() => calls.value('initialFetch', 'get'), 'initial fetch running').toBeNull();
}
