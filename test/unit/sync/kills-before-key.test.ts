/**
 * A launch that is killed before the keychain has the key of its MACs: nothing that it wrote is taken for a text of
 * someone else by the next one. With the app's own keychain queue, check and sends; only the keyring is in memory.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createVerification } from '../../../src/main/changes/verification';
import { RowMacs } from '../../../src/main/database/row-macs';
import {
  SystemKeychain,
  type KeychainHelper,
  type HelperRequest,
} from '../../../src/main/keychain';
import { failed, success } from '../../../src/shared/outcome';
import { eventLoopTurns } from '../event-loop';
import { indexId } from '../keychain/memory-keychain';
import { MemoryKeyring } from '../keychain/memory-keyring';
import { valueOf } from '../outcomes';
import { untilConfirmed, untilState } from './helpers';
import { closeHarnesses, SIGN_IN, SyncHarness } from './harness';

const PAGE = { isPageOpen: true };

let harness: SyncHarness;
let keyring: MemoryKeyring;

const ofMacKeys = (operation: HelperRequest['operation']) => (request: HelperRequest) =>
  request.operation === operation && request.account.startsWith('mac:');
const readsKeys = ofMacKeys('get');
const storesKeys = ofMacKeys('set');

/** What happens to the requests that match; the others work. */
const answer = (matches: (request: HelperRequest) => boolean, fate: 'mute' | 'locked'): void => {
  keyring.fate = (request) => (matches(request) ? fate : 'works');
};

const untilAsked = (matches: (request: HelperRequest) => boolean) =>
  harness.until(() => keyring.requests.some(matches), { clock: false });

/** Launches the app on the same database and keyring, as after a kill. Returns its check of earlier changes. */
async function launch() {
  Object.assign(harness, { macs: new RowMacs() });
  await harness.reopen();
  keyring.requests.length = 0;
  const keychain = new SystemKeychain({
    spawn: keyring.spawn,
    service: 'S',
    platform: 'linux',
    indexId,
  });
  const verification = createVerification({
    database: harness.database,
    keychain,
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
    onChecked: () => undefined,
  });
  harness.verified = verification.ready;
  harness.keyHandled = verification.keyHandled;
  verification.start();
  harness.build();
  return verification;
}

/** Launches the app and waits until it has checked everything. */
async function launchWell(): Promise<void> {
  keyring.fate = () => 'works';
  expect(await (await launch()).ready()).toEqual(success(null));
}

/** Writes this email. The write is applied, but its answer never comes. */
async function writeUnanswered(text: string): Promise<void> {
  harness.standin.faults.add({ mode: 'put-reply-stalled', times: 1 });
  harness.submit({ business_email: text });
  await harness.until(() => email() === text, { clock: false });
}

const email = () => harness.standin.profileOf(harness.id)?.business_email;

beforeEach(async () => {
  harness = await SyncHarness.start({ organizations: 1 });
  keyring = new MemoryKeyring();
  keyring.entries.set(SIGN_IN, 'key');
  await launchWell();
});
afterEach(closeHarnesses);

describe('no write leaves', () => {
  test.each([
    ['reads the keys', readsKeys],
    ['stores the key', storesKeys],
  ])('while the keychain still %s; the next launch loses nothing', async (_, matches) => {
    answer(matches, 'mute');
    await launch();
    harness.submit({ business_email: 'first' });
    await untilAsked(matches);
    await eventLoopTurns();
    expect(harness.standin.requests).toEqual([]);
    expect(harness.row()?.attempted).toEqual({});
    await launchWell();
    harness.submit({ business_email: 'second' });
    await untilConfirmed(harness);
    expect(email()).toBe('second');
  });

  test('until the keychain has refused the key; then it does', async () => {
    answer((request) => readsKeys(request) || storesKeys(request), 'locked');
    await launch();
    harness.submit({ business_email: 'mine' });
    await untilConfirmed(harness);
    expect(email()).toBe('mine');
  });
});

test('what was saved after the keys were read is sent by the next launch', async () => {
  await writeUnanswered('first');
  answer(storesKeys, 'mute');
  await launch();
  await untilAsked(storesKeys);
  harness.submit({ business_email: 'second' });
  await launchWell();
  await untilConfirmed(harness);
  expect(email()).toBe('second');
});

test('what was saved before the keys were read waits, and our earlier write stays ours', async () => {
  await writeUnanswered('first');
  answer(readsKeys, 'mute');
  await launch();
  harness.submit({ business_email: 'second' });
  await launchWell();
  await untilState(harness, 'refused');
  expect(harness.row()).toMatchObject({
    failure: { code: 'change.unchecked' },
    attempted: { business_email: 'first' },
  });
  harness.submit({ business_email: 'third' });
  await untilConfirmed(harness);
  expect(email()).toBe('third');
});

describe('a write of a discarded change stays ours for a field that is saved again', () => {
  beforeEach(async () => {
    await writeUnanswered('first');
    harness.discard();
    answer(readsKeys, 'mute');
  });

  test.each([
    ['at once', () => Promise.resolve()],
    ['and its profile is read meanwhile', () => harness.profileReader.read(harness.id, PAGE)],
  ])('before the keys were read, %s', async (_, meanwhile) => {
    const held: (() => void)[] = [];
    const { spawn } = keyring;
    const spawnHeld = (): KeychainHelper => {
      const helper = spawn();
      return { ...helper, send: (request) => void held.push(() => helper.send(request)) };
    };
    keyring.fate = () => 'works';
    Object.assign(keyring, { spawn: spawnHeld });
    await launch();
    harness.submit({ business_email: 'second' });
    await meanwhile();
    expect(harness.row()?.attempted).toEqual({});
    await harness.until(
      () => {
        for (const send of held.splice(0)) send();
        return harness.row() === null && !harness.busy();
      },
      { clock: false },
    );
    expect(email()).toBe('second');
    expect(harness.read(({ abandoned }) => abandoned.ids())).toEqual([]);
  });

  test('and a kill before the keys were read', async () => {
    await launch();
    harness.submit({ business_email: 'second' });
    await launchWell();
    await untilState(harness, 'refused');
    harness.submit({ business_email: 'third' });
    await untilConfirmed(harness);
    expect(email()).toBe('third');
  });
});

describe('a change that no one can check', () => {
  beforeEach(async () => {
    answer(readsKeys, 'mute');
    await launch();
    harness.submit({ business_email: 'mine', business_phone: 'my phone' });
    harness.standin.setProfile(harness.id, { business_email: 'theirs' });
    valueOf(await harness.profileReader.read(harness.id, PAGE));
    await launchWell();
    await untilState(harness, 'refused');
  });

  test('cannot be tried again: that would write over what someone wrote after it was saved', async () => {
    expect(harness.retry()).toEqual(failed('change.unchecked'));
    harness.scheduler.retryNow();
    await eventLoopTurns();
    expect(harness.row()?.state).toBe('refused');
    expect(email()).toBe('theirs');
  });

  test('is saved only with all of its fields, so that the person looks at each', async () => {
    expect(() => harness.submit({ business_phone: 'other' })).toThrow('change.unchecked');
    // Typed and taken back before the window saved it: the review does not show it.
    const takenBack = { business_email: 'mine', business_phone: 'other' };
    expect(() => harness.submit(takenBack)).toThrow('change.unchecked');
    expect(harness.row()?.state).toBe('refused');
    harness.submit({ business_email: 'again', business_phone: 'other' });
    await untilConfirmed(harness);
    expect(harness.standin.profileOf(harness.id)).toMatchObject({
      business_email: 'again',
      business_phone: 'other',
    });
  });
});
