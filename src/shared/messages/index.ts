/**
 * Every text that a person reads. The texts are in `en/*.json` and `de/*.json`, one file per feature; the
 * build compiles them to functions (`m.common_cancel()`), so a missing or misspelled one is a type error. The
 * current language is set in locale.ts.
 */
export { m } from './compiled/messages';
