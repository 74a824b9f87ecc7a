/**
 * Lines of code that protect the app's security or its texts, each with the test that must fail when the line
 * is changed. `npm test -- mutations` (run.mjs) applies these changes one by one in a copy of the tree. A change
 * that no test notices ("NOT NOTICED") makes the run fail: strengthen the test, or name one that checks the line.
 *
 * To add a mutation, add an entry to the list of its topic: page.mjs, app.mjs, key.mjs, updates.mjs or texts.mjs.
 * test/unit/mutations.test.ts fails as soon as a quoted text no longer occurs exactly once in its file.
 */
import { APP } from './app.mjs';
import { KEY } from './key.mjs';
import { PAGE } from './page.mjs';
import { TEXTS } from './texts.mjs';
import { UPDATES } from './updates.mjs';

/**
 * @typedef {object} Mutation
 * @property {number | 'key' | 'updates' | 'texts'} point the point of Electron's security checklist that the line
 *   implements, or what else it protects
 * @property {string} file the source file
 * @property {string} text the code to replace; occurs exactly once in the file
 * @property {string} to the replacement
 * @property {string} test the test file that must fail then
 */

/** @type {readonly Mutation[]} */
export const MUTATIONS = [...PAGE, ...APP, ...KEY, ...UPDATES, ...TEXTS];
