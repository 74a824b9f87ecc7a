/**
 * Adding organizations that a sign-in can see. Main holds the list and knows which organizations are ticked.
 * The window holds only the rows on screen, so it handles a list of 100,000 like one of 100.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { entryNameSchema, entryIdSchema, parentSchema } from './organization';

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
  ...entryNameSchema.entries,
  /** Whether another row beside it has the same name, so that only the ID tells them apart. */
  hasNamesake: v.boolean(),
  /** Whether its ID contains a word of the filter. */
  isFoundById: v.boolean(),
  /** How many accounts the row stands for, or 1; 0 for an account below its opened row. */
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
  /** Of how many rows something is already saved here. */
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
  /** How many rows the list has, whatever the filter. */
  listed: v.number(),
  /** How many entries are ticked. */
  ticked: v.number(),
  /** The same counts for those that the filter shows. */
  shown: v.object({
    /** With the rows of accounts that are shown below them. */
    rows: v.number(),
    listed: v.number(),
    ticked: v.number(),
    /** Rows of which nothing is saved or ticked. */
    unticked: v.number(),
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
