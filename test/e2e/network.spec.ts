/**
 * Network faults: saved copies stay readable with their age, the right message is shown, and an edit waits
 * until Cloudflare answers again.
 */
import type { FaultMode, OrganizationState } from '../standin';
import { expect, test } from './support/fixtures';
import { openRefreshed } from './support/relaunch';
import type { RunningApp } from './support/start';

/** The message during each fault after which the app asks again at once when a person does. */
const MESSAGES: Partial<Record<FaultMode, RegExp>> = {
  reset: /was lost before Cloudflare answered/,
  'cut-body': /connection was lost|does not understand/,
  'truncated-json': /does not understand Cloudflare’s answer/,
  '200-success-false': /does not understand Cloudflare’s answer/,
  '200-result-null': /does not understand Cloudflare’s answer/,
  '200-html': /Cloudflare is having problems/,
  '200-portal-html': /Something between this computer and Cloudflare answered instead/,
  'redirect-307': /redirected Letterhead to another address/,
  '502-branded-html': /Cloudflare is having problems/,
  '502-nginx-html': /Cloudflare is having problems/,
  '503-text': /Cloudflare is having problems/,
  '504-text': /Cloudflare is having problems/,
  '500-empty': /Cloudflare is having problems/,
  '520-html': /Cloudflare is having problems/,
  '525-html': /Cloudflare is having problems/,
  'odd-errors-object': /Cloudflare/,
  'odd-errors-entries': /Cloudflare/,
  'stalled-body': /did not answer in time/,
  'stalled-headers': /did not answer in time/,
};

/** The message while Cloudflare has asked the app to wait; the last wait does not end during a test. */
const WAITING_MESSAGES: Partial<Record<FaultMode, RegExp>> = {
  '429-retry-1': /Cloudflare has asked Letterhead to wait/,
  '429-retry-300': /Letterhead continues at/,
};

/** Checks a profile during a fault: the message is right, and the saved copy stays readable. */
async function expectMessage(
  { page, letterhead }: RunningApp,
  { profile }: OrganizationState,
  message: RegExp,
): Promise<void> {
  await letterhead.refresh();
  await expect(page.getByText('Could not check with Cloudflare.')).toBeVisible();
  await expect(page.getByText(message).filter({ visible: true }).first()).toBeVisible();
  await expect(letterhead.field('business_name')).toHaveValue(profile!.business_name);
  await expect(page.getByText(/Checked/).first()).toBeVisible();
}

test.describe('with a short time limit', () => {
  test.use({ variables: { LETTERHEAD_TIME_LIMIT_MS: '3000' } });

  test('the saved copy stays readable during each fault, with the right message', async ({
    launch,
    standin,
  }) => {
    const [first] = [...standin.organizations.values()];
    const running = await launch();
    await running.letterhead.setUpOne(first!);
    const all = { ...MESSAGES, ...WAITING_MESSAGES };
    for (const [mode, message] of Object.entries(all) as [FaultMode, RegExp][]) {
      await test.step(mode, async () => {
        const failed = running.page.getByText('Could not check with Cloudflare.');
        // Again where Cloudflare has asked to wait.
        await expect(async () => {
          if (await failed.isHidden()) return;
          await running.letterhead.refresh();
          await expect(failed).toBeHidden({ timeout: 1_000 });
        }).toPass();
        standin.faults.add({ mode });
        await expectMessage(running, first!, message);
        standin.faults.clear();
      });
    }
    expect(standin.strayRequests.filter(({ credentials }) => credentials)).toEqual([]);
  });
});

test('429-no-retry: the saved copy stays readable, with the right message', async ({
  launch,
  seed,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  seed(first!);
  const running = await launch();
  await running.letterhead.openProfile(first!);
  standin.faults.add({ mode: '429-no-retry' });
  await expectMessage(running, first!, /Cloudflare has asked Letterhead to wait/);
});

test('an edit saved offline shows that it waits, survives a relaunch, and is sent later', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  await running.letterhead.setUpOne(first!);

  await standin.goOffline();
  await running.letterhead.saveField('business_phone', '+44 20 7946 0777');
  await running.letterhead.expectWaiting();
  await expect(running.letterhead.connection).toHaveText(/^\s*Offline/);
  await expect(running.letterhead.option(first!.name)).toContainText('Waiting');
  await running.close();

  const again = await launch();
  await again.letterhead.open(first!.name);
  await again.letterhead.expectWaiting();
  await expect(again.letterhead.field('business_phone')).toHaveValue('+44 20 7946 0777');
  await standin.goOnline();
  await again.letterhead.tryAgain();
  await again.letterhead.expectSaved();
  await expect(again.letterhead.connection).toHaveText(/^\s*Online/);
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0777');
});

test('what waits is done once Cloudflare answers again', async ({ launch, seed, standin }) => {
  const [first, second] = [...standin.organizations.values()];
  seed(first!, second!);
  const { page, letterhead } = await launch();
  await letterhead.openProfile(first!);
  await test.step('a page that could not be checked offline is checked again when the network is back', async () => {
    await standin.goOffline();
    await letterhead.refresh();
    const failed = page.getByText('Offline.', { exact: true });
    await expect(failed).toBeVisible();
    standin.editElsewhere(first!.id, { business_phone: '+44 20 7946 0999' });
    await standin.goOnline();
    await expect(letterhead.field('business_phone')).toHaveValue('+44 20 7946 0999');
    await expect(failed).toBeHidden();
  });

  await test.step('a waiting change is sent automatically when Cloudflare answers again', async () => {
    standin.faults.add({ mode: '503-text' });
    await letterhead.saveField('business_phone', '+44 20 7946 0778');
    await letterhead.expectWaiting();
    standin.faults.clear();
    await letterhead.expectSaved({ timeout: 30_000 });
  });

  await test.step('a PUT whose answer was lost is recognized as our own', async () => {
    standin.faults.add({ mode: 'put-reply-lost', match: { method: 'PUT' }, times: 1 });
    await openRefreshed(letterhead, standin, second!);
    await letterhead.saveField('business_phone', '+44 20 7946 0779');
    await letterhead.expectSaved({ timeout: 30_000 });
    // Chromium itself repeats a request when a kept-alive connection breaks. Our code would have read the
    // profile first, so a GET between PUTs would mean that we repeated our own write.
    const methods = standin.requests.map(({ method }) => method);
    const between = methods.slice(methods.indexOf('PUT'), methods.lastIndexOf('PUT') + 1);
    expect(
      between.every((method) => method === 'PUT'),
      between.join(' '),
    ).toBe(true);
    const written = standin.requests.filter(({ method }) => method === 'PUT');
    expect(new Set(written.map(({ body }) => body)).size).toBe(1);
  });
});
