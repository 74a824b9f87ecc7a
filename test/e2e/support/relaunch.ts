/** Launches an app that was set up in an earlier run. */
import { expect } from '@playwright/test';
import type { OrganizationState, Standin } from '../../standin';
import type { RunningApp } from './start';

/** Adds an organization in a first run, fetches its profile, and closes the app. */
export async function setUpAndClose(
  launch: () => Promise<RunningApp>,
  organization: OrganizationState,
): Promise<void> {
  const firstRun = await launch();
  await firstRun.letterhead.setUpOne(organization);
  await firstRun.close();
}

/**
 * Adds an organization, relaunches, opens it, and waits for its refresh on open. All later requests are
 * caused by the test, so tests can count and interleave them.
 */
export async function relaunchAndOpen(
  launch: () => Promise<RunningApp>,
  standin: Standin,
  organization: OrganizationState,
): Promise<RunningApp> {
  await setUpAndClose(launch, organization);
  standin.requests.length = 0;

  const running = await launch();
  await running.letterhead.open(organization.name);
  const profileRequests = () => standin.requests.filter(({ route }) => route.endsWith('/profile'));
  await expect.poll(() => profileRequests().map(({ status }) => status)).toEqual([200]);
  return running;
}
