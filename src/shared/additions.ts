/**
 * Adding organizations from the list of a sign-in. Main holds the list and what is ticked in it; the
 * window holds the rows in sight, so that a list of 100,000 costs it what a list of 100 does.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { organizationIdSchema } from './organization';

/** Most rows of the list in one answer. */
export const AVAILABLE_LIMIT = 200;

/** Up to so many organizations are ticked beforehand. */
export const PRESELECTED = 10;

/** Schema of an organization that a sign-in can see. */
export const availableOrganizationSchema = v.object({
  id: organizationIdSchema,
  name: v.string(),
  /** Whether it was saved here already when Cloudflare listed it. */
  saved: v.boolean(),
  /** Whether it is to be added. */
  ticked: v.boolean(),
});

/** An organization that a sign-in can see. */
export type AvailableOrganization = v.InferOutput<typeof availableOrganizationSchema>;

/** Schema of how an attempt to list the organizations of a sign-in ended. */
export const listedSchema = v.object({
  /** How many organizations were found in all. */
  found: v.number(),
  /** How many of them are saved here already. */
  saved: v.number(),
  /** Whether these are all that the sign-in can see; if not, listing again finds the rest. */
  isComplete: v.boolean(),
  /** Why they are not all, or null: the person stopped it. */
  failure: v.nullable(failureSchema),
});

/** How an attempt to list the organizations of a sign-in ended. */
export type Listed = v.InferOutput<typeof listedSchema>;

/** Schema of the numbers of a list under a filter. */
export const availableSummarySchema = v.object({
  /** How many organizations the list has. */
  listed: v.number(),
  /** How many of them are ticked. */
  ticked: v.number(),
  /** The same of those that the filter shows. */
  shown: v.object({
    listed: v.number(),
    ticked: v.number(),
    /** How many can be ticked: they are not saved yet. */
    addable: v.number(),
  }),
});

/** The numbers of a list under a filter. */
export type AvailableSummary = v.InferOutput<typeof availableSummarySchema>;

/** Schema of a part of the list under a filter. */
export const availablePageSchema = v.object({
  ...availableSummarySchema.entries,
  /** Place of the first row, from 0. */
  offset: v.number(),
  rows: v.array(availableOrganizationSchema),
});

/** A part of the list under a filter. */
export type AvailablePage = v.InferOutput<typeof availablePageSchema>;

/** Schema of adding many organizations in the background. */
export const additionSchema = v.object({
  /** `paused`: the database refuses, see `failure`; `ended`: nothing is left to add. */
  state: v.picklist(['running', 'paused', 'ended']),
  /** How many are in the list by now, since the start of the app. */
  added: v.number(),
  /** How many were to be added; more than `added` at the end when the rest was dropped. */
  total: v.number(),
  failure: v.nullable(failureSchema),
});

/** Adding many organizations in the background. */
export type Addition = v.InferOutput<typeof additionSchema>;

/** Schema of what is under way. */
export const additionStatusSchema = v.object({
  /** Cloudflare is being asked for a list: how many it has named so far, and how many there are, if it said so. */
  listing: v.nullable(v.object({ found: v.number(), total: v.nullable(v.number()) })),
  /** Null: nothing was added in the background, or the person has seen how it ended. */
  addition: v.nullable(additionSchema),
});

/** What is under way. */
export type AdditionStatus = v.InferOutput<typeof additionStatusSchema>;
