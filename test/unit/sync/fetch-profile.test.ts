/**
 * Refreshing a profile: what a read without a write stores, marks and reports, and what it never
 * changes.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { organizationPage } from '../../../src/main/organizations/handlers';
import { failed } from '../../../src/shared/result';
import type { FieldName, Profile } from '../../../src/shared/profile';
import { failureIn, valueOf } from '../results';
import {
  loseResponse,
  refreshProfile,
  removeProfile,
  revisionKinds,
  untilConfirmed,
  untilState,
} from './helpers';
import { closeHarnesses, SIGN_IN, SyncHarness } from './harness';

afterEach(closeHarnesses);

const profile = (harness: SyncHarness) => harness.read((tables) => tables.profiles.get(harness.id));

test('updates only the time of the check if nothing has changed', async () => {
  const harness = await SyncHarness.start();
  const before = profile(harness);
  harness.clock.advance(60_000);
  valueOf(await refreshProfile(harness));
  expect(profile(harness)).toEqual({ ...before, checkedAt: harness.clock.now() });
  expect(revisionKinds(harness)).toEqual([]);
});

test('does not report the first copy as a change', async () => {
  const harness = await SyncHarness.start();
  const { id } = harness;
  harness.write((tables) => {
    const organization = tables.organizations.get(id);
    tables.organizations.remove(id);
    if (organization) tables.organizations.put(organization);
  });
  valueOf(await refreshProfile(harness, false));
  expect(profile(harness)).toMatchObject({
    fields: harness.standin.profileOf(id),
    changedElsewhere: false,
  });
  expect(revisionKinds(harness)).toEqual(['observed']);
});

test('changed by someone else: adds a revision, and a mark unless the person is viewing it', async () => {
  const harness = await SyncHarness.start();
  harness.standin.setProfile(harness.id, { business_phone: '1' });
  valueOf(await refreshProfile(harness, false));
  expect(profile(harness)).toMatchObject({
    changedElsewhere: true,
    fields: { business_phone: '1' },
  });
  expect(revisionKinds(harness)).toEqual(['observed']);
  // The page is not viewed yet, so the mark stays when the next check finds nothing new.
  valueOf(await refreshProfile(harness, false));
  expect(profile(harness)?.changedElsewhere).toBe(true);
  valueOf(await refreshProfile(harness, true));
  expect(profile(harness)?.changedElsewhere).toBe(false);
  harness.standin.setProfile(harness.id, { business_phone: '2' });
  valueOf(await refreshProfile(harness, true));
  expect(profile(harness)?.changedElsewhere).toBe(false);
  expect(revisionKinds(harness)).toHaveLength(2);
});

test('reports remote changes per field during a visit, until the person edits or leaves', async () => {
  const harness = await SyncHarness.start();
  const news = () => harness.sendStatus.of(harness.id).changedElsewhere;
  harness.sendStatus.opened(harness.id);
  harness.standin.setProfile(harness.id, { business_phone: '1' });
  valueOf(await refreshProfile(harness));
  expect(news()).toEqual({ at: harness.clock.now(), fields: ['business_phone'] });
  // A refresh that finds nothing new keeps the report.
  valueOf(await refreshProfile(harness));
  harness.clock.advance(1_000);
  harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
  valueOf(await refreshProfile(harness));
  expect(news()).toEqual({
    at: harness.clock.now(),
    fields: ['business_name', 'business_phone'],
  });
  harness.sendStatus.edited(harness.id);
  expect(news()).toBeNull();
  harness.standin.setProfile(harness.id, { business_phone: '3' });
  valueOf(await refreshProfile(harness));
  harness.sendStatus.opened(harness.id);
  expect(news()?.fields).toEqual(['business_phone']);
  harness.sendStatus.opened(harness.ids[1] ?? '');
  expect(news()).toBeNull();
});

test('reports what is found after a save instead of the confirmation', async () => {
  const harness = await SyncHarness.start();
  const status = () => harness.sendStatus.of(harness.id);
  harness.sendStatus.opened(harness.id);
  harness.submit({ business_name: 'Ours' });
  await harness.until(() => status().confirmed !== null, { clock: false });
  // A refresh that finds nothing new keeps the confirmation.
  valueOf(await refreshProfile(harness));
  expect(status()).toMatchObject({ changedElsewhere: null, confirmed: {} });
  harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
  valueOf(await refreshProfile(harness));
  expect(status()).toMatchObject({
    changedElsewhere: { fields: ['business_name'] },
    confirmed: null,
  });
});

describe('a confirmation ends, although its page is not open,', () => {
  async function saved() {
    const harness = await SyncHarness.start();
    harness.submit({ business_name: 'Ours' });
    await untilConfirmed(harness);
    const page = () => valueOf(organizationPage(harness.database, harness.sendStatus, harness.id));
    expect(page().confirmed?.replaced).toHaveProperty('business_name');
    return { harness, page };
  }

  test('when a check finds a change of someone else', async () => {
    const { harness, page } = await saved();
    valueOf(await refreshProfile(harness, false));
    expect(page().confirmed).not.toBeNull();
    harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
    valueOf(await refreshProfile(harness, false));
    expect(page().confirmed).toBeNull();
  });
});

test('reports neither our own write nor what is found in the background as news', async () => {
  const harness = await SyncHarness.start();
  const news = () => harness.sendStatus.of(harness.id).changedElsewhere;
  await loseResponse(harness, 'Ours');
  valueOf(await refreshProfile(harness));
  expect(news()).toBeNull();
  harness.standin.setProfile(harness.id, { business_phone: '1' });
  valueOf(await refreshProfile(harness, false));
  expect(news()).toBeNull();
});

test('confirms our own write whose response was lost, and reports only what someone else changed beside it', async () => {
  const harness = await SyncHarness.start();
  const before = harness.saved()!;
  const status = () => harness.sendStatus.of(harness.id);
  harness.sendStatus.opened(harness.id);
  await loseResponse(harness, 'Ours');
  harness.standin.setProfile(harness.id, { business_phone: '2' });
  valueOf(await refreshProfile(harness));
  expect(status()).toMatchObject({
    changedElsewhere: null,
    confirmed: {
      at: harness.clock.now(),
      alsoUpdated: ['business_phone'],
      replaced: { business_name: before.business_name },
    },
  });
  // Both are on the page until somebody changes what was confirmed.
  harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
  valueOf(await refreshProfile(harness));
  expect(status()).toMatchObject({
    changedElsewhere: { fields: ['business_name'] },
    confirmed: null,
  });
});

test('confirms our own write whose response was lost; the change ends without a mark', async () => {
  const harness = await SyncHarness.start();
  await loseResponse(harness, 'Ours');
  valueOf(await refreshProfile(harness, false));
  expect(harness.row()).toBeNull();
  expect(profile(harness)?.changedElsewhere).toBe(false);
  expect(revisionKinds(harness)).toEqual(['saved']);
  expect(harness.traffic()).toBe('GET PUT GET');
});

test.each(['the whole change', 'a part of it'])(
  'marks someone else’s change beside our own: %s arrived',
  async (arrived) => {
    const harness = await SyncHarness.start();
    await loseResponse(harness, 'Ours');
    if (arrived === 'a part of it') {
      await harness.standin.goOffline();
      harness.submit({ business_email: 'waits@example.com' });
      await untilState(harness, 'waiting');
      await harness.standin.goOnline();
    }
    harness.standin.setProfile(harness.id, { business_phone: '4' });
    valueOf(await refreshProfile(harness, false));
    expect(profile(harness)).toMatchObject({
      changedElsewhere: true,
      fields: { business_name: 'Ours', business_phone: '4' },
    });
    expect(harness.row() === null).toBe(arrived === 'the whole change');
  },
);

describe('drops a copy that may be older than what a send stored:', () => {
  test('read while the change is written', async () => {
    const harness = await SyncHarness.start();
    const hold = harness.standin.hold({ method: 'PUT' }, 'after');
    harness.submit({ business_name: 'Ours' });
    await hold.arrived;
    valueOf(await refreshProfile(harness, false));
    // The copy already has our write, but only the send itself may confirm it.
    expect(harness.row()).toMatchObject({ state: 'queued', attempted: { business_name: 'Ours' } });
    expect(harness.saved()?.business_name).not.toBe('Ours');
    hold.release();
    await untilConfirmed(harness);
    expect(revisionKinds(harness)).toEqual(['saved']);
  });

  test('requested before a send and answered after it', async () => {
    const harness = await SyncHarness.start();
    const hold = harness.standin.hold({ method: 'GET', nth: 1 }, 'after');
    const refreshing = refreshProfile(harness);
    await hold.arrived;
    harness.submit({ business_name: 'Ours' });
    await untilConfirmed(harness);
    hold.release();
    valueOf(await refreshing);
    expect(harness.saved()?.business_name).toBe('Ours');
    expect(revisionKinds(harness)).toEqual(['saved']);
    expect(profile(harness)?.changedElsewhere).toBe(false);
    expect(harness.sendStatus.of(harness.id).confirmed).not.toBeNull();
  });
});

test('finds a profile that is created later', async () => {
  const harness = await SyncHarness.start();
  removeProfile(harness);
  valueOf(await refreshProfile(harness));
  expect(profile(harness)).toMatchObject({ fields: null, changedElsewhere: false });
  harness.standin.setProfile(harness.id, { business_name: 'Now' });
  valueOf(await refreshProfile(harness, false));
  expect(profile(harness)).toMatchObject({
    fields: { business_name: 'Now' },
    changedElsewhere: true,
  });
});

describe('a field missing in a response', () => {
  /** Makes the stand-in respond without these fields. */
  function omitFields(harness: SyncHarness, ...fields: FieldName[]): void {
    const stored = harness.standin.organizations.get(harness.id)!.profile as Partial<Profile>;
    for (const field of fields) delete stored[field];
  }

  test('is a failure if the field had a text: it is neither stored nor sent back as empty', async () => {
    const harness = await SyncHarness.start();
    harness.random = 0.999;
    const before = profile(harness);
    omitFields(harness, 'business_address');
    expect(failureIn(await refreshProfile(harness)).code).toBe('cloudflare.unreadable');
    expect(profile(harness)).toEqual(before);
    harness.submit({ business_name: 'Ours' });
    await untilState(harness, 'waiting');
    expect(harness.row()?.failure?.code).toBe('cloudflare.unreadable');
    expect(harness.standin.requests.some(({ method }) => method === 'PUT')).toBe(false);
    expect(harness.saved()).toEqual(before?.fields);
  });

  test('counts as empty if the field had no text', async () => {
    const harness = await SyncHarness.start();
    const empty = { ...harness.saved()!, external_metadata: '' };
    harness.write(({ profiles }) => profiles.put({ ...profiles.get(harness.id)!, fields: empty }));
    omitFields(harness, 'external_metadata');
    valueOf(await refreshProfile(harness));
    expect(profile(harness)).toMatchObject({ fields: empty, changedElsewhere: false });
  });

  test('is a failure, too, if only a pending change has a text for the field', async () => {
    const harness = await SyncHarness.start();
    harness.random = 0.999;
    const empty = { ...harness.saved()!, external_metadata: '' };
    harness.write(({ profiles }) => profiles.put({ ...profiles.get(harness.id)!, fields: empty }));
    harness.standin.setProfile(harness.id, { external_metadata: '' });
    harness.standin.afterAnswer({ method: 'PUT' }, () => omitFields(harness, 'external_metadata'));
    harness.submit({ external_metadata: 'Ours' });
    await untilState(harness, 'waiting');
    expect(harness.row()?.failure?.code).toBe('cloudflare.unreadable');
    expect(harness.row()?.attempted).toEqual({ external_metadata: 'Ours' });
  });
});

test('keeps the saved copy of a profile that is gone, and shows that on the page', async () => {
  const harness = await SyncHarness.start();
  const before = profile(harness);
  harness.standin.setProfile(harness.id, null);
  harness.clock.advance(1_000);
  expect(failureIn(await refreshProfile(harness)).code).toBe('profile.gone');
  expect(profile(harness)).toEqual(before);
  expect(harness.sendStatus.of(harness.id)).toMatchObject({
    refreshing: false,
    refreshFailure: { code: 'profile.gone' },
  });
});

test.each([
  [404, 'organization.not-found'],
  [403, 'organization.forbidden'],
] as const)('an organization that is gone (%i)', async (unknownOrganization, code) => {
  const harness = await SyncHarness.start({ unknownOrganization });
  const before = profile(harness);
  harness.standin.removeOrganization(harness.id);
  expect(failureIn(await refreshProfile(harness)).code).toBe(code);
  expect(profile(harness)).toEqual(before);
});

test('keeps a failure until the next successful refresh', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: '502-branded-html', times: 1 });
  expect(failureIn(await refreshProfile(harness)).code).toBe('cloudflare.unavailable');
  expect(harness.sendStatus.of(harness.id).refreshFailure?.code).toBe('cloudflare.unavailable');
  valueOf(await refreshProfile(harness));
  expect(harness.sendStatus.of(harness.id).refreshFailure).toBeNull();
});

test('reports issues of the sign-in, including those of the keychain', async () => {
  const harness = await SyncHarness.start();
  harness.standin.faults.add({ mode: '403-9103' });
  await refreshProfile(harness);
  harness.authorizationOf = async () => failed('keychain.locked');
  await refreshProfile(harness);
  expect(harness.signInIssues.map(([id, { code }]) => [id, code])).toEqual([
    [SIGN_IN, 'sign-in.unknown'],
    [SIGN_IN, 'keychain.locked'],
  ]);
});

test('two simultaneous refreshes share one request; both end when the app stops', async () => {
  const harness = await SyncHarness.start();
  harness.standin.setProfile(harness.id, { business_phone: '6' });
  const hold = harness.standin.hold({ method: 'GET' });
  const first = refreshProfile(harness, false);
  const second = refreshProfile(harness, true);
  await hold.arrived;
  hold.release();
  await Promise.all([first, second]);
  expect(harness.standin.requests).toHaveLength(1);
  // There is no mark, because the person opened the page meanwhile.
  expect(profile(harness)?.changedElsewhere).toBe(false);

  harness.standin.faults.add({ mode: 'stalled-body' });
  const stalled = refreshProfile(harness);
  await harness.until(() => harness.standin.requests.length === 2);
  harness.profileReader.stop();
  expect(failureIn(await stalled).code).toBe('app.stopping');
  expect(harness.sendStatus.of(harness.id)).toMatchObject({
    refreshing: false,
    refreshFailure: null,
  });
});

test('leaves no status for an organization that was removed meanwhile', async () => {
  const harness = await SyncHarness.start();
  const hold = harness.standin.hold({ method: 'GET' });
  const refreshing = refreshProfile(harness);
  await hold.arrived;
  const record = harness.read((tables) => tables.organizations.get(harness.id))!;
  harness.write((tables) => tables.organizations.remove(harness.id));
  harness.sendStatus.forget(harness.id);
  hold.release();
  expect(failureIn(await refreshing).code).toBe('organization.not-saved-here');
  // If the organization is added again, its page does not show the previous failure.
  harness.write((tables) => tables.organizations.put(record));
  expect(harness.sendStatus.of(harness.id)).toMatchObject({
    refreshing: false,
    refreshFailure: null,
  });
});
