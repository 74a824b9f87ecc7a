/** Drafts and changes of one organization on a real database. */
import { beforeEach, vi } from 'vitest';
import { createChanges } from '../../../src/main/profiles/changes';
import { createDrafts } from '../../../src/main/profiles/drafts';
import type { Store, Tables } from '../../../src/main/store/tables';
import { success } from '../../../src/shared/failure';
import type { OrganizationView } from '../../../src/shared/organization';
import type { Profile } from '../../../src/shared/profile';
import { copy, freshStore, valueOf } from '../store/temporary-store';

/** The organization. */
export const id = 'a'.repeat(32);

/** What is saved of it. */
export const saved: Profile = {
  business_name: 'Brightwater Ltd',
  business_email: 'office@brightwater.example',
  business_phone: '+44 20 7946 0321',
  business_address: '12 Harbour Row\r\nBristol',
  external_metadata: '{"crm":1}',
};

/** Those who hear of drafts and changes. */
export const wake = vi.fn();
export const onChanged = vi.fn();
export const gaveUp = vi.fn();

let store: Store;
let clock: number;

/** Reads and writes the database of this test, and unwraps. */
export const read = <T>(work: (tables: Tables) => T): T => valueOf(store.read(work));
export const write = <T>(work: (tables: Tables) => T): T => valueOf(store.write(work));

/** Has Cloudflare have stored this instead of what the pending change wants. */
export function storeDifferently(tables: Tables, theirs: Profile): void {
  const row = tables.outbox.get(id)!;
  const failure = { code: 'profile.stored-differently' as const };
  tables.outbox.put({ ...row, state: 'refused', failure, theirs });
}

/** The calls of the window; the clock moves on whenever they ask for the time. */
export function calls() {
  const options = {
    store,
    now: () => (clock += 1),
    pageOf: () => success({} as OrganizationView),
    onChanged,
    wake,
    gaveUp,
    retryNow: vi.fn(),
  };
  return { drafts: createDrafts(options), changes: createChanges(options) };
}

beforeEach(() => {
  clock = 1_000;
  store = freshStore({ now: () => clock });
  vi.clearAllMocks();
  write((tables) => {
    tables.organizations.put({
      id,
      name: 'Brightwater',
      credentialId: null,
      addedAt: 1,
      seenAt: null,
    });
    tables.profiles.put(copy(id, saved));
  });
});
