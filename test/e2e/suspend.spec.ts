/** The computer goes to sleep while a write is under way, and finds its connection broken when it wakes up. */
import { readFileSync } from 'node:fs';
import { expect, test } from './support/fixtures';

test('a write under way is not repeated after the sleep', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  seed();
  const { app, letterhead } = await launch();
  await test.step('not over QUIC either', async () => {
    const pid = await app.evaluate(
      ({ app: electron }) =>
        electron
          .getAppMetrics()
          .find(({ serviceName }) => serviceName === 'network.mojom.NetworkService')!.pid,
    );
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toMatch(/\s--disable-quic\s/);
  });
  for (const [name, events] of [
    ['told before and after', ['suspend', 'resume']],
    ['told only afterwards', ['resume']],
  ] as const) {
    await test.step(name, async () => {
      const organization = structuredClone(nextOrganization());
      await letterhead.openProfile(organization);
      standin.requests.length = 0;
      // Chromium repeats a request by itself if a connection that it used before breaks without an answer.
      standin.faults.add({ mode: 'put-reply-lost', times: 1 });
      const hold = standin.hold({ method: 'PUT' }, 'after');
      await letterhead.saveField('business_phone', '+44 20 7946 0101');
      await hold.arrived;
      const [first, ...others] = events;
      await app.evaluate(({ powerMonitor }, event) => {
        powerMonitor.emit(event);
      }, first);
      standin.setProfile(organization.id, { business_email: 'theirs@brightwater.example' });
      hold.release();
      for (const event of others) {
        await app.evaluate(({ powerMonitor }, one) => {
          powerMonitor.emit(one);
        }, event);
      }
      await letterhead.expectSaved();
      expect(standin.profileOf(organization.id)).toMatchObject({
        business_phone: '+44 20 7946 0101',
        business_email: 'theirs@brightwater.example',
      });
      expect(standin.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
    });
  }
});
