/** Reading what was never read: a few at once, and a sign-in in trouble holds up only its own. */
import { expect, test } from 'vitest';
import { createFirstReads } from '../../../src/main/sync/first-reads';
import { failed, success, type FailureCode } from '../../../src/shared/failure';
import { turns } from '../event-loop';
import { NOW, opened, temporaryFolder } from '../store/temporary-store';

const GOOD = 'a'.repeat(16);
const BAD = 'b'.repeat(16);

/** Organizations that were never read, by sign-in in this order; a read fails as `fails` says. */
function world(
  signIns: readonly (string | null)[],
  fails: (signIn: string | null) => FailureCode | null,
) {
  const { store } = opened(temporaryFolder());
  const signInOf = new Map<string, string | null>();
  store.write((tables) => {
    for (const id of [GOOD, BAD]) {
      tables.credentials.put({
        id,
        label: id,
        email: 'office@brightwater.example',
        userId: id,
        state: 'stored',
        checkedAt: null,
        trouble: null,
        troubleSince: null,
      });
    }
    for (const [index, credentialId] of signIns.entries()) {
      const id = index.toString(16).padStart(32, '0');
      signInOf.set(id, credentialId);
      tables.organizations.put({ id, name: id, credentialId, addedAt: NOW, seenAt: null });
    }
  });
  const asked: (string | null)[] = [];
  const reads = createFirstReads({
    store,
    refresh: async (id) => {
      const signIn = signInOf.get(id) ?? null;
      asked.push(signIn);
      await new Promise((next) => setImmediate(next));
      const code = fails(signIn);
      return code ? failed(code) : success(null);
    },
  });
  const count = (signIn: string | null): number => asked.filter((one) => one === signIn).length;
  return { reads, asked, count };
}

test('a sign-in in trouble holds up only its own organizations', async () => {
  const signIns = [...Array<null>(4).fill(null), ...Array<string>(10).fill(BAD)];
  const { reads, count } = world([...signIns, ...Array<string>(10).fill(GOOD)], (signIn) =>
    signIn === null ? 'sign-in.none' : signIn === BAD ? 'sign-in.unknown' : null,
  );
  reads.wake();
  await turns(100);
  expect(count(GOOD)).toBe(10);
  expect(count(BAD)).toBeLessThanOrEqual(4);
});

test('without network nobody is asked any further, until the next wake', async () => {
  const { reads, asked } = world(Array<string>(20).fill(GOOD), () => 'network.unreachable');
  reads.wake();
  await turns(100);
  expect(asked.length).toBeLessThanOrEqual(4);
  const before = asked.length;
  reads.wake();
  await turns(100);
  expect(asked.length).toBeGreaterThan(before);
});

test('a refused organization does not hold up the others, stopping does', async () => {
  const { reads, asked } = world(Array<string>(20).fill(GOOD), () => 'organization.forbidden');
  reads.wake();
  await turns(100);
  expect(asked).toHaveLength(20);
  reads.stop();
  reads.wake();
  await turns(100);
  expect(asked).toHaveLength(20);
});
