/** Going back to a version of the history on a real database: a draft, and no text lost for it. */
import { describe, expect, it, vi } from 'vitest';
import { createHistory } from '../../../src/main/history/history';
import type { Store } from '../../../src/main/store/tables';
import { baselineOf } from '../../../src/shared/organization';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import { copy, profile, valueOf } from '../store/temporary-store';
import {
  add,
  clock,
  draft,
  history,
  id,
  onChanged,
  other,
  putChange,
  putDraft,
  read,
  revisions,
  saved,
  store,
  write,
} from './world';

describe('restoring', () => {
  it('makes a draft of the version on the saved copy and tells of it', async () => {
    const old = add({ ...saved, business_phone: 'old', business_address: 'NUL \0\r\n\ud800' });
    add(saved);
    const page = valueOf(await history().restore(old));
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
    const page = valueOf(await history().restore(old));
    expect(page.draft).toMatchObject({ fields: saved, base: desired });
    expect(read((tables) => tables.outbox.get(id))).toEqual(before);
  });

  it('a profile that is not there, or was never read, is five empty texts', async () => {
    const old = add(profile('old'));
    write((tables) => tables.profiles.put(copy(id, null)));
    expect(valueOf(await history().restore(old)).draft?.base).toEqual(EMPTY_PROFILE);
  });

  it('what is there now needs no draft, and nothing is told', async () => {
    const same = add(saved);
    const page = valueOf(await history().restore(same));
    expect(page.draft).toBeNull();
    expect(onChanged).not.toHaveBeenCalled();
  });

  it.each([false, true])('a draft that is this version stays (replacing: %s)', async (replace) => {
    const old = add(profile('old'));
    putDraft(profile('old'), profile('older base'));
    const before = draft();
    expect(valueOf(await history().restore(old, replace)).draft).toEqual(before);
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
    const page = valueOf(await history().restore(old, true));
    expect(page.draft).toMatchObject({ fields: profile('old'), base: saved });
    const kept = revisions().at(-1);
    expect(kept).toMatchObject({ kind: 'replaced', at: clock, fields: profile('typed \0') });
    expect(page.latestRevision).toBe(kept?.id);
    const back = valueOf(await history().restore(kept?.id ?? 0, true));
    expect(back.draft).toMatchObject({ fields: profile('typed \0'), base: saved });
    expect(revisions().at(-1)).toMatchObject({ kind: 'replaced', fields: profile('old') });
  });

  it('a draft replaced by what is there now goes, and its text is kept', async () => {
    const same = add(saved);
    putDraft(profile('typed'));
    expect(valueOf(await history().restore(same, true)).draft).toBeNull();
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
