/**
 * Every word a person reads. The texts are in `en/*.json`, one file per part of the app; the build
 * compiles them to functions (`m.add_title()`), so that a missing or misspelt one is a type error.
 */
export { m } from './compiled/messages';
