/** The local database. Everything the window shows comes from here. Start reading at tables.ts. */
export { openDatabase, DATABASE_FILE, type OpenedDatabase } from './open';
export { createListBuilder } from './list/builder';
export { sortInSlices } from './list/sort-in-slices';
export { isSetAsideFile, type SetAside } from './damage/set-aside';
export { recover, type AdoptEdits } from './damage/recover';
export { markSetAsideHandled } from './damage/pending-offers';
export type { ListWork, DatabaseOptions } from './database';
export { toVersion } from './columns';
export type { Change, ChangeFeed, Writer } from './change-feed';
export { RECOVERED } from './draft-table';
export { databaseFailure } from './failures';
export { fold, foldedWords } from './fold';
export { lossesOf } from './organization-table';
export { afterCancelOf, CANCELED_STAGES } from './rows';
export type { Trust } from './row-macs';
export { MARK_SETTING, PREFERENCES_SETTING, VERSION_SETTING } from './setting-table';
export type {
  BatchRow,
  DraftSummary,
  SaveRow,
  WrittenItem,
  SignInRow,
  EditFingerprint,
  EntryKeys,
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
  Database,
  StoredRevision,
  Tables,
} from './tables';
