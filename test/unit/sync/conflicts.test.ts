/**
 * Conflicts, from the read that finds one to the decision, with a real database and over HTTP. The
 * model checker in test/model/ covers the rules; these tests cover decisions, refreshes and restarts.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { failureIn, valueOf } from '../results';
import {
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

test('sends exactly what was decided, and keeps all other fields at Cloudflare', async () => {
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
  // One read found the conflict, another came before the write.
  expect(harness.traffic()).toBe('GET GET PUT GET');
  expect(revisionKinds(harness)).toEqual(['observed', 'replaced', 'saved']);
  // The history has only our text that was replaced by theirs.
  expect(revisions(harness)[1]?.texts).toEqual({ business_phone: '+1 1' });
});

test('deciding for theirs in all fields ends the change without a request if nothing else is to be sent', async () => {
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

test('a text of an earlier attempt of ours counts as theirs if they write it after a decision', async () => {
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
    const decision = { entryId: harness.id, version, remote, choices };
    expect(failureIn(await harness.changes.resolve(decision)).code).toBe('change.outdated');
    valueOf(harness.resolve(['business_name', 'business_phone']));
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('Theirs 2');
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
