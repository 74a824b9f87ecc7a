/** Started twice on the same folder: one works, the others end by themselves, nothing is sent twice. */
import { expect, test } from 'vitest';
import { confirmed, oneOrganization, phonesSent, savePhone } from './support/saving';
import { until } from './support/time';

test('a second start while a change is being written ends, and the change is written once', async () => {
  const world = await oneOrganization();
  const { standin, one } = world;
  const { appProcess, window, calls } = await world.startWithWindow();
  const held = standin.hold({ method: 'PUT' });
  await savePhone(window, one, 'saved once');
  await held.arrived;
  // Every start asks first whether Cloudflare answers; the first instance may look at its open page meanwhile.
  const starts = () => standin.requests.filter(({ route }) => route === '/user').length;
  const before = starts();
  for (const second of [world.start(), world.start()]) {
    expect(await second.ended).toEqual({ code: 0, signal: null });
    await second.untilNothingLeft();
  }
  expect(starts()).toBe(before);
  expect(standin.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  expect(appProcess.isRunning).toBe(true);
  held.release();
  await confirmed(calls, one);
  expect(phonesSent(world)).toEqual(['saved once']);
  expect(standin.profileOf(one.id)?.business_phone).toBe('saved once');
  await appProcess.kill('all');
});

test('several started at the same moment: exactly one stays', async () => {
  const world = await oneOrganization();
  const started = [world.start(), world.start(), world.start()];
  const running = (): number => started.filter(({ isRunning }) => isRunning).length;
  await until('the others to end', () => running() === 1);
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

test('started again in the moment of a kill: it starts, or ends and starts the next time', async () => {
  const world = await oneOrganization();
  const first = await world.startWithWindow();
  await savePhone(first.window, world.one, 'saved before the kill');
  const killed = first.appProcess.kill('all');
  const second = world.start();
  await killed;
  const page = await second.window().catch(() => null);
  if (page) await second.kill('all');
  else expect(await second.ended).toMatchObject({ signal: null });
  const third = await world.startWithWindow();
  await confirmed(third.calls, world.one);
  expect(world.standin.profileOf(world.one.id)?.business_phone).toBe('saved before the kill');
  await third.appProcess.kill('all');
});
