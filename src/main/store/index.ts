/** The local database: the only thing the window reads. */
export { openStore, DATABASE_FILE, type OpenedStore } from './opening';
export { createListBuilder, type ListWork } from './list/builder';
export { isSetAsideFile, type SetAside } from './damage';
export { takeOver, type Adopt, type AdoptEdits, type TakenOver } from './recovery';
export { settle } from './unsettled';
export type { StoreOptions } from './store';
export type { UnreadableRow } from './columns';
