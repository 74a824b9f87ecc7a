/** Saves of many, as other modules may use them. */
export { type Plans, type AdaptText, textsWithoutDraft } from './plan';
