/** Reading and sending, as other modules may use them. */
export type { ConnectionStatus } from './connectivity';
export type { Scheduler } from './scheduler';
export { SLOTS_PER_KIND } from './send-slots';
export { REQUESTS_PER_SEND } from './send';
export type { SyncDependencies } from './dependencies';
export { fetchCopy, PROFILE_GONE, type FetchedCopy } from './fetch-profile';
