/** The fields of a waiting change that Cloudflare does not have yet, for the page to mark. */
import type { OrganizationView } from '../../../shared/organization';
import { touchedFields } from '../../../shared/patch';
import { EMPTY_PROFILE, type FieldName } from '../../../shared/profile';
import { fieldsKept, type OutcomeKind } from './outcome';

/** Cloudflare's text of each field to mark; null: it was never read. */
export type RemoteTexts = Partial<Record<FieldName, string | null>>;

/** The outcomes in which fields are marked. In the others the change is on its way, or both texts are shown already. */
const MARKED: readonly OutcomeKind[] = ['waiting', 'paused', 'refused', 'stored-differently'];

/** The fields to mark. Omits those for which Cloudflare already has the text of the change. */
export function waitingFields(
  kind: OutcomeKind | null,
  { change, profile }: OrganizationView,
): RemoteTexts {
  const texts: RemoteTexts = {};
  if (!change || !kind || !MARKED.includes(kind)) return texts;
  const remoteTexts = change.remote ?? (profile && (profile.fields ?? EMPTY_PROFILE));
  // A text that was stored differently is on the page already; but an empty field must not look empty at Cloudflare.
  const fields = kind === 'stored-differently' ? fieldsKept(change) : touchedFields(change.patch);
  for (const field of fields) {
    const text = remoteTexts?.[field] ?? null;
    if (text !== change.patch[field]?.text) texts[field] = text;
  }
  return texts;
}
