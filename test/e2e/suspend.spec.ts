/** The computer goes to sleep while a write is under way, and finds its connection broken when it wakes up. */
import { expect, test } from './support/fixtures';

for (const [name, events] of [
  ['told before and after', ['suspend', 'resume']],
  ['told only afterwards', ['resume']],
] as const) {
  test(`a write under way is not repeated after the sleep: ${name}`, async ({
    launch,
    standin,
  }) => {
    const [organization] = structuredClone([...standin.organizations.values()]);
    const { app, letterhead } = await launch();
    await letterhead.setUpOne(organization!);
    await letterhead.open(organization!.name);
    await expect(letterhead.field('business_name')).not.toHaveValue('');
    // Chromium repeats a request by itself if a connection that it used before breaks without an answer.
    standin.faults.add({ mode: 'put-reply-lost', times: 1 });
    const hold = standin.hold({ method: 'PUT' }, 'after');
    await letterhead.saveField('business_phone', '+44 20 7946 0101');
    await hold.arrived;
    const [first, ...others] = events;
    await app.evaluate(({ powerMonitor }, event) => {
      powerMonitor.emit(event);
    }, first);
    standin.setProfile(organization!.id, { business_email: 'theirs@brightwater.example' });
    hold.release();
    for (const event of others) {
      await app.evaluate(({ powerMonitor }, one) => {
        powerMonitor.emit(one);
      }, event);
    }
    await letterhead.expectSaved();
    expect(standin.profileOf(organization!.id)).toMatchObject({
      business_phone: '+44 20 7946 0101',
      business_email: 'theirs@brightwater.example',
    });
    expect(standin.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
}
