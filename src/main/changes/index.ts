/** The life of a change, as other modules may use it: the machine, its repository, the state of sends. */
export { adopt } from './adopt-edits';
export {
  type RemoteCopy,
  type SentWrite,
  conflictingFields,
  fieldsStoredDifferently,
  textsOfCopy,
} from './machine';
export { siblingWrites } from './siblings';
export { type Applied, applyEvent, pendingOf, sendingJob, withdrawCanceled } from './repository';
export type { SendStatus } from './send-status';
