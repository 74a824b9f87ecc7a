/** Helpers for tests of single faults: save a change in the window, and check what became of it. */
import { expect, onTestFinished } from 'vitest';
import type { OrganizationView } from '../../../src/shared/organization';
import type { Calls } from './calls';
import { readDisk, type OnDisk } from './disk';
import type { Known } from './record';
import { startEnvironment, type Environment } from './environment';
import { until } from './time';
import type { AppWindow } from './window';

/** Starts an environment with one organization, whose profile is read. It is stopped at the end of the test. */
export async function oneOrganization(): Promise<Environment & { one: Known }> {
  const environment = await startEnvironment();
  onTestFinished(async () => {
    await environment.stop();
    expect(environment.standin.violations, 'protocol violations').toEqual([]);
  });
  const [one] = environment.known.values();
  return { ...environment, one: one! };
}

/** Types a text into the phone field of an organization's page. */
export async function typePhone(window: AppWindow, { name }: Known, text: string): Promise<void> {
  await window.open(name);
  await window.select('business_phone');
  await window.insert(text);
}

/** Types a text into the phone field and saves it. */
export async function savePhone(window: AppWindow, one: Known, text: string): Promise<void> {
  await typePhone(window, one, text);
  await window.review();
  await window.save();
}

/** Resolves with the page's data once nothing of the organization is pending. */
export async function confirmed(calls: Calls, { id }: Known): Promise<OrganizationView> {
  return until('the change to be confirmed', async () => {
    const view = await calls.value('organizations', 'open', { entryId: id });
    return view.change === null && view;
  });
}

/** Reads the organization from disk; expects an intact database. */
export function onDisk({ userData, one }: Environment & { one: Known }): OnDisk {
  const { problems, organizations } = readDisk(userData);
  expect(problems).toEqual([]);
  return organizations.get(one.id)!;
}

/** The texts of the phone field in all PUTs so far. */
export function phonesSent({ standin }: Environment): unknown[] {
  return standin.requests
    .filter(({ method }) => method === 'PUT')
    .map(({ body }) => (JSON.parse(body) as Record<string, unknown>)['business_phone']);
}
