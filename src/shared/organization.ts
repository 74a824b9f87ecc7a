/**
 * A saved organization as the window sees it: its row in the list, and its page. The window never
 * works these out by itself; main computes them from the database and what is under way.
 */
import * as v from 'valibot';
import { attentionSchema, remarksSchema } from './attention';
import { failureSchema, noticeSchema } from './failure';
import { layOver, patchSchema } from './patch';
import { fieldNameSchema, profileSchema, type Profile } from './profile';
import { signInSchema } from './sign-in';

/** Schema of an organization id: 32 lowercase hex characters (seen throughout Cloudflare's own tests). */
export const organizationIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

/** A typed organization id as it will be used, or null when it is not one. */
export function readOrganizationId(typed: string): string | null {
  const id = typed.replace(/[\s-]/g, '').toLowerCase();
  return v.is(organizationIdSchema, id) ? id : null;
}

/** What a row shows: the first that applies, in this order. */
export const ROW_STATES = [
  'decide',
  'refused',
  'stored-differently',
  'no-sign-in',
  'sign-in-issue',
  'saving',
  'waiting',
  'draft',
  'changed-elsewhere',
  'incomplete',
  'advice',
  'up-to-date',
] as const;

/** The state of a row in the list. */
export type RowState = (typeof ROW_STATES)[number];

/** Schema of one row of the list. */
export const rowSchema = v.object({
  id: organizationIdSchema,
  name: v.string(),
  state: v.picklist(ROW_STATES),
  /** Why it needs its person, whatever its state; null when it does not. */
  attention: v.nullable(attentionSchema),
  /** Business e-mail, or '' ; the line under the name when the state has no sentence of its own. */
  detail: v.string(),
  /** Number of fields in the draft, 0 without one. */
  draftFields: v.number(),
  /** Since when a change waits for Cloudflare or its sign-in, ms since the epoch, or null. */
  waitingSince: v.nullable(v.number()),
  /** When it is tried next, ms since the epoch, or null (at once, or not by itself). */
  nextTryAt: v.nullable(v.number()),
  /** Last change of the profile we know of, ms since the epoch, or null. */
  changedAt: v.nullable(v.number()),
});

/** One row of the list. */
export type OrganizationRow = v.InferOutput<typeof rowSchema>;

/**
 * Stored states of a pending change. `waiting` and `paused` are queued as far as the change machine is
 * concerned: the first is tried again later, the second waits for its sign-in.
 */
export const CHANGE_STATES = [
  'queued',
  'waiting',
  'paused',
  'conflict',
  'differs',
  'refused',
] as const;

/** What the sending machine does right now with a change; only in memory. */
export const SENDING_STEPS = ['reading', 'writing', 'confirming'] as const;

/** Schema of a pending change on the organization's page. */
export const changeSchema = v.object({
  /** Numbers one submission. */
  version: v.number(),
  /** The submitted fields, each with the text the edit began from. */
  patch: patchSchema,
  /** In `conflict` and `differs`: Cloudflare's copy the person decides about. */
  remote: v.nullable(profileSchema),
  /** In `conflict` and `differs`: the fields to decide. */
  conflicts: v.array(fieldNameSchema),
  submittedAt: v.number(),
  attempts: v.number(),
  nextAttemptAt: v.nullable(v.number()),
  state: v.picklist(CHANGE_STATES),
  step: v.nullable(v.picklist(SENDING_STEPS)),
  failure: v.nullable(failureSchema),
});

/** A change the person submitted and Cloudflare has not confirmed yet. */
export type PendingChange = v.InferOutput<typeof changeSchema>;

/** Schema of the saved copy of a profile. */
export const savedProfileSchema = v.object({
  /** The fields as Cloudflare last confirmed them; null: there is no profile yet. */
  fields: v.nullable(profileSchema),
  /** When they were last written or found changed, ms since the epoch. */
  confirmedAt: v.number(),
  /** When Cloudflare was last asked successfully. */
  checkedAt: v.number(),
});

/** Schema of an organization's page. */
export const organizationViewSchema = v.object({
  id: organizationIdSchema,
  name: v.string(),
  signIn: v.nullable(signInSchema),
  /** The saved copy; null while none was ever read. */
  profile: v.nullable(savedProfileSchema),
  /** What was typed and not submitted, each field with the text on screen at its first key. */
  draft: v.nullable(v.object({ patch: patchSchema, updatedAt: v.number() })),
  /** The number of the last edit main has taken from the window; an older one changes nothing. */
  draftNumber: v.number(),
  change: v.nullable(changeSchema),
  /** Whether a refresh is under way, and why the last one failed (null: it worked). */
  refreshing: v.boolean(),
  refreshFailure: v.nullable(failureSchema),
  /**
   * What was found changed at Cloudflare since the person last looked at this page, until they edit or
   * leave it; in a conflict, what was found since they saved.
   */
  news: v.nullable(v.object({ at: v.number(), fields: v.array(fieldNameSchema) })),
  /** What is empty or worth a look in the profile as it was last submitted or confirmed. */
  remarks: remarksSchema,
  /** Id of the newest revision, or null: the History tab is out of date when it changes. */
  latestRevision: v.nullable(v.number()),
  /** Set after a save was confirmed, until the next edit; only in memory. */
  confirmed: v.nullable(
    v.object({
      at: v.number(),
      /** Fields somebody else had changed meanwhile, which the save kept. */
      alsoUpdated: v.array(fieldNameSchema),
      /** Cloudflare's `messages` of the answers. */
      messages: v.array(noticeSchema),
    }),
  ),
});

/** Everything an organization's page shows. */
export type OrganizationView = v.InferOutput<typeof organizationViewSchema>;

/** What lies under a draft: the saved copy with the pending change on top. */
export function baselineOf(view: OrganizationView): Profile {
  return layOver(view.profile?.fields ?? null, view.change?.patch);
}
