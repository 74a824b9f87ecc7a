/** Quitting during a write that Cloudflare does not answer: the app exits quickly, and nothing is lost. */
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

/** Time limit from the request to quit until the process is gone, in ms. */
const QUIT_LIMIT_MS = 2_000;

type QuitMethod = (appProcess: AppProcess, page: PageDebugger) => void;

const methods: Record<string, QuitMethod> = {
  // As at the end of a desktop session.
  'the system asks it to end': (appProcess) => appProcess.signal('SIGTERM'),
  'it is quit': (_appProcess, page) => {
    // The app exits before it answers.
    page.quit().catch(() => undefined);
  },
};

/** Quits the app. Returns how long that took, in ms, and how the process ended. */
async function quit(method: QuitMethod, appProcess: AppProcess, page: PageDebugger) {
  const began = now();
  method(appProcess, page);
  const ending = await appProcess.ended;
  const took = now() - began;
  await appProcess.untilNothingLeft();
  return { took, ending };
}

// Until it is launched again, the app cannot know whether Cloudflare applied the write: each way to quit meets one case.
const FAULTS = ['put-reply-stalled', 'stalled-headers'] as const;

for (const [index, [name, method]] of Object.entries(methods).entries()) {
  const fault = FAULTS[index]!;
  test(`${name} during a PUT (${fault}), and again right after a keystroke: exits in time, sends the change after the next launch, and stores the typed text`, async () => {
    const environment = await oneOrganization();
    const { standin, one } = environment;
    const { appProcess, window, page } = await environment.startWithWindow();
    standin.faults.add({ mode: fault, match: { method: 'PUT' }, times: 1 });
    const arrived = standin.nextRequest({ method: 'PUT' });
    await savePhone(window, one, 'saved before quitting');
    await arrived;
    const { took, ending } = await quit(method, appProcess, page);
    expect(ending).toEqual({ code: 0, signal: null });
    expect(took).toBeLessThan(QUIT_LIMIT_MS);
    expect(onDisk(environment).change?.patch.business_phone?.text).toBe('saved before quitting');

    const again = await environment.startWithWindow();
    await confirmed(again.calls, one);
    expect(standin.profileOf(one.id)?.business_phone).toBe('saved before quitting');
    // If Cloudflare applied the write without an answer, the app recognizes its text and does not write again.
    expect(phonesSent(environment)).toHaveLength(fault === 'put-reply-stalled' ? 1 : 2);

    await typePhone(again.window, one, 'typed before quitting');
    const second = await quit(method, again.appProcess, again.page);
    expect(second.ending).toEqual({ code: 0, signal: null });
    expect(second.took).toBeLessThan(QUIT_LIMIT_MS);
    expect(onDisk(environment).draft?.patch.business_phone?.text).toBe('typed before quitting');
  });
}
