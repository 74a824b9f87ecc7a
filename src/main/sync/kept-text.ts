/** Keeping a text of the person that is not sent, or not any more, as a revision that can be restored. */
import { mapFields, type Profile } from '../../shared/profile';
import type { RevisionRow, Tables } from '../store/tables';
import { touchedFields } from './plan';

/** A text to be kept. */
interface GivenUp extends RevisionRow {
  kind: 'discarded' | 'replaced';
  /** What it began from. */
  base: Profile;
}

/**
 * Adds the revision. Fields the person had not touched are kept as Cloudflare's copy is now: the history
 * must not say of somebody else's text that it was changed by them, nor offer to put an older one back.
 * Call inside `Store.write`.
 */
export function keepText(tables: Tables, { base, ...revision }: GivenUp): void {
  const { organizationId, fields } = revision;
  const touched = touchedFields({ base, desired: fields });
  const copy = tables.profiles.get(organizationId)?.fields ?? base;
  tables.revisions.add({
    ...revision,
    fields: mapFields((field) => (touched.includes(field) ? fields : copy)[field]),
  });
}
