/** The process is stopped during a send, for longer than the app waits for a response, and then resumed. */
import { expect, test } from 'vitest';
import { confirmed, oneOrganization, phonesSent, savePhone } from './support/saving';
import { TIME_LIMIT_MS } from './support/environment';
import { pause } from './support/time';

const steps = [
  { step: 'reading', match: { method: 'GET', path: '/profile', nth: 1 } },
  { step: 'writing', match: { method: 'PUT', path: '/profile', nth: 1 } },
  { step: 'confirming', match: { method: 'GET', path: '/profile', nth: 2 } },
] as const;

for (const { step, match } of steps) {
  test(`stopped while ${step}: the change is written once and confirmed, without a burst of requests`, async () => {
    const environment = await oneOrganization();
    const { standin, one } = environment;
    // The only organization opens at once, and is refreshed a moment later.
    const refreshed = standin.nextRequest({ path: '/profile' });
    const { appProcess, window, calls } = await environment.startWithWindow();
    await window.open(one.name);
    // All further requests belong to the save.
    await refreshed;
    const held = standin.hold(match, 'after');
    await savePhone(window, one, `saved while ${step}`);
    await held.arrived;
    appProcess.signalAll('SIGSTOP');
    held.release();
    // Data that was in transit when the process was stopped still arrives.
    await pause(TIME_LIMIT_MS / 2);
    const asleep = standin.requests.length;
    await pause(TIME_LIMIT_MS / 2 + 200);
    expect(standin.requests).toHaveLength(asleep);

    appProcess.signalAll('SIGCONT');
    const view = await confirmed(calls, one);
    expect(view.profile?.fields?.business_phone).toBe(`saved while ${step}`);
    expect(standin.profileOf(one.id)?.business_phone).toBe(`saved while ${step}`);
    expect(phonesSent(environment)).toEqual([`saved while ${step}`]);
    expect(standin.requests.length - asleep).toBeLessThan(10);
    await appProcess.kill('all');
  });
}

test('its connection breaks while it is stopped: the change is written once, and what others wrote meanwhile stays', async () => {
  const environment = await oneOrganization();
  const { standin, one } = environment;
  const refreshed = standin.nextRequest({ path: '/profile' });
  const { appProcess, window, calls } = await environment.startWithWindow();
  await window.open(one.name);
  await refreshed;
  standin.faults.add({ mode: 'put-reply-lost', times: 1 });
  const held = standin.hold({ method: 'PUT', path: '/profile' }, 'after');
  await savePhone(window, one, 'saved before the sleep');
  await held.arrived;
  appProcess.signalAll('SIGSTOP');
  standin.setProfile(one.id, { business_email: 'theirs@brightwater.example' });
  held.release();
  // Chromium finds the connection broken at once, long before main knows of the sleep.
  await pause(TIME_LIMIT_MS);

  appProcess.signalAll('SIGCONT');
  await confirmed(calls, one);
  expect(standin.profileOf(one.id)).toMatchObject({
    business_phone: 'saved before the sleep',
    business_email: 'theirs@brightwater.example',
  });
  expect(phonesSent(environment)).toEqual(['saved before the sleep']);
  await appProcess.kill('all');
});
