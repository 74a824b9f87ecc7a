/**
 * What we wrote through other entries of one record, as it is stored and found again. What the change machine makes
 * of it is tested in siblings.test.ts.
 */
import { beforeEach, describe, expect, it, test } from 'vitest';
import type { ChangeEvent } from '../../../src/main/changes/machine';
import { applyEvent, type Applied } from '../../../src/main/changes/repository';
import { organizationPage } from '../../../src/main/organizations/handlers';
import { markViewedOnOpen } from '../../../src/main/organizations/mark-viewed';
import { touchedFields } from '../../../src/shared/patch';
import { applyEdits, type Edits, type Profile } from '../../../src/shared/profile';
import { valueOf } from '../outcomes';
import { ORGANIZATION } from '../samples';
import {
  change,
  id,
  other,
  read,
  revisions,
  saved,
  sendStatus,
  startFreshForEachTest,
  database,
  write,
} from './harness';

startFreshForEachTest();

const account = other;
const secondAccount = 'c'.repeat(32);
const PHONE: Edits = { business_phone: '+44 20 7946 0500' };
const withTexts = (texts: Edits): Profile => applyEdits(saved, texts);
const MINUTE = 60_000;

beforeEach(() => {
  write((tables) => {
    const parent = { id, name: 'Brightwater Ltd' };
    const record = { ...ORGANIZATION, signInId: null, addedAt: 1, viewedAt: null };
    tables.organizations.put({ ...record, id, name: 'Brightwater Ltd' });
    for (const [each, name] of [
      [account, 'Bristol'],
      [secondAccount, 'York'],
    ] as const) {
      tables.organizations.put({ ...record, id: each, name, kind: 'account', parent });
      tables.profiles.put({
        entryId: each,
        fields: saved,
        confirmedAt: 1,
        checkedAt: 1,
        changedElsewhere: false,
      });
    }
  });
});

/** Applies an event of the change machine to an entry at this time. */
function apply(of: string, event: ChangeEvent, at: number): Applied {
  const applied = write((tables) => applyEvent(tables, of, event, { at }));
  if (!applied) throw new Error('not saved');
  return applied;
}

/** Saves texts in an entry at this time; does not send them. */
function submit(of: string, texts: Edits, at: number): void {
  for (const field of touchedFields(texts)) {
    apply(of, { type: 'edit', field, text: texts[field]! }, at);
  }
  apply(of, { type: 'submit' }, at);
}

/** Reads the copy before the write of a pending change. */
const readBeforeWrite = (of: string, copy: Profile, at: number): Applied =>
  apply(of, { type: 'read', copy }, at);

/** Saves texts and sends them, so that Cloudflare has them. */
function save(of: string, texts: Edits, at: number, over: Profile = saved): void {
  submit(of, texts, at);
  const { sent } = readBeforeWrite(of, over, at);
  apply(of, { type: 'readBack', sent: sent!, copy: applyEdits(over, texts) }, at);
}

/** A read of an entry that belongs to no send. */
const observe = (of: string, copy: Profile, at: number): Applied =>
  apply(of, { type: 'observe', copy }, at);

const isMarked = (of: string): boolean =>
  read((tables) => tables.profiles.get(of)!.changedElsewhere);
const newest = (of: string) => revisions(of).at(-1);

describe('our write through the organization', () => {
  it('is no change of someone else in its accounts, and names the organization', () => {
    save(id, PHONE, 2_000);
    for (const of of [account, secondAccount]) {
      observe(of, withTexts(PHONE), 3_000);
      expect(isMarked(of)).toBe(false);
      expect(newest(of)).toMatchObject({
        kind: 'observed',
        texts: withTexts(PHONE),
        author: { by: 'entry', name: 'Brightwater Ltd' },
      });
    }
    const page = valueOf(organizationPage(database, sendStatus, account));
    expect(page.lastChange).toEqual({ by: 'entry', name: 'Brightwater Ltd' });
  });

  it('is no news when the page of an account is opened', () => {
    save(id, PHONE, 2_000);
    observe(account, withTexts(PHONE), 3_000);
    expect(write((tables) => markViewedOnOpen(tables, account, 4_000))).toBeNull();
  });

  it('is the last change of the page until the entry is saved itself', () => {
    save(id, PHONE, 2_000);
    observe(account, withTexts(PHONE), 3_000);
    save(account, { business_name: 'Bristol' }, 4_000, withTexts(PHONE));
    expect(valueOf(organizationPage(database, sendStatus, account)).lastChange).toBeNull();
  });

  it('counts from the moment it may be at Cloudflare, before it is confirmed', () => {
    submit(id, PHONE, 2_000);
    observe(account, withTexts(PHONE), 2_500);
    expect(isMarked(account)).toBe(true);
    readBeforeWrite(id, saved, 3_000);
    observe(secondAccount, withTexts(PHONE), 3_000);
    expect(isMarked(secondAccount)).toBe(false);
  });
});

test('a write through an account shows in the organization and in the other accounts', () => {
  save(account, PHONE, 2_000);
  for (const of of [id, secondAccount]) {
    observe(of, withTexts(PHONE), 3_000);
    expect(isMarked(of)).toBe(false);
    expect(newest(of)?.author).toEqual({ by: 'entry', name: 'Bristol' });
  }
});

describe('a change of someone else', () => {
  it('is marked, without an author', () => {
    save(id, PHONE, 2_000);
    observe(account, withTexts({ business_phone: '+1 555 0199' }), 3_000);
    expect(isMarked(account)).toBe(true);
    expect(newest(account)?.author).toBeNull();
    expect(valueOf(organizationPage(database, sendStatus, account)).lastChange).toBeNull();
  });

  it('is marked beside ours, and no one is named for both', () => {
    save(id, PHONE, 2_000);
    const { found } = observe(account, withTexts({ ...PHONE, business_name: 'Theirs' }), 3_000);
    expect(found).toEqual(['business_name']);
    expect(isMarked(account)).toBe(true);
    expect(newest(account)?.author).toBeNull();
  });

  it('is not taken for ours because we once wrote the same text', () => {
    save(id, PHONE, 2_000);
    const later = 2_000 + 5 * MINUTE;
    observe(account, saved, later + 1);
    observe(account, withTexts(PHONE), later + 2);
    expect(isMarked(account)).toBe(true);
  });

  it('is taken for ours while our write may still be on its way to this entry', () => {
    save(id, PHONE, 2_000);
    observe(account, saved, 2_000 + 5 * MINUTE);
    observe(account, withTexts(PHONE), 2_000 + 6 * MINUTE);
    expect(isMarked(account)).toBe(false);
  });
});

describe('a pending change of the same field', () => {
  const MINE = { business_phone: '+44 20 7946 0001' };

  it('that was saved later is written over our text, and no one is asked', () => {
    save(id, PHONE, 2_000);
    submit(account, MINE, 3_000);
    const { put, stop } = readBeforeWrite(account, withTexts(PHONE), 4_000);
    expect([put, stop]).toEqual([withTexts(MINE), undefined]);
  });

  test.each([
    ['earlier', 1_000],
    ['in the same save', 2_000],
  ])('that was saved %s asks the person, and nothing is lost', (_, at) => {
    submit(account, MINE, at);
    save(id, PHONE, 2_000);
    const { put, stop } = readBeforeWrite(account, withTexts(PHONE), 4_000);
    expect([put, stop]).toEqual([null, 'conflict']);
    expect(change(account)).toMatchObject({ state: 'conflict', remote: withTexts(PHONE) });
    expect(change(account)?.patch.business_phone?.text).toBe(MINE.business_phone);
  });

  it('that was saved earlier is sent if our text is in another field', () => {
    submit(account, MINE, 1_000);
    save(id, { business_name: 'New name' }, 2_000);
    const { put } = readBeforeWrite(account, withTexts({ business_name: 'New name' }), 4_000);
    expect(put).toEqual(withTexts({ business_name: 'New name', ...MINE }));
    expect(isMarked(account)).toBe(false);
  });
});

test('a draft of the same field starts from our text, so that saving it asks no one', () => {
  apply(account, { type: 'edit', field: 'business_phone', text: '+44 1' }, 1_000);
  save(id, PHONE, 2_000);
  observe(account, withTexts(PHONE), 3_000);
  const draft = read((tables) => tables.drafts.get(account)?.patch);
  expect(draft?.business_phone).toEqual({ base: PHONE.business_phone, text: '+44 1' });
});

describe('no record is shared', () => {
  const asStranger = (of: string): void => {
    save(id, PHONE, 2_000);
    observe(of, withTexts(PHONE), 3_000);
    expect(isMarked(of)).toBe(true);
  };
  const alter = (more: object): void =>
    write(({ organizations }) => organizations.put({ ...organizations.get(account)!, ...more }));

  it('with an account whose organization is unknown', () => {
    alter({ parent: null });
    asStranger(account);
  });

  it('with an account of another organization', () => {
    alter({ parent: { id: 'd'.repeat(32), name: 'Other' } });
    asStranger(account);
  });

  it('with an organization below', () => {
    alter({ kind: 'organization' });
    asStranger(account);
  });
});

describe('a text that Cloudflare kept instead of emptying it', () => {
  const emptied = { business_phone: '', business_address: '' };

  /** Saves these texts, after which Cloudflare has others; returns the code of the failure. */
  function codeAfter(texts: Edits, stored: Edits): string | undefined {
    submit(account, texts, 2_000);
    const { sent } = readBeforeWrite(account, saved, 2_000);
    apply(account, { type: 'readBack', sent: sent!, copy: withTexts(stored) }, 2_000);
    return change(account)?.failure?.code;
  }

  test.each([
    ['alone', { business_phone: '' }, {}, 'profile.empty-kept'],
    ['in one of two fields', emptied, { business_address: '' }, 'profile.empty-kept'],
    ['in both fields', emptied, {}, 'profile.empty-kept'],
    [
      'beside a text that was stored differently',
      { business_phone: '', business_name: 'New' },
      { business_name: 'NEW' },
      'profile.stored-differently',
    ],
    ['is not meant by another text', { business_phone: '+1' }, {}, 'profile.stored-differently'],
  ])('%s', (_, texts: Edits, stored: Edits, code) => {
    expect(codeAfter(texts, stored)).toBe(code);
  });
});

describe('the order of what the person saved in several entries', () => {
  const FIVE: Edits = { business_phone: 'five' };
  const TWO: Edits = { business_phone: 'two' };

  test('a waiting text does not become newer when another field is saved', () => {
    submit(account, FIVE, 9_000);
    save(id, TWO, 10_000);
    submit(account, { business_address: 'new' }, 11_000);
    const { stop, put } = readBeforeWrite(account, withTexts(TWO), 12_000);
    expect({ stop, put }).toEqual({ stop: 'conflict', put: null });
  });

  test('a waiting text does not become newer when a save changes another field', () => {
    submit(account, FIVE, 9_000);
    save(id, TWO, 10_000);
    const edits = { business_address: { text: 'new', seen: saved.business_address } };
    write(({ saves }) => {
      const fields = ['business_address' as const];
      saves.add({ id: 'save', kind: 'change', at: 1, fields, stage: 'sending', paused: false });
      saves.addItems('save', [{ entryId: account, plan: edits }]);
    });
    expect(
      apply(account, { type: 'submitPlan', save: 'save', edits }, 11_000).skipped,
    ).toBeUndefined();
    expect(readBeforeWrite(account, withTexts(TWO), 12_000).stop).toBe('conflict');
  });

  test('a text that is saved again in another form is newer', () => {
    submit(account, FIVE, 9_000);
    save(id, TWO, 10_000);
    submit(account, { business_phone: 'six' }, 11_000);
    expect(readBeforeWrite(account, withTexts(TWO), 12_000).put?.business_phone).toBe('six');
  });

  test('does not exist between two changes of one save', () => {
    const fields = ['business_phone' as const];
    const planned = (text: string) => ({ business_phone: { text, seen: saved.business_phone } });
    write(({ saves }) => {
      saves.add({ id: 'save', kind: 'import', at: 1, fields, stage: 'sending', paused: false });
      saves.addItems('save', [
        { entryId: id, plan: planned('two') },
        { entryId: account, plan: planned('five') },
      ]);
    });
    apply(id, { type: 'submitPlan', save: 'save', edits: planned('two') }, 9_000);
    apply(account, { type: 'submitPlan', save: 'save', edits: planned('five') }, 9_000);
    const { sent } = readBeforeWrite(id, saved, 10_000);
    apply(id, { type: 'readBack', sent: sent!, copy: withTexts(TWO) }, 10_100);
    expect(readBeforeWrite(account, withTexts(TWO), 11_000).stop).toBe('conflict');
  });

  test('does not depend on the clock', () => {
    submit(account, FIVE, 10_000_000);
    save(id, TWO, 9_800_000);
    expect(readBeforeWrite(account, withTexts(TWO), 9_900_000).stop).toBe('conflict');
  });

  test('a text that someone restored is theirs, even if we wrote it earlier', () => {
    const day = 86_400_000;
    observe(account, saved, day);
    save(id, TWO, 2 * day);
    save(id, { business_phone: 'four' }, 3 * day, withTexts(TWO));
    submit(account, FIVE, 5 * day);
    expect(readBeforeWrite(account, withTexts(TWO), 5 * day + 1_000).stop).toBe('conflict');
  });
});

test('what was written through an account says nothing about the organization it moves to', () => {
  save(account, PHONE, 1_000_000);
  const parent = { id: 'd'.repeat(32), name: 'Other Ltd' };
  write(({ organizations }) => {
    for (const one of [account, secondAccount]) {
      organizations.put({ ...organizations.get(one)!, parent });
    }
  });
  submit(secondAccount, { business_phone: 'five' }, 1_100_000);
  expect(readBeforeWrite(secondAccount, withTexts(PHONE), 1_101_000).stop).toBe('conflict');
});

test('a clock that was set back makes no stranger of us', () => {
  const hour = 3_600_000;
  observe(account, saved, 100 * hour);
  save(id, PHONE, 99 * hour);
  observe(account, withTexts(PHONE), 99 * hour + 3_000);
  expect(isMarked(account)).toBe(false);
});

test('a text that the person accepted as stored is known to the other entries', () => {
  submit(id, PHONE, 2_000);
  const { sent } = readBeforeWrite(id, saved, 2_000);
  const copy = withTexts({ business_phone: '+442079460500' });
  expect(apply(id, { type: 'readBack', sent: sent!, copy }, 2_100).stop).toBe('differs');
  apply(id, { type: 'accept', version: sent!.version, remote: copy }, 3_000);
  expect(observe(account, copy, 4_000).found).toEqual([]);
  expect(isMarked(account)).toBe(false);
});

test('only an old text is called kept, not one that someone wrote meanwhile', () => {
  const failureAfter = (stored: string): string | undefined => {
    observe(id, withTexts(PHONE), 1_500);
    submit(id, { business_phone: '' }, 2_000);
    const { sent } = readBeforeWrite(id, withTexts(PHONE), 2_000);
    const copy = withTexts({ business_phone: stored });
    apply(id, { type: 'readBack', sent: sent!, copy }, 2_100);
    return read((tables) => tables.outbox.get(id)?.failure?.code);
  };
  expect(failureAfter('+1 written by someone else')).toBe('profile.stored-differently');
  apply(id, { type: 'discardPending' }, 2_200);
  expect(failureAfter(PHONE.business_phone!)).toBe('profile.empty-kept');
});

test('what someone changed stays news when we write through another entry after it', () => {
  const day = 86_400_000;
  // Without a copy in the history there is nothing to compare with.
  const known: Edits = { external_metadata: '{}' };
  const theirs: Edits = { ...known, business_address: 'by someone else' };
  observe(account, withTexts(known), day);
  write((tables) => tables.organizations.markViewed(account, day));
  observe(account, withTexts(theirs), 2 * day);
  save(id, PHONE, 2 * day + 10_000, withTexts(theirs));
  observe(account, withTexts({ ...theirs, ...PHONE }), 2 * day + 13_000);
  expect(isMarked(account)).toBe(true);
  const news = write((tables) => markViewedOnOpen(tables, account, 3 * day));
  expect(news).toEqual({ at: 2 * day, fields: ['business_address'] });
});

test('what we saved later through another entry is asked about, but is not news', () => {
  submit(account, { business_name: 'Mine' }, 2_000);
  save(id, { business_name: 'Ours' }, 3_000);
  observe(account, withTexts({ business_name: 'Ours' }), 4_000);
  expect(isMarked(account)).toBe(false);
  const { state } = readBeforeWrite(account, withTexts({ business_name: 'Ours' }), 5_000);
  expect(state.pending?.status).toBe('conflict');
  expect(isMarked(account)).toBe(false);
});
