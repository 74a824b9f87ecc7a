/** History on a real database: its pages, what each version changed, and going back to one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHistory } from '../../../src/main/history/history';
import { pageOf } from '../../../src/main/organizations/organizations';
import { openStore } from '../../../src/main/store';
import type { OutboxRow, RevisionRow, Store, Tables } from '../../../src/main/store/tables';
import { createProgress } from '../../../src/main/sync/progress';
import { calls } from '../../../src/shared/contract';
import type { Outcome } from '../../../src/shared/failure';
import { REVISION_KINDS, REVISIONS_PER_PAGE, type Revision } from '../../../src/shared/history';
import { baselineOf } from '../../../src/shared/organization';
import {
  changedFields,
  EMPTY_PROFILE,
  FIELD_NAMES,
  mapFields,
  type Profile,
} from '../../../src/shared/profile';

type ListAnswer = v.InferOutput<typeof calls.history.list.answer>;

const id = 'a'.repeat(32);
const other = 'b'.repeat(32);
const profile = (text: string): Profile => mapFields((field) => `${text} ${field}`);
const saved = profile('saved');

let folder: string;
let store: Store;
let clock: number;
const onChanged = vi.fn();

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.failure.code);
  return outcome.value;
}
const read = <T>(work: (tables: Tables) => T): T => value(store.read(work));
const write = <T>(work: (tables: Tables) => T): T => value(store.write(work));

function history() {
  const progress = createProgress(vi.fn());
  const { list, restore } = createHistory({
    store,
    now: () => (clock += 1),
    pageOf: (organizationId) => pageOf(store, progress, organizationId),
    onChanged,
  });
  return {
    list: async (organizationId: string, before: number | null = null) =>
      list({ organizationId, before }),
    restore: async (revisionId: number, replaceDraft = false, organizationId = id) =>
      restore({ organizationId, revisionId, replaceDraft }),
  };
}

function add(fields: Profile, kind: RevisionRow['kind'] = 'saved', organizationId = id): number {
  return write((tables) => {
    tables.revisions.add({ organizationId, at: (clock += 1), kind, fields });
    return tables.revisions.latest(organizationId) ?? 0;
  });
}
const putDraft = (fields: Profile, base: Profile = saved): void =>
  write((tables) => tables.drafts.put({ organizationId: id, fields, base, updatedAt: 1 }));
const draft = () => read((tables) => tables.drafts.get(id));
const revisions = () => read((tables) => tables.revisions.of(id));

function putChange(desired: Profile, more: Partial<OutboxRow> = {}): void {
  write((tables) =>
    tables.outbox.put({
      organizationId: id,
      version: 1,
      desired,
      base: saved,
      attempted: null,
      theirs: null,
      submittedAt: 1,
      attempts: 0,
      nextAttemptAt: null,
      failure: null,
      state: 'queued',
      bulkRunId: null,
      ...more,
    }),
  );
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterhead-history-'));
  clock = 1_000;
  const onUnexpected = (error: unknown): void => {
    throw error;
  };
  store = value(openStore(folder, { now: () => clock, onUnexpected })).store;
  vi.clearAllMocks();
  write((tables) => {
    for (const each of [id, other]) {
      tables.organizations.put({
        id: each,
        name: 'Brightwater',
        credentialId: null,
        addedAt: 1,
        seenAt: null,
      });
      tables.profiles.put({
        organizationId: each,
        fields: saved,
        confirmedAt: 1,
        checkedAt: 1,
        changedElsewhere: false,
      });
    }
  });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

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
    const { revisions, more } = value(await history().list(id));
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
    expect(value(await history().list(id))).toMatchObject({ more: false });
    add(profile('one more'));
    const page = value(await history().list(id));
    expect(page.revisions).toHaveLength(REVISIONS_PER_PAGE);
    expect(page.more).toBe(true);
    const rest = value(await history().list(id, page.revisions.at(-1)?.id));
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
          const page: ListAnswer = value(await history().list(id, before));
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
          if (kind === 'saved' || kind === 'observed') copy = fields;
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
    const listed = value(await list({ organizationId: id, before: null }));
    expect(listed.revisions).toHaveLength(REVISIONS_PER_PAGE);
    for (const { differences } of listed.revisions)
      expect(differences.map(({ before }) => before)).toEqual(FIELD_NAMES.map((f) => saved[f]));
    expect(reading.mock.calls.length).toBeLessThanOrEqual(2);
  });
});

describe('restoring', () => {
  it('makes a draft of the version on the saved copy and tells of it', async () => {
    const old = add({ ...saved, business_phone: 'old', business_address: 'NUL \0\r\n\ud800' });
    add(saved);
    const page = value(await history().restore(old));
    expect(page.draft).toMatchObject({
      fields: { ...saved, business_phone: 'old', business_address: 'NUL \0\r\n\ud800' },
      base: saved,
    });
    expect(page.draft).toEqual({ ...draft() });
    expect(baselineOf(page)).toEqual(saved);
    expect(onChanged).toHaveBeenCalledExactlyOnceWith(id);
    expect(revisions()).toHaveLength(2);
  });

  it('a change that waits is what the draft is on top of; the change itself stays as it is', async () => {
    const old = add(saved);
    const desired = { ...saved, business_name: 'submitted' };
    putChange(desired, { state: 'waiting', attempts: 3 });
    const before = read((tables) => tables.outbox.get(id));
    const page = value(await history().restore(old));
    expect(page.draft).toMatchObject({ fields: saved, base: desired });
    expect(read((tables) => tables.outbox.get(id))).toEqual(before);
  });

  it('a profile that is not there, or was never read, is five empty texts', async () => {
    const old = add(profile('old'));
    write((tables) =>
      tables.profiles.put({
        organizationId: id,
        fields: null,
        confirmedAt: 1,
        checkedAt: 1,
        changedElsewhere: false,
      }),
    );
    expect(value(await history().restore(old)).draft?.base).toEqual(EMPTY_PROFILE);
  });

  it('what is there now needs no draft, and nothing is told', async () => {
    const same = add(saved);
    const page = value(await history().restore(same));
    expect(page.draft).toBeNull();
    expect(onChanged).not.toHaveBeenCalled();
  });

  it.each([false, true])('a draft that is this version stays (replacing: %s)', async (replace) => {
    const old = add(profile('old'));
    putDraft(profile('old'), profile('older base'));
    const before = draft();
    expect(value(await history().restore(old, replace)).draft).toEqual(before);
    expect(revisions()).toHaveLength(1);
    expect(onChanged).not.toHaveBeenCalled();
  });

  it('a draft is not replaced unasked, also where the version is what is there now', async () => {
    const old = [add(profile('old')), add(saved)];
    putDraft(profile('typed'));
    const before = draft();
    for (const each of old) {
      expect(await history().restore(each)).toEqual({
        ok: false,
        failure: { code: 'draft.exists' },
      });
    }
    expect(draft()).toEqual(before);
    expect(revisions()).toHaveLength(2);
    expect(onChanged).not.toHaveBeenCalled();
  });

  it('the text of a replaced draft can be restored, and the new one begins on what is there now', async () => {
    const old = add(profile('old'));
    putDraft(profile('typed \0'), profile('a copy from before'));
    const page = value(await history().restore(old, true));
    expect(page.draft).toMatchObject({ fields: profile('old'), base: saved });
    const kept = revisions().at(-1);
    expect(kept).toMatchObject({ kind: 'replaced', at: clock, fields: profile('typed \0') });
    expect(page.latestRevision).toBe(kept?.id);
    const back = value(await history().restore(kept?.id ?? 0, true));
    expect(back.draft).toMatchObject({ fields: profile('typed \0'), base: saved });
    expect(revisions().at(-1)).toMatchObject({ kind: 'replaced', fields: profile('old') });
  });

  it('a draft replaced by what is there now goes, and its text is kept', async () => {
    const same = add(saved);
    putDraft(profile('typed'));
    expect(value(await history().restore(same, true)).draft).toBeNull();
    expect(revisions().at(-1)).toMatchObject({ kind: 'replaced', fields: profile('typed') });
    expect(onChanged).toHaveBeenCalledExactlyOnceWith(id);
  });

  it('keeping the old text and the new draft are one step', async () => {
    const old = add(profile('old'));
    putDraft(profile('typed'));
    const failing: Store = {
      ...store,
      write: (work) =>
        store.write((tables) =>
          work({
            ...tables,
            drafts: {
              ...tables.drafts,
              put: () => {
                throw Object.assign(new Error('disk full'), { errcode: 13 });
              },
            },
          }),
        ),
    };
    const { restore } = createHistory({
      store: failing,
      now: () => clock,
      pageOf: vi.fn(),
      onChanged,
    });
    const outcome = restore({ organizationId: id, revisionId: old, replaceDraft: true });
    expect(await outcome).toEqual({ ok: false, failure: { code: 'store.full' } });
    expect(draft()?.fields).toEqual(profile('typed'));
    expect(revisions()).toHaveLength(1);
    expect(onChanged).not.toHaveBeenCalled();
  });

  it('knows only the revisions of this organization', async () => {
    const elsewhere = add(profile('elsewhere'), 'saved', other);
    const none = { ok: false, failure: { code: 'revision.none' } };
    for (const each of [elsewhere, 99, 0, -1, 1.5, Number.POSITIVE_INFINITY, 2 ** 70])
      expect(await history().restore(each, true)).toEqual(none);
    expect(await history().restore(elsewhere, true, 'c'.repeat(32))).toEqual({
      ok: false,
      failure: { code: 'organization.not-saved-here' },
    });
    expect(draft()).toBeNull();
    expect(onChanged).not.toHaveBeenCalled();
  });
});
