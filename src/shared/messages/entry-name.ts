/** How the name of an entry is shown, everywhere but in an export. */
import { m } from './compiled/messages';

/** The name to show; never empty. An account goes by the name of its organization, where that is known. */
export function nameOf({
  name,
  organizationName = null,
}: {
  name: string;
  organizationName?: string | null;
}): string {
  if (organizationName !== null)
    return m.list_through_account({ name: organizationName, account: name });
  return name.trim() === '' ? m.list_unnamed() : name;
}
