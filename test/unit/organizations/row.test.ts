/** A row shows the first state that applies, in the order of the design. */
import { describe, expect, it } from 'vitest';
import { rowOf } from '../../../src/main/organizations/row';
import type { ListEntry } from '../../../src/main/store/tables';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';

const fields: Profile = {
  ...EMPTY_PROFILE,
  business_name: 'Brightwater',
  business_email: 'office@brightwater.example',
  business_phone: '+44',
};
const organizationId = 'a'.repeat(32);
const entry = (over: Partial<ListEntry> = {}): ListEntry => ({
  organization: {
    id: organizationId,
    name: 'Brightwater',
    credentialId: 'c',
    addedAt: 1,
    seenAt: 1,
  },
  credential: { state: 'stored', trouble: null },
  profile: { organizationId, fields, confirmedAt: 5, checkedAt: 6, changedElsewhere: false },
  draft: null,
  change: null,
  ...over,
});
const draft = {
  organizationId,
  fields: { ...fields, business_email: 'new@brightwater.example', business_phone: '1' },
  base: fields,
  updatedAt: 1,
};
const change = (state: 'queued' | 'waiting' | 'paused' | 'conflict' | 'refused') => ({
  organizationId,
  version: 1,
  desired: fields,
  base: fields,
  attempted: null,
  theirs: null,
  submittedAt: 1,
  attempts: 0,
  nextAttemptAt: null,
  failure: null,
  state,
  bulkRunId: null,
});
const different = {
  ...change('refused'),
  theirs: fields,
  failure: { code: 'profile.stored-differently' as const },
};
const elsewhere = { organizationId, fields, confirmedAt: 5, checkedAt: 6, changedElsewhere: true };
const trouble = { state: 'stored', trouble: { code: 'keychain.locked' } } as const;

describe('the state of a row', () => {
  it.each([
    ['decide', { change: change('conflict'), credential: trouble, draft }, true],
    ['refused', { change: change('refused'), credential: trouble, draft }, false],
    ['stored-differently', { change: different, credential: trouble, draft }, false],
    ['sign-in-trouble', { change: change('waiting'), credential: trouble, draft }, false],
    ['sign-in-trouble', { change: change('paused') }, false],
    ['sign-in-trouble', { credential: null }, false],
    ['saving', { change: change('queued'), draft, profile: elsewhere }, true],
    ['waiting', { change: change('queued'), draft, profile: elsewhere }, false],
    ['waiting', { change: change('waiting') }, false],
    ['draft', { draft, profile: elsewhere }, false],
    ['changed-elsewhere', { profile: elsewhere }, false],
    ['up-to-date', {}, false],
    ['up-to-date', { profile: null }, false],
  ] as const)('is %s', (state, over, sending) => {
    expect(rowOf(entry(over), sending).state).toBe(state);
  });

  it.each(['business_name', 'business_email', 'business_phone'] as const)(
    'is incomplete without %s',
    (field) => {
      const profile = { ...entry().profile!, fields: { ...fields, [field]: '' } };
      expect(rowOf(entry({ profile }), false).state).toBe('incomplete');
    },
  );

  it('is incomplete where there is no profile yet', () => {
    const profile = { ...entry().profile!, fields: null };
    expect(rowOf(entry({ profile }), false).state).toBe('incomplete');
  });
});

it('shows the e-mail as it will be, and counts the draft’s fields', () => {
  const row = rowOf(entry({ draft }), false);
  expect(row.detail).toBe('new@brightwater.example');
  expect(row.draftFields).toBe(2);
});
