/** One save, from the click until it is confirmed, compared with the same three requests of the official client. */
import { AppWindow } from '../../faults/support/window';
import { until } from '../../faults/support/time';
import type { PageDebugger } from '../../faults/support/debugger';
import { startOfficial } from '../official';
import type { Part } from '../part';
import { interleaved, median, spread } from '../statistics';
import { Harness } from '../harness';

const ORGANIZATIONS = 5;
const LATENCY_MS = 40;

/** In the page: whether it shows that the last save was confirmed. */
const CONFIRMED = `[...document.querySelectorAll('[role=status]')]
  .some((one) => one.textContent.includes('Saved and confirmed by Cloudflare'))`;

/** In the page: presses *Save changes*; resolves with the time until the page shows it as confirmed, in ms. */
const SAVE = `new Promise((resolve, reject) => {
  const button = [...document.querySelectorAll('dialog[open] button')]
    .find((one) => one.textContent.trim() === 'Save changes');
  const confirmed = () => ${CONFIRMED};
  const over = setTimeout(() => reject(new Error('The save was not confirmed.')), 30_000);
  const began = performance.now();
  const observer = new MutationObserver(() => {
    if (!confirmed()) return;
    observer.disconnect();
    clearTimeout(over);
    resolve(performance.now() - began);
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  button.click();
})`;

/** Types a phone number into the open page, reviews and saves it; returns the time until it is confirmed, in ms. */
export async function measureSave(
  page: PageDebugger,
  window: AppWindow,
  phone: string,
): Promise<number> {
  await window.select('business_phone');
  await window.insert(phone);
  await until('the review', () => window.review());
  // The previous confirmation stays until the edit is stored, and must not be mistaken for this one.
  await until('the edit', async () => !(await page.evaluate<boolean>(CONFIRMED)));
  return page.evaluate<number>(SAVE);
}

export const saving: Part = {
  name: 'save',
  title: 'One save',
  run: ({ runs, seeds }) =>
    Harness.during({ organizations: ORGANIZATIONS, latency: LATENCY_MS }, async (harness) => {
      const { standin } = harness;
      const userData = await harness.prepared(seeds, ORGANIZATIONS);
      const app = harness.letterhead({ userData, debugged: true });
      await app.after('painted');
      const page = await app.page();
      const window = new AppWindow(page);
      const [mine, other] = [...standin.organizations.values()];
      await window.open(mine!.name);
      // The refresh on opening must not interfere.
      await until('the refresh on opening', () =>
        standin.requests.some(({ route, status }) => route.includes(mine!.id) && status === 200),
      );
      const official = startOfficial(standin);
      let number = 0;
      const phone = (): string => `+44 20 ${(number += 1)}`;
      const subjects = {
        ours: () => measureSave(page, window, phone()),
        peer: () => official.time({ does: 'save', ids: [other!.id], phone: phone() }),
      };
      try {
        // Opens connections and warms up the JavaScript compiler.
        await interleaved(2, subjects);
        const { ours, peer } = await interleaved(runs, subjects);
        const [letterhead, baseline] = [median(ours), median(peer)];
        return [
          {
            what: `One save at ${LATENCY_MS} ms latency: read, written, read back, confirmed on screen`,
            ours: `${letterhead.toFixed(0)} ms`,
            baseline: `official client, the same three requests: ${baseline.toFixed(0)} ms`,
            value: letterhead / baseline,
            unit: '×',
            target: { max: 1.1 },
            spread: spread(ours.map((value, round) => value / peer[round]!)),
          },
        ];
      } finally {
        await official.stop();
      }
    }),
};
