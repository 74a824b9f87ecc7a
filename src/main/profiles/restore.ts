/** Restoring: a draft of a remembered version, begun on what is there now. Nothing is sent by itself. */
import type { FailureCode } from '../../shared/failure';
import { sameProfile } from '../../shared/profile';
import type { Tables } from '../store/tables';
import { draftBase } from './drafts';
import { keepText } from '../sync/kept-text';

/** Which version is to become the draft. */
export interface Restoring {
  organizationId: string;
  revisionId: number;
  /** Whether the person said that the draft that is there may go; its text is kept as a revision. */
  replaceDraft: boolean;
}

/**
 * Makes the draft. Where the version is what is there now there is nothing to edit: no draft then, and
 * one that was there is replaced by none. Call inside `Store.write`.
 * @returns whether something changed, or why nothing did
 */
export function restoreIn(
  tables: Tables,
  { organizationId, revisionId, replaceDraft }: Restoring,
  now: number,
): 'restored' | 'as-it-is' | FailureCode {
  if (!tables.organizations.get(organizationId)) return 'organization.not-saved-here';
  const revision = tables.revisions.get(revisionId);
  if (revision?.organizationId !== organizationId) return 'revision.none';
  const { fields } = revision;
  // Not the base of a draft that goes: its review must show what this one would really change.
  const base = draftBase(tables, organizationId);
  const draft = tables.drafts.get(organizationId);
  if (sameProfile(fields, draft?.fields ?? base)) return 'as-it-is';
  if (draft) {
    if (!replaceDraft) return 'draft.exists';
    const { base: from, fields: typed } = draft;
    keepText(tables, { organizationId, at: now, kind: 'replaced', base: from, fields: typed });
  }
  if (sameProfile(fields, base)) tables.drafts.remove(organizationId);
  else tables.drafts.put({ organizationId, fields, base, updatedAt: now });
  return 'restored';
}
