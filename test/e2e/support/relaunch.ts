/** Opens organizations that an earlier run of the app has saved. */
import { expect } from '@playwright/test';
import { createCalls } from '../../faults/support/calls';
import type { OrganizationState, Standin } from '../../standin';
import type { Letterhead } from './letterhead';

/**
 * Opens a saved organization and waits for its refresh on open. All later requests are caused by the test, so tests can
 * count and interleave them.
 */
export async function openRefreshed(
  letterhead: Letterhead,
  standin: Standin,
  { id, name }: OrganizationState,
): Promise<void> {
  standin.requests.length = 0;
  await letterhead.open(name);
  // One read, or two where something else asked for it as well.
  const statuses = () =>
    standin.requests.flatMap(({ route, status }) =>
      route.endsWith(`/${id}/profile`) ? [status] : [],
    );
  await expect.poll(() => [...new Set(statuses())]).toEqual([200]);
  // Until main has its answer, a refresh that the test asks for would join that read, and show what it has read.
  const calls = createCalls(letterhead.page);
  const isRefreshing = async () =>
    (await calls.value('organizations', 'view', { entryId: id })).refreshing;
  await expect.poll(isRefreshing).toBe(false);
}
