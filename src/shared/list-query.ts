/**
 * The list as a query: what a person narrowed it to, and what main answers. The window holds the rows in
 * sight and nothing else, so that 100,000 entries cost it what 100 do.
 */
import * as v from 'valibot';
import { BULK_LIMIT } from './bulk';
import { failureSchema } from './failure';
import { LIST_LIMIT } from './first-paint';
import { organizationIdSchema, rowSchema } from './organization';
import { FIELD_NAMES } from './profile';
import { signInIdSchema } from './sign-in';

export { WHOLE_LIST, LIST_LIMIT } from './first-paint';

/** What the list is narrowed to. */
export const LIST_FILTERS = ['all', 'attention', 'drafts', 'waiting'] as const;
export type ListFilter = (typeof LIST_FILTERS)[number];

/** What the list is ordered by. */
export const LIST_ORDERS = ['name', 'changed'] as const;
export type ListOrder = (typeof LIST_ORDERS)[number];

/** Most entries that can be selected at once: what is done with them is one job. */
export const SELECTION_LIMIT = BULK_LIMIT;

/** Schema of a query. */
export const listQuerySchema = v.object({
  /** Words, each of which an entry must contain; without any, every entry. */
  search: v.pipe(v.string(), v.maxLength(500)),
  filter: v.picklist(LIST_FILTERS),
  /** Only entries with this sign-in, or (`'none'`) without any; null: all. */
  signIn: v.nullable(v.union([signInIdSchema, v.literal('none')])),
  order: v.picklist(LIST_ORDERS),
});

/** What the list is asked for. */
export type ListQuery = v.InferOutput<typeof listQuerySchema>;

/** Schema of where a search found something in an entry: what its row shows in its second line. */
export const listMatchSchema = v.object({
  field: v.picklist(['name', 'id', ...FIELD_NAMES]),
  /** The text, or the part of a long one in which something was found. */
  text: v.string(),
  /** What was found in `text`: begin and end in UTF-16 units, in order, not overlapping. */
  marks: v.array(v.tuple([v.number(), v.number()])),
});

/** Where a search found something. */
export type ListMatch = v.InferOutput<typeof listMatchSchema>;

/** Schema of a row as the list shows it. */
export const listRowSchema = v.object({
  ...rowSchema.entries,
  selected: v.boolean(),
  match: v.nullable(listMatchSchema),
});

/** A row as the list shows it. */
export type ListRow = v.InferOutput<typeof listRowSchema>;

/** Schema of the selection, which main holds. */
export const selectionSchema = v.object({
  /** How many entries are selected. */
  count: v.number(),
  /** How many of them the query leaves out. */
  hidden: v.number(),
  /** How many of them were changed elsewhere or have advice: *Mark as seen* settles these. */
  unviewed: v.number(),
});

/** The selection, as far as the window knows it. */
export type SelectionSummary = v.InferOutput<typeof selectionSchema>;

/** Schema of how far the list is while it is being built, in entries. */
export const listBuildingSchema = v.object({
  done: v.number(),
  total: v.number(),
  /** Why building stopped; it is tried again every 30 seconds. Null: it is under way. */
  failure: v.nullable(failureSchema),
});

/** How far the list is while it is being built. */
export type ListBuilding = v.InferOutput<typeof listBuildingSchema>;

const summary = {
  /** The number of the last commit this answer knows of. */
  commit: v.number(),
  /** How many entries fit the query. */
  total: v.number(),
  /** How many entries are saved. */
  saved: v.number(),
  /** How many entries each filter shows, without a search. */
  counts: v.object({
    all: v.number(),
    attention: v.number(),
    drafts: v.number(),
    waiting: v.number(),
  }),
  selection: selectionSchema,
  /** How many entries have no copy yet: what their profiles hold cannot be found. */
  unread: v.number(),
  /** Whether the shortest words of the search were looked for in names alone: the list is too long. */
  namesOnly: v.boolean(),
  /** How many entries no sign-in opens. */
  withoutSignIn: v.number(),
  /** How far the list is while it is being built again; it has no rows until then. */
  building: v.nullable(listBuildingSchema),
};

/** Schema of a part of the list. */
export const listPageSchema = v.object({
  ...summary,
  /** Place of the first row, from 0. */
  offset: v.number(),
  rows: v.array(listRowSchema),
});

/** A part of the list. */
export type ListPage = v.InferOutput<typeof listPageSchema>;

/** Schema of some rows as they are now, wherever they stand. */
export const listRowsSchema = v.object({ ...summary, rows: v.array(listRowSchema) });

/** Some rows as they are now, and what has become of the list. */
export type ListRows = v.InferOutput<typeof listRowsSchema>;

const place = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The calls about the list; part of the namespace `organizations`. */
export const listCalls = {
  /** The rows from `offset` on. Cost depends on `limit`, not on how many there are. */
  list: {
    request: v.object({
      query: listQuerySchema,
      offset: place,
      limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(LIST_LIMIT)),
    }),
    answer: listPageSchema,
  },
  /** These rows as they are now: they change in place while the pointer or the focus is in the list. */
  rows: {
    request: v.object({
      query: listQuerySchema,
      ids: v.pipe(v.array(organizationIdSchema), v.maxLength(LIST_LIMIT)),
    }),
    answer: listRowsSchema,
  },
  /** Where an entry stands in the list, from 0; null: not among these. */
  position: {
    request: v.object({ organizationId: organizationIdSchema, query: listQuerySchema }),
    answer: v.object({ index: v.nullable(v.number()) }),
  },
  /** The first entry from place `from` on, then from the beginning, whose name begins so. */
  find: {
    request: v.object({
      prefix: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
      from: place,
      query: listQuerySchema,
    }),
    answer: v.nullable(v.object({ id: organizationIdSchema, index: v.number() })),
  },
} as const;

/**
 * The calls about the selection, which main holds as ids. Each answers the selection after it; more than
 * `SELECTION_LIMIT` fails with `selection.too-many` and changes nothing.
 */
export const selectionCalls = {
  /** Selects an entry, or takes it out; ranges begin there. */
  toggle: {
    request: v.object({ organizationId: organizationIdSchema, query: listQuerySchema }),
    answer: selectionSchema,
  },
  /**
   * Selects from where the range began to `to`; what the range held before and holds no longer is taken
   * out. Where no range has begun among these entries, it begins at `start`.
   */
  extend: {
    request: v.object({
      to: organizationIdSchema,
      start: organizationIdSchema,
      query: listQuerySchema,
    }),
    answer: selectionSchema,
  },
  /** Selects everything that fits, on top of what is selected. */
  all: { request: v.object({ query: listQuerySchema }), answer: selectionSchema },
  /** Nothing is selected any more. */
  clear: { request: v.null(), answer: selectionSchema },
  /** The person has looked at those that were changed elsewhere or have advice. */
  markViewed: { request: v.object({ query: listQuerySchema }), answer: selectionSchema },
} as const;
