/**
 * Texts that we wrote through other entries of the same record, in the change machine alone. Every
 * interleaving of a small model is searched in test/model.
 */
import { describe, expect, it, test } from 'vitest';
import {
  conflictingFields,
  initialState,
  transition,
  type ChangeEvent,
  type ChangeState,
  type Transition,
} from '../../../src/main/changes/machine';
import type { Edits, FieldName, Profile } from '../../../src/shared/profile';

const saved: Profile = {
  business_name: 'Brightwater Ltd',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0321',
  business_address: '12 Harbour Row',
  external_metadata: '{"crm":1}',
};
const THEIRS = '+1 555 0199';
const OF_SIBLING = '+1 555 0101';
const OURS = '+1 555 0100';

/** Applies events one after another; returns the last transition. */
function after(...events: ChangeEvent[]): Transition {
  let state: ChangeState = { ...initialState(), saved };
  let result = transition(state, { type: 'discardDraft' });
  for (const event of events) {
    result = transition(state, event);
    ({ state } = result);
  }
  return result;
}

const typed = (field: FieldName, text: string): ChangeEvent => ({ type: 'edit', field, text });
const phone = (text: string): Profile => ({ ...saved, business_phone: text });
const siblings: Edits[] = [{ business_phone: OF_SIBLING }, { business_address: '1 First Street' }];
const save: ChangeEvent = { type: 'submit' };
const change = [typed('business_phone', OURS), save];

describe('a read before a write', () => {
  it('writes over a text that we wrote through another entry', () => {
    const result = after(...change, { type: 'read', copy: phone(OF_SIBLING), siblings });
    expect(result.put).toEqual(phone(OURS));
    expect(result.state.pending?.patch.business_phone?.base).toBe(OF_SIBLING);
    expect(result).toMatchObject({ found: [], bySibling: ['business_phone'] });
    expect(result.revisions).toEqual([{ kind: 'observed', texts: phone(OF_SIBLING) }]);
  });

  test.each([
    ['any other text', phone(THEIRS), siblings],
    ['that text without knowing', phone(OF_SIBLING), undefined],
    ['a text that another entry wrote in another field', phone('1 First Street'), siblings],
  ])('asks about %s', (_, copy, known) => {
    const result = after(...change, { type: 'read', copy, siblings: known });
    expect(result).toMatchObject({ stop: 'conflict', found: ['business_phone'], bySibling: [] });
  });

  it('asks if someone else wrote after the other entry', () => {
    const known = { type: 'read', copy: phone(OF_SIBLING), siblings } as const;
    const result = after(...change, known, { type: 'read', copy: phone(THEIRS), siblings });
    expect(result.stop).toBe('conflict');
  });

  it('confirms a text that another entry wrote, too', () => {
    const known = [{ business_phone: OURS }];
    const result = after(...change, { type: 'read', copy: phone(OURS), siblings: known });
    expect(result).toMatchObject({ stop: 'confirmed', found: [], bySibling: [] });
    expect(result.revisions).toEqual([{ kind: 'saved', texts: phone(OURS) }]);
  });

  it('observes what another entry wrote if nothing is to be sent', () => {
    const result = after({ type: 'read', copy: phone(OF_SIBLING), siblings });
    expect(result).toMatchObject({ stop: 'moved-on', found: [], bySibling: ['business_phone'] });
  });
});

describe('a read after a write', () => {
  const sent = { version: 1, patch: { business_phone: { base: null, text: OURS } } };

  it('reports another field that another entry wrote meanwhile', () => {
    const copy = { ...phone(OURS), business_address: '1 First Street' };
    const result = after(
      ...change,
      { type: 'read', copy: saved },
      { type: 'readBack', sent, copy, siblings },
    );
    expect(result).toMatchObject({ stop: 'confirmed', found: [], bySibling: ['business_address'] });
  });

  it('lets the person decide if another entry wrote the same field', () => {
    const result = after(
      ...change,
      { type: 'read', copy: saved },
      { type: 'readBack', sent, copy: phone(OF_SIBLING), siblings },
    );
    expect(result).toMatchObject({ stop: 'differs', found: [], bySibling: ['business_phone'] });
    expect(result.state.pending?.remote).toEqual(phone(OF_SIBLING));
  });
});

describe('a draft', () => {
  const typing = typed('business_phone', OURS);

  it('is based on the text that another entry wrote', () => {
    const observed = { type: 'observe', copy: phone(OF_SIBLING), siblings } as const;
    const { state, bySibling } = after(typing, observed);
    expect(state.draft.business_phone).toEqual({ base: OF_SIBLING, text: OURS });
    expect(bySibling).toEqual(['business_phone']);
  });

  it('is based on that text as soon as the app knows who wrote it', () => {
    const copy = phone(OF_SIBLING);
    const unaware = after(typing, { type: 'observe', copy });
    expect(unaware.found).toEqual(['business_phone']);
    expect(unaware.state.draft.business_phone?.base).toBe(saved.business_phone);
    const aware = transition(unaware.state, { type: 'observe', copy, siblings });
    expect(aware.state.draft.business_phone?.base).toBe(OF_SIBLING);
    expect(aware).toMatchObject({ found: [], bySibling: [], revisions: [] });
  });
});

describe('a decision', () => {
  it('about a conflict stays with the person, now about the text of the other entry', () => {
    const { state } = after(
      ...change,
      { type: 'read', copy: phone(THEIRS) },
      { type: 'observe', copy: phone(OF_SIBLING), siblings },
    );
    expect(state.pending).toMatchObject({ status: 'conflict', remote: phone(OF_SIBLING) });
    expect(conflictingFields(state.pending!)).toEqual(['business_phone']);
    const { version } = state.pending!;
    const choices = { business_phone: 'mine' } as const;
    const remote = phone(OF_SIBLING);
    const decided = transition(state, { type: 'resolve', version, remote, choices });
    expect(decided.state.pending?.status).toBe('queued');
    const read = transition(decided.state, { type: 'read', copy: remote });
    expect(read.put).toEqual(phone(OURS));
  });
});

test('a discarded text that another entry wrote is news of that entry', () => {
  const result = after(
    ...change,
    { type: 'read', copy: saved },
    { type: 'discardPending' },
    { type: 'observe', copy: phone(OURS), siblings: [{ business_phone: OURS }] },
  );
  expect(result).toMatchObject({ found: [], bySibling: ['business_phone'] });
  expect(result.state.abandoned).toEqual({});
});
