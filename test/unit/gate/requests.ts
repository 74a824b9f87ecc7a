/**
 * What the request of every call may be, described by hand and independently of the contract's schemas. A new call
 * needs an entry (refused.test.ts fails without one): write down what its feature relies on, not what its schema says.
 */
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
/** At most as many as one job may have. */
const entryIds = list(entryId, 20_000);
/** A place in a list, or the number of an edit. */
const count = whole(0);
const pageLength = whole(1, 200);

const organization = object({ entryId });
const signIn = object({ signInId });
const job = object({ jobId: short });

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
/** Only main may say that a job owns a field, so another key is refused. */
const typed = strictObject({ base: nullable(fieldText), text: fieldText });
const typedEdits = {
  entryId,
  edits: strictObject(fields(optional(typed))),
  number: count,
};

const decision = { entryId, version: number, remote: nullable(profile) };

const query = object({
  search: text(500),
  filter: word('all', 'attention', 'drafts', 'waiting'),
  signIn: nullable(either(signInId, word('none'))),
  parent: nullable(entryId),
  group: word('none', 'parent'),
  order: word('name', 'changed'),
});
const ofQuery = object({ query });

/** The kind of request of every call. */
export const REQUESTS: Readonly<Record<string, Kind>> = {
  'app.about': nothing,
  'app.locale': nothing,
  'app.banners': nothing,
  'app.lastWindow': nothing,
  'app.setSidebarWidth': object({ width: nullable(whole(240, 16_384)) }),
  'app.draftsAtStart': nothing,
  'app.dismissBanner': object({ kind: short }),
  'app.openLink': object({ url: short }),
  'app.clearCopiedKey': object({ key: short }),
  'app.copyTokenInstructions': object({ readOnly: boolean }),
  'app.flushed': object({ unsaved: entryIds }),
  'app.painted': nothing,

  'recovery.recover': nothing,
  'recovery.removeKeys': nothing,
  'recovery.adoptKey': object({ signInId, label, email: short }),

  'support.supportDetails': nothing,
  'support.copySupportDetails': nothing,
  'support.showLogs': nothing,

  'reset.removal': nothing,
  'reset.remove': object({ keysToo: boolean }),

  'settings.get': nothing,
  'settings.update': object({
    checkEvery: optional(word('off', '15-minutes', '1-hour', '4-hours', '1-day')),
    notify: optional(boolean),
    appearance: optional(word('system', 'light', 'dark')),
    language: optional(word('system', 'en', 'de')),
    updates: optional(word('automatic', 'off')),
  }),

  'updates.get': nothing,
  'updates.check': nothing,
  'updates.restart': nothing,

  'connection.get': nothing,
  'connection.tryNow': nothing,
  'connection.networkBack': nothing,
  'checks.get': nothing,
  'checks.run': nothing,
  'initialFetch.get': nothing,

  'signIns.list': nothing,
  'signIns.canStoreKey': nothing,
  'signIns.add': either(
    object({ kind: word('key'), email: short, ...entered }),
    object({ kind: word('token'), ...entered }),
  ),
  'signIns.hasSample': nothing,
  'signIns.addSample': nothing,
  'signIns.check': signIn,
  'signIns.rename': object({ signInId, label }),
  'signIns.changeEmail': object({ signInId, email: short }),
  'signIns.replaceKey': object({ signInId, key: short, keep }),
  'signIns.setReadOnly': object({ signInId, readOnly: boolean }),
  'signIns.remove': signIn,

  'organizations.list': object({ query, offset: count, limit: pageLength }),
  'organizations.rows': object({ query, ids: list(entryId, 200) }),
  'organizations.position': object({ entryId, query }),
  'organizations.find': object({ prefix: text(100, 1), from: count, query }),
  'organizations.parents': nothing,
  'organizations.open': organization,
  'organizations.refresh': organization,
  // As the person typed it: the feature reads the id in it.
  'organizations.addById': object({ signInId, entryId: short }),
  'organizations.copyLetterhead': organization,
  'organizations.openDashboard': organization,
  'organizations.changeSignIn': object({ entryId, signInId }),
  'organizations.markViewed': object({ entryIds }),
  'organizations.removal': organization,
  'organizations.remove': object({ entryId, losses: nullable(short), signInToo: boolean }),

  'selection.toggle': object({ entryId, query }),
  'selection.extend': object({ to: entryId, start: entryId, query }),
  'selection.all': ofQuery,
  'selection.clear': nothing,
  'selection.markViewed': ofQuery,

  'drafts.save': object(typedEdits),
  'drafts.discard': object({ entryId, number: count }),

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

  'additions.get': nothing,
  'additions.list': object({ signInId, onlyNew: boolean }),
  'additions.stopFetching': nothing,
  'additions.leave': nothing,
  'additions.rows': object({ filter: short, offset: count, limit: pageLength }),
  'additions.tick': object({
    which: either(list(entryId, 200), word('shown')),
    ticked: boolean,
    filter: short,
  }),
  'additions.add': nothing,
  'additions.stop': nothing,
  'additions.resume': nothing,
  'additions.dismiss': nothing,

  'bulk.plan': object({ edits: object(fields(optional(fieldText))) }),
  'bulk.submit': object({ planId: short, entryIds }),
  'bulk.list': nothing,
  'bulk.results': job,
  'bulk.pause': job,
  'bulk.resume': job,
  'bulk.cancel': job,
  'bulk.retryFailed': job,
  'bulk.dismiss': job,
  'bulk.exportResults': job,

  'selectionActions.get': nothing,
  'selectionActions.refresh': nothing,
  'selectionActions.stopRefresh': nothing,
  'selectionActions.retryRefresh': nothing,
  'selectionActions.dismissRefresh': nothing,
  'selectionActions.removal': nothing,
  'selectionActions.remove': object({ removalId: short, editedToo: boolean, signInsToo: boolean }),
  'selectionActions.countSignIns': nothing,
  'selectionActions.changeSignIn': signIn,

  'menus.reportTarget': object({
    target: either(
      // One by one, so that what is wrong is also sent for each.
      strictObject({ kind: word('text') }),
      strictObject({ kind: word('secret') }),
      strictObject({ kind: word('selection') }),
      strictObject({ kind: word('row'), entryId }),
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
        ...['support', 'copy-letterhead'],
        ...['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'select-all'],
      ),
      17,
    ),
  }),

  'csv.export': object({
    which: either(word('all', 'selected'), object({ matching: query })),
    format: word('xlsx', 'csv'),
  }),
  'csv.openExported': object({ exportId: short }),
  'csv.showExported': object({ exportId: short }),
  'csv.import': nothing,
  'csv.importDropped': object({ name: short, content: bytes(50_000_000) }),
};
