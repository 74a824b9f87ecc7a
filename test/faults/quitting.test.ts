/** Quitting in the middle of a write that Cloudflare does not answer: at once, and nothing is lost. */
import { expect, test } from 'vitest';
import type { PageDebugger } from './support/debugger';
import {
  confirmed,
  onDisk,
  oneOrganization,
  phonesSent,
  savePhone,
  typePhone,
} from './support/saving';
import { now } from './support/time';
import type { AppProcess } from './support/app-process';

/** Longest time from the wish to quit until the process is gone, ms. */
const QUIT_LIMIT_MS = 2_000;

type Way = (appProcess: AppProcess, page: PageDebugger) => void;

const ways: Record<string, Way> = {
  // As the end of a desktop session does.
  'the system asks it to end': (appProcess) => appProcess.signal('SIGTERM'),
  'it is quit': (_victim, page) => {
    // The answer would come from an app that is gone.
    page.quit().catch(() => undefined);
  },
};

/** Quits and says how long it took in ms, and how the process ended. */
async function quit(way: Way, appProcess: AppProcess, page: PageDebugger) {
  const began = now();
  way(appProcess, page);
  const ending = await appProcess.ended;
  const took = now() - began;
  await appProcess.untilNothingLeft();
  return { took, ending };
}

for (const [name, way] of Object.entries(ways)) {
  for (const fault of ['put-reply-stalled', 'stalled-headers'] as const) {
    test(`${name} during a PUT (${fault}): gone in time, confirmed after the next start`, async () => {
      const world = await oneOrganization();
      const { standin, one } = world;
      const { appProcess, window, page } = await world.startWithWindow();
      standin.faults.add({ mode: fault, match: { method: 'PUT' }, times: 1 });
      const arrived = standin.nextRequest({ method: 'PUT' });
      await savePhone(window, one, 'saved before quitting');
      await arrived;
      const { took, ending } = await quit(way, appProcess, page);
      expect(ending).toEqual({ code: 0, signal: null });
      expect(took).toBeLessThan(QUIT_LIMIT_MS);
      expect(onDisk(world).change?.patch.business_phone?.text).toBe('saved before quitting');

      const again = await world.startWithWindow();
      await confirmed(again.calls, one);
      expect(standin.profileOf(one.id)?.business_phone).toBe('saved before quitting');
      // Applied without an answer: recognised, and not written a second time.
      expect(phonesSent(world)).toHaveLength(fault === 'put-reply-stalled' ? 1 : 2);
      await again.appProcess.kill('all');
    });
  }

  test(`${name} right after a key: the key is kept`, async () => {
    const world = await oneOrganization();
    const { appProcess, window, page } = await world.startWithWindow();
    await typePhone(window, world.one, 'typed before quitting');
    const { took, ending } = await quit(way, appProcess, page);
    expect(ending).toEqual({ code: 0, signal: null });
    expect(took).toBeLessThan(QUIT_LIMIT_MS);
    expect(onDisk(world).draft?.patch.business_phone?.text).toBe('typed before quitting');
  });
}
