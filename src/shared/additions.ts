/**
 * Adding organizations that a sign-in can see. Main holds the list and knows which organizations are ticked.
 * The window holds only the rows on screen, so it handles a list of 100,000 like one of 100.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { calledSchema, entryIdSchema, parentSchema } from './organization';

/** Most rows of the list in one answer. */
export const AVAILABLE_LIMIT = 200;

/** A list of at most this many rows starts with all of them ticked. */
export const MAX_PRESELECTED = 10;

/**
 * Schema of a row of what a sign-in can see: an organization, or the accounts that show the profile of one, or (below
 * these, while the row is open) one of them.
 */
export const availableOrganizationSchema = v.object({
  /** Of several accounts: of the one that Cloudflare lists first. */
  id: entryIdSchema,
  ...calledSchema.entries,
  /** How many accounts the row stands for, or 1; 0: it is one of those of the row above. */
  accounts: v.number(),
  /** Whether its accounts are shown below it. */
  isOpen: v.boolean(),
  /** The organization above it; null if it has none or none is known. */
  parent: v.nullable(parentSchema),
  /** Whether it, or one of its accounts, was already saved here when Cloudflare listed it. */
  saved: v.boolean(),
  /** Whether the person chose to add it, or one of its accounts. */
  ticked: v.boolean(),
});

/** An organization that a sign-in can see. */
export type AvailableOrganization = v.InferOutput<typeof availableOrganizationSchema>;

/** Schema of the result of fetching the organizations that a sign-in can see. */
export const availableFetchResultSchema = v.object({
  /** How many organizations were found. */
  found: v.number(),
  /** How many of them are already saved here, or an account that shows the same profile is. */
  saved: v.number(),
  /** Whether the list is complete. If it is not, fetching again finds the rest. */
  isComplete: v.boolean(),
  /** Why the list is incomplete; null if it is complete, or if the person stopped fetching. */
  failure: v.nullable(failureSchema),
});

/** The result of fetching the organizations that a sign-in can see. */
export type AvailableFetchResult = v.InferOutput<typeof availableFetchResultSchema>;

/** Schema of the counts of the list under a filter. */
export const availableSummarySchema = v.object({
  /** How many organizations the list has, or accounts without a known one, whatever the filter. */
  listed: v.number(),
  /** Of how many of them something is ticked. */
  ticked: v.number(),
  /** The same counts for those that the filter shows. */
  shown: v.object({
    /** With the rows of accounts that are shown below them. */
    rows: v.number(),
    listed: v.number(),
    ticked: v.number(),
    /** Of how many nothing is saved yet. */
    addable: v.number(),
  }),
});

/** The counts of the list under a filter. */
export type AvailableSummary = v.InferOutput<typeof availableSummarySchema>;

/** Schema of a page of the list under a filter. */
export const availableRowsSchema = v.object({
  ...availableSummarySchema.entries,
  /** Index of the first row, from 0. */
  offset: v.number(),
  rows: v.pipe(v.array(availableOrganizationSchema), v.maxLength(AVAILABLE_LIMIT)),
});

/** A page of the list under a filter. */
export type AvailableRows = v.InferOutput<typeof availableRowsSchema>;

/** Schema of the progress of adding many organizations in the background. */
export const additionSchema = v.object({
  /** `paused`: the database fails, see `failure`; `ended`: nothing is left to add. */
  state: v.picklist(['running', 'paused', 'ended']),
  /** How many were added since the app started. */
  added: v.number(),
  /** How many were chosen. At the end more than `added` if the person stopped adding. */
  total: v.number(),
  failure: v.nullable(failureSchema),
});

/** The progress of adding many organizations in the background. */
export type Addition = v.InferOutput<typeof additionSchema>;

/** Schema of the progress of fetching and adding. */
export const additionStatusSchema = v.object({
  /**
   * Null: no list is being fetched. Otherwise how many organizations were found so far, and how many there are
   * in total (null if Cloudflare does not report it).
   */
  listing: v.nullable(v.object({ found: v.number(), total: v.nullable(v.number()) })),
  /** Null: nothing was added in the background, or the person dismissed the result. */
  addition: v.nullable(additionSchema),
});

/** The progress of fetching and adding. */
export type AdditionStatus = v.InferOutput<typeof additionStatusSchema>;
