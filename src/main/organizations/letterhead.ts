/** Copies the letterhead of an organization, as its page shows it, to the clipboard. */
import { letterheadOf, type RichText } from '../../shared/letterhead';
import { failed, success, type Outcome } from '../../shared/outcome';
import { applyPatches } from '../../shared/patch';
import type { Profile } from '../../shared/profile';
import type { Store, Tables } from '../database';

export type { RichText } from '../../shared/letterhead';

/** The texts that a page shows: the saved copy, the pending change and the draft. Null if it is not saved here. */
export function shownTexts(tables: Tables, id: string): Profile | null {
  if (!tables.organizations.get(id)) return null;
  const saved = tables.profiles.get(id)?.fields ?? null;
  return applyPatches(saved, tables.outbox.get(id)?.patch, tables.drafts.get(id)?.patch);
}

/**
 * Copies the letterhead of an organization.
 * @param copy writes to the clipboard; not called if there is nothing to copy
 * @returns whether there was anything to copy; fails with `organization.not-saved-here`
 */
export async function copyLetterhead(
  store: Store,
  id: string,
  copy: (content: RichText) => Promise<void>,
): Promise<Outcome<{ copied: boolean }>> {
  const texts = store.read((tables) => shownTexts(tables, id));
  if (!texts.ok) return texts;
  if (!texts.value) return failed('organization.not-saved-here');
  const letterhead = letterheadOf(texts.value);
  if (letterhead) await copy(letterhead);
  return success({ copied: letterhead !== null });
}
