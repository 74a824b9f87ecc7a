/**
 * A text of a waiting change that arrives at Cloudflare by another way, and is replaced there again. The search of
 * test/model does not have that: there, others write only texts of their own.
 */
import { expect, test } from 'vitest';
import {
  initialState,
  transition,
  type ChangeEvent,
  type ChangeState,
} from '../../../src/main/changes/machine';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';

const SAVED: Profile = {
  ...EMPTY_PROFILE,
  business_name: 'Old name',
  business_address: 'Old road',
};
const HERS = { business_name: 'Her name', business_address: 'New road' };

function after(...events: ChangeEvent[]): ChangeState {
  return events.reduce<ChangeState>((state, event) => transition(state, event).state, {
    ...initialState(),
    saved: SAVED,
  });
}

const submitted: ChangeEvent[] = [
  { type: 'edit', field: 'business_name', text: HERS.business_name },
  { type: 'edit', field: 'business_address', text: HERS.business_address },
  { type: 'submit' },
];

// Found by the kill loop: an account's change waited for a decision about its name, and its address was saved through the
// organization meanwhile, and taken back there again.
test('is asked about, not written over what came after it', () => {
  const waiting = after(...submitted, {
    type: 'read',
    copy: { ...SAVED, business_name: 'Their name', business_address: HERS.business_address },
  });
  expect(waiting.pending?.status).toBe('conflict');

  const takenBack = { ...SAVED, business_name: 'Their name' };
  const shown = transition(waiting, { type: 'observe', copy: takenBack }).state;
  const { version, remote } = shown.pending!;
  const choices = { business_name: 'theirs', business_address: 'theirs' } as const;
  const decided = transition(shown, {
    type: 'resolve',
    version,
    remote: remote!,
    choices: { business_name: 'theirs' },
  });
  expect(decided.state, 'the address is a part of the question').toBe(shown);
  const theirs = transition(shown, { type: 'resolve', version, remote: remote!, choices });
  expect(theirs.state.pending).toBeNull();
});

test('of a paused save is asked about when it resumes', () => {
  const own = after(
    { type: 'edit', field: 'business_address', text: HERS.business_address },
    { type: 'submit', save: 'paused' },
    {
      type: 'read',
      copy: { ...SAVED, business_address: HERS.business_address },
      held: ['paused'],
    },
  );
  const resumed = transition(own, { type: 'read', copy: SAVED });
  expect(resumed).toMatchObject({ stop: 'conflict' });
  expect(resumed.put).toBeNull();
});

test('that is still there is not written again', () => {
  const arrived = { ...SAVED, business_address: HERS.business_address };
  const own = after(...submitted, {
    type: 'read',
    copy: { ...arrived, business_name: 'Their name' },
  });
  const { version, remote } = own.pending!;
  const mine = transition(own, {
    type: 'resolve',
    version,
    remote: remote!,
    choices: { business_name: 'mine' },
  });
  const read = transition(mine.state, {
    type: 'read',
    copy: { ...arrived, business_name: 'Their name' },
  });
  expect(read.put).toEqual({ ...SAVED, ...HERS });
});
