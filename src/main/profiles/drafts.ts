/** Drafts: what a person typed and has not submitted. Kept as it is typed, never sent by itself. */
import type { Handlers } from '../../shared/bridge';
import { failed, success } from '../../shared/failure';
import {
  applyEdits,
  EMPTY_PROFILE,
  mapFields,
  sameProfile,
  type Edits,
  type Profile,
} from '../../shared/profile';
import type { DraftRow, Store, Tables } from '../store/tables';
import type { PageOf } from './page';

/** What a person changed, and the texts they saw in those fields when they began. */
export interface Typed {
  edits: Edits;
  began: Edits;
}

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
 *
 * The base of a field is the text the person saw when they began to change it: the one the draft
 * holds, or `began` for a field it does not change yet. So somebody else's change that arrived
 * between the first key and this call is still noticed when the edit is sent.
 * @returns the draft as it is now, or null
 */
export function putDraft(
  tables: Tables,
  organizationId: string,
  { edits, began }: Typed,
  now: number,
): DraftRow | null {
  const before = tables.drafts.get(organizationId);
  const copy = before?.base ?? draftBase(tables, organizationId);
  const base = mapFields((field) => {
    if (edits[field] === undefined) return copy[field];
    const isChanged = before !== null && before.fields[field] !== before.base[field];
    // Typed back to where it began, yet still an edit to the window: it is one of a newer copy.
    const goesOn = isChanged && edits[field] !== copy[field];
    return goesOn ? copy[field] : (began[field] ?? copy[field]);
  });
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
    keep({ organizationId, ...typed }) {
      const kept = store.write((tables) => {
        if (!tables.organizations.get(organizationId)) return false;
        putDraft(tables, organizationId, typed, now());
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
