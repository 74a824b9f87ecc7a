/** The pages of the history on a real database: what each version changed, and nothing left out. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { createHistory } from '../../../src/main/history/history';
import type { Store } from '../../../src/main/store/tables';
import { calls } from '../../../src/shared/contract';
import {
  isCopy,
  type Revision,
  REVISION_KINDS,
  REVISIONS_PER_PAGE,
} from '../../../src/shared/history';
import { changedFields, FIELD_NAMES, type Profile } from '../../../src/shared/profile';
import { profile, valueOf } from '../store/temporary-store';
import { add, clock, history, id, onChanged, other, revisions, saved, store, write } from './world';

type ListAnswer = v.InferOutput<typeof calls.history.list.answer>;

describe('the list', () => {
  it('is empty without revisions, and a failure without the organization', async () => {
    expect(await history().list(id)).toEqual({ ok: true, value: { revisions: [], more: false } });
    expect(await history().list('c'.repeat(32))).toEqual({
      ok: false,
      failure: { code: 'organization.not-saved-here' },
    });
  });

  it('compares every version with the copy of Cloudflare before it, not with texts never sent', async () => {
    const first = { ...saved, business_name: '' };
    const second = { ...first, business_phone: 'observed' };
    add(first, 'observed');
    add({ ...first, business_email: 'given up' }, 'discarded');
    add(second, 'observed');
    add({ ...second, business_address: 'typed' }, 'replaced');
    add({ ...second, business_name: 'Name' }, 'saved');
    add(profile('elsewhere'), 'saved', other);
    const { revisions, more } = valueOf(await history().list(id));
    expect(more).toBe(false);
    const told = revisions.map(({ kind, differences }) => [
      kind,
      differences.map(({ field, before, after }) => `${field}: ${before} > ${after}`),
    ]);
    expect(told).toEqual([
      ['saved', ['business_name:  > Name']],
      ['replaced', ['business_address: saved business_address > typed']],
      ['observed', ['business_phone: saved business_phone > observed']],
      ['discarded', ['business_email: saved business_email > given up']],
      ['observed', FIELD_NAMES.map((field) => `${field}: null > ${first[field]}`)],
    ]);
  });

  it('a page is full when it can be, and says whether there is more', async () => {
    for (let count = 0; count < REVISIONS_PER_PAGE; count++) add(profile(`${count}`));
    expect(valueOf(await history().list(id))).toMatchObject({ more: false });
    add(profile('one more'));
    const page = valueOf(await history().list(id));
    expect(page.revisions).toHaveLength(REVISIONS_PER_PAGE);
    expect(page.more).toBe(true);
    const rest = valueOf(await history().list(id, page.revisions.at(-1)?.id));
    expect(rest).toMatchObject({ more: false, revisions: [{ fields: profile('0') }] });
  });

  it('pages put together are the whole history, whatever it holds and whatever the clock did', async () => {
    const anyRevision = fc.record({
      kind: fc.constantFrom(...REVISION_KINDS),
      mine: fc.boolean(),
      at: fc.integer({ min: 0, max: 9 }),
      text: fc.constantFrom('', 'a', 'b', 'NUL \0, alone \ud800'),
      field: fc.constantFrom(...FIELD_NAMES),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyRevision, { maxLength: 70 }), async (drawn) => {
        write((tables) => {
          for (const { id: old } of [...tables.revisions.of(id), ...tables.revisions.of(other)])
            tables.revisions.remove(old);
          for (const { kind, mine, at, text, field } of drawn)
            tables.revisions.add({
              organizationId: mine ? id : other,
              kind,
              at,
              fields: { ...saved, [field]: text },
            });
        });
        const paged: Revision[] = [];
        for (let before: number | null = null, more = true; more;) {
          const page: ListAnswer = valueOf(await history().list(id, before));
          expect(v.is(calls.history.list.answer, page)).toBe(true);
          expect(page.revisions.length).toBeLessThanOrEqual(REVISIONS_PER_PAGE);
          paged.push(...page.revisions);
          ({ more } = page);
          before = page.revisions.at(-1)?.id ?? null;
        }
        const expected: Pick<Revision, 'kind' | 'at' | 'fields' | 'differences'>[] = [];
        let copy: Profile | null = null;
        for (const { kind, at, fields } of revisions()) {
          const names = copy ? changedFields(copy, fields) : [...FIELD_NAMES];
          const before = copy;
          expected.unshift({
            kind,
            at,
            fields,
            differences: names.map((field) => ({
              field,
              before: before?.[field] ?? null,
              after: fields[field],
            })),
          });
          if (isCopy({ kind })) copy = fields;
        }
        expect(paged.map(({ id: _, ...rest }) => rest)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('reads twice at most, however long the history and wherever its copies are', async () => {
    add(saved);
    for (let count = 0; count < 3 * REVISIONS_PER_PAGE; count++)
      add(profile(`${count}`), 'replaced');
    const reading = vi.fn();
    const counting: Store = {
      ...store,
      read: (work) =>
        store.read((tables) => {
          const counted =
            <A extends unknown[], R>(call: (...given: A) => R) =>
            (...given: A): R => {
              reading();
              return call(...given);
            };
          const { revisions } = tables;
          return work({
            ...tables,
            revisions: {
              ...revisions,
              page: counted(revisions.page),
              copyBefore: counted(revisions.copyBefore),
              of: counted(revisions.of),
              get: counted(revisions.get),
            },
          });
        }),
    };
    const { list } = createHistory({
      store: counting,
      now: () => clock,
      pageOf: vi.fn(),
      onChanged,
    });
    const listed = valueOf(await list({ organizationId: id, before: null }));
    expect(listed.revisions).toHaveLength(REVISIONS_PER_PAGE);
    for (const { differences } of listed.revisions)
      expect(differences.map(({ before }) => before)).toEqual(FIELD_NAMES.map((f) => saved[f]));
    expect(reading.mock.calls.length).toBeLessThanOrEqual(2);
  });
});
