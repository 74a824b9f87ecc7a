/**
 * Changes of sign-ins while the keychain has not answered yet: no one can tell then whether the changes that wait are ours,
 * and with another sign-in, no one could later.
 */
import { afterAll, expect, it, vi } from 'vitest';
import type { OrganizationView } from '../../../src/shared/organization';
import { signInId } from '../database/temporary-database';
import { eventLoopTurns } from '../event-loop';
import { valueOf } from '../results';
import { call, QUEUED, startMain } from './whole-main';

vi.mock('electron', async () => (await import('./fake-electron')).electron);

const answered: string[] = [];
const onUnexpected = vi.fn();
const main = await startMain(onUnexpected, async () => {
  // The calls wait up to 2 s for the keychain: here, for as long as it takes.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const start = (name: string, request: unknown): void =>
    void call(name, request).then(() => answered.push(name));
  start('organizations.changeSignIn', { entryId: QUEUED, signInId: signInId(1) });
  start('signIns.remove', { signInId: signInId(2) });
  await eventLoopTurns(5);
  answered.push(`${(valueOf(await call('signIns.list', null)) as unknown[]).length} sign-ins`);
  vi.useRealTimers();
});
afterAll(() => main.remove());

it('wait for the answer, and what waits to be sent stays', async () => {
  await vi.waitFor(() => expect(answered).toContain('organizations.changeSignIn'));
  expect(answered[0]).toBe('2 sign-ins');
  const page = valueOf(await call('organizations.view', { entryId: QUEUED })) as OrganizationView;
  expect(page.signIn?.id).toBe(signInId(1));
  expect(page.change).not.toBeNull();
  expect(onUnexpected).not.toHaveBeenCalled();
});
