/** Bulk jobs, as other modules may use them. */
export { type Plans, type Settle, shownTexts } from './plan';
