/** The history of two organizations on a real database. */
import { beforeEach, vi } from 'vitest';
import { createHistory } from '../../../src/main/history/history';
import { pageOf } from '../../../src/main/organizations/organizations';
import type { OutboxRow, RevisionRow, Store, Tables } from '../../../src/main/store/tables';
import { createProgress } from '../../../src/main/sync/progress';
import type { Profile } from '../../../src/shared/profile';
import { change, copy, freshStore, profile, valueOf } from '../store/temporary-store';

/** The two organizations, and the copy both have. */
export const id = 'a'.repeat(32);
export const other = 'b'.repeat(32);
export const saved = profile('saved');

/** The database of this test and its time, new for each. */
export let store: Store;
export let clock: number;
export const onChanged = vi.fn();

/** Reads and writes it, and unwraps. */
export const read = <T>(work: (tables: Tables) => T): T => valueOf(store.read(work));
export const write = <T>(work: (tables: Tables) => T): T => valueOf(store.write(work));

/** The calls of the window; the clock moves on whenever they ask for the time. */
export function history() {
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

/** Adds a revision; its id. */
export function add(
  fields: Profile,
  kind: RevisionRow['kind'] = 'saved',
  organizationId = id,
): number {
  return write((tables) => {
    tables.revisions.add({ organizationId, at: (clock += 1), kind, fields });
    return tables.revisions.latest(organizationId) ?? 0;
  });
}

/** Gives the first organization a draft. */
export const putDraft = (fields: Profile, base: Profile = saved): void =>
  write((tables) => tables.drafts.put({ organizationId: id, fields, base, updatedAt: 1 }));

/** The draft and the revisions of the first organization, and a change of it to start from. */
export const draft = () => read((tables) => tables.drafts.get(id));
export const revisions = () => read((tables) => tables.revisions.of(id));
export const putChange = (desired: Profile, more: Partial<OutboxRow>): void =>
  write((tables) => tables.outbox.put(change(id, desired, { base: saved, ...more })));

beforeEach(() => {
  clock = 1_000;
  store = freshStore({ now: () => clock });
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
      tables.profiles.put(copy(each, saved));
    }
  });
});
