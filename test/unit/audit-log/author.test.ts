/** Who made a change, from the entries of an audit log. */
import { describe, expect, it } from 'vitest';
import { authorOf, TOLERANCE_MS, type FoundChange } from '../../../src/main/audit-log/author';
import type { AuditEntry } from '../../../src/main/cloudflare';

const MINUTE = 60_000;
const READ_AT = Date.UTC(2026, 10, 24, 14);
const PATH = '/organizations/0a/profile';
const before = (minutes: number): number => READ_AT - minutes * MINUTE;

const CHANGE: FoundChange = {
  paths: [PATH, '/accounts/0b/profile'],
  since: before(60),
  writtenBefore: null,
  readAt: READ_AT,
  isSuperseded: false,
  changed: { business_phone: '2', business_name: 'B' },
  ownRequests: [],
  isPartial: false,
};

/** A write by `actor`, this many minutes before the read. */
function write(actor: string, minutes: number, different: Partial<AuditEntry> = {}): AuditEntry {
  return {
    at: before(minutes),
    actor,
    who: `${actor}@b.example`,
    via: 'dashboard',
    ray: `ray of ${actor} ${minutes}`,
    path: `/client/v4${PATH}`,
    userAgent: 'Mozilla/5.0',
    texts: {},
    ...different,
  };
}
const found = (entries: AuditEntry[], change: Partial<FoundChange> = {}, isComplete = true) =>
  authorOf(entries, { ...CHANGE, ...change }, isComplete);
const by = (actor: string, minutes: number) => ({
  who: `${actor}@b.example`,
  via: 'dashboard',
  at: before(minutes),
});

describe('one person', () => {
  it('made the change if no one else wrote the profile between the reads', () => {
    expect(found([write('erika', 30)])).toEqual(by('erika', 30));
    expect(found([write('erika', 50), write('erika', 20)])).toEqual(by('erika', 20));
    const account = write('erika', 5, { path: '/accounts/0b/profile', via: 'api' });
    expect(found([account])).toEqual({ ...by('erika', 5), via: 'api' });
  });

  it('made it by what was written, where the log may lack the writes of others', () => {
    const isPartial = true;
    const texts = { business_phone: '2', business_name: 'B' };
    expect(found([write('erika', 30)], { isPartial })).toBe('unknown');
    expect(found([write('erika', 30, { texts })], { isPartial })).toEqual(by('erika', 30));
    const half = { texts: { business_phone: '2' } };
    expect(found([write('erika', 30, half)], { isPartial })).toBe('unknown');
  });

  it('did not make the change if all that was written is different', () => {
    const texts = { business_phone: 'another', business_name: 'B' };
    expect(found([write('erika', 30, { texts })])).toBe('unknown');
    expect(found([write('erika', 30, { texts: { ...texts, business_phone: '2' } })])).toEqual(
      by('erika', 30),
    );
  });

  it('may have a clock that differs by a few minutes', () => {
    expect(found([write('erika', 64)])).toEqual(by('erika', 64));
    expect(found([write('erika', -4)])).toEqual(by('erika', -4));
    expect(found([write('erika', 66)])).toBe('no-entry');
    expect(found([write('erika', -6)])).toBe('no-entry');
    // What she wrote after the read is not what was read.
    expect(found([write('erika', -2), write('erika', 9)])).toEqual(by('erika', 9));
  });

  it('is not named for a write after the read once a newer copy exists, unless its texts match', () => {
    const isSuperseded = true;
    expect(found([write('kim', -1)], { isSuperseded })).toBe('unknown');
    expect(found([write('kim', -1), write('kim', 9)], { isSuperseded })).toEqual(by('kim', 9));
    const texts = CHANGE.changed;
    expect(found([write('erika', -1, { texts })], { isSuperseded })).toEqual(by('erika', -1));
  });

  it.each([
    ['another organization', '/client/v4/organizations/0c/profile'],
    ['the organization itself', '/client/v4/organizations/0a'],
    ['a page of the dashboard', '/0a/configurations'],
    ['nothing', ''],
  ])('is not known from a write of %s, whatever its texts', (_, path) => {
    expect(found([write('erika', 30, { path, texts: CHANGE.changed })])).toBe('no-entry');
  });

  it('is unknown if the log does not say who', () => {
    expect(found([write('', 30, { who: null })])).toBe('unknown');
    expect(found([write('erika', 30, { who: null })])).toBe('unknown');
    expect(found([write('', 30), write('', 20)])).toBe('unknown');
  });

  it('did not write again what the copy before showed already', () => {
    const entries = [write('kim', 3), write('erika', 5)];
    expect(found(entries, { since: before(4) })).toBe('unknown');
    expect(found(entries, { since: before(4), writtenBefore: before(5) })).toEqual(by('kim', 3));
  });
});

describe('several persons', () => {
  it('are unknown if the log does not contain what they wrote', () => {
    expect(found([write('erika', 30), write('kim', 20)])).toBe('unknown');
  });

  it('are told apart by what they wrote', () => {
    const erika = write('erika', 30, { texts: { business_phone: '1', business_name: 'A' } });
    const kim = write('kim', 20, { texts: { business_phone: '2', business_name: 'B' } });
    expect(found([erika, kim])).toEqual(by('kim', 20));
    // Kim carried Erika's text along.
    const both = { ...erika, texts: { ...erika.texts, business_name: 'B' } };
    expect(found([both, kim])).toBe('unknown');
    const onlyPhone = { changed: { business_phone: '2' } };
    expect(found([both, kim], onlyPhone)).toEqual(by('kim', 20));
    expect(found([both, kim], { changed: { business_name: 'B' } })).toEqual(by('erika', 30));
  });

  it('are told apart although an empty text left a field as it was', () => {
    const erika = write('erika', 30, { texts: { business_phone: '2', business_name: 'B' } });
    for (const texts of [{}, { business_phone: '', business_name: '' }]) {
      expect(found([erika, write('kim', 20, { texts })])).toEqual(by('erika', 30));
    }
    const emptied = { changed: { business_phone: '' } };
    const kim = write('kim', 20, { texts: { business_phone: '' } });
    expect(found([erika, kim], emptied)).toEqual(by('kim', 20));
  });

  it('do not count if they wrote after the read', () => {
    const erika = write('erika', 30, { texts: CHANGE.changed });
    const kim = write('kim', -1, { texts: { business_phone: '3', business_name: 'C' } });
    expect(found([kim, erika])).toEqual(by('erika', 30));
    expect(found([{ ...kim, at: before(1) }, erika])).toBe('unknown');
  });
});

describe('our own writes', () => {
  const own = { at: before(30), ray: 'ray of me 30' };

  it('are recognized by the ray ID of their answer, and hide what was before them', () => {
    expect(found([write('me', 30)], { ownRequests: [own] })).toBe('unknown');
    const entries = [write('erika', 40), write('me', 30), write('kim', 20)];
    expect(found(entries, { ownRequests: [own] })).toEqual(by('kim', 20));
    expect(found(entries.slice(0, 2), { ownRequests: [own] })).toBe('unknown');
    // Nothing before them matters, so the rest of the log may be missing.
    expect(found(entries, { ownRequests: [own] }, false)).toEqual(by('kim', 20));
  });

  it('hide nothing from a read that was before them', () => {
    const after = { at: READ_AT, ray: 'ray of me -1' };
    const entries = [write('erika', 40), write('me', -1)];
    expect(found(entries, { ownRequests: [after] })).toEqual(by('erika', 40));
  });

  it('may be without an answer, or without its id in the log', () => {
    const letterhead = { userAgent: 'Letterhead/1.2.3' };
    const lost = { ownRequests: [{ at: before(30), ray: null }] };
    expect(found([write('me', 29, letterhead)], lost)).toBe('unknown');
    expect(found([write('erika', 29)], lost)).toEqual(by('erika', 29));
    expect(found([write('me', 20, letterhead)], lost)).toEqual(by('me', 20));
    const unnamed = [write('me', 29, { ray: null })];
    expect(found(unnamed, { ownRequests: [own] })).toBe('unknown');
    expect(found(unnamed)).toEqual(by('me', 29));
  });

  it('are not those of another installation', () => {
    const other = write('kim', 29, { userAgent: 'Letterhead/1.2.3' });
    expect(found([other], { ownRequests: [own] })).toEqual(by('kim', 29));
  });
});

it('names no one if a part of the log is missing', () => {
  expect(found([write('erika', 30)], {}, false)).toBe('unknown');
  expect(found([], {}, false)).toBe('unknown');
  expect(found([])).toBe('no-entry');
  expect(TOLERANCE_MS).toBe(5 * MINUTE);
});
