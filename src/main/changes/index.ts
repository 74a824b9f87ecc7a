/** The life of a change, as other modules may use it: the machine, its repository, the state of sends. */
export type { ActivityTexts } from './activity';
export type { ImportWork } from './batches';
export { entryLeftOut, textLeftOut } from './fill';
export type { JustSaved } from './just-saved';
export { type RemoteCopy, type SentWrite, savedTexts, textsOfCopy } from './machine';
export { conflictAuthor, decidedFields } from './pending-rows';
export {
  adoptEdits,
  type Applied,
  applyEvent,
  cancelSave,
  loadState,
  pendingOf,
  replacedTexts,
  sendingSave,
  trustOf,
  withdrawCanceled,
} from './repository';
export type { Confirmed, SendStatus } from './send-status';
export type { Verification } from './verification';
