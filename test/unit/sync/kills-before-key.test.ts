/**
 * A launch that is killed before it has read the key of the data folder: nothing that it or an earlier one wrote is taken
 * for a text of someone else by the next. With the app's own keychain queue, check, sign-ins and sends; only the keyring is in memory.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { createVerification, type Verification } from '../../../src/main/changes/verification';
import { RowMacs } from '../../../src/main/database/row-macs';
import { SystemKeychain, type KeychainHelper } from '../../../src/main/keychain';
import { createSignIns, type SignIns } from '../../../src/main/sign-ins';
import { failed, success } from '../../../src/shared/result';
import { eventLoopTurns } from '../event-loop';
import { indexId } from '../keychain/memory-keychain';
import { MemoryKeyring } from '../keychain/memory-keyring';
import { smallCloudflare } from '../sign-ins/harness';
import { draft, untilConfirmed } from './helpers';
import { closeHarnesses, SIGN_IN, SyncHarness } from './harness';

afterEach(closeHarnesses);

/** A launch of the app. */
interface Launch {
  verification: Verification;
  signIns: SignIns;
  /** Lets the keychain's helper start; until then it answers nothing. */
  startHelper: () => void;
  /** Whether a request was not answered. */
  isMute: () => boolean;
}

let harness: SyncHarness;
let keyring: MemoryKeyring;
let plain: SyncHarness['authorizationOf'];

async function start(): Promise<void> {
  harness = await SyncHarness.start({ organizations: 1 });
  plain = harness.authorizationOf;
  keyring = new MemoryKeyring();
  keyring.entries.set(SIGN_IN, harness.signIn.key);
  // The harness has stored the sign-in in this run.
  const { verification, startHelper } = await launch({ macs: harness.macs });
  startHelper();
  expect(await verification.ready()).toEqual(success(null));
}

/**
 * Launches the app on the same database and keyring, as after a kill.
 * @param options.limit how many requests the keychain answers. `isDone`: it does what the next one asks, without an answer
 */
async function launch({
  limit = Infinity,
  isDone = false,
  macs = new RowMacs(),
} = {}): Promise<Launch> {
  Object.assign(harness, { macs });
  await harness.reopen();
  let left = limit;
  let startHelper = (): void => undefined;
  const isUp = new Promise<void>((resolve) => (startHelper = resolve));
  const spawn = (): KeychainHelper => {
    const helper = keyring.spawn();
    return {
      ...helper,
      send: (request) =>
        void isUp.then(() => {
          left -= 1;
          if (left >= 0 || (left === -1 && isDone)) helper.send(request);
        }),
      onMessage: (listener) =>
        helper.onMessage((message) => {
          if (left >= 0) listener(message);
        }),
    };
  };
  const keychain = new SystemKeychain({ spawn, service: 'S', platform: 'linux', indexId });
  const verification = createVerification({
    database: harness.database,
    keychain,
    now: harness.clock.now,
    elapsed: harness.clock.elapsed,
    timers: harness.clock.timers,
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
    onChecked: () => harness.scheduler.onKeyRead(),
  });
  const { now, elapsed } = harness.clock;
  const { cloudflare } = smallCloudflare(harness.signIn.userId);
  const ask = () => Promise.resolve(true);
  const { database } = harness;
  const signIns = createSignIns({
    database,
    keychain,
    cloudflare,
    verification,
    now,
    elapsed,
    ask,
  });
  harness.authorizationOf = signIns.authorizationOf;
  harness.keyRead = verification.ready;
  void verification.ready();
  harness.build();
  return { verification, signIns, startHelper, isMute: () => left < 0 };
}

/** Launches the app and waits until it has checked everything. */
async function launchWell(): Promise<Launch> {
  const launched = await launch();
  launched.startHelper();
  expect(await launched.verification.ready()).toEqual(success(null));
  return launched;
}

/** Launches the app while the keychain is locked, and waits until it has said so. */
async function launchLocked(): Promise<Launch> {
  keyring.fate = () => 'locked';
  const launched = await launch();
  launched.startHelper();
  expect(await launched.verification.ready()).toEqual(failed('keychain.locked'));
  return launched;
}

/** Enters the key of the sign-in for this session only. */
async function enterForSession({ signIns }: Launch): Promise<void> {
  const entered = { signInId: SIGN_IN, key: harness.signIn.key, keep: 'session' } as const;
  expect(await signIns.handlers.replaceKey(entered)).toMatchObject({ ok: true });
}

const HOUR = 3_600_000;

const email = () => harness.standin.profileOf(harness.id)?.business_email;
const puts = (): number => harness.standin.requests.filter(({ method }) => method === 'PUT').length;

/** Saves this email. False if the text stays a draft, because it would replace what no one can check yet. */
function save(text: string): boolean {
  try {
    harness.submit({ business_email: text });
    return true;
  } catch (error) {
    expect(String(error)).toContain('change.needs-keychain');
    expect(draft(harness)).toMatchObject({ business_email: { text } });
    return false;
  }
}

/** Discards the change as the window does: this waits for the key. */
function discard({ verification }: Launch): void {
  const { discard: withKey } = verification.afterKey({ discard: harness.changes.discard });
  const row = harness.row();
  if (row) void withKey({ entryId: harness.id, version: row.version });
}

/** Waits until a launch has sent a write, has nothing to send, or can do no more because the keychain is mute. */
async function untilStuck(launched: Launch, before: number): Promise<void> {
  const waits = (): boolean => harness.row()?.state === 'queued';
  let isChecked = false;
  void launched.verification.ready().then(() => (isChecked = true));
  const isStuck = () => puts() > before || launched.isMute() || (isChecked && !waits());
  await harness.until(isStuck, { clock: false });
  await eventLoopTurns(5);
}

const PRIOR = ['nothing', 'written', 'saved', 'abandoned'] as const;
const ACT = ['none', 'save first', 'save later', 'discard first', 'discard later'] as const;

/** Leaves a change, or not. */
async function leave(prior: (typeof PRIOR)[number]): Promise<void> {
  if (prior === 'nothing') return;
  if (prior === 'saved') harness.authorizationOf = () => new Promise(() => undefined);
  else harness.standin.faults.add({ mode: 'put-reply-stalled', times: 1 });
  harness.submit({ business_email: 'one' });
  if (prior !== 'saved') await harness.until(() => email() === 'one', { clock: false });
  if (prior === 'abandoned') harness.discard();
}

/**
 * An earlier launch leaves a change or not; the next one is killed after this many requests to the keychain, and the
 * person acts before or after it was there; then the app is launched once more, and the person saves.
 * @returns null if there is nothing to discard; else what is wrong, whether a change became a draft, and whether the
 *   keychain left a request of the killed launch unanswered
 */
async function kill(
  prior: (typeof PRIOR)[number],
  act: (typeof ACT)[number],
  limit: number,
  isDone: boolean,
): Promise<{ wrong: string[]; isDraft: boolean; isMute: boolean } | null> {
  await start();
  await leave(prior);
  const { standin } = harness;
  const before = puts();
  const killed = await launch({ limit, isDone });
  standin.faults.clear();
  standin.faults.add({ mode: 'put-reply-stalled' });
  if (act.startsWith('discard') && !harness.row()) return null;
  let isKept = false;
  if (act === 'save first') isKept = !save('two');
  if (act === 'discard first') discard(killed);
  killed.startHelper();
  await untilStuck(killed, before);
  if (act === 'save later') isKept = !save('two');
  if (act === 'discard later') discard(killed);
  await untilStuck(killed, before);
  const isMute = killed.isMute();

  standin.faults.clear();
  await launchWell();
  const isDraft = draft(harness) !== null;
  const wrong: string[] = [];
  // Only what was saved before the key was read, or not at all.
  const wasTooEarly = limit === 0 && act.startsWith('save');
  if (isDraft && !isKept && !wasTooEarly) wrong.push('became a draft');
  const isOver = (): boolean => !harness.busy() && (harness.row()?.state ?? 'gone') !== 'queued';
  await harness.until(isOver);
  harness.submit({ business_email: 'three' });
  await harness.until(isOver);
  if (harness.row()) wrong.push(harness.row()!.state);
  if (email() !== 'three') wrong.push('not saved');
  return { wrong, isDraft, isMute };
}

/** How often a launch is killed for this past and this act; 0 if they cannot meet. */
function killsOf(prior: (typeof PRIOR)[number], act: (typeof ACT)[number]): number {
  // Only what waits can be discarded.
  if (act.startsWith('discard') && (prior === 'nothing' || prior === 'abandoned')) return 0;
  // The key of the sign-in is read only to send something.
  const requests = prior === 'nothing' && act === 'none' ? 5 : 6;
  // Before each request and after the last one; what comes next is done or not.
  return 2 * (requests + 1);
}

describe.each(PRIOR)(
  'after %s, wherever the next launch is killed, nothing ends in conflict',
  (prior) => {
    test.each(ACT)('%s', { timeout: 120_000 }, async (act) => {
      const found: unknown[] = [];
      let kills = 0;
      // A launch whose requests were all answered is the same with every higher limit.
      let isWhole = false;
      for (let limit = 0; limit <= 7 && !isWhole; limit += 1) {
        isWhole = true;
        for (const isDone of [false, true]) {
          const result = await kill(prior, act, limit, isDone);
          await closeHarnesses();
          if (result) kills += 1;
          if (result && result.wrong.length > 0) found.push([limit, isDone, ...result.wrong]);
          if (result?.isMute) isWhole = false;
        }
      }
      expect(found).toEqual([]);
      expect(isWhole).toBe(true);
      expect(kills).toBe(killsOf(prior, act));
    });
  },
);

describe('no write leaves', () => {
  test.each([
    ['reads the key', 0],
    ['stores the mark', 1],
  ])('while the keychain still %s; the next launch loses nothing', async (_, limit) => {
    await start();
    const { startHelper, isMute } = await launch({ limit });
    const isSaved = save('first');
    startHelper();
    await harness.until(isMute, { clock: false });
    await eventLoopTurns();
    expect(isSaved).toBe(true);
    expect(harness.standin.requests).toEqual([]);
    expect(harness.row()?.attempted).toEqual({});
    await launchWell();
    if (limit === 0) {
      expect(draft(harness)).toMatchObject({ business_email: { text: 'first' } });
      expect(harness.row()).toBeNull();
    }
    harness.submit({ business_email: 'second' });
    await untilConfirmed(harness);
    expect(email()).toBe('second');
  });
});

describe('with a key for this session only, while the keychain is locked', () => {
  const ONE = { business_email: 'one' };
  const THEIRS = { business_email: 'theirs' };

  /** Starts with a sign-in of which the keychain has no key, beside the key of the data folder. */
  async function startForSession(): Promise<void> {
    await start();
    harness.write(({ signIns }) => {
      signIns.put({ ...signIns.get(SIGN_IN)!, state: 'session-only' });
    });
  }

  /** Whether what one launch saved was stored by Cloudflare before it was killed. */
  const KILLED = [
    ['before it writes', false],
    ['after its write', true],
  ] as const;
  const NEXT = ['the next can read the key', 'the next finds it locked, too'] as const;
  const cases = KILLED.flatMap(([when, isStored]) =>
    NEXT.flatMap((next) =>
      [false, true].map((isTheirs) => [when, next, isTheirs, isStored] as const),
    ),
  );

  test.each(cases)(
    'a launch is killed %s, and %s: a draft, which overwrites nothing (someone else wrote: %s)',
    async (_, next, isTheirs, isStored) => {
      await startForSession();
      const { standin } = harness;
      standin.faults.add({ mode: 'put-reply-stalled' });
      const held = isStored ? null : standin.hold({ path: '/profile', nth: 1 });
      const killed = await launchLocked();
      await enterForSession(killed);
      harness.submit(ONE);
      if (held) await held.arrived;
      else await harness.until(() => email() === 'one', { clock: false });
      const before = puts();
      expect(before).toBe(isStored ? 1 : 0);

      if (next !== NEXT[0]) {
        const locked = await launchLocked();
        held?.release();
        standin.faults.clear();
        await enterForSession(locked);
        harness.clock.advance(HOUR);
        await eventLoopTurns();
        expect(harness.row()).not.toBeNull();
        expect(draft(harness)).toBeNull();
        expect(puts()).toBe(before);
      }
      if (isTheirs) standin.setProfile(harness.id, THEIRS);
      keyring.fate = () => 'works';
      const launched = await launchWell();
      held?.release();
      standin.faults.clear();
      expect(harness.row()).toBeNull();
      expect(draft(harness)).toMatchObject({ business_email: { text: 'one' } });

      await enterForSession(launched);
      await harness.profileReader.read(harness.id, { isPageOpen: false });
      const copy = harness.read(({ profiles }) => profiles.get(harness.id));
      expect(copy).toMatchObject({ changedElsewhere: isTheirs || isStored });
      expect(copy?.fields?.business_email).toBe(email());
      expect(puts()).toBe(before);
      // Nothing is left to save where Cloudflare has the text of the draft.
      if (isStored && !isTheirs) return expect(draft(harness)).toBeNull();
      expect(draft(harness)).toMatchObject({ business_email: { text: 'one' } });

      // Only the killed run could vouch for the row of the sign-in.
      expect(harness.read(({ signIns }) => signIns.get(SIGN_IN)?.readOnly)).toBe('chosen');
      launched.signIns.handlers.setReadOnly({ signInId: SIGN_IN, readOnly: false });
      harness.submit({});
      await harness.until(() => !harness.busy() && harness.row()?.state !== 'queued');
      expect(harness.row()?.state ?? 'confirmed').toBe(isTheirs ? 'conflict' : 'confirmed');
      expect(email()).toBe(isTheirs ? 'theirs' : 'one');
    },
  );
});

describe('a keychain that is locked at the start and unlocked an hour later', () => {
  test.each(PRIOR)('sends what was saved once, without a conflict: after %s', async (prior) => {
    await start();
    await leave(prior);
    const { standin } = harness;
    const before = { puts: puts(), requests: standin.requests.length };
    const { signIns } = await launchLocked();
    standin.faults.clear();
    // Over what an earlier run left, it stays a draft.
    const isSaved = save('two');
    expect(isSaved).toBe(prior === 'nothing');
    await harness.until(() => !harness.busy() && harness.row()?.state !== 'queued');
    const pending = harness.row();
    if (prior !== 'abandoned') expect(pending?.failure?.code).toBe('keychain.locked');
    harness.clock.advance(HOUR);
    await eventLoopTurns();
    expect(standin.requests.length).toBe(before.requests);
    expect(harness.row()?.patch).toEqual(pending?.patch);

    keyring.fate = () => 'works';
    // The person tries again.
    expect(await signIns.handlers.check({ signInId: SIGN_IN })).toMatchObject({ ok: true });
    await untilConfirmed(harness);
    expect(email()).toBe(isSaved ? 'two' : 'one');
    const isToSend = prior === 'nothing' || prior === 'saved';
    expect(puts() - before.puts).toBe(isToSend ? 1 : 0);
    if (isSaved) return;
    expect(draft(harness)).toMatchObject({ business_email: { text: 'two' } });
    harness.submit({});
    await untilConfirmed(harness);
    expect(email()).toBe('two');
  });
});

test('a decision about a change of an earlier run waits for the key, and then counts', async () => {
  await start();
  harness.authorizationOf = () => new Promise(() => undefined);
  harness.submit({ business_email: 'one' });
  const launched = await launch();
  const calls = launched.verification.afterKey({ discard: harness.changes.discard });
  const request = { entryId: harness.id, version: harness.row()!.version };
  const discarded = calls.discard(request);
  await eventLoopTurns();
  expect(harness.row()).not.toBeNull();
  launched.startHelper();
  expect(await discarded).toMatchObject({ ok: true });
  expect(harness.row()).toBeNull();
});

test('a copy that is read while no one can tell whose change waits is read again', async () => {
  await start();
  const waits = (): Promise<never> => new Promise(() => undefined);
  harness.authorizationOf = waits;
  harness.submit({ business_email: 'one' });
  const { verification, startHelper } = await launch();
  await harness.scheduler.stop();
  harness.authorizationOf = plain;
  harness.standin.setProfile(harness.id, { business_phone: 'theirs' });
  const refresh = () => harness.profileReader.read(harness.id, { isPageOpen: false });
  expect(await refresh()).toMatchObject({ ok: true, value: { isStored: false } });
  startHelper();
  expect(await verification.ready()).toEqual(success(null));
  expect(await refresh()).toMatchObject({ ok: true, value: { isStored: true, isChanged: true } });
  expect(harness.saved()?.business_phone).toBe('theirs');
});
