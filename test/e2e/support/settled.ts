/**
 * An app that was set up earlier and starts anew; and its page once it asks Cloudflare for nothing by
 * itself any more, for tests that count or interleave requests.
 */
import { expect } from '@playwright/test';
import type { OrganizationState, Standin } from '../../standin';
import type { Running } from './start';

/** Adds an organization, reads its profile, and closes the app: every start from now on finds it. */
export async function setUpBefore(
  launch: () => Promise<Running>,
  organization: OrganizationState,
): Promise<void> {
  const before = await launch();
  await before.letterhead.setUpOne(organization);
  await before.close();
}

/**
 * Adds an organization, starts the app anew and opens it: its one check on opening is answered, so
 * every request from now on comes from what the test does.
 */
export async function openSettled(
  launch: () => Promise<Running>,
  standin: Standin,
  organization: OrganizationState,
): Promise<Running> {
  await setUpBefore(launch, organization);
  standin.requests.length = 0;

  const running = await launch();
  await running.letterhead.open(organization.name);
  const checks = () => standin.requests.filter(({ route }) => route.endsWith('/profile'));
  await expect.poll(() => checks().map(({ status }) => status)).toEqual([200]);
  return running;
}
