/** What happens to a save of many while a person acts on the pages of its organizations. */
import { afterEach, describe, expect, test } from 'vitest';
import { valueOf } from '../results';
import { requestedIds } from '../sync/helpers';
import { SavesHarness, closeHarnesses, NEW_PHONE, profilePath, REPLACED } from './harness';

afterEach(closeHarnesses);

const THEIRS_KEPT = { state: 'canceled', failure: { code: 'change.remote-kept' } };

describe('actions on a page show up in the save:', () => {
  /** A save for one organization, paused before anything was sent. */
  async function paused(): Promise<{ harness: SavesHarness; saveId: string; id: string }> {
    const harness = await SavesHarness.start({ organizations: 1 });
    await harness.sync.standin.goOffline();
    const saveId = await harness.change(NEW_PHONE);
    await harness.pause(saveId);
    await harness.sync.standin.goOnline();
    return { harness, saveId, id: harness.ids[0]! };
  }

  test('retrying makes the change the person’s, and sends it although the save is paused', async () => {
    const { harness, saveId, id } = await paused();
    valueOf(harness.sync.retry(id));
    expect(harness.result(saveId, id)).toMatchObject(REPLACED);
    await harness.sync.until(() => harness.sync.row(id) === null && !harness.sync.busy());
    expect(harness.remote(id)).toMatchObject(NEW_PHONE);
  });

  test('removing the organization removes it from the save', async () => {
    const { harness, saveId, id } = await paused();
    harness.sync.write((tables) => tables.organizations.remove(id));
    expect(harness.results(saveId)).toEqual([]);
    expect(harness.save(saveId)).toMatchObject({ total: 0, state: 'ended' });
  });

  test('accepting what Cloudflare stored reports it as "theirs kept"', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const [id] = harness.ids as [string];
    harness.sync.standin.faults.add({ mode: 'stores-differently' });
    const saveId = await harness.change(NEW_PHONE);
    await harness.ended(saveId);
    expect(harness.result(saveId, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'profile.stored-differently' },
    });
    valueOf(harness.sync.accept(id));
    expect(harness.result(saveId, id)).toMatchObject(THEIRS_KEPT);
    expect(harness.save(saveId)).toMatchObject({ canceled: 1, failed: 0, state: 'ended' });
  });

  test('choosing theirs for one of two fields reports "theirs kept" when the other is done', async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    const [id] = harness.ids as [string];
    harness.sync.standin.setProfile(id, { business_phone: 'theirs' });
    const saveId = await harness.change({ ...NEW_PHONE, business_name: 'Save' });
    await harness.ended(saveId);
    valueOf(harness.sync.resolve(['business_phone'], id));
    expect(harness.result(saveId, id)?.state).toBe('waiting');
    expect(await harness.ended(saveId)).toMatchObject({ canceled: 1 });
    expect(harness.result(saveId, id)).toMatchObject(THEIRS_KEPT);
    expect(harness.remote(id)).toMatchObject({ business_phone: 'theirs', business_name: 'Save' });
  });
});

test('saving again on the page while the save writes: records what Cloudflare confirms', async () => {
  const harness = await SavesHarness.start({ organizations: 1 });
  const { sync } = harness;
  const [id] = harness.ids as [string];
  const hold = sync.standin.hold({ method: 'PUT', ...profilePath(id) }, 'after');
  const saveId = await harness.change(NEW_PHONE);
  await sync.until(() => requestedIds(sync, 'PUT').length === 1, { clock: false });
  sync.submit({ business_phone: 'newer' }, id);
  expect(harness.result(saveId, id)).toMatchObject(REPLACED);
  hold.release();
  await sync.until(() => sync.row(id) === null && !sync.busy());
  expect(harness.result(saveId, id)).toMatchObject({ state: 'done', failure: null });
  expect(harness.remote(id)?.business_phone).toBe('newer');
});
