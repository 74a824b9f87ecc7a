/** What other features may use of the banners. */
export { isStorageFailureAbove } from './issue-groups';
