/** What the tests of single faults share: one change saved in the window, and how it stands. */
import { expect, onTestFinished } from 'vitest';
import type { OrganizationView } from '../../../src/shared/organization';
import type { Calls } from './calls';
import { readDisk, type OnDisk } from './disk';
import type { Known } from './record';
import { surround, type Environment } from './environment';
import { until } from './time';
import type { PersonsWindow } from './window';

/** One organization, added and read; everything ends with the test. */
export async function oneOrganization(): Promise<Environment & { one: Known }> {
  const environment = await surround();
  onTestFinished(async () => {
    await environment.stop();
    expect(environment.standin.violations, 'what a correct client must never do').toEqual([]);
  });
  const [one] = environment.known.values();
  return { ...environment, one: one! };
}

/** Types a text into the phone field of an organization's page. */
export async function typePhone(
  window: PersonsWindow,
  { name }: Known,
  text: string,
): Promise<void> {
  await window.open(name);
  await window.select('business_phone');
  await window.insert(text);
}

/** Types a text into the phone field and saves it. */
export async function savePhone(window: PersonsWindow, one: Known, text: string): Promise<void> {
  await typePhone(window, one, text);
  await window.review();
  await window.save();
}

/** Resolves with the page once nothing of the organization waits any more. */
export async function confirmed(calls: Calls, { id }: Known): Promise<OrganizationView> {
  return until('the change to be confirmed', async () => {
    const view = await calls.value('organizations', 'open', { organizationId: id });
    return view.change === null && view;
  });
}

/** The organization on disk, in a database that must be in order. */
export function onDisk({ userData, one }: Environment & { one: Known }): OnDisk {
  const { troubles, organizations } = readDisk(userData);
  expect(troubles).toEqual([]);
  return organizations.get(one.id)!;
}

/** The texts of the phone field in the PUTs that arrived. */
export function phonesSent({ standin }: Environment): unknown[] {
  return standin.requests
    .filter(({ method }) => method === 'PUT')
    .map(({ body }) => (JSON.parse(body) as Record<string, unknown>)['business_phone']);
}
