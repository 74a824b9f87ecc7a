/**
 * A text that Cloudflare keeps where a write sent an empty one, in the change machine alone. The search of test/model knows
 * that such a field is named right after the write (invariant 7). It has no invariant about which fields are not named:
 * those that another person empties later, that differ for another reason, or that were never sent.
 */
import { describe, expect, test } from 'vitest';
import {
  fieldsKeptInsteadOfEmptied,
  initialState,
  isOnlyKeptInsteadOfEmptied,
  transition,
  type ChangeEvent,
  type ChangeState,
} from '../../../src/main/changes/machine';
import type { FieldName, Profile } from '../../../src/shared/profile';
import { saveEvents } from '../save-events';

const saved: Profile = {
  business_name: 'Brightwater Ltd',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0321',
  business_address: '12 Harbour Row',
  external_metadata: '',
};

const step = (state: ChangeState, ...events: ChangeEvent[]): ChangeState =>
  events.reduce((before, event) => transition(before, event).state, state);

const typed = (field: FieldName, text: string): ChangeEvent => ({ type: 'edit', field, text });

/** Saves these texts over `start` and sends them; Cloudflare then has `copy`. */
function send(texts: Partial<Profile>, copy: Profile, start: Profile = saved) {
  const edits = Object.entries(texts) as [FieldName, string][];
  const typing = edits.map(([field, text]) => typed(field, text));
  const state = step({ ...initialState(), saved: start }, ...typing, { type: 'submit' });
  const read = transition(state, { type: 'read', copy: start });
  return transition(read.state, { type: 'readBack', sent: read.sent!, copy });
}

test('a text kept instead of emptied is not named any more when someone else emptied it', () => {
  const copy = { ...saved, business_phone: '+442079460321' };
  const { state } = send({ business_address: '', business_phone: '+44 2079460321' }, copy);
  const now = { ...copy, business_address: '' };
  const { pending } = step(state, { type: 'observe', copy: now });
  expect(pending?.status).toBe('differs');
  expect(fieldsKeptInsteadOfEmptied(pending!)).toEqual([]);
  expect(isOnlyKeptInsteadOfEmptied(pending!)).toBe(false);
});

describe('another reason', () => {
  test('beside a kept text is not hidden by it', () => {
    const copy = { ...saved, business_phone: '+442079460321' };
    const { state } = send({ business_address: '', business_phone: '+44 2079460321' }, copy);
    expect(fieldsKeptInsteadOfEmptied(state.pending!)).toEqual(['business_address']);
    expect(isOnlyKeptInsteadOfEmptied(state.pending!)).toBe(false);
  });

  test('is not taken for a kept text', () => {
    const { state } = send({ business_phone: '1' }, { ...saved, business_phone: '+1' });
    expect(fieldsKeptInsteadOfEmptied(state.pending!)).toEqual([]);
    expect(isOnlyKeptInsteadOfEmptied(state.pending!)).toBe(false);
  });

  test('is not claimed before the write was read back', () => {
    const copy = { ...saved, business_address: 'theirs' };
    const { pending } = step(
      { ...initialState(), saved },
      typed('business_address', ''),
      { type: 'submit' },
      { type: 'read', copy: saved },
      { type: 'read', copy },
    );
    expect(pending).toMatchObject({ status: 'conflict', attempted: { business_address: '' } });
    expect(fieldsKeptInsteadOfEmptied(pending!)).toEqual([]);
    expect(isOnlyKeptInsteadOfEmptied(pending!)).toBe(false);
  });
});

describe('the field of a paused save', () => {
  /** The person emptied the phone, which was kept; the address of a paused save was not sent. */
  function keptPhone(): ChangeState {
    const submitted = step(
      { ...initialState(), saved },
      ...saveEvents('save', { business_address: '' }),
      typed('business_phone', ''),
      { type: 'submit' },
    );
    const read = transition(submitted, { type: 'read', copy: saved, held: ['save'] });
    return step(read.state, { type: 'readBack', sent: read.sent!, copy: saved });
  }

  test('is not named, because it was never sent', () => {
    const { pending } = keptPhone();
    expect(fieldsKeptInsteadOfEmptied(pending!)).toEqual(['business_phone']);
    expect(isOnlyKeptInsteadOfEmptied(pending!)).toBe(true);
  });

  test('gives no reason when nothing differs any more', () => {
    const copy = { ...saved, business_phone: '' };
    const { pending } = step(keptPhone(), { type: 'observe', copy });
    expect(pending?.status).toBe('differs');
    expect(fieldsKeptInsteadOfEmptied(pending!)).toEqual([]);
    expect(isOnlyKeptInsteadOfEmptied(pending!)).toBe(false);
  });
});
