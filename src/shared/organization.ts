/**
 * A saved organization as the window sees it: its row in the list and its page. Main computes both from
 * the database and from what is running; the window only shows them.
 */
import * as v from 'valibot';
import { attentionSchema, remarksSchema } from './attention';
import { failureSchema, noticesSchema } from './failure';
import { authorSchema } from './history';
import { applyPatches, patchSchema } from './patch';
import { labelsSchema } from './labels';
import { MAX_NAME_LENGTH, shortTextSchema } from './limits';
import {
  editsSchema,
  fieldNamesSchema,
  fieldTextSchema,
  profileSchema,
  type Profile,
} from './profile';
import { signInSchema, type SignInKind } from './sign-in';

/** Schema of the id of an entry, and of the organization above it: 32 lowercase hex digits, as in Cloudflare's own tests. */
export const entryIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

/**
 * What an entry of the list is. `organization`: an organization, opened with a key. `account`: an account through
 * which an API token reaches the profile of the organization behind it.
 */
export const ENTRY_KINDS = ['organization', 'account'] as const;

/** What an entry of the list is; see `ENTRY_KINDS`. */
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The kind of entries that a sign-in of this kind opens. */
export const ENTRY_KIND_OF = { key: 'organization', token: 'account' } as const satisfies Record<
  SignInKind,
  EntryKind
>;

/** Schema of the kind of an entry. */
export const entryKindSchema = v.picklist(ENTRY_KINDS);

/** Schema of the name of an organization. */
export const nameSchema = v.pipe(v.string(), v.maxLength(MAX_NAME_LENGTH));

/** Normalizes a typed id (spaces, hyphens, case); null if it is not one. */
export function readEntryId(typed: string): string | null {
  const id = typed.replace(/[\s-]/g, '').toLowerCase();
  return v.is(entryIdSchema, id) ? id : null;
}

/** The address of a page of Cloudflare's dashboard, with the first part of its path that is an id. */
const DASHBOARD_ADDRESS =
  /^(?:https:\/\/)?dash\.cloudflare\.com\/(?:[^?#]*?\/)?([0-9a-f]{32})(?:[/?#]|$)/i;

/** The id in the pasted address of a page of Cloudflare's dashboard; null if the text is no such address. */
export function idInAddress(typed: string): string | null {
  return DASHBOARD_ADDRESS.exec(typed.trim())?.[1]?.toLowerCase() ?? null;
}

/**
 * Schema of the organization above an entry: the parent of an organization, or the organization to which an
 * account belongs.
 */
export const parentSchema = v.object({ id: entryIdSchema, name: nameSchema });

/** The organization above an entry. */
export type Parent = v.InferOutput<typeof parentSchema>;

/** What Cloudflare lists of an entry. */
export interface ListedEntry {
  id: string;
  kind: EntryKind;
  name: string;
  /** The organization above it, as Cloudflare last listed it; null if it has none or none is known. */
  parent: Parent | null;
  /** When it was created at Cloudflare; null if unknown. */
  createdAt: number | null;
}

/**
 * The id of the profile that an entry shows: its own for an organization, that of its organization for an account
 * (Cloudflare API reference, "Update account profile"). An account whose organization is not known counts as one that
 * shares its profile with no other entry.
 */
export function profileIdOf(entry: { id: string; kind: EntryKind; parent: Parent | null }): string {
  return entry.kind === 'account' && entry.parent ? entry.parent.id : entry.id;
}

/** Schema of the names of an entry, which are shown as one (`nameOf` in messages/entry-name.ts). */
export const entryNameSchema = v.object({
  /** Its own name at Cloudflare. */
  name: nameSchema,
  /** Of an account: the name of its organization, if that is known; else null. */
  organizationName: v.nullable(nameSchema),
});

/** The names of an entry. */
export type EntryName = v.InferOutput<typeof entryNameSchema>;

/** The names of an entry, of what Cloudflare lists of it. */
export function entryNameOf(entry: {
  kind: EntryKind;
  name: string;
  parent: Pick<Parent, 'name'> | null;
}): EntryName {
  const { kind, name, parent } = entry;
  return { name, organizationName: kind === 'account' ? parent?.name || null : null };
}

/**
 * The states of a row. The row shows the first one that applies, in this order, except that without a waiting change
 * `no-sign-in` comes just before `up-to-date`. `changed-elsewhere` is that of an entry
 * whose saved copy is `changedElsewhere`.
 */
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
  id: entryIdSchema,
  kind: entryKindSchema,
  ...entryNameSchema.entries,
  state: v.picklist(ROW_STATES),
  /** Why it needs attention, whatever its state; null if it does not. */
  attention: v.nullable(attentionSchema),
  /** Business email or `''`. Shown under the name if the state has no sentence of its own. */
  detail: fieldTextSchema,
  /** Number of fields in the draft, 0 without one. */
  draftFields: v.number(),
  /** Since when a change has been waiting for Cloudflare or its sign-in, ms since the epoch, or null. */
  waitingSince: v.nullable(v.number()),
  /** Until when the change waits by itself, ms since the epoch, or null. */
  nextTryAt: v.nullable(v.number()),
  /**
   * The save of many that the change is sent as part of; null: it is the person's own. While that save is paused, the change is
   * not tried.
   */
  saveId: v.nullable(shortTextSchema),
  /** The last known change of the profile, ms since the epoch, or null. */
  changedAt: v.nullable(v.number()),
});

/** One row of the list. */
export type OrganizationRow = v.InferOutput<typeof rowSchema>;

/** The states in which a pending change needs the person's decision. */
export const DECISION_STATES = ['conflict', 'differs', 'refused'] as const;

/**
 * Stored states of a pending change. To the change machine, `waiting` (tried again later) and `paused`
 * (waits for its sign-in) are both queued.
 */
export const CHANGE_STATES = ['queued', 'waiting', 'paused', ...DECISION_STATES] as const;

/** Whether a pending change needs the person's decision. Any other one is sent automatically, now or later. */
export const needsDecision = ({ state }: { state: (typeof CHANGE_STATES)[number] }): boolean =>
  DECISION_STATES.some((one) => one === state);

/** The step of a send that is running. In memory only. */
export const SENDING_STEPS = ['reading', 'writing', 'confirming'] as const;

/** Schema of a pending change on the organization's page. */
export const changeSchema = v.object({
  /** Number of the submission. */
  version: v.number(),
  /** The submitted fields, each with its base. */
  patch: patchSchema,
  /** In `conflict` and `differs`: Cloudflare's copy that the person decides about. */
  remote: v.nullable(profileSchema),
  /** In `conflict` and `differs`: the fields that the person decides about. */
  conflicts: fieldNamesSchema,
  /** In `conflict`: the one person who changed all of these fields at Cloudflare; null: several did, or it is not known. */
  remoteAuthor: v.nullable(authorSchema),
  submittedAt: v.number(),
  attempts: v.number(),
  /** Until when it waits by itself, ms since the epoch, or null. */
  nextTryAt: v.nullable(v.number()),
  state: v.picklist(CHANGE_STATES),
  step: v.nullable(v.picklist(SENDING_STEPS)),
  failure: v.nullable(failureSchema),
});

/** Schema of whose text a field with two texts gets: the person's or Cloudflare's. */
export const choiceSchema = v.picklist(['mine', 'theirs']);

/** Whose text a field with two texts gets. */
export type Choice = v.InferOutput<typeof choiceSchema>;

/** A change the person submitted and Cloudflare has not confirmed yet. */
export type PendingChange = v.InferOutput<typeof changeSchema>;

/** Schema of the saved copy of a profile. */
const savedProfileSchema = v.object({
  /** The fields as Cloudflare last confirmed them; null: there is no profile yet. */
  fields: v.nullable(profileSchema),
  /** When we last wrote them or found them changed, ms since the epoch. */
  confirmedAt: v.number(),
  /** When they were last read from Cloudflare, ms since the epoch. */
  checkedAt: v.number(),
});

/** Schema of an organization's page. */
export const organizationViewSchema = v.object({
  id: entryIdSchema,
  kind: entryKindSchema,
  name: nameSchema,
  /** The organization above it, as Cloudflare last listed it; null if it has none or none is known. */
  parent: v.nullable(parentSchema),
  /** When it was created at Cloudflare, ms since the epoch, or null if unknown. */
  createdAt: v.nullable(v.number()),
  signIn: v.nullable(signInSchema),
  /** The saved copy; null if the profile was never read. */
  profile: v.nullable(savedProfileSchema),
  /** Edits that are not submitted, each field with its base: the text on screen at the first keystroke. */
  draft: v.nullable(v.object({ patch: patchSchema, updatedAt: v.number() })),
  /** Grows with each page that main builds. The numbers that grow are listed in CONTRIBUTING.md. */
  viewNumber: v.number(),
  /** The number of the last edit that main received from the window. */
  editNumber: v.number(),
  change: v.nullable(changeSchema),
  /** Whether a text of the draft or the pending change cannot be read, and so is not part of it here. */
  hasUnreadableEdits: v.boolean(),
  /** Whether a refresh is running, and why the last one failed (null: it worked). */
  refreshing: v.boolean(),
  refreshFailure: v.nullable(failureSchema),
  /**
   * Fields that were found changed at Cloudflare since the person last viewed this page (in a conflict: since
   * they submitted). Null again when they edit or leave the page.
   */
  changedElsewhere: v.nullable(v.object({ at: v.number(), fields: fieldNamesSchema })),
  /** Fields that are empty or have advice, in the profile as last submitted or confirmed. */
  remarks: remarksSchema,
  /** Who made the change at Cloudflare that the saved copy shows; null: we did, or it is not known. */
  lastChange: v.nullable(authorSchema),
  /** Its labels, in the order of their letters. */
  labels: labelsSchema,
  /** Id of the newest revision, or null. When it changes, the History tab is out of date. */
  latestRevision: v.nullable(v.number()),
  /** Set after a save was confirmed, until the next edit. In memory only. */
  confirmed: v.nullable(
    v.object({
      at: v.number(),
      /** Fields that someone else had changed in the meantime. The save did not overwrite them. */
      alsoUpdated: fieldNamesSchema,
      /**
       * The texts that the person's save replaced, by field, so that it can be undone. Without fields that a save
       * changed, and those whose earlier text was lost.
       */
      replaced: editsSchema,
      /** Cloudflare's `messages` in the answers. */
      messages: noticesSchema,
    }),
  ),
});

/** Everything an organization's page shows. */
export type OrganizationView = v.InferOutput<typeof organizationViewSchema>;

/** The texts under a draft: the saved copy with the pending change on top. */
export function baselineOf(view: OrganizationView): Profile {
  return applyPatches(view.profile?.fields ?? null, view.change?.patch);
}
