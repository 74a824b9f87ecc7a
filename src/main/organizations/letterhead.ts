/** What the menus and the letterhead of an organization copy: its texts as its page shows them. */
import { letterheadOf, type RichText } from '../../shared/letterhead';
import { nameOf } from '../../shared/messages/entry-name';
import { entryNameOf } from '../../shared/organization';
import { failed, success, type Result } from '../../shared/result';
import type { Database } from '../database';
import type { MenuSubject } from '../desktop';
import { shownTextsOf } from './clipboard-text';

/** An organization as its page shows it; null if it is not saved here, or cannot be read. */
export function menuSubjectOf(database: Database, id: string): MenuSubject | null {
  const read = database.read(({ organizations }) => organizations.entries([id]));
  const [entry] = read.ok ? read.value : [];
  if (!entry) return null;
  const { organization } = entry;
  return {
    name: nameOf(entryNameOf(organization)),
    hasSignIn: organization.signInId !== null,
    texts: shownTextsOf(entry),
  };
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
): Promise<Result<{ copied: boolean }>> {
  const read = database.read(({ organizations }) => organizations.entries([id]));
  if (!read.ok) return read;
  const [entry] = read.value;
  if (!entry) return failed('organization.not-saved-here');
  const letterhead = letterheadOf(shownTextsOf(entry));
  if (letterhead) await copy(letterhead);
  return success({ copied: letterhead !== null });
}
