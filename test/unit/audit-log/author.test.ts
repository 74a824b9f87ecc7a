/** Who made a change, from the entries of an audit log. */
import { describe, expect, it } from 'vitest';
import { authorOf, TOLERANCE_MS, type FoundChange } from '../../../src/main/audit-log/author';
import type { AuditEntry } from '../../../src/main/cloudflare';

const MINUTE = 60_000;
const READ_AT = Date.UTC(2026, 10, 24, 14);
const PATH = '/organizations/0a/profile';
const before = (minutes: number): number => READ_AT - minutes * MINUTE;

const OLD = { business_phone: '1', business_name: 'A' };
const NEW = { business_phone: '2', business_name: 'B' };
const CHANGE: FoundChange = {
  paths: [PATH, '/accounts/0b/profile'],
  since: before(60),
  readAt: READ_AT,
  changed: NEW,
  ownRequests: [],
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
    texts: NEW,
    ...different,
  };
}
/** A write that shows that the texts were others then. */
const EARLIER = write('pat', 59, { texts: OLD });

/** @param earlier the oldest entry of the log, if it has one more */
const found = (
  entries: AuditEntry[],
  change: Partial<FoundChange> = {},
  earlier: AuditEntry | null = EARLIER,
) => authorOf(earlier ? [...entries, earlier] : entries, { ...CHANGE, ...change });
const by = (actor: string, minutes: number) => ({
  who: `${actor}@b.example`,
  via: 'dashboard',
  at: before(minutes),
});

describe('a log that lacks what was done elsewhere', () => {
  it('names no one for a text that may have been carried along', () => {
    // Someone changed the phone elsewhere; Ben's write carries it.
    expect(found([write('ben', 30)], {}, null)).toBeNull();
    expect(found([write('ben', 30), write('ben', 40)], {}, null)).toBeNull();
    const phone = write('pat', 50, { texts: { business_phone: '1' } });
    expect(found([write('ben', 30)], {}, phone)).toBeNull();
    const onlyPhone = { changed: { business_phone: '2' } };
    expect(found([write('ben', 30)], onlyPhone, phone)).toEqual(by('ben', 30));
  });

  it('names no one for a text that none of its writes has', () => {
    expect(found([write('ben', 30, { texts: {} })])).toBeNull();
    expect(found([write('ben', 30, { texts: { business_phone: '2' } })])).toBeNull();
    expect(found([write('ben', 30, { texts: { ...NEW, business_phone: '3' } })])).toBeNull();
    expect(found([])).toBeNull();
  });

  it('names no one if another write, whose texts it lacks, may be the change', () => {
    const hidden = write('kim', 40, { texts: {} });
    expect(found([write('ben', 30), hidden])).toBeNull();
    expect(found([hidden, write('ben', 50)])).toEqual(by('ben', 50));
  });
});

describe('one person', () => {
  it('made the change whose texts an older write did not have', () => {
    expect(found([write('erika', 30)])).toEqual(by('erika', 30));
    const account = write('erika', 5, { path: '/accounts/0b/profile', via: 'api' });
    expect(found([account])).toEqual({ ...by('erika', 5), via: 'api' });
    expect(found([write('erika', 30)], {}, write('erika', 50, { texts: OLD }))).toEqual(
      by('erika', 30),
    );
  });

  it('may have a clock that differs by a few minutes', () => {
    const earlier = write('pat', 64.5, { texts: OLD });
    expect(found([write('erika', 64)], {}, earlier)).toEqual(by('erika', 64));
    expect(found([write('erika', -4)])).toEqual(by('erika', -4));
    expect(found([write('erika', 30)], {}, write('pat', 66, { texts: OLD }))).toBeNull();
    expect(found([write('erika', -6)])).toBeNull();
    // What was written after the read is not what was read.
    const later = write('erika', -2, { texts: OLD });
    expect(found([later, write('erika', 9)])).toEqual(by('erika', 9));
  });

  it.each([
    ['another organization', '/client/v4/organizations/0c/profile'],
    ['the organization itself', '/client/v4/organizations/0a'],
    ['a page of the dashboard', '/0a/configurations'],
    ['nothing', ''],
  ])('is not known from a write of %s, whatever its texts', (_, path) => {
    expect(found([write('erika', 30, { path })])).toBeNull();
  });

  it('is unknown if the log does not say who', () => {
    expect(found([write('', 30, { who: null })])).toBeNull();
    expect(found([write('erika', 30, { who: null })])).toBeNull();
  });
});

describe('several persons', () => {
  it('are told apart by what they wrote', () => {
    const erika = write('erika', 30, { texts: OLD });
    const kim = write('kim', 20);
    expect(found([erika, kim])).toEqual(by('kim', 20));
    // Kim carried Erika's text along.
    const both = { ...erika, texts: { ...OLD, business_name: 'B' } };
    expect(found([both, kim])).toBeNull();
    const onlyPhone = { changed: { business_phone: '2' } };
    expect(found([both, kim], onlyPhone)).toEqual(by('kim', 20));
    expect(found([both, kim], { changed: { business_name: 'B' } })).toEqual(by('erika', 30));
  });

  it('are told apart although an empty text left a field as it was', () => {
    const empty = { business_phone: '', business_name: '' };
    const kim = write('kim', 20, { texts: empty });
    expect(found([write('erika', 30), kim])).toEqual(by('erika', 30));
    expect(found([write('erika', 30)], {}, write('kim', 50, { texts: empty }))).toBeNull();
    expect(found([kim], { changed: { business_phone: '' } })).toEqual(by('kim', 20));
  });

  it('do not count if they wrote after the read', () => {
    const kim = write('kim', -1, { texts: { business_phone: '3', business_name: 'C' } });
    expect(found([kim, write('erika', 30)])).toEqual(by('erika', 30));
    expect(found([{ ...kim, at: before(1) }, write('erika', 30)])).toBeNull();
  });
});

describe('our own writes', () => {
  const own = { at: before(30), ray: 'ray of me 30' };
  const mine = write('me', 30, { texts: OLD });

  it('are recognized by the ray ID of their answer, and hide what was before them', () => {
    expect(found([write('me', 30)], { ownRequests: [own] })).toBeNull();
    const entries = [write('erika', 40), write('me', 30)];
    expect(found(entries, { ownRequests: [own] })).toBeNull();
    expect(found([write('erika', 40), mine], { ownRequests: [own] })).toBeNull();
    expect(found([mine, write('kim', 20)], { ownRequests: [own] }, null)).toEqual(by('kim', 20));
    // The same person, in the dashboard.
    expect(found([write('me', 30), write('me', 20)], { ownRequests: [own] })).toBeNull();
  });

  it('hide nothing from a read that was before them', () => {
    const after = { at: READ_AT, ray: 'ray of me -1' };
    const entries = [write('erika', 40), write('me', -1)];
    expect(found(entries, { ownRequests: [after] })).toEqual(by('erika', 40));
  });

  it('may be without an answer, or without its id in the log', () => {
    const letterhead = { userAgent: 'Letterhead/1.2.3' };
    const lost = { ownRequests: [{ at: before(30), ray: null }] };
    expect(found([write('me', 29, letterhead)], lost)).toBeNull();
    expect(found([write('erika', 29)], lost)).toEqual(by('erika', 29));
    expect(found([write('me', 20, letterhead)], lost)).toEqual(by('me', 20));
    const unnamed = [write('me', 29, { ray: null })];
    expect(found(unnamed, { ownRequests: [own] })).toBeNull();
    expect(found(unnamed)).toEqual(by('me', 29));
  });

  it('are not those of another installation', () => {
    const other = write('kim', 29, { userAgent: 'Letterhead/1.2.3' });
    expect(found([other], { ownRequests: [own] })).toEqual(by('kim', 29));
  });
});

it('differs from the clock of Cloudflare by five minutes at most', () => {
  expect(TOLERANCE_MS).toBe(5 * MINUTE);
});
