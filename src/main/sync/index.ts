/** Reading and sending, as other modules may use them. */
export type { ConnectionStatus } from './connectivity';
export { untilAborted } from './dependencies';
export type { Scheduler } from './scheduler';
export { AT_ONCE } from './send-slots';
export { REQUESTS } from './send';
