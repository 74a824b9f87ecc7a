/**
 * A conflict from the first read to the decision, on the real database and over HTTP. test/model/
 * searches all its rules; these tests cover decisions, refreshes and restarts around it.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { failureIn, valueOf } from '../outcomes';
import {
  draft,
  loseResponse,
  refreshProfile,
  revisionKinds,
  revisions,
  startInConflict,
  untilConfirmed,
  untilConflict,
} from './helpers';
import { closeHarnesses, SyncHarness } from './harness';

afterEach(closeHarnesses);

test('sends exactly what was decided, and preserves the other remote fields', async () => {
  const harness = await startInConflict();
  valueOf(harness.resolve(['business_phone']));
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 2',
    business_address: 'Here',
    external_metadata: 'from them',
  });
  expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
  // Requested once to find the conflict, once more before writing.
  expect(harness.traffic()).toBe('GET GET PUT GET');
  expect(revisionKinds(harness)).toEqual(['observed', 'replaced', 'saved']);
  // Only what was replaced with theirs.
  expect(revisions(harness)[1]?.texts).toEqual({ business_phone: '+1 1' });
});

test('mine everywhere: records nothing as replaced, because no text was discarded', async () => {
  const harness = await startInConflict();
  valueOf(harness.resolve([]));
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 1',
  });
  expect(revisionKinds(harness)).toEqual(['observed', 'saved']);
});

test('theirs everywhere and nothing else to send: ends the change without a request', async () => {
  const harness = await SyncHarness.start();
  harness.standin.setProfile(harness.id, { business_name: 'Theirs', business_phone: '+1 2' });
  harness.submit({ business_name: 'Mine' });
  await untilConflict(harness);
  valueOf(harness.resolve(['business_name']));
  expect(harness.row()).toBeNull();
  expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
  expect(revisionKinds(harness)).toEqual(['observed', 'replaced']);
  expect(harness.traffic()).toBe('GET');
});

test('asks again, with the newest text, when someone changes it after the decision', async () => {
  const harness = await startInConflict();
  const hold = harness.standin.hold({ method: 'GET' });
  valueOf(harness.resolve(['business_phone']));
  await hold.arrived;
  harness.standin.setProfile(harness.id, { business_name: 'Theirs again' });
  hold.release();
  await untilConflict(harness);
  expect(harness.row()).toMatchObject({ remote: { business_name: 'Theirs again' } });
  // The phone was decided for theirs: only the name and the fields not in conflict are left.
  expect(Object.keys(harness.row()!.patch)).toEqual(['business_name', 'business_address']);
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Theirs again');
  valueOf(harness.resolve([]));
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Mine');
});

test('treats a text we once tried to write as theirs if they write it after a decision', async () => {
  const harness = await SyncHarness.start();
  await loseResponse(harness, 'First');
  harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
  harness.submit({ business_name: 'Second' });
  await untilConflict(harness);
  const hold = harness.standin.hold({ method: 'GET' });
  valueOf(harness.resolve([]));
  await hold.arrived;
  harness.standin.setProfile(harness.id, { business_name: 'First' });
  hold.release();
  await untilConflict(harness);
  expect(harness.row()?.remote?.business_name).toBe('First');
});

test('keeps a conflict and its decision over a restart', async () => {
  const harness = await startInConflict();
  const before = harness.row();
  await harness.restart();
  expect(harness.row()).toEqual(before);
  await harness.standin.goOffline();
  valueOf(harness.resolve(['business_phone']));
  await harness.restart();
  await harness.standin.goOnline();
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 2',
  });
});

test('bases a draft on top of a decision on theirs where theirs was chosen', async () => {
  const harness = await startInConflict();
  harness.type({ business_phone: '+1 3', business_email: 'typed@example.com' });
  const before = draft(harness);
  valueOf(harness.resolve(['business_phone']));
  expect(draft(harness)).toEqual({
    business_phone: { base: '+1 2', text: '+1 3' },
    business_email: before?.business_email,
  });
  await untilConfirmed(harness);
  harness.submit({});
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)).toMatchObject({
    business_name: 'Mine',
    business_phone: '+1 3',
    business_email: 'typed@example.com',
    external_metadata: 'from them',
  });
});

test('asks again when saving during a conflict, even for a field typed back to its base', async () => {
  const harness = await SyncHarness.start();
  const original = harness.standin.profileOf(harness.id)?.business_name ?? '';
  harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
  harness.submit({ business_name: 'Mine', business_phone: '+1 1' });
  await untilConflict(harness);
  const { version } = harness.row()!;
  harness.submit({ business_name: original });
  await harness.until(
    () => harness.row()?.state === 'conflict' && harness.row()!.version > version,
  );
  expect(harness.row()).toMatchObject({
    remote: { business_name: 'Theirs' },
    patch: { business_name: { text: original }, business_phone: { text: '+1 1' } },
  });
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Theirs');
});

describe('a refresh during a conflict', () => {
  test('shows the newest text; a decision about the older one is refused', async () => {
    const harness = await startInConflict();
    const { version, remote } = harness.row()!;
    harness.standin.setProfile(harness.id, { business_name: 'Theirs 2' });
    valueOf(await refreshProfile(harness));
    expect(harness.row()).toMatchObject({
      state: 'conflict',
      remote: { business_name: 'Theirs 2' },
    });
    const choices = { business_name: 'mine', business_phone: 'mine' } as const;
    const decision = { organizationId: harness.id, version, remote, choices };
    expect(failureIn(await harness.changes.resolve(decision)).code).toBe('change.moved-on');
    valueOf(harness.resolve(['business_name', 'business_phone']));
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Theirs 2');
  });

  test('ends the change if it finds all of it stored', async () => {
    const harness = await SyncHarness.start();
    harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
    harness.submit({ business_name: 'Mine', business_phone: '+1 1' });
    await untilConflict(harness);
    harness.standin.setProfile(harness.id, { business_name: 'Mine', business_phone: '+1 1' });
    valueOf(await refreshProfile(harness, false));
    expect(harness.row()).toBeNull();
    expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
  });

  test('still waits for the person if it finds the old text again', async () => {
    const harness = await SyncHarness.start();
    const original = harness.standin.profileOf(harness.id)?.business_name ?? '';
    harness.standin.setProfile(harness.id, { business_name: 'Theirs' });
    harness.submit({ business_name: 'Mine', business_phone: '+1 1' });
    await untilConflict(harness);
    harness.standin.setProfile(harness.id, { business_name: original });
    valueOf(await refreshProfile(harness, false));
    expect(harness.row()).toMatchObject({ state: 'conflict', remote: { business_name: original } });
    valueOf(harness.resolve([]));
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)).toMatchObject({
      business_name: 'Mine',
      business_phone: '+1 1',
    });
  });

  test('that started before the conflict was found does not show an older text', async () => {
    const harness = await SyncHarness.start();
    harness.standin.setProfile(harness.id, { business_name: 'Theirs 1' });
    const hold = harness.standin.hold({ method: 'GET', nth: 1 }, 'after');
    const refreshing = refreshProfile(harness);
    await hold.arrived;
    harness.standin.setProfile(harness.id, { business_name: 'Theirs 2' });
    harness.submit({ business_name: 'Mine' });
    await untilConflict(harness);
    hold.release();
    valueOf(await refreshing);
    expect(harness.row()?.remote?.business_name).toBe('Theirs 2');
    expect(harness.saved()?.business_name).toBe('Theirs 2');
  });
});
