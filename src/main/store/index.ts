/** The local database: the only thing the window reads. */
export { openStore, DATABASE_FILE, type OpenedStore, type SetAside } from './opening';
export type { StoreOptions } from './store';
export type { UnreadableRow } from './columns';
