/** What happens to a bulk job while a person acts on the pages of its organizations. */
import { afterEach, describe, expect, test } from 'vitest';
import { valueOf } from '../outcomes';
import { requestedIds } from '../sync/helpers';
import { BulkHarness, closeHarnesses, NEW_PHONE, profilePath, REPLACED } from './harness';

afterEach(closeHarnesses);

const THEIRS_KEPT = { state: 'canceled', failure: { code: 'change.remote-kept' } };

describe('actions on a page show up in the job:', () => {
  /** A job for one organization, paused before anything was sent. */
  async function paused(): Promise<{ harness: BulkHarness; jobId: string; id: string }> {
    const harness = await BulkHarness.start({ organizations: 1 });
    await harness.sync.standin.goOffline();
    const jobId = await harness.change(NEW_PHONE);
    await harness.pause(jobId);
    await harness.sync.standin.goOnline();
    return { harness, jobId, id: harness.ids[0]! };
  }

  test('discarding the change cancels the item', async () => {
    const { harness, jobId, id } = await paused();
    harness.sync.discard(id);
    expect(harness.result(jobId, id)).toMatchObject({ state: 'canceled', failure: null });
    expect(harness.job(jobId)).toMatchObject({ canceled: 1, state: 'ended' });
  });

  test('saving the same field replaces the text of the job', async () => {
    const { harness, jobId, id } = await paused();
    harness.sync.submit({ business_phone: 'their own' }, id);
    expect(harness.result(jobId, id)).toMatchObject(REPLACED);
    await harness.sync.until(() => harness.sync.row(id) === null && !harness.sync.busy());
    expect(harness.remote(id)?.business_phone).toBe('their own');
    expect(harness.result(jobId, id)).toMatchObject(REPLACED);
  });

  test('retrying makes the change the person’s, and sends it although the job is paused', async () => {
    const { harness, jobId, id } = await paused();
    valueOf(harness.sync.retry(id));
    expect(harness.result(jobId, id)).toMatchObject(REPLACED);
    await harness.sync.until(() => harness.sync.row(id) === null && !harness.sync.busy());
    expect(harness.remote(id)).toMatchObject(NEW_PHONE);
  });

  test('removing the organization removes it from the job', async () => {
    const { harness, jobId, id } = await paused();
    harness.sync.write((tables) => tables.organizations.remove(id));
    expect(harness.results(jobId)).toEqual([]);
    expect(harness.job(jobId)).toMatchObject({ total: 0, state: 'ended' });
  });

  test('accepting what Cloudflare stored reports it as "theirs kept"', async () => {
    const harness = await BulkHarness.start({ organizations: 1 });
    const [id] = harness.ids as [string];
    harness.sync.standin.faults.add({ mode: 'stores-differently' });
    const jobId = await harness.change(NEW_PHONE);
    await harness.ended(jobId);
    expect(harness.result(jobId, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'profile.stored-differently' },
    });
    valueOf(harness.sync.accept(id));
    expect(harness.result(jobId, id)).toMatchObject(THEIRS_KEPT);
    expect(harness.job(jobId)).toMatchObject({ canceled: 1, failed: 0, state: 'ended' });
  });

  test('choosing theirs in a conflict reports it as "theirs kept"', async () => {
    const harness = await BulkHarness.start({ organizations: 1 });
    const [id] = harness.ids as [string];
    harness.sync.standin.setProfile(id, { business_phone: 'theirs' });
    const jobId = await harness.change(NEW_PHONE);
    await harness.ended(jobId);
    valueOf(harness.sync.resolve(['business_phone'], id));
    expect(harness.result(jobId, id)).toMatchObject(THEIRS_KEPT);
    expect(harness.job(jobId)).toMatchObject({ canceled: 1, failed: 0 });
  });

  test('choosing theirs for one of two fields reports "theirs kept" when the other is done', async () => {
    const harness = await BulkHarness.start({ organizations: 1 });
    const [id] = harness.ids as [string];
    harness.sync.standin.setProfile(id, { business_phone: 'theirs' });
    const jobId = await harness.change({ ...NEW_PHONE, business_name: 'Job' });
    await harness.ended(jobId);
    valueOf(harness.sync.resolve(['business_phone'], id));
    expect(harness.result(jobId, id)?.state).toBe('waiting');
    expect(await harness.ended(jobId)).toMatchObject({ canceled: 1 });
    expect(harness.result(jobId, id)).toMatchObject(THEIRS_KEPT);
    expect(harness.remote(id)).toMatchObject({ business_phone: 'theirs', business_name: 'Job' });
  });
});

test('saving again on the page while the job writes: records what Cloudflare confirms', async () => {
  const harness = await BulkHarness.start({ organizations: 1 });
  const { sync } = harness;
  const [id] = harness.ids as [string];
  const hold = sync.standin.hold({ method: 'PUT', ...profilePath(id) }, 'after');
  const jobId = await harness.change(NEW_PHONE);
  await sync.until(() => requestedIds(sync, 'PUT').length === 1, { clock: false });
  sync.submit({ business_phone: 'newer' }, id);
  expect(harness.result(jobId, id)).toMatchObject(REPLACED);
  hold.release();
  await sync.until(() => sync.row(id) === null && !sync.busy());
  expect(harness.result(jobId, id)).toMatchObject({ state: 'done', failure: null });
  expect(harness.remote(id)?.business_phone).toBe('newer');
});
