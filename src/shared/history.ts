/** The remembered states of a profile, as the History tab shows them. */
import * as v from 'valibot';
import { editsSchema, fieldNameSchema } from './profile';

/**
 * Where a revision comes from: `saved` by us and confirmed, `accepted` as Cloudflare stored something else
 * instead, `observed` at Cloudflare, or a text of the person that was not sent: `discarded` by them,
 * `replaced` by a newer edit or by Cloudflare's text.
 */
export const REVISION_KINDS = ['saved', 'accepted', 'observed', 'discarded', 'replaced'] as const;

/** Schema of one revision. */
export const revisionSchema = v.object({
  /** Counts up over all organizations; also the cursor of the pages. */
  id: v.number(),
  /** Ms since the epoch. */
  at: v.number(),
  kind: v.picklist(REVISION_KINDS),
  /** All five texts where it is Cloudflare's copy, else those the person had touched. */
  texts: editsSchema,
  /**
   * The fields in which it differs from Cloudflare's copy before it (the newest older revision that is
   * one, see `isCopy`); `before` is null when there is none: the first copy.
   */
  differences: v.array(
    v.object({ field: fieldNameSchema, before: v.nullable(v.string()), after: v.string() }),
  ),
});

/** One remembered state of a profile. */
export type Revision = v.InferOutput<typeof revisionSchema>;

/** Revisions per page. */
export const REVISIONS_PER_PAGE = 20;

/** Whether a revision is a copy of Cloudflare's, rather than a text of the person that is not there. */
export function isCopy({ kind }: { kind: Revision['kind'] }): boolean {
  return kind !== 'discarded' && kind !== 'replaced';
}
