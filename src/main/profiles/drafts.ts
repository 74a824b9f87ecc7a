/** Drafts: what a person typed and has not submitted. Kept as it is typed, never sent by itself. */
import type { Handlers } from '../../shared/contract';
import { failed, success } from '../../shared/failure';
import {
  applyEdits,
  EMPTY_PROFILE,
  sameProfile,
  type Edits,
  type Profile,
} from '../../shared/profile';
import type { DraftRow, Store, Tables } from '../store/tables';
import type { PageOf } from './page';

/** What a new draft begins from: the pending change it is typed on top of, else the saved copy. */
export function draftBase(tables: Tables, organizationId: string): Profile {
  return (
    tables.outbox.get(organizationId)?.desired ??
    tables.profiles.get(organizationId)?.fields ?? { ...EMPTY_PROFILE }
  );
}

/**
 * Puts what the person changed into the draft. Fields not in `edits` go back to the draft's base;
 * without any difference left the draft goes.
 * @returns the draft as it is now, or null
 */
export function putDraft(
  tables: Tables,
  organizationId: string,
  edits: Edits,
  now: number,
): DraftRow | null {
  const base = tables.drafts.get(organizationId)?.base ?? draftBase(tables, organizationId);
  const fields = applyEdits(base, edits);
  if (sameProfile(fields, base)) {
    tables.drafts.remove(organizationId);
    return null;
  }
  const draft: DraftRow = { organizationId, fields, base, updatedAt: now };
  tables.drafts.put(draft);
  return draft;
}

/** What the calls need. */
export interface DraftsOptions {
  store: Store;
  now: () => number;
  pageOf: PageOf;
  /** Told when an organization's draft changed. */
  onChanged: (organizationId: string) => void;
}

/** The calls of room `drafts`. */
export function createDrafts(options: DraftsOptions): Handlers<'drafts'> {
  const { store, now, pageOf, onChanged } = options;
  return {
    keep({ organizationId, edits }) {
      const kept = store.write((tables) => {
        if (!tables.organizations.get(organizationId)) return false;
        putDraft(tables, organizationId, edits, now());
        return true;
      });
      if (!kept.ok) return kept;
      if (!kept.value) return failed('organization.not-saved-here');
      onChanged(organizationId);
      return success(null);
    },
    discard({ organizationId }) {
      const gone = store.write((tables) => tables.drafts.remove(organizationId));
      if (!gone.ok) return gone;
      onChanged(organizationId);
      return pageOf(organizationId);
    },
  };
}
