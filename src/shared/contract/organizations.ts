/**
 * Calls about the list and about one organization: its page, draft, change and history. Part of the
 * contract, see index.ts.
 */
import * as v from 'valibot';
import { revisionSchema, REVISIONS_PER_PAGE } from '../history';
import { listCalls, selectionCalls } from '../list-query';
import { choiceSchema, entryIdSchema, organizationViewSchema } from '../organization';
import { fieldNameSchema, fieldNamesSchema, profileSchema } from '../profile';
import { signInIdSchema, signInLabelSchema } from '../sign-in';
import { manyChanges, manyDrafts } from './changes';
import { editNumber, nothing, organization, entryIds, text, typedEdits } from './schemas';

/**
 * What the person decided about: the version of the pending change, and Cloudflare's copy. If either is
 * different by now, nothing happens and the call fails with `change.outdated`.
 */
const decision = v.object({
  entryId: entryIdSchema,
  version: v.number(),
  remote: v.nullable(profileSchema),
});

/** Calls about the list and about one organization: its page, draft, change and history. */
export const organizationCalls = {
  organizations: {
    ...listCalls,
    /** Opens the page of an organization. If it stays open, main then refreshes it from Cloudflare. */
    open: { request: organization, answer: organizationViewSchema },
    /** The page of an organization, for an edit outside of it: it does not count as opened. */
    view: { request: organization, answer: organizationViewSchema },
    /** Fetches the profile from Cloudflare now, and answers with the updated page. */
    refresh: { request: organization, answer: organizationViewSchema },
    /** Verifies an organization by reading its profile, then saves it. `entryId`: as typed. */
    addById: {
      request: v.object({ signInId: signInIdSchema, entryId: text }),
      answer: organization,
    },
    /**
     * Copies the letterhead that the page shows to the clipboard, as plain and as rich text. Main reads it from the
     * database, so the page cannot put a text of its own there. `copied` is false, and the clipboard as it was, if
     * every line of it is empty.
     */
    copyLetterhead: { request: organization, answer: v.object({ copied: v.boolean() }) },
    /**
     * Opens Cloudflare's dashboard in the browser, for an account at its page. Main makes the address from the saved
     * entry, so the page cannot put a text of its own into it. Fails with `organization.not-saved-here`.
     */
    openDashboard: { request: organization, answer: nothing },
    changeSignIn: {
      request: v.object({ entryId: entryIdSchema, signInId: signInIdSchema }),
      answer: organizationViewSchema,
    },
    /** Marks changes found at Cloudflare, and advice, as seen. They no longer need attention. */
    markViewed: { request: v.object({ entryIds }), answer: nothing },
    /** What `remove` would delete. */
    removal: {
      request: organization,
      answer: v.object({
        waiting: v.boolean(),
        draft: v.boolean(),
        /** Identifies these edits; null if there are none. */
        losses: v.nullable(text),
        /** The organization's sign-in if no other organization uses it, else null. */
        lastOf: v.nullable(v.object({ signInId: signInIdSchema, label: signInLabelSchema })),
      }),
    },
    /**
     * Fails with `change.outdated` if it has other edits than `losses`, if they are being written, or if `signInId`, which
     * is removed as well, is not its sign-in or not used by it alone.
     */
    remove: {
      request: v.object({
        entryId: entryIdSchema,
        losses: v.nullable(text),
        signInId: v.nullable(signInIdSchema),
      }),
      answer: nothing,
    },
  },
  selection: selectionCalls,
  drafts: {
    /**
     * Saves what the person typed, durably. Fields not in `edits` stay as they are. A field whose text is
     * again the one under the draft leaves the draft. Does nothing unless `number` is greater than the last.
     */
    save: {
      request: typedEdits,
      answer: nothing,
    },
    discard: {
      request: v.object({ entryId: entryIdSchema, number: editNumber }),
      answer: organizationViewSchema,
    },
    ...manyDrafts,
  },
  changes: {
    ...manyChanges,
    /**
     * Saves the reviewed edits and submits them, in one transaction. Fails with `change.outdated` if the
     * draft has a field that is not in `edits`, so nothing is sent that was not reviewed. Together with them,
     * what Cloudflare stored differently is sent again; so it also fails if `remote`, the copy that the review
     * shows beside it, is not that copy any more. The edits are then kept as a draft.
     */
    submit: {
      request: v.object({ ...typedEdits.entries, remote: v.optional(profileSchema) }),
      answer: organizationViewSchema,
    },
    /**
     * Sends the change now. A change that was refused or stored differently is queued again only if
     * `version` and `remote` are still what the person sees; else fails with `change.outdated`.
     */
    retry: { request: decision, answer: nothing },
    /** Discards a pending change; its texts become a revision. */
    discard: {
      request: v.object({ entryId: entryIdSchema, version: v.number() }),
      answer: organizationViewSchema,
    },
    /** Accepts what Cloudflare stored instead of what was sent. */
    acceptAsStored: { request: decision, answer: organizationViewSchema },
    /** Resolves a conflict: for each field in conflict, keep the person's text or Cloudflare's. */
    resolve: {
      request: v.object({
        ...decision.entries,
        choices: v.record(fieldNameSchema, choiceSchema),
      }),
      answer: organizationViewSchema,
    },
  },
  history: {
    /** A page of revisions, newest first: those older than revision `before`, or (null) the newest. */
    list: {
      request: v.object({
        entryId: entryIdSchema,
        before: v.nullable(v.number()),
      }),
      answer: v.object({
        revisions: v.pipe(v.array(revisionSchema), v.maxLength(REVISIONS_PER_PAGE)),
        more: v.boolean(),
      }),
    },
    /**
     * Turns a revision into a draft. If there is a draft already, fails with `draft.exists`, unless
     * `replaceDraft` is true: then the texts of the old draft become a revision. With `fields`, restores only
     * these and leaves the rest of the draft as it is; the revision must have all of them.
     */
    restore: {
      request: v.object({
        entryId: entryIdSchema,
        revisionId: v.number(),
        replaceDraft: v.boolean(),
        fields: v.optional(fieldNamesSchema),
      }),
      answer: organizationViewSchema,
    },
  },
} as const;
