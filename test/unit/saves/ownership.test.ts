/**
 * A change can have fields of a save and fields of the person. A field of a save still belongs to the
 * save while the person decides about another field.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { organizationPage } from '../../../src/main/organizations/handlers';
import { fieldsStoredDifferently } from '../../../src/renderer/features/organization/outcome';
import type { Edits } from '../../../src/shared/profile';
import { eventLoopTurns } from '../event-loop';
import { valueOf } from '../results';
import { requestedIds, setIssue, untilState } from '../sync/helpers';
import { SavesHarness, closeHarnesses } from './harness';

afterEach(closeHarnesses);

const OF_SAVE = { business_phone: '+1 555' };
const MINE = { business_address: 'Mine' };

/** A paused save that holds one field of the first organization. */
async function pausedSave(edits: Edits = OF_SAVE) {
  const harness = await SavesHarness.start();
  const { sync } = harness;
  const { id } = sync;
  const save = await harness.change(edits, [id]);
  await harness.pause(save);
  // Let a read in progress end.
  await eventLoopTurns();
  await sync.until(() => !sync.busy(), { clock: false });
  return { harness, sync, id, save };
}

/** A paused save as above, and a conflict about another field of the same change. */
async function pausedSaveWithConflict() {
  const paused = await pausedSave();
  paused.sync.standin.setProfile(paused.id, { business_address: 'Theirs' });
  paused.sync.submit(MINE);
  await untilState(paused.sync, 'conflict');
  return paused;
}

/**
 * A save adds a field to the person's unsent change. The page may still show the version before.
 */
async function outdatedPage({ paused }: { paused: boolean }) {
  const harness = await SavesHarness.start();
  const { sync } = harness;
  const { id } = sync;
  sync.authorizationOf = () => new Promise(() => undefined);
  const shown = sync.submit(MINE).version;
  const save = await harness.change(OF_SAVE, [id]);
  if (paused) await harness.pause(save);
  await harness.canceled();
  expect(sync.row()?.patch.business_phone).toMatchObject({ text: '+1 555', save });
  return { harness, sync, id, save, shown };
}

describe('a decision about another field', () => {
  test('holds back the field of a paused save until the save is resumed', async () => {
    const { harness, sync, id, save } = await pausedSaveWithConflict();
    valueOf(sync.resolve(['business_address']));
    await eventLoopTurns();
    await sync.until(() => !sync.busy(), { clock: false });
    expect(requestedIds(sync, 'PUT')).toEqual([]);
    expect(sync.row()?.patch).toMatchObject({ business_phone: { text: '+1 555', save } });
    expect(harness.save(save)).toMatchObject({ state: 'paused', waiting: 1 });
    await harness.resume(save);
    expect(await harness.ended(save)).toMatchObject({ done: 1 });
    expect(sync.standin.profileOf(id)).toMatchObject({ ...OF_SAVE, business_address: 'Theirs' });
  });

  test('leads to the withdrawal of a save’s field if the save was canceled during the conflict', async () => {
    const { harness, sync, id, save } = await pausedSaveWithConflict();
    await harness.cancel(save);
    expect(sync.row()?.patch).toHaveProperty('business_phone');
    valueOf(sync.resolve(['business_address']));
    await sync.until(() => sync.row() === null && !sync.busy(), { clock: false });
    await eventLoopTurns();
    expect(requestedIds(sync, 'PUT')).toEqual([]);
    expect(harness.result(save, id)?.state).toBe('canceled');
    expect(harness.save(save)).toMatchObject({ state: 'ended', canceled: 1 });
    const discarded = harness.revisions(id).filter(({ kind }) => kind === 'discarded');
    expect(discarded.map(({ texts }) => texts)).toEqual([OF_SAVE]);
  });

  test('to accept what Cloudflare stored ends only the fields that were written', async () => {
    const { harness, sync, id, save } = await pausedSave({ business_address: 'Of the save' });
    sync.standin.faults.add({ mode: 'stores-differently', times: 1 });
    sync.submit({ business_phone: '0123' });
    await untilState(sync, 'differs');
    const { change } = valueOf(organizationPage(sync.database, sync.sendStatus, id));
    expect(change?.conflicts).toEqual(['business_phone']);
    expect(fieldsStoredDifferently(change!)).toEqual(['business_phone']);
    valueOf(sync.accept());
    expect(sync.row()?.patch).toEqual({
      business_address: expect.objectContaining({ text: 'Of the save', save }),
    });
    expect(harness.save(save)).toMatchObject({ state: 'paused', waiting: 1 });
    const replaced = harness.revisions(id).filter(({ kind }) => kind === 'replaced');
    expect(replaced.map(({ texts }) => texts)).toEqual([{ business_phone: '0123' }]);
  });

  test('to try again what Cloudflare stored differently sends nothing of a paused save', async () => {
    const { harness, sync, id, save } = await pausedSave({ business_address: 'Of the save' });
    sync.standin.faults.add({ mode: 'stores-differently', times: 1 });
    sync.submit({ business_phone: '0123' });
    await untilState(sync, 'differs');
    valueOf(await sync.retry());
    const isSentTwice = () => requestedIds(sync, 'PUT').length === 2;
    await sync.until(() => isSentTwice() && !sync.busy(), { clock: false });
    const stored = sync.standin.profileOf(id);
    expect(stored).toMatchObject({ business_phone: '0123' });
    expect(stored).not.toMatchObject({ business_address: 'Of the save' });
    expect(sync.row()?.patch).toEqual({
      business_address: expect.objectContaining({ text: 'Of the save', save }),
    });
    expect(harness.save(save)).toMatchObject({ state: 'paused', waiting: 1 });
  });

  test('to try again leads to the withdrawal of a field of a save that was canceled meanwhile', async () => {
    const { harness, sync, id, save } = await pausedSave({ business_address: 'Of the save' });
    sync.standin.faults.add({ mode: 'stores-differently', times: 1 });
    sync.submit({ business_phone: '0123' });
    await untilState(sync, 'differs');
    await harness.cancel(save);
    expect(sync.row()?.patch).toHaveProperty('business_address');
    valueOf(await sync.retry());
    expect(sync.row()?.patch).not.toHaveProperty('business_address');
    expect(harness.result(save, id)?.state).toBe('canceled');
    await sync.until(() => sync.row() === null && !sync.busy(), { clock: false });
    expect(sync.standin.profileOf(id)).not.toMatchObject({ business_address: 'Of the save' });
  });
});

test('a paused save with open items has not ended, and cannot be closed', async () => {
  const { harness, sync, save } = await pausedSave();
  const before = sync.traffic();
  setIssue(sync, { code: 'sign-in.refused' });
  await eventLoopTurns();
  expect(harness.save(save)).toMatchObject({ state: 'paused', waiting: 0, failed: 1 });
  expect(await harness.service.handlers.close({ saveId: save })).toMatchObject({ ok: false });
  setIssue(sync, null);
  await eventLoopTurns();
  await eventLoopTurns();
  expect(sync.traffic()).toBe(before);
  expect(harness.save(save)).toMatchObject({ state: 'paused', waiting: 1 });
});

describe('a page that shows an older version', () => {
  const refused = { ok: false, failure: { code: 'change.outdated' } };

  test('cannot retry the change, and frees no field of the save', async () => {
    const { sync, id, save, shown } = await outdatedPage({ paused: true });
    const request = { entryId: id, version: shown, remote: null };
    expect(await sync.changes.retry(request)).toMatchObject(refused);
    expect(sync.row()?.patch.business_phone).toMatchObject({ save });
  });

  test('cannot discard the change', async () => {
    const { harness, sync, id, save, shown } = await outdatedPage({ paused: false });
    const before = sync.row();
    const request = { entryId: id, version: shown };
    expect(await sync.changes.discard(request)).toMatchObject(refused);
    expect(sync.row()).toEqual(before);
    expect(harness.save(save)).toMatchObject({ waiting: 1 });
  });
});
