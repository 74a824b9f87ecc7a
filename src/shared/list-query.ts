/**
 * The list as a query: what the window asks for, and what main answers. The window holds only the rows on
 * screen, so it handles 100,000 entries like 100.
 */
import * as v from 'valibot';
import { failureSchema } from './failure';
import { labelTextSchema } from './labels';
import { FIRST_QUERY, LIST_LIMIT } from './first-paint';
import { MAX_NAME_LENGTH, MAX_ORGANIZATIONS } from './limits';
import { nameSchema, entryIdSchema, rowSchema } from './organization';
import { FIELD_NAMES, fieldNameSchema, fieldTextSchema } from './profile';
import { signInIdSchema } from './sign-in';

export { LIST_LIMIT } from './first-paint';

/** The filters of the list. `changes`: what has a draft, or a change that Cloudflare has not confirmed. */
export const LIST_FILTERS = ['all', 'attention', 'changes'] as const;
/** A filter of the list. */
export type ListFilter = (typeof LIST_FILTERS)[number];

/** What the list can be ordered by. */
export const LIST_ORDERS = ['name', 'changed'] as const;
/** What the list is ordered by. */
export type ListOrder = (typeof LIST_ORDERS)[number];

/** What the list can be grouped by. */
export const LIST_GROUPS = ['none', 'parent'] as const;
/** What the list is grouped by. */
export type ListGrouping = (typeof LIST_GROUPS)[number];

/** Most parents that the filter offers. The search finds the entries of the others. */
export const PARENTS_LIMIT = 1_000;

/** Cloudflare nests organizations up to five levels (fundamentals/organizations/limitations). */
export const PATH_LIMIT = 5;

/** Schema of a query. */
export const listQuerySchema = v.object({
  /** Search words: an entry must contain all of them. Without any, every entry matches. */
  search: v.pipe(v.string(), v.maxLength(500)),
  filter: v.picklist(LIST_FILTERS),
  /** Only entries with this sign-in, or (`'none'`) without one; null: all. */
  signIn: v.nullable(v.union([signInIdSchema, v.literal('none')])),
  /** Only this organization, if others are below it, and those directly below it; null: all. */
  parent: v.nullable(entryIdSchema),
  /** Only entries with this label; null: all. */
  label: v.nullable(labelTextSchema),
  /**
   * What the entries are grouped by. Groups are in the order of their names; entries without a parent come last.
   * Not applied to a search, whose best matches come first, nor to the entries of one parent or with one label.
   */
  group: v.picklist(LIST_GROUPS),
  /** The order, within a group. An organization that others are below comes before them. */
  order: v.picklist(LIST_ORDERS),
});

/** What the list shows. */
export type ListQuery = v.InferOutput<typeof listQuerySchema>;

/** The whole list by name: nothing is searched for or filtered. */
export const WHOLE_LIST: ListQuery = FIRST_QUERY;

/** Schema of a search match: where an entry contains the words, shown in the second line of its row. */
export const listMatchSchema = v.object({
  /** `parent`: the name of the organization above it. */
  field: v.picklist(['name', 'id', 'parent', ...FIELD_NAMES]),
  /** The text that matches, or the matching part of a long one. */
  text: fieldTextSchema,
  /** The matches in `text`: start and end in UTF-16 units, sorted, not overlapping. */
  marks: v.pipe(v.array(v.tuple([v.number(), v.number()])), v.maxLength(MAX_NAME_LENGTH)),
});

/** A search match. */
export type ListMatch = v.InferOutput<typeof listMatchSchema>;

/** Schema of a group of the list. */
export const listGroupSchema = v.object({
  /** The organization whose group it is; null: the entries without a parent. */
  id: v.nullable(entryIdSchema),
  /** The names from the highest known organization down to its own; empty for the entries without a parent. */
  path: v.pipe(v.array(nameSchema), v.maxLength(PATH_LIMIT)),
});

/** A group of the list. */
export type ListGroup = v.InferOutput<typeof listGroupSchema>;

/** Schema of a row as the list shows it. */
export const listRowSchema = v.object({
  ...rowSchema.entries,
  selected: v.boolean(),
  match: v.nullable(listMatchSchema),
  /** The group it is in; null: the list is not grouped. */
  group: v.nullable(listGroupSchema),
});

/** A row as the list shows it. */
export type ListRow = v.InferOutput<typeof listRowSchema>;

/** Schema of the selection, which main holds. */
export const selectionSchema = v.object({
  /** Goes up whenever anything is selected or deselected. */
  version: v.number(),
  /** How many entries are selected. */
  count: v.number(),
  /** How many of them the query does not show. */
  hidden: v.number(),
  /** How many of them *Mark as seen* applies to: they changed at Cloudflare or have advice. */
  unviewed: v.number(),
});

/** The selection, as far as the window knows it. */
export type SelectionSummary = v.InferOutput<typeof selectionSchema>;

/** Schema of the progress while the list is being built, in entries. */
export const listBuildingSchema = v.object({
  done: v.number(),
  total: v.number(),
  /** Why building failed; it is retried every 30 seconds. Null: it is running. */
  failure: v.nullable(failureSchema),
});

/** The progress while the list is being built. */
export type ListBuilding = v.InferOutput<typeof listBuildingSchema>;

const summary = {
  /** The number of the last commit that this answer includes. */
  commit: v.number(),
  /** How many entries match the query. */
  total: v.number(),
  /** How many entries are saved. */
  saved: v.number(),
  /** How many entries each filter shows, ignoring the search. */
  counts: v.object({
    all: v.number(),
    attention: v.number(),
    changes: v.number(),
  }),
  selection: selectionSchema,
  /** How many entries have no saved profile yet, so that searches cannot find its texts. */
  unread: v.number(),
  /** Whether one- and two-letter words were searched for in names only, because the list is too long. */
  namesOnly: v.boolean(),
  /** How many entries have no sign-in. */
  withoutSignIn: v.number(),
  /** How many entries are accounts. */
  accounts: v.number(),
  /** Null: no entry has a parent. Otherwise a number that changes whenever the answer of `parents` may. */
  parents: v.nullable(v.number()),
  /** Null: no entry has a label. Otherwise a number that changes whenever the answer of `labels.list` may. */
  labels: v.nullable(v.number()),
  /** Set while the list is being rebuilt; it has no rows until that is done. */
  building: v.nullable(listBuildingSchema),
};

const listRows = v.pipe(v.array(listRowSchema), v.maxLength(LIST_LIMIT));

/** Schema of a part of the list. */
export const listRowsSchema = v.object({
  ...summary,
  /** Index of the first row, from 0. */
  offset: v.number(),
  /** The index of the first row of each group, ascending; empty if the list is not grouped. */
  groups: v.pipe(v.array(v.number()), v.maxLength(MAX_ORGANIZATIONS)),
  rows: listRows,
});

/** A part of the list. */
export type ListRows = v.InferOutput<typeof listRowsSchema>;

/** Schema of the current state of given rows, without their indexes. */
export const updatedRowsSchema = v.object({ ...summary, rows: listRows });

/** The current state of given rows, and the summary of the list. */
export type UpdatedRows = v.InferOutput<typeof updatedRowsSchema>;

/** Schema of the organizations that entries are below, in the order of their names. */
export const listParentsSchema = v.object({
  /** The first ones. */
  parents: v.pipe(
    v.array(
      v.object({
        id: entryIdSchema,
        name: nameSchema,
        /** The name of the organization above it, where that is known. */
        above: v.nullable(nameSchema),
      }),
    ),
    v.maxLength(PARENTS_LIMIT),
  ),
  /** Whether there are more. */
  hasMore: v.boolean(),
});

/** The organizations that entries are below. */
export type ListParents = v.InferOutput<typeof listParentsSchema>;

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The calls about the list; part of the namespace `organizations`. */
export const listCalls = {
  /** The rows from index `offset`. The cost depends on `limit`, not on the length of the list. */
  list: {
    request: v.object({
      query: listQuerySchema,
      offset: index,
      limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LIST_LIMIT)),
    }),
    answer: listRowsSchema,
  },
  /** The current state of these rows. Used while pointer or focus is in the list, so that no row moves. */
  rows: {
    request: v.object({
      query: listQuerySchema,
      ids: v.pipe(v.array(entryIdSchema), v.maxLength(LIST_LIMIT)),
    }),
    answer: updatedRowsSchema,
  },
  /** The index of an entry under this query, from 0; null: the query does not show it. */
  position: {
    request: v.object({ entryId: entryIdSchema, query: listQuerySchema }),
    answer: v.object({ index: v.nullable(v.number()) }),
  },
  /** The first entry whose name starts with `prefix`, from index `from`, wrapping around; null: none. */
  find: {
    request: v.object({
      prefix: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
      from: index,
      query: listQuerySchema,
    }),
    answer: v.nullable(v.object({ id: entryIdSchema, index: v.number() })),
  },
  /** The organizations that the filter by parent offers. */
  parents: { request: v.null(), answer: listParentsSchema },
} as const;

/**
 * The calls about the selection, which main holds as ids. Those that change it answer with the new one. Selecting
 * more than `MAX_AT_ONCE` fails with `selection.too-many` and changes nothing.
 */
export const selectionCalls = {
  /** Selects or deselects an entry; the next range starts there. */
  toggle: {
    request: v.object({ entryId: entryIdSchema, query: listQuerySchema }),
    answer: selectionSchema,
  },
  /**
   * Extends the range from its anchor to `to`, and deselects what the range no longer covers. If the
   * query does not show the anchor, the range starts at `start`.
   */
  extend: {
    request: v.object({
      to: entryIdSchema,
      start: entryIdSchema,
      query: listQuerySchema,
    }),
    answer: selectionSchema,
  },
  /** Adds all entries that match the query to the selection. */
  all: { request: v.object({ query: listQuerySchema }), answer: selectionSchema },
  /** Deselects everything. */
  clear: { request: v.null(), answer: selectionSchema },
  /** Marks changes found at Cloudflare and advice of the selected entries as seen. */
  markViewed: { request: v.object({ query: listQuerySchema }), answer: selectionSchema },
  /** How many of the selected entries have a draft of each field; without fields of which none has one. */
  drafts: {
    request: v.null(),
    answer: v.pipe(
      v.array(v.object({ field: fieldNameSchema, count: v.number() })),
      v.maxLength(FIELD_NAMES.length),
    ),
  },
} as const;
