/**
 * Bad luck on the network: copies stay readable with their age, the right sentence is shown, the edit
 * waits and is sent when Cloudflare answers again. One test for every fault of the stand-in.
 */
import type { FaultMode } from '../standin';
import { expect, test } from './support/fixtures';
import { openSettled } from './support/settled';

/** What a person reads while each fault lasts. */
const SENTENCES: Partial<Record<FaultMode, RegExp>> = {
  reset: /broke off before Cloudflare had answered/,
  'cut-body': /broke off|does not understand/,
  'truncated-json': /answered something that Letterhead does not understand/,
  '200-success-false': /answered something that Letterhead does not understand/,
  '200-result-null': /answered something that Letterhead does not understand/,
  '200-html': /Cloudflare has a problem of its own/,
  '200-portal-html': /Something between this computer and Cloudflare answered instead/,
  'redirect-307': /pointed Letterhead to another address/,
  '502-branded-html': /Cloudflare has a problem of its own/,
  '502-nginx-html': /Cloudflare has a problem of its own/,
  '503-text': /Cloudflare has a problem of its own/,
  '504-text': /Cloudflare has a problem of its own/,
  '500-empty': /Cloudflare has a problem of its own/,
  '520-html': /Cloudflare has a problem of its own/,
  '525-html': /Cloudflare has a problem of its own/,
  '429-retry-1': /Cloudflare asks to wait/,
  '429-retry-300': /Work goes on at/,
  '429-no-retry': /Cloudflare asks to wait/,
  'odd-errors-object': /Cloudflare/,
  'odd-errors-entries': /Cloudflare/,
};

/** The test of one fault: what is read while it lasts, and that the saved copy stays. */
function readable(mode: FaultMode, sentence: RegExp): void {
  test(`${mode}: the saved copy stays readable and the sentence is right`, async ({
    launch,
    standin,
  }) => {
    const [first] = [...standin.organizations.values()];
    const { page, letterhead } = await launch();
    await letterhead.setUpOne(first!);
    standin.faults.add({ mode });
    await letterhead.button('Refresh').click();
    await expect(page.getByText(sentence).first()).toBeVisible();
    await expect(letterhead.field('Business name')).toHaveValue(first!.profile!.business_name);
    await expect(page.getByText(/Checked/).first()).toBeVisible();
    expect(standin.strayRequests.filter(({ credentials }) => credentials)).toEqual([]);
  });
}

for (const [mode, sentence] of Object.entries(SENTENCES) as [FaultMode, RegExp][]) {
  readable(mode, sentence);
}

test.describe('an answer that never ends', () => {
  test.use({ variables: { LETTERHEAD_TIME_LIMIT_MS: '3000' } });

  readable('stalled-body', /did not answer in time/);
  readable('stalled-headers', /did not answer in time/);
});

test('offline: the edit waits, visibly, survives a restart, and is sent when Cloudflare answers', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const running = await launch();
  await running.letterhead.setUpOne(first!);

  await standin.goOffline();
  await running.letterhead.field('Business phone').fill('+44 20 7946 0777');
  await running.letterhead.save();
  await expect(running.letterhead.status).toContainText('Waiting to send');
  await expect(running.letterhead.connection).toHaveText(/^\s*Offline/);
  await expect(running.letterhead.option(first!.name)).toContainText('Waiting');
  await running.close();

  const again = await launch();
  await again.letterhead.open(first!.name);
  await expect(again.letterhead.status).toContainText('Waiting to send');
  await expect(again.letterhead.field('Business phone')).toHaveValue('+44 20 7946 0777');
  await standin.goOnline();
  await again.letterhead.tryAgain();
  await expect(again.letterhead.status).toContainText('Saved and confirmed by Cloudflare');
  await expect(again.letterhead.connection).toHaveText(/^\s*Online/);
  expect(standin.profileOf(first!.id)!.business_phone).toBe('+44 20 7946 0777');
});

test('a waiting change goes by itself when Cloudflare answers again', async ({
  launch,
  standin,
}) => {
  const [first] = [...standin.organizations.values()];
  const { letterhead } = await launch();
  await letterhead.setUpOne(first!);
  standin.faults.add({ mode: '503-text' });
  await letterhead.field('Business phone').fill('+44 20 7946 0778');
  await letterhead.save();
  await expect(letterhead.status).toContainText('Waiting to send');
  standin.faults.clear();
  await expect(letterhead.status).toContainText('Saved and confirmed by Cloudflare', {
    timeout: 30_000,
  });
});

test('a PUT whose answer is lost is recognised as our own', async ({ launch, standin }) => {
  const [first] = [...standin.organizations.values()];
  standin.faults.add({ mode: 'put-reply-lost', match: { method: 'PUT' }, times: 1 });
  const { letterhead } = await openSettled(launch, standin, first!);
  await letterhead.field('Business phone').fill('+44 20 7946 0779');
  await letterhead.save();
  await expect(letterhead.status).toContainText('Saved and confirmed by Cloudflare', {
    timeout: 30_000,
  });
  // Chromium itself sends a request once more when a connection it had kept open breaks. Our own code
  // would have read before writing again: it must not have found its own write worth repeating.
  const methods = standin.requests.map(({ method }) => method);
  const between = methods.slice(methods.indexOf('PUT'), methods.lastIndexOf('PUT') + 1);
  expect(
    between.every((method) => method === 'PUT'),
    between.join(' '),
  ).toBe(true);
  const written = standin.requests.filter(({ method }) => method === 'PUT');
  expect(new Set(written.map(({ body }) => body)).size).toBe(1);
});
