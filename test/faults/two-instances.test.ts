/** Several launches on the same data folder: one instance works, the others exit, and nothing is sent twice. */
import { expect, test } from 'vitest';
import { confirmed, oneOrganization, phonesSent, savePhone } from './support/saving';
import { until } from './support/time';

test('a second instance launched during a write exits, and the change is written once', async () => {
  const environment = await oneOrganization();
  const { standin, one } = environment;
  // Longer than the other instances take.
  const { appProcess, window, calls } = await environment.startWithWindow({
    LETTERHEAD_TIME_LIMIT_MS: '60000',
  });
  const held = standin.hold({ method: 'PUT' });
  await savePhone(window, one, 'saved once');
  await held.arrived;
  // An instance that works first probes Cloudflare with a request for /user. Other requests may come from the first
  // instance, which may refresh its open page.
  const starts = () => standin.requests.filter(({ route }) => route === '/user').length;
  const before = starts();
  for (const second of [environment.start(), environment.start()]) {
    expect(await second.ended).toEqual({ code: 0, signal: null });
    await second.untilNothingLeft();
  }
  expect(starts()).toBe(before);
  expect(standin.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  expect(appProcess.isRunning).toBe(true);
  held.release();
  await confirmed(calls, one);
  expect(phonesSent(environment)).toEqual(['saved once']);
  expect(standin.profileOf(one.id)?.business_phone).toBe('saved once');
  await appProcess.kill('all');
});

test('several launches at the same moment: exactly one instance stays', async () => {
  const environment = await oneOrganization();
  const started = [environment.start(), environment.start(), environment.start()];
  const running = (): number => started.filter(({ isRunning }) => isRunning).length;
  // An instance that starts at the same moment may not answer yet. Chromium asks it for up to 20 s.
  await until('the rest to exit', () => running() === 1, 60_000);
  const [winner] = started.filter(({ isRunning }) => isRunning);
  const page = await winner!.window();
  await until('its list', () =>
    page.evaluate<boolean>(`!!document.querySelector('[role=option]')`),
  );
  for (const other of started.filter((one) => one !== winner)) {
    expect(await other.ended).toEqual({ code: 0, signal: null });
  }
  await winner!.kill('all');
});

test('launched at the moment of a kill: the new instance works, or it exits and the next launch works', async () => {
  const environment = await oneOrganization();
  const first = await environment.startWithWindow();
  // After a confirmed save, the keychain has the key with which this run vouches for the next change.
  await savePhone(first.window, environment.one, 'saved first');
  await confirmed(first.calls, environment.one);
  await savePhone(first.window, environment.one, 'saved before the kill');
  const killed = first.appProcess.kill('all');
  const second = environment.start();
  await killed;
  const page = await second.window().catch(() => null);
  if (page) await second.kill('all');
  else expect(await second.ended).toMatchObject({ signal: null });
  const third = await environment.startWithWindow();
  await confirmed(third.calls, environment.one);
  expect(environment.standin.profileOf(environment.one.id)?.business_phone).toBe(
    'saved before the kill',
  );
  await third.appProcess.kill('all');
});
