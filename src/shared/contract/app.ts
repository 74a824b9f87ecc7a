/** Calls about the app itself, its data on this computer, and help. Part of the contract, see index.ts. */
import * as v from 'valibot';
import { bannerSchema } from '../banner';
import { BULK_LIMIT } from '../bulk';
import { localeSchema } from '../language';
import { organizationIdSchema } from '../organization';
import { settingsSchema } from '../settings';
import { signInIdSchema } from '../sign-in';
import { updateStatusSchema } from '../updates';
import { nothing, label, text, signIn } from './schemas';

/** Calls about the app itself, its data on this computer, and help. */
export const appCalls = {
  app: {
    about: {
      request: nothing,
      answer: v.object({
        version: v.string(),
        electron: v.string(),
        chromium: v.string(),
        /** The folder of the logs, where nothing can open it. */
        logs: v.string(),
        packaged: v.boolean(),
      }),
    },
    /** The language spoken, before `localeChanged` says otherwise. */
    locale: { request: nothing, answer: localeSchema },
    banners: { request: nothing, answer: v.array(bannerSchema) },
    dismissBanner: { request: v.object({ kind: text }), answer: nothing },
    /** Opens a page of Cloudflare's documentation in the browser; any other address is refused. */
    openLink: { request: v.object({ url: text }), answer: nothing },
    /**
     * Says that the window may close, and the organizations whose newest text could not be kept: then
     * main asks the person first.
     */
    flushed: {
      request: v.object({
        unsaved: v.pipe(v.array(organizationIdSchema), v.maxLength(BULK_LIMIT)),
      }),
      answer: nothing,
    },
    /** Says that the window has painted its list, so that slow work may begin. */
    painted: { request: nothing, answer: nothing },
  },
  recovery: {
    /** Copies what can still be read from a database that was set aside. */
    recover: {
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
  support: {
    /** What *Copy details for support* copies: masked, no key, no e-mail, no profile text. */
    supportDetails: { request: nothing, answer: v.object({ text: v.string() }) },
    /** Puts those details on the clipboard. */
    copySupportDetails: { request: nothing, answer: nothing },
    showLogs: { request: nothing, answer: nothing },
  },
  reset: {
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
  settings: {
    get: { request: nothing, answer: settingsSchema },
    put: { request: v.partial(settingsSchema), answer: settingsSchema },
  },
  updates: {
    get: { request: nothing, answer: updateStatusSchema },
    /** Looks for a newer version now; how that goes is told by `updatesChanged`. */
    look: { request: nothing, answer: nothing },
    /** Quits as a person would, installs what is ready, and starts that. */
    restart: { request: nothing, answer: nothing },
  },
} as const;
