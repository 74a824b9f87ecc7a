/** The rows of the list: a row shows the first state that applies. */
import { describe, expect, it } from 'vitest';
import { rowOf } from '../../../src/main/organizations/row';
import type { DraftRow } from '../../../src/main/database/draft-table';
import type { ListEntry } from '../../../src/main/database/entries';
import type { OutboxRow } from '../../../src/main/database/outbox-table';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';
import { ORGANIZATION } from '../samples';

const fields: Profile = {
  ...EMPTY_PROFILE,
  business_name: 'Brightwater',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0123',
};
const entryId = 'a'.repeat(32);
const entry = (over: Partial<ListEntry> = {}): ListEntry => ({
  organization: {
    ...ORGANIZATION,
    id: entryId,
    name: 'Brightwater',
    signInId: 'c',
    addedAt: 1,
    viewedAt: 1,
  },
  signIn: { state: 'stored', issue: null, readOnly: null },
  profile: { entryId, fields, confirmedAt: 5, checkedAt: 6, changedElsewhere: false },
  advice: [],
  draft: null,
  change: null,
  labels: [],
  ...over,
});
const draft: DraftRow = {
  entryId,
  patch: {
    business_email: { base: fields.business_email, text: 'new@brightwater.example' },
    business_phone: { base: fields.business_phone, text: '1' },
  },
  updatedAt: 1,
};
const change = (state: OutboxRow['state']): OutboxRow => ({
  entryId,
  version: 1,
  patch: { business_address: { base: '', text: '12 Harbour Row' } },
  attempted: {},
  remote: null,
  submittedAt: 1,
  attempts: 0,
  nextTryAt: null,
  failure: null,
  state,
  saveId: null,
});
const different: OutboxRow = {
  ...change('differs'),
  remote: fields,
  failure: { code: 'profile.stored-differently' },
};
const elsewhere = { entryId, fields, confirmedAt: 5, checkedAt: 6, changedElsewhere: true };
const issue = { state: 'stored', issue: { code: 'keychain.locked' }, readOnly: null } as const;

describe('the state of a row', () => {
  it.each([
    ['decide', { change: change('conflict'), signIn: issue, draft }, 'writing'],
    ['refused', { change: change('refused'), signIn: issue, draft }, null],
    ['stored-differently', { change: different, signIn: issue, draft }, null],
    ['no-sign-in', { change: change('paused'), signIn: null, draft }, null],
    ['sign-in-issue', { change: change('paused'), signIn: issue, draft }, null],
    ['sign-in-issue', { change: change('paused') }, null],
    ['saving', { change: change('queued'), draft, profile: elsewhere }, 'writing'],
    ['saving', { change: change('waiting') }, 'confirming'],
    ['waiting', { change: change('queued') }, 'reading'],
    ['waiting', { change: change('waiting') }, 'reading'],
    ['waiting', { change: change('queued'), draft, profile: elsewhere }, null],
    ['waiting', { change: change('waiting') }, null],
    ['draft', { draft, profile: elsewhere }, null],
    ['changed-elsewhere', { profile: elsewhere }, null],
    ['advice', { advice: ['business_phone'] }, null],
    ['up-to-date', {}, null],
    ['up-to-date', { profile: null }, null],
    // An issue of a sign-in is shown in one banner, not in thousands of rows.
    ['up-to-date', { signIn: issue }, null],
    ['draft', { signIn: issue, draft }, null],
    ['changed-elsewhere', { signIn: null, profile: elsewhere }, null],
    ['no-sign-in', { signIn: null }, null],
  ] as const)('is %s', (state, over, step) => {
    expect(rowOf(entry(over as Partial<ListEntry>), step).state).toBe(state);
  });

  it.each(['business_name', 'business_email', 'business_phone'] as const)(
    'is incomplete without %s, and names it',
    (field) => {
      for (const empty of ['', ' \n']) {
        const profile = { ...entry().profile!, fields: { ...fields, [field]: empty } };
        const row = rowOf(entry({ profile, advice: ['external_metadata'] }), null);
        expect(row.state).toBe('incomplete');
        expect(row.attention).toEqual({ reason: 'incomplete', fields: [field], code: null });
      }
    },
  );

  it('is incomplete where there is no profile yet', () => {
    const profile = { ...entry().profile!, fields: null };
    expect(rowOf(entry({ profile }), null).state).toBe('incomplete');
  });
});

it('names the save that a change is sent as part of', () => {
  const inSave = { ...change('queued'), saveId: 'save-1' };
  expect(rowOf(entry({ change: inSave }), null).saveId).toBe('save-1');
  expect(rowOf(entry({ change: change('queued') }), null).saveId).toBeNull();
  expect(rowOf(entry(), null).saveId).toBeNull();
});

describe('what needs attention', () => {
  const attention = (over: Partial<ListEntry>) => rowOf(entry(over), null).attention;

  it('reports why something was refused, and what is wrong with the sign-in', () => {
    const refused = { ...change('refused'), failure: { code: 'profile.refused' as const } };
    const paused = { ...change('paused'), failure: { code: 'sign-in.refused' as const } };
    expect(attention({ change: refused })).toMatchObject({
      reason: 'refused',
      code: 'profile.refused',
    });
    expect(attention({ change: different })).toMatchObject({
      reason: 'stored-differently',
      code: 'profile.stored-differently',
    });
    expect(attention({ signIn: issue, change: paused })).toMatchObject({
      reason: 'sign-in-issue',
      code: 'keychain.locked',
    });
    expect(attention({ change: paused })).toMatchObject({ code: 'sign-in.refused' });
    expect(attention({ signIn: null, change: paused })).toMatchObject({ reason: 'no-sign-in' });
  });

  it('does not include a sign-in issue if no change waits for the sign-in', () => {
    expect(attention({ signIn: issue })).toBeNull();
    expect(attention({ signIn: null })).toBeNull();
    expect(attention({ signIn: issue, draft, change: change('queued') })).toBeNull();
  });

  it('stays while a draft exists, which is not at Cloudflare yet', () => {
    const empty = { ...entry().profile!, fields: { ...fields, business_phone: '' } };
    expect(attention({ draft, profile: empty })).toMatchObject({ reason: 'incomplete' });
    expect(attention({ draft, profile: elsewhere })).toMatchObject({ reason: 'changed-elsewhere' });
    expect(attention({ draft, advice: ['business_email'] })).toMatchObject({
      reason: 'advice',
      fields: ['business_email'],
    });
    expect(attention({ draft })).toBeNull();
  });

  it('considers the texts of a pending change, because the person has done their part', () => {
    const empty = { ...entry().profile!, fields: { ...fields, business_phone: '' } };
    const phone = (base: string, text: string): OutboxRow => ({
      ...change('waiting'),
      patch: { business_phone: { base, text } },
    });
    const filled = phone('', fields.business_phone);
    expect(attention({ change: filled, profile: empty, advice: ['business_email'] })).toBeNull();
    const emptied = phone(fields.business_phone, '');
    expect(attention({ change: emptied })).toMatchObject({ reason: 'incomplete' });
    // For fields that the change does not touch, the saved texts count.
    const nameless = { ...entry().profile!, fields: { ...fields, business_name: '' } };
    expect(attention({ change: filled, profile: nameless })).toMatchObject({
      reason: 'incomplete',
      fields: ['business_name'],
    });
  });
});

it('shows the email of the draft or pending change, and counts the fields of the draft', () => {
  const row = rowOf(entry({ draft }), null);
  expect(row.detail).toBe('new@brightwater.example');
  expect(row.draftFields).toBe(2);
  const email = { base: fields.business_email, text: 'pending@brightwater.example' };
  const pending = { ...change('queued'), patch: { business_email: email } };
  expect(rowOf(entry({ change: pending }), null).detail).toBe('pending@brightwater.example');
  expect(rowOf(entry({ change: pending, draft }), null).detail).toBe('new@brightwater.example');
  expect(rowOf(entry({ change: change('queued') }), null).detail).toBe(fields.business_email);
});
