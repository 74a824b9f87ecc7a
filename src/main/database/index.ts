/** The local database. Everything the window shows comes from here. Start reading at tables.ts. */
export { openStore, DATABASE_FILE, type OpenedStore } from './open';
export { createListBuilder, type ListWork } from './list/builder';
export { isSetAsideFile, type SetAside } from './damage/set-aside';
export { recover, type AdoptEdits } from './damage/recover';
export { markSetAsideHandled } from './damage/pending-offers';
export type { StoreOptions } from './store';
export { toVersion } from './columns';
export type { Change, ChangeFeed, Writer } from './change-feed';
export { storeFailure } from './failures';
export { fold, foldedWords } from './fold';
export { lossesOf } from './organization-table';
export { PREFERENCES_SETTING, VERSION_SETTING } from './setting-table';
export type {
  BulkItemRow,
  BulkJobRow,
  CredentialRow,
  EditFingerprint,
  ListedEntry,
  ListEntry,
  OrganizationRecord,
  OutboxRow,
  OwnRequest,
  ProfileRow,
  QueueCondition,
  QueueEntry,
  QueueLoad,
  QueuedSend,
  RevisionRow,
  SiblingWrite,
  Store,
  StoredRevision,
  Tables,
} from './tables';
