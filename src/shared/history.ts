/** The revisions of a profile, as the History tab shows them. */
import * as v from 'valibot';
import { shortTextSchema } from './limits';
import { editsSchema, fieldNameSchema, fieldTextSchema, FIELD_NAMES } from './profile';

/**
 * Where a revision comes from. Copies of Cloudflare's profile: `saved` by us and confirmed, `accepted` by
 * the person as Cloudflare stored it, or `observed` at Cloudflare. Texts that were not sent: `discarded` by
 * the person, or `replaced` by a newer edit or by Cloudflare's text.
 */
export const REVISION_KINDS = ['saved', 'accepted', 'observed', 'discarded', 'replaced'] as const;

/** Schema of who made a change that was found at Cloudflare, as its audit log says. */
export const authorSchema = v.object({
  /** An email, or the name of a token. */
  who: shortTextSchema,
  via: v.picklist(['dashboard', 'api', 'unknown']),
  /** When, ms since the epoch. */
  at: v.number(),
});

/** Who made a change that was found at Cloudflare. */
export type Author = v.InferOutput<typeof authorSchema>;

/** Schema of one revision. */
export const revisionSchema = v.object({
  /** Increases over all organizations; also the cursor for paging. */
  id: v.number(),
  /** Ms since the epoch. */
  at: v.number(),
  kind: v.picklist(REVISION_KINDS),
  /** Who changed it at Cloudflare; null where that is not known. */
  author: v.nullable(authorSchema),
  /** When the save of many began that wrote it, ms since the epoch; null: none did, or that is no longer kept. */
  saveStartedAt: v.nullable(v.number()),
  /** All five texts if `isRemoteCopy` is true for the revision; else only those that the person had touched. */
  texts: editsSchema,
  /**
   * The fields that differ from the next older revision for which `isRemoteCopy` is true. `before` is null if there
   * is no such revision.
   */
  differences: v.pipe(
    v.array(
      v.object({
        field: fieldNameSchema,
        before: v.nullable(fieldTextSchema),
        after: fieldTextSchema,
      }),
    ),
    v.maxLength(FIELD_NAMES.length),
  ),
});

/** One version of a profile in the history. */
export type Revision = v.InferOutput<typeof revisionSchema>;

/** Revisions per page. */
export const REVISIONS_PER_PAGE = 20;

/** Whether a revision is a copy of Cloudflare's profile, rather than a text that was never sent. */
export function isRemoteCopy({ kind }: { kind: Revision['kind'] }): boolean {
  return kind !== 'discarded' && kind !== 'replaced';
}
