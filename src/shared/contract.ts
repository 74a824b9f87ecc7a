/**
 * The contract: every call the window may make and every event it may hear, declared once with the
 * schemas of what goes in and out. Preload, gate, window and test doubles are computed from it, so
 * this list is the allow-list. To add a call: declare it here, register it in one feature of main,
 * use it in a component.
 */
import * as v from 'valibot';
import { bannerSchema } from './banner';
import { BULK_LIMIT, bulkResultSchema, bulkRunSchema, planSchema } from './bulk';
import { connectionSchema } from './connection';
import { importSchema } from './exchange';
import { revisionSchema } from './history';
import {
  foundOrganizationSchema,
  organizationIdSchema,
  organizationViewSchema,
  rowSchema,
} from './organization';
import { editsSchema, fieldNameSchema, profileSchema } from './profile';
import { checkStatusSchema, settingsSchema } from './settings';
import { MAX_LABEL, signInIdSchema, signInSchema } from './sign-in';

/** Schema of "nothing": calls without a request or an answer. */
const nothing = v.null();
/** A name a person gives. */
const label = v.pipe(v.string(), v.maxLength(MAX_LABEL));
const text = v.pipe(v.string(), v.maxLength(4_096));
const organization = v.object({ organizationId: organizationIdSchema });
const signIn = v.object({ signInId: signInIdSchema });
const run = v.object({ runId: text });
const organizationIds = v.pipe(v.array(organizationIdSchema), v.maxLength(BULK_LIMIT));
/**
 * What a person changed, and the texts they saw in those fields when they began. Main cannot know the
 * latter: Cloudflare's copy may have moved on between the first key and the call.
 */
const edited = v.object({
  organizationId: organizationIdSchema,
  edits: editsSchema,
  began: editsSchema,
});

/** Commands of the menu that the window carries out. */
export const MENU_COMMANDS = [
  'add',
  'search',
  'save',
  'refresh',
  'discard',
  'settings',
  'export',
  'import',
  'support',
] as const;

/** Every call: its room, its name, the schema of its request and of its answer. */
export const calls = {
  app: {
    about: {
      request: nothing,
      answer: v.object({
        version: v.string(),
        electron: v.string(),
        chromium: v.string(),
        packaged: v.boolean(),
      }),
    },
    banners: { request: nothing, answer: v.array(bannerSchema) },
    dismissBanner: { request: v.object({ kind: text }), answer: nothing },
    /** Opens a page of Cloudflare's documentation in the browser; any other address is refused. */
    openLink: { request: v.object({ url: text }), answer: nothing },
    /** Says that everything typed has been kept, so that the window may close. */
    flushed: { request: nothing, answer: nothing },
    /** Says that the window has painted its list, so that slow work may begin. */
    painted: { request: nothing, answer: nothing },
  },
  connection: {
    get: { request: nothing, answer: connectionSchema },
    /** Tries Cloudflare and everything that waits at once. */
    tryNow: { request: nothing, answer: nothing },
    /** The system says the network is back: only a hint, so Cloudflare is asked at once. */
    networkBack: { request: nothing, answer: nothing },
  },
  signIns: {
    list: { request: nothing, answer: v.array(signInSchema) },
    /** Whether a key can be kept on this computer; a failure says why not. */
    canKeep: { request: nothing, answer: nothing },
    /** Checks a sign-in with Cloudflare and keeps it; the only call that ever carries a key. */
    add: {
      request: v.object({
        label,
        email: text,
        key: text,
        keep: v.picklist(['keychain', 'session']),
      }),
      answer: signIn,
    },
    /** Lists every organization the sign-in can see, all pages. */
    findOrganizations: { request: signIn, answer: v.array(foundOrganizationSchema) },
    check: { request: signIn, answer: signInSchema },
    rename: { request: v.object({ signInId: signInIdSchema, label }), answer: signInSchema },
    /** Another e-mail for the same key and Cloudflare user, checked first. */
    changeEmail: {
      request: v.object({ signInId: signInIdSchema, email: text }),
      answer: signInSchema,
    },
    /** Another key of the same Cloudflare user, checked first. What was paused goes on. */
    replaceKey: {
      request: v.object({
        signInId: signInIdSchema,
        key: text,
        keep: v.picklist(['keychain', 'session']),
      }),
      answer: signInSchema,
    },
    remove: { request: signIn, answer: nothing },
  },
  organizations: {
    list: { request: nothing, answer: v.array(rowSchema) },
    /** Ids of the organizations whose name, id or profile fields contain every word of the query. */
    search: {
      request: v.object({ query: v.pipe(v.string(), v.maxLength(500)) }),
      answer: v.array(organizationIdSchema),
    },
    open: { request: organization, answer: organizationViewSchema },
    /** Asks Cloudflare for the profile now; the answer is the page after that. */
    refresh: { request: organization, answer: organizationViewSchema },
    /** Saves organizations that `findOrganizations` listed. Those already saved stay as they are. */
    add: {
      request: v.object({
        signInId: signInIdSchema,
        organizations: v.array(v.object({ id: organizationIdSchema, name: v.string() })),
      }),
      answer: v.object({ added: v.array(organizationIdSchema) }),
    },
    /** Checks an organization by reading its profile, then saves it. */
    addById: {
      request: v.object({ signInId: signInIdSchema, id: text }),
      answer: organization,
    },
    changeSignIn: {
      request: v.object({ organizationId: organizationIdSchema, signInId: signInIdSchema }),
      answer: organizationViewSchema,
    },
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
  drafts: {
    /** Keeps what the person changed, durably. Fields not in `edits` are unchanged. */
    keep: {
      request: edited,
      answer: nothing,
    },
    discard: { request: organization, answer: organizationViewSchema },
  },
  changes: {
    /** Submits the edits: one transaction, outbox row in, draft out. */
    submit: {
      request: edited,
      answer: organizationViewSchema,
    },
    retry: { request: organization, answer: nothing },
    /** Gives up a pending change; its text is kept as a revision. */
    discard: { request: organization, answer: organizationViewSchema },
    /** Takes what Cloudflare stored instead of what was sent. */
    acceptAsStored: { request: organization, answer: organizationViewSchema },
    /**
     * Decides a conflict: for each conflicting field whose text is sent. Version and `theirs` are what
     * the person saw; when either is another one by now, nothing happens and the page shows it.
     */
    resolve: {
      request: v.object({
        organizationId: organizationIdSchema,
        version: v.number(),
        theirs: profileSchema,
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
  help: {
    /** What *Copy details for support* copies: masked, no key, no e-mail, no profile text. */
    supportDetails: { request: nothing, answer: v.object({ text: v.string() }) },
    /** Puts those details on the clipboard. */
    copySupportDetails: { request: nothing, answer: nothing },
    showLogs: { request: nothing, answer: nothing },
  },
  everything: {
    /** What removing would take away; of changes all that Cloudflare has not confirmed. */
    removal: {
      request: nothing,
      answer: v.object({
        organizations: v.number(),
        drafts: v.number(),
        waiting: v.number(),
        signIns: v.number(),
      }),
    },
    /**
     * Clears database, copies put aside, keychain entries and logs, then starts anew. Where the
     * keychain cannot give up its keys nothing is cleared; without `keysToo` they stay in it.
     */
    remove: { request: v.object({ keysToo: v.boolean() }), answer: nothing },
  },
  bulk: {
    /** What would change if these fields got these texts. */
    plan: {
      request: v.object({ organizationIds, edits: editsSchema }),
      answer: planSchema,
    },
    /** Submits a plan for these organizations, in one transaction. */
    submit: { request: v.object({ planId: text, organizationIds }), answer: run },
    /** The jobs not dismissed, newest first. */
    list: { request: nothing, answer: v.array(bulkRunSchema) },
    results: { request: run, answer: v.array(bulkResultSchema) },
    pause: { request: run, answer: nothing },
    resume: { request: run, answer: nothing },
    /** Ends what was not sent yet; its texts stay in the history of each organization. */
    cancel: { request: run, answer: nothing },
    /** Tries again what failed for a reason that may be over. */
    retryFailed: { request: run, answer: nothing },
    dismiss: { request: run, answer: nothing },
    /** Writes the results to a file the person chooses; `saved` is false when they chose none. */
    exportResults: { request: run, answer: v.object({ saved: v.boolean() }) },
  },
  exchange: {
    /** Writes these organizations (null: all) to a CSV file the person chooses. */
    export: {
      request: v.object({ organizationIds: v.nullable(organizationIds) }),
      answer: v.object({ saved: v.boolean(), organizations: v.number() }),
    },
    /** Lets the person choose a CSV file and reads it; null when they chose none. */
    import: { request: nothing, answer: v.nullable(importSchema) },
  },
  settings: {
    get: { request: nothing, answer: settingsSchema },
    put: { request: v.partial(settingsSchema), answer: settingsSchema },
  },
  checks: {
    get: { request: nothing, answer: checkStatusSchema },
    /** Checks all organizations now, as the interval would. */
    run: { request: nothing, answer: nothing },
  },
  recovery: {
    /** Copies what can still be read from a database that was set aside. */
    takeOver: {
      request: nothing,
      answer: v.object({ organizations: v.number(), signIns: v.number(), drafts: v.number() }),
    },
    /** Deletes keys in the keychain that no record knows. */
    removeKeys: { request: nothing, answer: nothing },
    /** Uses such a key again: the person gives its e-mail, Cloudflare says whether they fit. */
    adoptKey: {
      request: v.object({ signInId: signInIdSchema, label, email: text }),
      answer: signIn,
    },
  },
} as const;

/** Every event main sends to the window, with the schema of what it carries. */
export const events = {
  rowsChanged: v.object({
    rows: v.array(rowSchema),
    removed: v.array(organizationIdSchema),
  }),
  organizationChanged: organizationViewSchema,
  signInsChanged: v.array(signInSchema),
  connectionChanged: connectionSchema,
  bannersChanged: v.array(bannerSchema),
  settingsChanged: settingsSchema,
  checksChanged: checkStatusSchema,
  bulkChanged: v.array(bulkRunSchema),
  menuCommand: v.object({ command: v.picklist(MENU_COMMANDS) }),
  /**
   * The person followed one of the system's notifications: to this organization, or with null to
   * everything that needs attention.
   */
  showRequested: v.object({ organizationId: v.nullable(organizationIdSchema) }),
  /** The window is about to close: keep what is typed, then call `app.flushed`. */
  closing: nothing,
} as const;
