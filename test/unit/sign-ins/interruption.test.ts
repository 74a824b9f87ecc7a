/**
 * The app ends, or the keychain fails, between any two steps of adding, replacing and removing a
 * sign-in. Afterwards every key has a record (a row in the database), and every record is true. The
 * keychain module and the database are real; the keyring is in memory, so that it can fail at any
 * step.
 */
import { describe, expect, it } from 'vitest';
import { SystemKeychain, type IndexId } from '../../../src/main/keychain';
import { createSignIns, type SignIns } from '../../../src/main/sign-ins';
import type { Database } from '../../../src/main/database/tables';
import { failed } from '../../../src/shared/result';
import { INDEX, indexId, listedIn } from '../keychain/memory-keychain';
import { MemoryKeyring, type Fate } from '../keychain/memory-keyring';
import {
  EMAIL,
  KEY,
  NEW_KEY,
  rowsOf,
  smallCloudflare,
  temporaryDatabase,
  useSignIn,
  checked,
} from './harness';

/** Counts steps: requests to the keyring, and database transactions. */
class Steps {
  taken = 0;
  /** The number of the step at which the app ends. Later steps have no effect. */
  last = Infinity;
  readonly ended: Promise<void>;
  #end: () => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Counts a step. Returns whether it still takes effect. */
  take(): boolean {
    this.taken += 1;
    if (this.taken <= this.last) return true;
    this.#end();
    return false;
  }
}

/** Creates the sign-ins of one process of the app, on a keyring and a database that outlive it. */
function appOn(keyring: MemoryKeyring, database: Database, steps = new Steps(), index = indexId) {
  const dead = () => {
    throw new Error('the process has ended');
  };
  keyring.fate = () => (steps.take() ? 'works' : 'mute');
  const signIns = createSignIns({
    database: {
      changes: database.changes,
      macs: database.macs,
      read: (work) => (steps.taken <= steps.last ? database.read(work) : dead()),
      write: (work) => (steps.take() ? database.write(work) : dead()),
      writeSlice: dead,
      checkpoint: () => false,
      flush: dead,
      close: () => {},
    },
    keychain: new SystemKeychain({
      spawn: keyring.spawn,
      service: 'S',
      platform: 'linux',
      indexId: index,
    }),
    cloudflare: smallCloudflare().cloudflare,
    verification: checked,
    now: () => 1,
    elapsed: () => 1,
    ask: () => Promise.resolve(true),
  });
  return { signIns, steps };
}

/** Checks what must hold after interrupted work was finished. */
function expectConsistent(keyring: MemoryKeyring, database: Database): void {
  const rows = rowsOf(database);
  const keys = [...keyring.entries.keys()].filter((account) => /^[0-9a-f]{16}$/.test(account));
  expect(keys.filter((id) => !rows.some((row) => row.id === id))).toEqual([]);
  for (const row of rows) {
    expect(['stored', 'session-only']).toContain(row.state);
    if (row.state === 'stored') expect(keys).toContain(row.id);
  }
  // The index may still list a record whose key was refused. Otherwise it matches exactly.
  const listed = listedIn(keyring.entries.get(INDEX));
  expect(listed).toEqual(expect.arrayContaining(keys));
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(listed));
}

/** Checks what must hold at every moment: a key in the keyring has a record and is in the index. */
function expectNoOrphan(keyring: MemoryKeyring, database: Database): void {
  for (const account of keyring.entries.keys()) {
    if (!/^[0-9a-f]{16}$/.test(account)) continue;
    expect(rowsOf(database).map(({ id }) => id)).toContain(account);
    expect(listedIn(keyring.entries.get(INDEX))).toContain(account);
  }
}

const add = async (signIns: SignIns, key = KEY, keep: 'keychain' | 'session' = 'keychain') =>
  signIns.handlers.add({ kind: 'key', label: 'Main', email: EMAIL, key, keep, readOnly: false });
/** Replaces the key of the only sign-in, and waits until the cleanup is done. */
const replace = async (signIns: SignIns, database: Database, keep: 'keychain' | 'session') => {
  const signInId = rowsOf(database)[0]?.id ?? '';
  const replaced = await signIns.handlers.replaceKey({ signInId, key: NEW_KEY, keep });
  await signIns.finishInterrupted();
  return replaced;
};
const remove = (signIns: SignIns, database: Database) =>
  signIns.remove(rowsOf(database)[0]?.id ?? '');

const replaceForSession: Scenario['work'] = (signIns, database) =>
  replace(signIns, database, 'session');

interface Scenario {
  name: string;
  /** Which sign-in exists before. */
  before: 'nothing' | 'stored' | 'session-only';
  /** After how many steps it can end, the last one included. */
  steps: number;
  work: (signIns: SignIns, database: Database) => Promise<unknown>;
}

const scenarios: Scenario[] = [
  { name: 'adding', steps: 13, before: 'nothing', work: (signIns) => add(signIns) },
  {
    name: 'entering a key again',
    steps: 5,
    before: 'stored',
    work: (signIns) => add(signIns, NEW_KEY),
  },
  {
    name: 'storing a session key',
    steps: 13,
    before: 'session-only',
    work: (signIns) => add(signIns),
  },
  {
    name: 'replacing a key',
    steps: 5,
    before: 'stored',
    work: (signIns, database) => replace(signIns, database, 'keychain'),
  },
  { name: 'replacing a key for this session', steps: 9, before: 'stored', work: replaceForSession },
  {
    name: 'replacing a session key by a stored one',
    steps: 13,
    before: 'session-only',
    work: (signIns, database) => replace(signIns, database, 'keychain'),
  },
  { name: 'removing', steps: 8, before: 'stored', work: remove },
];

async function prepare(before: Scenario['before']) {
  const keyring = new MemoryKeyring();
  const database = temporaryDatabase();
  const { signIns } = appOn(keyring, database);
  if (before !== 'nothing') {
    const added = await add(signIns, KEY, before === 'stored' ? 'keychain' : 'session');
    if (!added.ok) throw new Error(added.failure.code);
    if (before === 'session-only') useSignIn(database, added.value.signInId);
  }
  return { keyring, database };
}

describe.each(scenarios)('the app ends while $name', ({ before, work, steps: total }) => {
  it('after any step: leaves no key without a record, and no false record', async () => {
    let step = 0;
    for (let whole = false; !whole; step += 1) {
      const { keyring, database } = await prepare(before);
      const { signIns, steps } = appOn(keyring, database);
      steps.last = step;
      const outcome = work(signIns, database).then(
        () => true,
        () => false,
      );
      whole = await Promise.race([outcome, steps.ended.then(() => false)]);
      expectNoOrphan(keyring, database);

      const next = appOn(keyring, database);
      await next.signIns.finishInterrupted();
      expectNoOrphan(keyring, database);
      expectConsistent(keyring, database);
      // An interrupted replacement does not lose the existing key.
      if (before === 'stored' && work !== remove && work !== replaceForSession) {
        const id = rowsOf(database)[0]?.id ?? '';
        expect([KEY, NEW_KEY]).toContain(keyring.entries.get(id));
      }
      // The sign-in is not removed: an organization uses it.
      if (before === 'session-only') expect(rowsOf(database)).toHaveLength(1);
    }
    expect(step).toBe(total);
  });
});

describe.each(scenarios)('the keychain fails while $name', ({ before, work }) => {
  const fates: Fate[] = ['locked', 'absent', 'silent', 'die-before', 'die-after'];
  it.each(fates)('recovers when it fails from any step on (%s) and comes back', async (fate) => {
    let step = 1;
    for (let hit = true; hit; step += 1) {
      const { keyring, database } = await prepare(before);
      const { signIns } = appOn(keyring, database);
      let requests = 0;
      keyring.fate = () => ((requests += 1) >= step ? fate : 'works');
      await work(signIns, database);
      hit = requests >= step;
      expectNoOrphan(keyring, database);

      keyring.fate = () => 'works';
      await signIns.finishInterrupted();
      expectNoOrphan(keyring, database);
      // The index may still list an id whose key was refused. Searching for orphans removes that id
      // if no record has it.
      expect(await signIns.orphans.list()).toEqual({ ok: true, value: [] });
      expectConsistent(keyring, database);
    }
    expect(step).toBeGreaterThan(4);
  });
});

it('completes the record later if the database fails after the key was stored', async () => {
  const { keyring, database } = await prepare('nothing');
  const { signIns } = appOn(keyring, {
    ...database,
    write: (work) =>
      keyring.requests.some(({ account }) => /^[0-9a-f]{16}$/.test(account))
        ? { ok: false, failure: { code: 'database.full' } }
        : database.write(work),
  });
  expect(await add(signIns)).toEqual({ ok: false, failure: { code: 'database.full' } });
  expectNoOrphan(keyring, database);
  await appOn(keyring, database).signIns.finishInterrupted();
  expect(rowsOf(database)).toMatchObject([{ state: 'stored' }]);
  expectConsistent(keyring, database);
});

it('does not access the keychain when there is nothing to finish', async () => {
  const { keyring, database } = await prepare('stored');
  keyring.requests.length = 0;
  await appOn(keyring, database).signIns.finishInterrupted();
  expect(keyring.requests).toEqual([]);
});

it('never touches a sign-in that is being added', async () => {
  const { keyring, database } = await prepare('nothing');
  const { signIns } = appOn(keyring, database);
  const [added] = await Promise.all([add(signIns), signIns.finishInterrupted(), add(signIns)]);
  expect(added).toMatchObject({ ok: true });
  expect(rowsOf(database)).toMatchObject([{ state: 'stored' }]);
  expectConsistent(keyring, database);
});

it('stores neither key nor record if the id of the data folder cannot be read', async () => {
  const keyring = new MemoryKeyring();
  const database = temporaryDatabase();
  const failing: IndexId = {
    read: () => failed('database.io'),
    create: () => failed('database.io'),
    restore: () => failed('database.io'),
  };
  const { signIns } = appOn(keyring, database, new Steps(), failing);
  expect(await add(signIns)).toEqual(failed('database.io'));
  expect([...keyring.entries]).toEqual([]);
  expect(rowsOf(database)).toEqual([]);
});
