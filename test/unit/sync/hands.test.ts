/** The hands remember that no job had a turn, so that thousands of changes are not looked through at every end. */
import { expect, it } from 'vitest';
import { AT_ONCE, Hands } from '../../../src/main/sync/hands';

function busy(...signIns: string[]): Hands {
  const hands = new Hands();
  for (const credentialId of signIns) {
    for (let nth = 0; nth < AT_ONCE; nth += 1) {
      const organizationId = `${credentialId}${nth}`;
      hands.begin({ organizationId, bulkRunId: 'run', credentialId }, () => Promise.resolve());
    }
  }
  return hands;
}

it('asks no more while the same sign-ins are full, or more of them', () => {
  const hands = busy('a', 'b');
  expect(hands.isNothingBeside(hands.fullSignIns())).toBe(false);
  hands.foundNothingBeside(['a', 'b']);
  expect(hands.isNothingBeside(hands.fullSignIns())).toBe(true);
  expect(hands.isNothingBeside(['a', 'b', 'c'])).toBe(true);
});

it('asks again when one of them has a hand free, and finds the rest as before', () => {
  const hands = busy('a', 'b');
  hands.foundNothingBeside(hands.fullSignIns());
  hands.end('a0');
  expect(hands.isNothingBeside(hands.fullSignIns())).toBe(false);
  hands.begin({ organizationId: 'a9', bulkRunId: 'run', credentialId: 'a' }, () =>
    Promise.resolve(),
  );
  expect(hands.isNothingBeside(hands.fullSignIns())).toBe(true);
});

it('asks again when a send ended that none of them was in the way of, or when something is new', () => {
  const hands = busy('a');
  hands.begin({ organizationId: 'b0', bulkRunId: 'run', credentialId: 'b' }, () =>
    Promise.resolve(),
  );
  hands.foundNothingBeside(['a']);
  hands.end('b0');
  expect(hands.isNothingBeside(['a'])).toBe(false);
  hands.foundNothingBeside(['a']);
  hands.lookAgain();
  expect(hands.isNothingBeside(['a'])).toBe(false);
});
