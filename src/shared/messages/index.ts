/**
 * Every word a person reads. The texts are in `en/*.json` and `de/*.json`, one file per part of the app;
 * the build compiles them to functions (`m.add_title()`), so that a missing or misspelt one is a type
 * error. Which language they speak is said once, in locale.ts.
 */
export { m } from './compiled/messages';
