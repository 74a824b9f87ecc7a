/**
 * What the request of every call may be, described by hand and independently of the contract's schemas. A request that
 * is only made of the shared parts below needs no description of its own. Any other call needs an entry (without one,
 * refused.test.ts fails): write down what its feature relies on, not what its schema says.
 */
import type * as v from 'valibot';
import { calls } from '../../../src/shared/contract/index';
import * as shared from '../../../src/shared/contract/schemas';
import { entryIdSchema } from '../../../src/shared/organization';
import { fieldTextSchema } from '../../../src/shared/profile';
import { signInIdSchema } from '../../../src/shared/sign-in';
import {
  boolean,
  bytes,
  either,
  hexId,
  list,
  nothing,
  nullable,
  number,
  object,
  optional,
  strictObject,
  text,
  whole,
  word,
  type Kind,
} from './kinds';

const entryId = hexId(32);
const signInId = hexId(16);
const short = text(4_096);
const label = text(200);
const keep = word('keychain', 'session');
/** What the person enters for a sign-in of any kind. */
const entered = { label, key: short, keep, readOnly: boolean };
/** At most as many as one save may have. */
const entryIds = list(entryId, 20_000);
/** A place in a list, or the number of an edit. */
const count = whole(0);
const pageLength = whole(1, 200);

/** The number of a row of a table: Cloudflare lets no one see more organizations. */
const rowNumber = whole(0, 1_000_000);
const run = object({ first: rowNumber, end: rowNumber });
const runs = list(run, 10_000);
const tableColumn = word(
  ...['name', 'business_name', 'business_email', 'business_phone', 'business_address'],
  ...['external_metadata', 'labels', 'state', 'checked'],
);

/** A value for each of the five fields. */
const fields = (kind: Kind): Record<string, Kind> => ({
  business_name: kind,
  business_email: kind,
  business_phone: kind,
  business_address: kind,
  external_metadata: kind,
});

const fieldName = word(...Object.keys(fields(nothing)));
const fieldText = text(100_000);
const profile = object(fields(fieldText));
/** Cells of the table: rows of a snapshot, and at least one field. */
const cellRange = { snapshot: number, rows: runs, fields: list(fieldName, 5, 1) };
/** Only main may say that a save owns a field, so another key is refused. */
const typed = strictObject({ base: nullable(fieldText), text: fieldText });
const typedEdits = {
  entryId,
  edits: strictObject(fields(optional(typed))),
  number: count,
};

/** A text in cells of the table. It is looked for as it is, so it need not be short. */
const find = object({
  text: text(4_000, 1),
  matchCase: boolean,
  wholeText: boolean,
  fields: list(fieldName, 5, 1),
});

const decision = { entryId, version: number, remote: nullable(profile) };

/** A part of the rows of a list. */
const page = { offset: count, limit: whole(1, 100) };

/** A change and the copy that a decision is about. */
const decided = { entryId, version: number, remoteId: short };

const ticks = object({
  reviewId: short,
  groups: list(short, 10_000),
  whole: list(short, 10_000),
  except: list(count, 100_000),
});

const labelText = text(50, 1);

const query = object({
  search: text(500),
  filter: word('all', 'attention', 'changes'),
  signIn: nullable(either(signInId, word('none'))),
  parent: nullable(entryId),
  label: nullable(labelText),
  group: word('none', 'parent'),
  order: word('name', 'changed'),
});
const activityQuery = object({
  kind: nullable(word('saved', 'accepted', 'observed', 'discarded', 'replaced')),
  since: nullable(number),
  entryId: nullable(entryId),
});
const ofQuery = object({ query });

/** The number of a column of an imported table: no more than 100 are read. */
const column = whole(0, 100);
const importChoices = object({
  importId: short,
  key: either(
    object({ by: word('id'), column }),
    object({ by: word('name'), column }),
    object({ by: word('metadata'), column, name: short }),
  ),
  fields: list(object({ column, field: fieldName }), 5),
  empty: word('leave', 'clear'),
  alsoOverDrafts: boolean,
});

/** What the schemas allow that many requests share. */
const PARTS = new Map<unknown, Kind>([
  [shared.text, short],
  [shared.label, label],
  [shared.entryIds, entryIds],
  [shared.editNumber, count],
  [entryIdSchema, entryId],
  [signInIdSchema, signInId],
  [fieldTextSchema, fieldText],
]);

/** The kind of a request that is a shared part, nothing, or an object of shared parts and booleans; else null. */
function kindOf(schema: v.GenericSchema): Kind | null {
  const part = PARTS.get(schema);
  if (part) return part;
  const { type, entries, pipe } = schema as { type: string; entries?: object; pipe?: unknown };
  if (type === 'null') return nothing;
  if (type === 'boolean' && !pipe) return boolean;
  if (type !== 'object' || pipe) return null;
  const kinds: [string, Kind][] = [];
  for (const [name, entry] of Object.entries(entries as Record<string, v.GenericSchema>)) {
    const kind = kindOf(entry);
    if (!kind) return null;
    kinds.push([name, kind]);
  }
  return object(Object.fromEntries(kinds));
}

/** The calls whose request is described by its parts. */
const DERIVED = Object.entries(calls).flatMap(([namespace, inNamespace]) =>
  Object.entries(inNamespace as Record<string, { request: v.GenericSchema }>).flatMap(
    ([name, { request }]): [string, Kind][] => {
      const kind = kindOf(request);
      return kind ? [[`${namespace}.${name}`, kind]] : [];
    },
  ),
);

/** The calls whose request is described here. */
const DESCRIBED: Readonly<Record<string, Kind>> = {
  'app.setSidebarWidth': object({ width: nullable(whole(240, 16_384)) }),

  'settings.update': object({
    checkEvery: optional(word('off', '15-minutes', '1-hour', '4-hours', '1-day')),
    notify: optional(boolean),
    appearance: optional(word('system', 'light', 'dark')),
    language: optional(word('system', 'en', 'de')),
    updates: optional(word('automatic', 'off')),
  }),

  'signIns.add': either(
    object({ kind: word('key'), email: short, ...entered }),
    object({ kind: word('token'), ...entered }),
  ),
  'signIns.replaceKey': object({ signInId, key: short, keep }),

  'organizations.list': object({ query, offset: count, limit: pageLength }),
  'organizations.rows': object({ query, ids: list(entryId, 200) }),
  'organizations.position': object({ entryId, query }),
  'organizations.find': object({ prefix: text(100, 1), from: count, query }),
  'organizations.remove': object({
    entryId,
    losses: nullable(short),
    signInId: nullable(signInId),
  }),

  'table.open': object({
    query,
    filters: list(
      either(
        object({ kind: word('empty'), field: fieldName }),
        object({ kind: word('contains'), field: fieldName, text: text(500, 1) }),
        object({ kind: word('changed'), field: fieldName }),
        object({ kind: word('planned'), field: word('name') }),
      ),
      50,
    ),
    order: word('query', 'checked'),
    keep: nullable(entryId),
  }),
  'table.rows': object({
    snapshot: number,
    offset: rowNumber,
    limit: pageLength,
    groups: list(rowNumber, 200),
  }),
  'table.copy': object({
    snapshot: number,
    rows: runs,
    columns: list(tableColumn, 9, 1),
  }),
  'table.view': object({ snapshot: number, rows: list(run, 200) }),
  'table.tick': object({
    snapshot: number,
    first: rowNumber,
    end: rowNumber,
    isTicked: boolean,
    query,
  }),
  'table.find': object({ snapshot: number, find }),
  'table.findNext': object({
    snapshot: number,
    find,
    from: object({ row: rowNumber, column: tableColumn, isIncluded: boolean }),
    direction: word('next', 'previous'),
  }),
  'table.setColumns': object({
    columns: list(object({ column: tableColumn, width: whole(80, 2000) }), 9),
  }),

  'selection.toggle': object({ entryId, query }),
  'selection.extend': object({ to: entryId, start: entryId, query }),
  'selection.all': ofQuery,
  'selection.markViewed': ofQuery,

  'drafts.save': object(typedEdits),
  'drafts.fill': object({ edits: object(fields(optional(fieldText))), alsoOverDrafts: boolean }),
  'drafts.cells': object({
    ...cellRange,
    kind: word('paste', 'fill', 'clear'),
    texts: list(nullable(fieldText), 50_000, 1),
  }),
  'drafts.fillDown': object(cellRange),
  'drafts.replace': object({
    snapshot: number,
    find,
    replacement: text(4_000),
    alsoOverDrafts: boolean,
  }),
  'drafts.setEntry': object({
    field: word('business_address', 'external_metadata'),
    name: text(1_000, 1),
    value: fieldText,
    alsoOverDrafts: boolean,
  }),
  'drafts.discardMany': ticks,

  'drafts.leftOut': object({
    batchId: short,
    reason: word(
      ...[
        'unchanged',
        'changed',
        'newer',
        'empty',
        'unread',
        'read-only',
        'decide',
        'draft',
        'too-long',
        'no-json',
      ],
      ...['nested', 'removed'],
    ),
    ...page,
  }),
  'changes.reviewRows': object({ reviewId: short, ...page }),
  'changes.ticked': ticks,
  'changes.submitMany': ticks,

  'changes.submit': object({ ...typedEdits, remote: optional(profile) }),
  'changes.retry': object(decision),
  'changes.discard': object({ entryId, version: number }),
  'changes.acceptAsStored': object(decision),
  'changes.resolve': object({
    entryId: decision.entryId,
    version: decision.version,
    remote: decision.remote,
    choices: object(fields(optional(word('mine', 'theirs')))),
  }),

  'history.list': object({ entryId, before: nullable(number) }),
  'history.restore': object({
    entryId,
    revisionId: number,
    replaceDraft: boolean,
    fields: optional(list(fieldName, 5)),
  }),

  'additions.rows': object({ filter: short, offset: count, limit: pageLength }),
  'additions.tick': object({
    which: either(list(entryId, 200), word('shown')),
    ticked: boolean,
    filter: short,
  }),

  'changes.waiting': object(page),
  'changes.toDecide': object(page),
  'changes.withdraw': object({ entryId, version: number, fields: list(fieldName, 5) }),
  'changes.decide': object({ ...decided, choice: word('mine', 'theirs') }),
  'changes.useTheirs': object({ decisions: list(object(decided), 20_000) }),
  'saves.results': object({ saveId: short, ...page }),
  'saves.cancel': object({ saveId: short, then: word('keep', 'discard') }),

  'menus.reportTarget': object({
    target: either(
      // One by one, so that what is wrong is also sent for each.
      strictObject({ kind: word('text') }),
      strictObject({ kind: word('secret') }),
      strictObject({ kind: word('selection') }),
      strictObject({ kind: word('cells') }),
      strictObject({ kind: word('row'), entryId }),
      strictObject({ kind: word('page'), entryId }),
      strictObject({ kind: word('version'), entryId, canRestore: boolean }),
      strictObject({ kind: word('preview'), entryId }),
      strictObject({
        kind: word('label'),
        entryId,
        field: word(...Object.keys(fields(nothing))),
      }),
    ),
    position: nullable(object({ x: whole(0, 100_000), y: whole(0, 100_000) })),
  }),
  'menus.setEnabled': object({
    items: list(
      word(
        ...['add', 'search', 'save', 'refresh', 'discard', 'settings', 'export', 'import'],
        ...['replace', 'support', 'copy-letterhead', 'activity', 'view-list', 'view-table'],
        ...['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'select-all'],
      ),
      21,
    ),
  }),

  'activity.list': object({
    query: activityQuery,
    before: nullable(object({ at: number, id: number })),
  }),
  'activity.texts': object({ revisionId: number }),
  'activity.export': object({ query: activityQuery, format: word('xlsx', 'csv') }),

  'labels.of': object({ entryId: nullable(entryId) }),
  'labels.change': object({
    entryId: nullable(entryId),
    add: list(labelText, 20),
    remove: list(labelText, 1_000),
  }),

  'csv.export': object({
    which: either(
      word('all', 'selected'),
      object({ matching: query }),
      object({ snapshot: number }),
    ),
    format: word('xlsx', 'csv'),
  }),
  // Without a name, it is a table that was pasted.
  'csv.importContent': object({ title: nullable(short) }),
  'csv.addContent': object({ piece: bytes(1_000_000), isFirst: boolean }),
  'csv.matchImport': importChoices,
  'csv.importDrafts': importChoices,
  'csv.notImported': object({ importId: short, ...page }),
  'csv.exportNotImported': object({ importId: short, format: word('xlsx', 'csv') }),
};

/** The kind of request of every call. */
export const REQUESTS: readonly (readonly [name: string, kind: Kind])[] = [
  ...DERIVED,
  ...Object.entries(DESCRIBED),
];
