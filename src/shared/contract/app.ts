/** Calls about the app itself, its data on this computer, and help. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { bannersSchema } from '../banner';
import { localeSchema } from '../language';
import { MAX_DETAILS_LENGTH } from '../limits';
import { settingsSchema } from '../settings';
import { signInIdSchema } from '../sign-in';
import { updateStatusSchema } from '../updates';
import { lastWindowSchema, sidebarWidthSchema } from '../window';
import { label, nothing, entryIds, signIn, text } from './schemas';

/** Calls about the app itself, its data on this computer, and help. */
export const appCalls = {
  app: {
    about: {
      request: nothing,
      answer: v.object({
        version: text,
        electron: text,
        chromium: text,
        packaged: v.boolean(),
      }),
    },
    /** The current language; `localeChanged` reports a new one. */
    locale: { request: nothing, answer: localeSchema },
    banners: { request: nothing, answer: bannersSchema },
    /** What the last window showed, for the first paint of this one. */
    lastWindow: { request: nothing, answer: lastWindowSchema },
    /** Remembers the width of the list, in CSS px; null: the default width. */
    setSidebarWidth: { request: v.object({ width: sidebarWidthSchema }), answer: nothing },
    dismissBanner: { request: v.object({ kind: text }), answer: nothing },
    /** Opens a page of Cloudflare's documentation in the browser. Any other URL is refused. */
    openLink: { request: v.object({ url: text }), answer: nothing },
    /**
     * Clears the clipboard if it still holds exactly this key or token, which was pasted into its field. The answer
     * says whether it did; the window cannot read the clipboard.
     */
    clearCopiedKey: {
      request: v.object({ key: text }),
      answer: v.object({ cleared: v.boolean() }),
    },
    /**
     * Copies the instructions for making an API token to the clipboard: the text that the token form shows. Main
     * chooses it, so the page cannot put a text of its own there. `readOnly`: whether the token should only read.
     */
    copyTokenInstructions: { request: v.object({ readOnly: v.boolean() }), answer: nothing },
    /**
     * Answers the event `closing`: the window may close. If `unsaved` names organizations whose newest
     * text could not be saved, main asks the person first.
     */
    flushed: { request: v.object({ unsaved: entryIds }), answer: nothing },
    /** Reports that the window has painted the list. Main starts its slow work then. */
    painted: { request: nothing, answer: nothing },
  },
  recovery: {
    /** Copies readable data from the database that was set aside; answers what was recovered. */
    recover: {
      request: nothing,
      answer: v.object({ organizations: v.number(), signIns: v.number(), drafts: v.number() }),
    },
    /** Deletes the keys in the keychain that belong to no sign-in. */
    removeKeys: { request: nothing, answer: nothing },
    /**
     * Creates a sign-in from a key in the keychain that belongs to none, and the email that the person entered; or
     * from a token there, with the email `''`. Fails if Cloudflare does not accept them. `signInId` is the name of the
     * key or token in the keychain.
     */
    adoptKey: {
      request: v.object({ signInId: signInIdSchema, label, email: text }),
      answer: signIn,
    },
  },
  support: {
    /** The text that *Copy details for support* copies: without keys, emails or profile texts. */
    supportDetails: {
      request: nothing,
      answer: v.object({ text: v.pipe(v.string(), v.maxLength(MAX_DETAILS_LENGTH)) }),
    },
    /** Copies the text of `supportDetails` to the clipboard. */
    copySupportDetails: { request: nothing, answer: nothing },
    showLogs: { request: nothing, answer: nothing },
  },
  reset: {
    /** What `remove` would delete. `waiting` counts every change that Cloudflare has not confirmed. */
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
     * Deletes the database, databases that were set aside, keys in the keychain, and logs, then relaunches
     * the app. If the keychain cannot delete the keys, nothing is deleted. With `keysToo: false` the keys stay.
     */
    remove: { request: v.object({ keysToo: v.boolean() }), answer: nothing },
  },
  settings: {
    get: { request: nothing, answer: settingsSchema },
    update: { request: v.partial(settingsSchema), answer: settingsSchema },
  },
  updates: {
    get: { request: nothing, answer: updateStatusSchema },
    /** Checks for a newer version now; `updatesChanged` reports the progress. */
    check: { request: nothing, answer: nothing },
    /** Quits, installs the update that is ready, and launches the new version. */
    restart: { request: nothing, answer: nothing },
  },
} as const;
