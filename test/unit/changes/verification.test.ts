/** The keys of MACs: read from the keychain, replaced at each launch, and never lost between two steps. */
import { expect, test } from 'vitest';
import { createVerification, type Verification } from '../../../src/main/changes/verification';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Database } from '../../../src/main/database/tables';
import { failed, success, type Outcome } from '../../../src/shared/outcome';
import {
  addOrganization,
  change,
  opened,
  entryId,
  read,
  temporaryFolder,
  write,
} from '../database/temporary-database';

const COUNT = 70;

/** A keychain with one entry. `fail` lets its calls fail; `dies` after this many writes. */
class FakeKeychain {
  keys: string[] | null = [];
  history: string[][] = [];
  failure: 'keychain.locked' | 'keychain.unavailable' | null = null;
  writesLeft = Infinity;

  macKeys = async (): Promise<Outcome<string[] | null>> =>
    this.failure ? failed(this.failure) : success(this.keys && [...this.keys]);

  setMacKeys = async (keys: readonly string[]): Promise<Outcome<null>> => {
    this.writesLeft -= 1;
    if (this.failure || this.writesLeft < 0) return failed('keychain.locked');
    this.keys = [...keys];
    this.history.push(this.keys);
    return success(null);
  };
}

/** Launches the app on a folder. `yields`: how many slices until the app is killed. */
function launch(folder: string, keychain: FakeKeychain, yields = Infinity) {
  const macs = new RowMacs();
  const { database } = opened(folder, { macs });
  let left = yields;
  let checks = 0;
  const verification: Verification = createVerification({
    database,
    keychain,
    yieldToEventLoop: () => (left-- > 0 ? Promise.resolve() : new Promise(() => undefined)),
    onChecked: () => (checks += 1),
  });
  return { database, macs, verification, checks: () => checks };
}

const verdicts = (database: Database): Set<string> =>
  read(database, ({ outbox }) => new Set(outbox.all().map(({ state }) => state)));

function fill(database: Database): void {
  write(database, (tables) => {
    for (let number = 1; number <= COUNT; number += 1) {
      tables.outbox.put(change(addOrganization(tables, number), { business_phone: '1' }));
    }
  });
}

test('replaces the key at each launch, after the rows have new MACs', async () => {
  const folder = temporaryFolder();
  const keychain = new FakeKeychain();
  const first = launch(folder, keychain);
  fill(first.database);
  expect(await first.verification.ready()).toEqual(success(null));
  expect(keychain.keys).toEqual([first.macs.key]);
  first.database.close();

  const second = launch(folder, keychain);
  await second.verification.ready();
  expect(keychain.history.slice(-2)).toEqual([
    [first.macs.key, second.macs.key],
    [second.macs.key],
  ]);
  expect(verdicts(second.database)).toEqual(new Set(['queued']));
  expect(second.checks()).toBe(1);
  // A row of an earlier copy is not valid any more, even while the app runs.
  expect(second.macs.verdict(['change', 1], first.macs.of(['change', 1]))).toBe('unchecked');
  second.database.close();

  const third = launch(folder, new FakeKeychain());
  third.macs.useEarlierKeys([first.macs.key]);
  expect(verdicts(third.database)).toEqual(new Set(['refused']));
});

test.each([
  ['after the new key was added', 0, Infinity],
  ['between two slices', 1, Infinity],
  ['before the old key is removed', Infinity, 1],
])('a launch that ends %s leaves every change intact', async (_, yields, writes) => {
  const folder = temporaryFolder();
  const keychain = new FakeKeychain();
  const first = launch(folder, keychain);
  fill(first.database);
  await first.verification.ready();
  first.database.close();
  const killed = launch(folder, keychain, yields);
  keychain.writesLeft = writes;
  const ended = killed.verification.ready();
  if (yields === Infinity) await ended;
  else await new Promise((resolve) => setTimeout(resolve, 0));
  expect(keychain.keys).toHaveLength(2);
  killed.database.close();
  keychain.writesLeft = Infinity;
  const next = launch(folder, keychain);
  await next.verification.ready();
  expect(verdicts(next.database)).toEqual(new Set(['queued']));
  expect(keychain.keys).toEqual([next.macs.key]);
});

test('a locked keychain makes changes wait, and is asked again when a sign-in works', async () => {
  const folder = temporaryFolder();
  const keychain = new FakeKeychain();
  const first = launch(folder, keychain);
  fill(first.database);
  await first.verification.ready();
  first.database.close();
  keychain.failure = 'keychain.locked';
  const second = launch(folder, keychain);
  second.verification.start();
  expect(await second.verification.ready()).toEqual(failed('keychain.locked'));
  expect(read(second.database, ({ outbox }) => outbox.verdict(entryId(1)))).toBe('unknown');
  expect(verdicts(second.database)).toEqual(new Set(['queued']));
  keychain.failure = null;
  second.database.changes.publishInMemory((marks) => marks.signIn('0000000000000001'));
  await expect.poll(() => keychain.keys).toEqual([second.macs.key]);
  expect(read(second.database, ({ outbox }) => outbox.verdict(entryId(1)))).toBe('intact');
});

test('stores no key while nothing of this folder is in the keychain, and then the one of this run', async () => {
  const keychain = new FakeKeychain();
  keychain.keys = null;
  const { database, macs, verification } = launch(temporaryFolder(), keychain);
  verification.start();
  await verification.ready();
  fill(database);
  expect(keychain.history).toEqual([]);
  keychain.keys = [];
  database.changes.publishInMemory((marks) => marks.signIn('0000000000000001'));
  await expect.poll(() => keychain.keys).toEqual([macs.key]);
  expect(verdicts(database)).toEqual(new Set(['queued']));
});

test('without room for the new key, changes keep the MACs of the old one', async () => {
  const folder = temporaryFolder();
  const keychain = new FakeKeychain();
  const first = launch(folder, keychain);
  fill(first.database);
  await first.verification.ready();
  first.database.close();
  keychain.writesLeft = 0;
  const second = launch(folder, keychain);
  expect(await second.verification.ready()).toEqual(failed('keychain.locked'));
  expect(read(second.database, ({ outbox }) => outbox.verdict(entryId(1)))).toBe('intact');
  second.database.close();
  keychain.writesLeft = Infinity;
  const third = launch(folder, keychain);
  await third.verification.ready();
  expect(verdicts(third.database)).toEqual(new Set(['queued']));
});
