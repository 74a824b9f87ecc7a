/**
 * Sending a pending change: what is read, written and confirmed, and what happens if something
 * changes meanwhile.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { valueOf } from '../results';
import {
  draft,
  loseResponse,
  removeProfile,
  revisionKinds,
  revisions,
  untilConfirmed,
} from './helpers';
import { closeHarnesses, SyncHarness } from './harness';
import { submitInSave } from '../save-events';

afterEach(closeHarnesses);

const replaced = (harness: SyncHarness) => harness.sendStatus.of(harness.id).confirmed?.replaced;

test('reads, writes, reads back and confirms; unknown fields are sent back unchanged', async () => {
  const harness = await SyncHarness.start();
  harness.standin.setExtraFields(harness.id, { tax_id: 'X' });
  harness.submit({ business_name: 'New name\r\nLtd' });
  await untilConfirmed(harness);
  expect(harness.traffic()).toBe('GET PUT GET');
  expect(harness.steps).toEqual(['reading', 'writing', 'confirming']);
  expect(harness.standin.profileOf(harness.id)?.business_name).toBe('New name\r\nLtd');
  expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
  expect(revisionKinds(harness)).toEqual(['saved']);
  expect(harness.sendStatus.of(harness.id)).toMatchObject({
    step: null,
    confirmed: { at: harness.clock.now(), alsoUpdated: [], messages: [] },
  });
  expect(harness.standin.organizations.get(harness.id)?.extraFields).toEqual({ tax_id: 'X' });
  expect(harness.standin.violations).toEqual([]);
});

test('keeps and reports someone else’s change of another field', async () => {
  const harness = await SyncHarness.start();
  harness.standin.setProfile(harness.id, { business_phone: '+1 555 0100' });
  harness.submit({ business_name: 'New name' });
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)).toMatchObject({
    business_name: 'New name',
    business_phone: '+1 555 0100',
  });
  expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
  expect(harness.sendStatus.of(harness.id).confirmed?.alsoUpdated).toEqual(['business_phone']);
});

describe('keeps with the confirmation what the save replaced:', () => {
  test('only the saved fields, not what someone else changed', async () => {
    const harness = await SyncHarness.start();
    const before = harness.saved();
    harness.standin.setProfile(harness.id, { business_phone: '+1 555 0100' });
    harness.submit({ business_name: 'New name' });
    await untilConfirmed(harness);
    expect(replaced(harness)).toEqual({ business_name: before?.business_name });
  });

  test('the text before the edit, although a lost answer delivered the new text first', async () => {
    const harness = await SyncHarness.start();
    const before = harness.saved();
    await loseResponse(harness, 'New name');
    await untilConfirmed(harness);
    expect(harness.standin.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
    expect(replaced(harness)).toEqual({ business_name: before?.business_name });
  });

  test('the text between two saves, after the second', async () => {
    const harness = await SyncHarness.start();
    harness.submit({ business_name: 'One' });
    await untilConfirmed(harness);
    harness.submit({ business_name: 'Two' });
    await untilConfirmed(harness);
    expect(replaced(harness)).toEqual({ business_name: 'One' });
  });

  test('nothing of a save', async () => {
    const harness = await SyncHarness.start();
    const { id } = harness;
    harness.write((tables) => {
      const save = { id: 'save', at: 1, stage: 'sending', paused: false } as const;
      tables.saves.add({ ...save, fields: ['business_name'] });
      submitInSave(tables, 'save', id, { business_name: 'New name' });
    });
    await untilConfirmed(harness);
    expect(harness.sendStatus.of(id).confirmed).not.toBeNull();
    expect(replaced(harness)).toEqual({});
  });
});

test('creates the profile with the first save', async () => {
  const harness = await SyncHarness.start();
  removeProfile(harness);
  harness.submit({ business_name: 'First' });
  await untilConfirmed(harness);
  expect(harness.standin.profileOf(harness.id)).toEqual({
    ...EMPTY_PROFILE,
    business_name: 'First',
  });
});

test("keeps Cloudflare's messages with the confirmation, and field errors with the refusal", async () => {
  const harness = await SyncHarness.start();
  const remove = harness.standin.faults.add({ mode: 'validation-error', times: 1 });
  harness.submit({ business_email: 'odd' });
  await harness.settled();
  remove();
  expect(harness.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.refused' } });
  expect(harness.row()?.failure?.errors?.[0]?.field).toBe('business_email');
  harness.standin.faults.add({ mode: 'success-messages' });
  valueOf(harness.retry());
  await untilConfirmed(harness);
  const messages = harness.sendStatus.of(harness.id).confirmed?.messages ?? [];
  expect(messages.length).toBeGreaterThan(0);
  expect(messages[0]?.code).toBe(1100);
});

describe('reading back', () => {
  test('tries three times, then treats the copy as stored differently', async () => {
    const harness = await SyncHarness.start();
    const before = harness.standin.profileOf(harness.id);
    // The fault reports success without applying the write.
    harness.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
    harness.submit({ business_name: 'Never there' });
    await harness.settled();
    expect(harness.traffic()).toBe('GET PUT GET GET GET');
    expect(harness.row()).toMatchObject({
      state: 'differs',
      failure: { code: 'profile.stored-differently' },
      remote: before,
      patch: { business_name: { text: 'Never there' } },
    });
  });

  test('confirms if the second attempt finds the new texts', async () => {
    const harness = await SyncHarness.start();
    harness.standin.faults.add({ mode: '200-result-null', match: { method: 'PUT' } });
    harness.standin.beforeAnswer({ method: 'GET', path: '/profile', nth: 3 }, () =>
      harness.standin.setProfile(harness.id, { business_name: 'Late' }),
    );
    harness.submit({ business_name: 'Late' });
    await untilConfirmed(harness);
    expect(harness.traffic()).toBe('GET PUT GET GET');
  });

  test('a profile that is deleted after the write is not overwritten with empty texts', async () => {
    const harness = await SyncHarness.start();
    const saved = harness.saved();
    harness.standin.afterAnswer({ method: 'PUT' }, () =>
      harness.standin.setProfile(harness.id, null),
    );
    harness.submit({ business_name: 'New name' });
    await harness.settled();
    expect(harness.row()).toMatchObject({ state: 'refused', failure: { code: 'profile.gone' } });
    expect(harness.saved()).toEqual(saved);
  });

  test('keeps both texts of a copy stored differently, and sends the same text when retried', async () => {
    const harness = await SyncHarness.start();
    const remove = harness.standin.faults.add({ mode: 'stores-differently' });
    harness.standin.setProfile(harness.id, { business_address: 'Moved meanwhile' });
    harness.submit({ business_phone: '+49 30 1234567' });
    await harness.settled();
    expect(harness.traffic()).toBe('GET PUT GET');
    const stored = harness.standin.profileOf(harness.id);
    expect(stored?.business_phone).not.toBe('+49 30 1234567');
    expect(harness.row()).toMatchObject({
      state: 'differs',
      failure: { code: 'profile.stored-differently' },
      remote: stored,
      patch: { business_phone: { base: stored?.business_phone, text: '+49 30 1234567' } },
    });
    expect(harness.saved()).toEqual(stored);
    // One copy has the address of the read, the other the phone that Cloudflare stored.
    expect(revisionKinds(harness)).toEqual(['observed', 'observed']);
    remove();
    valueOf(harness.retry());
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)).toEqual({
      ...stored,
      business_phone: '+49 30 1234567',
    });
  });
});

describe('during a send', () => {
  const moments = [
    ['GET', 1, 'before'],
    ['GET', 1, 'after'],
    ['PUT', 1, 'before'],
    ['PUT', 1, 'after'],
    ['GET', 2, 'before'],
    ['GET', 2, 'after'],
  ] as const;

  test.each(moments)('saving again at %s %i, %s its effect: the newer text wins', async (...at) => {
    const [method, nth, when] = at;
    const harness = await SyncHarness.start();
    const hold = harness.standin.hold({ method, path: '/profile', nth }, when);
    harness.submit({ business_name: 'First', business_phone: '1' });
    await hold.arrived;
    harness.submit({ business_name: 'Second' });
    hold.release();
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)).toMatchObject({
      business_name: 'Second',
      business_phone: '1',
    });
    expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
  });

  test('a draft of another field stays', async () => {
    const harness = await SyncHarness.start();
    const before = harness.saved()?.business_phone;
    const hold = harness.standin.hold({ method: 'PUT' });
    harness.submit({ business_name: 'First' });
    await hold.arrived;
    harness.type({ business_phone: '2' });
    harness.standin.setProfile(harness.id, { business_address: 'Theirs' });
    hold.release();
    await untilConfirmed(harness);
    expect(harness.saved()).toEqual(harness.standin.profileOf(harness.id));
    expect(draft(harness)).toEqual({ business_phone: { base: before, text: '2' } });
  });

  test('removing the organization leaves nothing behind', async () => {
    const harness = await SyncHarness.start();
    const hold = harness.standin.hold({ method: 'PUT' });
    harness.submit({ business_name: 'First' });
    await hold.arrived;
    harness.write((tables) => tables.organizations.remove(harness.id));
    hold.release();
    await harness.until(() => !harness.busy());
    expect(harness.saved()).toBeNull();
    expect(harness.row()).toBeNull();
    expect(revisions(harness)).toEqual([]);
  });
});

describe('a lost response is not a conflict with ourselves', () => {
  test.each([
    ['edited again', 'Second'],
    ['edited back to the original', null],
  ])('%s', async (_, second) => {
    const harness = await SyncHarness.start();
    const text = second ?? harness.standin.profileOf(harness.id)?.business_name ?? '';
    await loseResponse(harness, 'First');
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe('First');
    harness.submit({ business_name: text });
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)?.business_name).toBe(text);
    expect(harness.saved()?.business_name).toBe(text);
  });
});
