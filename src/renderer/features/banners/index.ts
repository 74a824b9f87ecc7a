/** What other features may use of the banners. */
export { isReasonAbove } from './issue-groups';
