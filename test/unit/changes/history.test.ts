/**
 * The history of an organization on a real database: the list of revisions, and restoring one.
 */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import type { RevisionRow } from '../../../src/main/database/revision-table';
import type { Database } from '../../../src/main/database/tables';
import { calls as contract } from '../../../src/shared/contract/index';
import { failed } from '../../../src/shared/result';
import {
  isRemoteCopy,
  type Revision,
  REVISION_KINDS,
  REVISIONS_PER_PAGE,
} from '../../../src/shared/history';
import { touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type Edits, type FieldName } from '../../../src/shared/profile';
import { profile } from '../database/temporary-database';
import { valueOf } from '../results';
import {
  calls,
  clock,
  draft,
  edited,
  failing,
  id,
  kinds,
  now,
  other,
  revisions,
  saved,
  startFreshForEachTest,
  database,
  storedState,
  type,
  write,
} from './harness';

startFreshForEachTest();

const none = failed('organization.not-saved-here');

/** Adds a revision, and returns its id. */
function add(texts: Edits, kind: RevisionRow['kind'] = 'saved', entryId = id): number {
  return write((tables) => {
    tables.revisions.add({ entryId, at: clock, kind, texts, author: null });
    return tables.revisions.latest(entryId) ?? 0;
  });
}

const list = (before: number | null = null, entryId = id, on: Database = database) =>
  now(calls(on).history.list({ entryId, before }));

const restore = (revisionId: number, replaceDraft = false, entryId = id) =>
  now(calls().history.restore({ entryId, revisionId, replaceDraft }));

const restoreFields = (revisionId: number, fields: FieldName[], replaceDraft = false) =>
  now(calls().history.restore({ entryId: id, revisionId, replaceDraft, fields }));

describe('the list', () => {
  it('is empty without revisions, and a failure without the organization', () => {
    expect(list()).toEqual({ ok: true, value: { revisions: [], more: false } });
    expect(list(null, 'c'.repeat(32))).toEqual(none);
  });

  it('compares every revision with the previous copy of Cloudflare, not with texts that were never sent', () => {
    const first = { ...saved, business_name: '' };
    const second = { ...first, business_phone: 'observed' };
    add(first, 'observed');
    add({ business_email: 'discarded' }, 'discarded');
    add(second, 'observed');
    add({ business_address: 'typed', business_phone: 'observed' }, 'replaced');
    add({ ...second, business_name: 'Name' }, 'saved');
    add(profile('elsewhere'), 'saved', other);
    const page = valueOf(list());
    expect(page.more).toBe(false);
    const shown = page.revisions.map(({ kind, differences }) => [
      kind,
      differences.map(({ field, before, after }) => `${field}: ${before} > ${after}`),
    ]);
    expect(shown).toEqual([
      ['saved', ['business_name:  > Name']],
      ['replaced', [`business_address: ${saved.business_address} > typed`]],
      ['observed', [`business_phone: ${saved.business_phone} > observed`]],
      ['discarded', [`business_email: ${saved.business_email} > discarded`]],
      ['observed', FIELD_NAMES.map((field) => `${field}: null > ${first[field]}`)],
    ]);
  });

  it('fills each page if it can, and reports whether there is more', () => {
    for (let count = 0; count < REVISIONS_PER_PAGE; count += 1) add(profile(`${count}`));
    expect(valueOf(list())).toMatchObject({ more: false });
    add(profile('one more'));
    const page = valueOf(list());
    expect(page.revisions).toHaveLength(REVISIONS_PER_PAGE);
    expect(page.more).toBe(true);
    const rest = valueOf(list(page.revisions.at(-1)?.id));
    expect(rest).toMatchObject({ more: false, revisions: [{ texts: profile('0') }] });
  });

  it('covers the complete history page by page, whatever it holds and however the clock changed', () => {
    const anyRevision = fc.record({
      kind: fc.constantFrom(...REVISION_KINDS),
      mine: fc.boolean(),
      at: fc.integer({ min: 0, max: 9 }),
      text: fc.constantFrom('', 'a', 'b', 'NUL \0, alone \ud800'),
      field: fc.constantFrom(...FIELD_NAMES),
    });
    fc.assert(
      fc.property(fc.array(anyRevision, { maxLength: 70 }), (drawn) => {
        write((tables) => {
          for (const each of [id, other]) {
            const row = tables.organizations.get(each)!;
            tables.organizations.remove(each);
            tables.organizations.put(row);
          }
          for (const { kind, mine, at, text, field } of drawn) {
            const texts = isRemoteCopy({ kind }) ? { ...saved, [field]: text } : { [field]: text };
            tables.revisions.add({
              entryId: mine ? id : other,
              kind,
              at,
              texts,
              author: null,
            });
          }
        });
        const paged: Revision[] = [];
        for (let before: number | null = null, more = true; more;) {
          const page: { revisions: Revision[]; more: boolean } = valueOf(list(before));
          expect(v.is(contract.history.list.answer, page)).toBe(true);
          expect(page.revisions.length).toBeLessThanOrEqual(REVISIONS_PER_PAGE);
          paged.push(...page.revisions);
          ({ more } = page);
          before = page.revisions.at(-1)?.id ?? null;
        }
        const expected: Omit<Revision, 'id'>[] = [];
        let last: Edits | null = null;
        for (const { kind, at, texts } of revisions()) {
          const before: Edits | null = last;
          const differences = touchedFields(texts)
            .filter((field) => before === null || before[field] !== texts[field])
            .map((field) => ({
              field,
              before: before?.[field] ?? null,
              after: texts[field] ?? '',
            }));
          expected.unshift({ kind, at, texts, differences, author: null, saveStartedAt: null });
          if (isRemoteCopy({ kind })) last = texts;
        }
        expect(paged.map(({ id: _, ...rest }) => rest)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('says in which save of many a copy was written, but not of one that was found at Cloudflare', () => {
    const [alone, found, written] = [
      add(profile('alone')),
      add(profile('found'), 'observed'),
      add(profile('written')),
    ];
    write(({ saves }) => {
      for (const [save, at, revisionId] of [
        ['first', 7, found],
        ['second', 8, written],
      ] as const) {
        const fields = ['business_phone'] as const;
        saves.add({ id: save, at, fields: [...fields], stage: 'sending', paused: false });
        for (const entryId of [id, other]) {
          saves.addSubmitted(save, entryId, fields);
          saves.end(save, entryId, 'business_phone', 'done', entryId === id ? revisionId : 99);
        }
      }
    });
    const startsByRevision = new Map(
      valueOf(list()).revisions.map((one) => [one.id, one.saveStartedAt]),
    );
    expect([alone, found, written].map((one) => startsByRevision.get(one))).toEqual([
      null,
      null,
      8,
    ]);
  });

  it('makes at most three queries, however long the history is and wherever its copies are', () => {
    add(saved);
    for (let count = 0; count < 3 * REVISIONS_PER_PAGE; count += 1) {
      add(profile(`${count}`), 'replaced');
    }
    const reading = vi.fn();
    const counted =
      <A extends unknown[], R>(call: (...given: A) => R) =>
      (...given: A): R => {
        reading();
        return call(...given);
      };
    const counting: Database = {
      ...database,
      read: (work) =>
        database.read((tables) => {
          const { rows, copyBefore, of, get } = tables.revisions;
          const countedReads = {
            rows: counted(rows),
            copyBefore: counted(copyBefore),
            of: counted(of),
            get: counted(get),
          };
          const startsByRevision = counted(tables.saves.startsByRevision);
          return work({
            ...tables,
            revisions: { ...tables.revisions, ...countedReads },
            saves: { ...tables.saves, startsByRevision },
          });
        }),
    };
    const listed = valueOf(list(null, id, counting));
    expect(listed.revisions).toHaveLength(REVISIONS_PER_PAGE);
    for (const { differences } of listed.revisions) {
      expect(differences.map(({ before }) => before)).toEqual(FIELD_NAMES.map((f) => saved[f]));
    }
    expect(reading.mock.calls.length).toBeLessThanOrEqual(3);
  });
});

describe('restoring', () => {
  it('creates a draft of the fields that differ, based on the current copy, and reports it', () => {
    const text = 'NUL \0\r\n\ud800';
    const old = add({ ...saved, business_phone: 'old', business_address: text });
    add(saved);
    const page = valueOf(restore(old));
    expect(draft()).toEqual({
      business_phone: { base: saved.business_phone, text: 'old' },
      business_address: { base: saved.business_address, text },
    });
    expect(page.draft?.patch).toEqual(draft());
    expect(edited).toHaveBeenCalledExactlyOnceWith(id);
    expect(revisions()).toHaveLength(2);
  });

  it('restores only the fields of a revision whose texts were never sent', () => {
    const old = add({ business_phone: 'discarded' }, 'discarded');
    valueOf(restore(old));
    expect(draft()).toEqual({ business_phone: { base: saved.business_phone, text: 'discarded' } });
  });

  it('creates no draft for the current texts, and reports nothing', () => {
    const same = add(saved);
    expect(valueOf(restore(same)).draft).toBeNull();
    expect(edited).not.toHaveBeenCalled();
  });

  it.each([false, true])('keeps a draft that equals this revision (replacing: %s)', (replace) => {
    const old = add({ business_name: 'old', business_phone: 'old' });
    type({ business_name: 'old', business_phone: 'old' }, { business_name: 'an older base' });
    const before = storedState();
    valueOf(restore(old, replace));
    expect(storedState()).toEqual(before);
    expect(edited).toHaveBeenCalledTimes(1);
  });

  it('does not replace a draft unless requested, even if the revision equals the current copy', () => {
    const old = [add(profile('old')), add(saved)];
    type({ business_name: 'typed' });
    const before = storedState();
    for (const each of old) expect(restore(each)).toEqual(failed('draft.exists'));
    expect(storedState()).toEqual(before);
  });

  it('moves the text of a replaced draft to the history, from which it can be restored', () => {
    const old = add({ ...saved, business_phone: 'old' });
    type({ business_name: 'typed \0' }, { business_name: 'a copy from before' });
    const page = valueOf(restore(old, true));
    expect(draft()).toEqual({ business_phone: { base: saved.business_phone, text: 'old' } });
    const kept = revisions().at(-1);
    expect(kept).toMatchObject({ kind: 'replaced', texts: { business_name: 'typed \0' } });
    expect(page.latestRevision).toBe(kept?.id);
    valueOf(restore(kept?.id ?? 0, true));
    expect(draft()).toEqual({ business_name: { base: saved.business_name, text: 'typed \0' } });
    expect(revisions().at(-1)).toMatchObject({ texts: { business_phone: 'old' } });
    expect(kinds()).toEqual(['saved', 'replaced', 'replaced']);
  });

  it('removes a draft when restoring the current texts, and moves its text to the history', () => {
    const same = add(saved);
    type({ business_name: 'typed' });
    expect(valueOf(restore(same, true)).draft).toBeNull();
    expect(revisions().at(-1)).toMatchObject({
      kind: 'replaced',
      texts: { business_name: 'typed' },
    });
    expect(edited).toHaveBeenCalledTimes(2);
  });

  it('stores the old text and the new draft in one transaction', () => {
    const old = add(profile('old'));
    type({ business_name: 'typed' });
    const before = storedState();
    const request = { entryId: id, revisionId: old, replaceDraft: true };
    expect(now(calls(failing()).history.restore(request))).toEqual(failed('database.full'));
    expect(storedState()).toEqual(before);
    expect(edited).toHaveBeenCalledTimes(1);
  });

  describe('only some fields', () => {
    it('asks only if one of these fields has another text in the draft, which goes to the history', () => {
      const old = add({ ...saved, business_phone: 'old' });
      type({ business_name: 'typed', business_phone: 'typed' }, { business_phone: 'older' });
      const before = storedState();
      expect(restoreFields(old, ['business_phone'])).toEqual(failed('draft.exists'));
      expect(storedState()).toEqual(before);
      valueOf(restoreFields(old, ['business_phone'], true));
      expect(draft()).toMatchObject({
        business_name: { text: 'typed' },
        business_phone: { base: saved.business_phone, text: 'old' },
      });
      expect(revisions().at(-1)).toMatchObject({
        kind: 'replaced',
        texts: { business_phone: 'typed' },
      });
      expect(Object.keys(revisions().at(-1)!.texts)).toEqual(['business_phone']);
    });

    it('does not touch a draft that has the text already, nor ask about it', () => {
      const old = add({ ...saved, business_phone: 'old', business_email: 'old' });
      type({ business_phone: 'old' }, { business_phone: 'older' });
      const before = storedState();
      valueOf(restoreFields(old, ['business_phone']));
      expect(storedState()).toEqual(before);
      valueOf(restoreFields(old, ['business_phone', 'business_email']));
      expect(draft()).toEqual({
        business_phone: { base: 'older', text: 'old' },
        business_email: { base: saved.business_email, text: 'old' },
      });
    });

    it('fails without a field, and for a field that the revision does not have', () => {
      const old = add({ business_phone: 'discarded' }, 'discarded');
      const wrong: FieldName[][] = [[], ['business_name'], ['business_phone', 'business_name']];
      for (const fields of wrong) {
        expect(restoreFields(old, fields, true)).toEqual(failed('revision.not-found'));
      }
      expect(draft()).toBeNull();
    });
  });

  it('accepts only revisions of this organization', () => {
    const elsewhere = add(profile('elsewhere'), 'saved', other);
    for (const each of [elsewhere, 99, 0, -1, 1.5, Number.POSITIVE_INFINITY, 2 ** 70]) {
      expect(restore(each, true)).toEqual(failed('revision.not-found'));
    }
    expect(restore(elsewhere, true, 'c'.repeat(32))).toEqual(none);
    expect(draft()).toBeNull();
    expect(edited).not.toHaveBeenCalled();
  });
});
