/**
 * A response in which a field is missing is unreadable if the app has a text for that field. If the
 * field counted as empty, the app would show it as empty and write that to Cloudflare. Tested over
 * real HTTP with a real database, for every kind of response.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/shared/failure';
import { FIELD_NAMES, type FieldName, type Profile } from '../../../src/shared/profile';
import type { Withheld } from '../../standin/index';
import { closeHarnesses, SyncHarness } from '../sync/harness';

afterEach(closeHarnesses);

const FULL: Profile = {
  business_name: 'Brightwater Ltd',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0000',
  business_address: '12 Harbour Row',
  external_metadata: '{"tier":"gold"}',
};
const UNREADABLE: Failure = { code: 'cloudflare.unreadable' };

/**
 * Starts a harness whose first organization has a text in every field, at Cloudflare and locally.
 */
async function harness(profile: Partial<Profile> = {}): Promise<SyncHarness> {
  const sync = await SyncHarness.start({ organizations: 1 });
  const fields = { ...FULL, ...profile };
  sync.standin.setProfile(sync.id, fields);
  sync.write((tables) => {
    const row = tables.profiles.get(sync.id)!;
    tables.profiles.put({ ...row, fields });
  });
  return sync;
}

/** Waits until an attempt to send has failed. */
const untilFailed = (sync: SyncHarness): Promise<void> =>
  sync.until(() => sync.row()?.state === 'waiting' && !sync.busy(), { clock: false });

/** Waits until the change has ended, without any action of a person. */
const untilEnded = (sync: SyncHarness): Promise<void> =>
  sync.until(() => sync.row() === null && !sync.busy());

const written = (sync: SyncHarness): unknown[] =>
  sync.standin.requests
    .filter(({ method }) => method === 'PUT')
    .map(({ body }) => JSON.parse(body));

const refresh = (sync: SyncHarness) => sync.profileReader.read(sync.id, { isPageOpen: true });

/** Everything stored about the first organization. */
const stored = (sync: SyncHarness): unknown =>
  sync.read((tables) => [
    tables.profiles.get(sync.id),
    tables.drafts.get(sync.id),
    tables.outbox.get(sync.id),
    tables.abandoned.get(sync.id),
    tables.revisions.of(sync.id),
  ]);

describe.each(FIELD_NAMES)('%s is missing', (field) => {
  const missing: Withheld = { [field]: 'missing' };
  const other: FieldName = field === 'business_name' ? 'business_phone' : 'business_name';

  test('in the read before a write: writes nothing until the field is back', async () => {
    const sync = await harness();
    sync.standin.withhold(sync.id, missing);
    for (const touched of [other, field]) {
      sync.submit({ [touched]: 'Mine' });
      await untilFailed(sync);
      expect(sync.row()).toMatchObject({ state: 'waiting', failure: UNREADABLE });
      expect(sync.row()?.patch[touched]).toEqual({ base: FULL[touched], text: 'Mine' });
    }
    expect(sync.traffic()).not.toContain('PUT');
    expect(sync.saved()).toEqual(FULL);
    sync.standin.withhold(sync.id, {});
    await untilEnded(sync);
    const both = { ...FULL, [other]: 'Mine', [field]: 'Mine' };
    expect(written(sync)).toEqual([both]);
    expect(sync.standin.profileOf(sync.id)).toEqual(both);
  });

  test('in every read-back: the change waits until a response contains the field', async () => {
    for (const touched of [other, field]) {
      const sync = await harness();
      sync.standin.afterAnswer({ method: 'PUT' }, () => sync.standin.withhold(sync.id, missing));
      sync.submit({ [touched]: 'Mine' });
      await untilFailed(sync);
      expect(sync.row()).toMatchObject({ state: 'waiting', failure: UNREADABLE });
      expect(sync.saved()).toEqual(FULL);
      sync.standin.withhold(sync.id, {});
      await untilEnded(sync);
      const after = { ...FULL, [touched]: 'Mine' };
      expect(sync.saved()).toEqual(after);
      expect(written(sync)).toEqual([after]);
    }
  });

  test('in a refresh: the refresh fails, and everything stays as it was', async () => {
    const sync = await harness();
    sync.type({ [other]: 'Typed' });
    const before = stored(sync);
    sync.standin.withhold(sync.id, missing);
    sync.standin.setProfile(sync.id, { [other]: 'Elsewhere' });
    expect(await refresh(sync)).toEqual({ ok: false, failure: UNREADABLE });
    expect(sync.sendStatus.of(sync.id).refreshFailure).toEqual(UNREADABLE);
    expect(stored(sync)).toEqual(before);
    sync.standin.withhold(sync.id, {});
    expect(await refresh(sync)).toMatchObject({ ok: true });
    expect(sync.saved()).toEqual({ ...FULL, [other]: 'Elsewhere' });
  });

  test('where it was empty: counts as empty, and a write includes it', async () => {
    const sync = await harness({ [field]: '' });
    sync.standin.withhold(sync.id, missing);
    expect(await refresh(sync)).toMatchObject({ ok: true });
    sync.submit({ [other]: 'Mine' });
    await untilEnded(sync);
    const after = { ...FULL, [field]: '', [other]: 'Mine' };
    expect(sync.saved()).toEqual(after);
    expect(written(sync)).toEqual([after]);
  });

  test('null counts as a value: the field is now empty', async () => {
    const sync = await harness();
    sync.standin.withhold(sync.id, { [field]: 'null' });
    sync.standin.setProfile(sync.id, { [field]: '' });
    expect(await refresh(sync)).toMatchObject({ ok: true });
    expect(sync.saved()).toEqual({ ...FULL, [field]: '' });
    sync.submit({ [other]: 'Mine' });
    await untilEnded(sync);
    expect(written(sync)).toEqual([{ ...FULL, [field]: '', [other]: 'Mine' }]);
  });
});

test('compares with the base of an edit if the saved copy was lost to damage', async () => {
  const sync = await harness();
  sync.standin.withhold(sync.id, { business_phone: 'missing' });
  sync.submit({ business_phone: 'Mine' });
  sync.write((tables) => {
    const row = tables.outbox.get(sync.id)!;
    const organization = tables.organizations.get(sync.id)!;
    // Only removing the organization removes its copy.
    tables.organizations.remove(sync.id);
    tables.organizations.put(organization);
    tables.outbox.put(row);
  });
  await untilFailed(sync);
  expect(sync.row()).toMatchObject({ state: 'waiting', failure: UNREADABLE });
  expect(sync.read((tables) => tables.profiles.get(sync.id))).toBeNull();
  expect(written(sync)).toEqual([]);
  sync.standin.withhold(sync.id, {});
  await untilEnded(sync);
  expect(written(sync)).toEqual([{ ...FULL, business_phone: 'Mine' }]);
});

describe('a field that is empty here, but may have a text of our own write', () => {
  const missing: Withheld = { business_phone: 'missing' };

  test('must be in responses after a write whose response was lost', async () => {
    const sync = await harness({ business_phone: '' });
    sync.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
    sync.submit({ business_phone: '1' });
    await untilFailed(sync);
    sync.standin.withhold(sync.id, missing);
    expect(await refresh(sync)).toEqual({ ok: false, failure: UNREADABLE });
    expect(sync.row()?.attempted).toEqual({ business_phone: '1' });
    sync.standin.withhold(sync.id, {});
    await untilEnded(sync);
    expect(sync.saved()?.business_phone).toBe('1');
    expect(written(sync)).toHaveLength(1);
  });

  test('must be in responses after a discarded write, until one contains the field', async () => {
    const sync = await harness({ business_phone: '' });
    const hold = sync.standin.hold({ method: 'PUT' }, 'after');
    sync.submit({ business_phone: '1' });
    await hold.arrived;
    sync.discard();
    sync.standin.withhold(sync.id, missing);
    hold.release();
    await sync.until(() => !sync.busy(), { clock: false });
    expect(await refresh(sync)).toEqual({ ok: false, failure: UNREADABLE });
    expect(sync.saved()?.business_phone).toBe('');
    expect(sync.read((tables) => tables.abandoned.get(sync.id))).toEqual({ business_phone: '1' });
    sync.standin.withhold(sync.id, {});
    await sync.until(() => sync.saved()?.business_phone === '1');
    expect(sync.read((tables) => tables.abandoned.ids())).toEqual([]);
  });
});
