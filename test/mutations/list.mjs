/**
 * The lines that keep the app closed and the texts whole, and for each the test that goes red without it. `npm run
 * test:mutations` takes them away one by one, in a copy; test/unit/mutations.test.ts sees that each text is
 * still there exactly once.
 */
import { APP } from './app.mjs';
import { KEY } from './key.mjs';
import { PAGE } from './page.mjs';
import { TEXTS } from './texts.mjs';
import { UPDATES } from './updates.mjs';

/**
 * @typedef {object} Mutation
 * @property {number | 'key' | 'updates' | 'texts'} point the number in Electron's security checklist, or what else
 *   the line is for
 * @property {string} file
 * @property {string} text what is taken away; once in the file
 * @property {string} to what takes its place
 * @property {string} test the file with the test that must go red
 */

/** @type {readonly Mutation[]} */
export const MUTATIONS = [...PAGE, ...APP, ...KEY, ...UPDATES, ...TEXTS];
