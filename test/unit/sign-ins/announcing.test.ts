/** When the window is told of the sign-ins. */
import { expect, it, vi } from 'vitest';
import { failed, success, type Outcome } from '../../../src/shared/failure';
import type { SignIn } from '../../../src/shared/sign-in';
import { createSignInAnnouncer } from '../../../src/main/sign-ins';

const signIn = (changes: Partial<SignIn> = {}): SignIn => ({
  id: '0123456789abcdef',
  label: 'Main',
  email: 'office@brightwater.example',
  state: 'stored',
  checkedAt: null,
  trouble: null,
  troubleSince: null,
  organizations: 2,
  waiting: 0,
  paused: 0,
  ...changes,
});

it('tells of what is another one now, counts too, and of nothing twice', () => {
  let list: Outcome<SignIn[]> = success([signIn()]);
  const tell = vi.fn();
  const look = createSignInAnnouncer({ list: () => list, tell });
  look();
  look();
  expect(tell.mock.calls).toEqual([[[signIn()]]]);

  list = success([signIn({ paused: 1 })]);
  look();
  expect(tell).toHaveBeenCalledTimes(2);
  expect(tell).toHaveBeenLastCalledWith([signIn({ paused: 1 })]);

  list = failed('store.busy');
  look();
  list = success([]);
  look();
  expect(tell).toHaveBeenCalledTimes(3);
  expect(tell).toHaveBeenLastCalledWith([]);
});
