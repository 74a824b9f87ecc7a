/** Calls about one organization: its page, its profile, its history; and the list. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { revisionSchema } from '../history';
import { listCalls, selectionCalls } from '../list-query';
import { organizationIdSchema, organizationViewSchema } from '../organization';
import { fieldNameSchema, profileSchema } from '../profile';
import { signInIdSchema } from '../sign-in';
import { nothing, text, organization, organizationIds, draftNumber, edited } from './schemas';

/**
 * What a decision is about: the version and the copy the person saw. When either has changed since,
 * nothing happens and the call fails with `change.moved-on`.
 */
const decision = v.object({
  organizationId: organizationIdSchema,
  version: v.number(),
  remote: v.nullable(profileSchema),
});

/** Calls about one organization: its page, its profile, its history; and the list. */
export const organizationCalls = {
  organizations: {
    ...listCalls,
    open: { request: organization, answer: organizationViewSchema },
    /** Asks Cloudflare for the profile now; the answer is the page after that. */
    refresh: { request: organization, answer: organizationViewSchema },
    /** Checks an organization by reading its profile, then saves it. */
    addById: {
      request: v.object({ signInId: signInIdSchema, id: text }),
      answer: organization,
    },
    changeSignIn: {
      request: v.object({ organizationId: organizationIdSchema, signInId: signInIdSchema }),
      answer: organizationViewSchema,
    },
    /** The person has looked: what was found changed, and the advice, need no attention any more. */
    markViewed: { request: v.object({ organizationIds }), answer: nothing },
    /** What removing would take away. */
    removal: {
      request: organization,
      answer: v.object({
        waiting: v.boolean(),
        draft: v.boolean(),
        /** The sign-in no other organization uses, or null. */
        lastOf: v.nullable(v.object({ signInId: signInIdSchema, label: v.string() })),
      }),
    },
    remove: {
      request: v.object({ organizationId: organizationIdSchema, signInToo: v.boolean() }),
      answer: nothing,
    },
  },
  selection: selectionCalls,
  drafts: {
    /**
     * Keeps what the person typed, durably. A field not in `edits` stays as it is; one whose text is
     * what lies under it leaves the draft. A `number` that is not newer than the last changes nothing.
     */
    keep: {
      request: edited,
      answer: nothing,
    },
    discard: {
      request: v.object({ organizationId: organizationIdSchema, number: draftNumber }),
      answer: organizationViewSchema,
    },
  },
  changes: {
    /**
     * Keeps the reviewed edits and submits them, in one transaction. Fails with `change.moved-on` when
     * the draft holds a field that is not among them: nothing is sent that was not reviewed.
     */
    submit: {
      request: edited,
      answer: organizationViewSchema,
    },
    /**
     * Tries to send the change now. One that was refused or stored differently is queued again only if
     * `version` and `remote` are still what the person sees; else this fails with `change.moved-on`.
     */
    retry: { request: decision, answer: nothing },
    /** Discards a pending change; its text is kept as a revision. */
    discard: {
      request: v.object({ organizationId: organizationIdSchema, version: v.number() }),
      answer: organizationViewSchema,
    },
    /** Takes what Cloudflare stored instead of what was sent. */
    acceptAsStored: { request: decision, answer: organizationViewSchema },
    /** Resolves a conflict: for each field in conflict, keep mine or theirs. */
    resolve: {
      request: v.object({
        ...decision.entries,
        choices: v.record(fieldNameSchema, v.picklist(['mine', 'theirs'])),
      }),
      answer: organizationViewSchema,
    },
  },
  history: {
    /** A page of revisions, newest first: those older than revision `before`, or the newest. */
    list: {
      request: v.object({
        organizationId: organizationIdSchema,
        before: v.nullable(v.number()),
      }),
      answer: v.object({ revisions: v.array(revisionSchema), more: v.boolean() }),
    },
    /**
     * Makes a draft of a revision. A draft that is there already is replaced only if the person said
     * so; its text becomes a revision then.
     */
    restore: {
      request: v.object({
        organizationId: organizationIdSchema,
        revisionId: v.number(),
        replaceDraft: v.boolean(),
      }),
      answer: organizationViewSchema,
    },
  },
} as const;
