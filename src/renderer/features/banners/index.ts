/** The banners, for the page that says what they say already. */
export { isReasonAbove } from './issue-groups';
