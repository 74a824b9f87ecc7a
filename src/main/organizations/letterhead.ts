/** What the menus and the letterhead of an organization copy: its texts as its page shows them. */
import { letterheadOf, type RichText } from '../../shared/letterhead';
import { nameOf } from '../../shared/messages/entry-name';
import { entryNameOf } from '../../shared/organization';
import { failed, success, type Outcome } from '../../shared/outcome';
import { applyPatches } from '../../shared/patch';
import type { Profile } from '../../shared/profile';
import type { Database, Tables } from '../database';
import type { MenuSubject } from '../desktop';

/** The texts that a page shows: the saved copy, the pending change and the draft. Null if it is not saved here. */
function shownTexts(tables: Tables, id: string): Profile | null {
  if (!tables.organizations.get(id)) return null;
  const saved = tables.profiles.get(id)?.fields ?? null;
  return applyPatches(saved, tables.outbox.get(id)?.patch, tables.drafts.get(id)?.patch);
}

/** An organization as its page shows it; null if it is not saved here, or cannot be read. */
export function menuSubjectOf(database: Database, id: string): MenuSubject | null {
  const read = database.read((tables) => {
    const organization = tables.organizations.get(id);
    const texts = shownTexts(tables, id);
    if (!organization || !texts) return null;
    const name = nameOf(entryNameOf(organization));
    return { name, hasSignIn: organization.signInId !== null, texts };
  });
  return read.ok ? read.value : null;
}

/**
 * Copies the letterhead of an organization.
 * @param copy writes to the clipboard; not called if there is nothing to copy
 * @returns whether there was anything to copy; fails with `organization.not-saved-here`
 */
export async function copyLetterhead(
  database: Database,
  id: string,
  copy: (content: RichText) => Promise<void>,
): Promise<Outcome<{ copied: boolean }>> {
  const texts = database.read((tables) => shownTexts(tables, id));
  if (!texts.ok) return texts;
  if (!texts.value) return failed('organization.not-saved-here');
  const letterhead = letterheadOf(texts.value);
  if (letterhead) await copy(letterhead);
  return success({ copied: letterhead !== null });
}
