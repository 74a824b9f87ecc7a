/** What other features may use of the banners. */
export { isReasonAbove, isStorageFailureAbove } from './issue-groups';
