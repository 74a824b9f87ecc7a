/** The process is stopped in the middle of a send, for longer than an answer may take, and goes on. */
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
  test(`stopped while ${step}: written once, confirmed, and no burst of requests`, async () => {
    const world = await oneOrganization();
    const { standin, one } = world;
    const { appProcess, window, calls } = await world.startWithWindow();
    await window.open(one.name);
    // The page's own check is over: every request from now on belongs to the save.
    await standin.nextRequest({ path: '/profile' });
    const held = standin.hold(match, 'after');
    await savePhone(window, one, `saved while ${step}`);
    await held.arrived;
    appProcess.signalAll('SIGSTOP');
    held.release();
    // What was on the line when it was stopped still arrives.
    await pause(TIME_LIMIT_MS);
    const asleep = standin.requests.length;
    await pause(TIME_LIMIT_MS);
    expect(standin.requests).toHaveLength(asleep);

    appProcess.signalAll('SIGCONT');
    const view = await confirmed(calls, one);
    expect(view.profile?.fields?.business_phone).toBe(`saved while ${step}`);
    expect(standin.profileOf(one.id)?.business_phone).toBe(`saved while ${step}`);
    expect(phonesSent(world)).toEqual([`saved while ${step}`]);
    expect(standin.requests.length - asleep).toBeLessThan(10);
    await appProcess.kill('all');
  });
}
