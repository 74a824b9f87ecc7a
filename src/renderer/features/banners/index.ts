/** What other features may use of the banners. */
export { isStorageFailureShown } from './issue-groups';
