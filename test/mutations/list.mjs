/**
 * The lines that protect the app and the texts, and for each the test that fails without it.
 * `npm test -- mutations` removes or weakens them one by one, in a copy. test/unit/mutations.test.ts checks
 * that each text still exists exactly once.
 */
import { APP } from './app.mjs';
import { KEY } from './key.mjs';
import { PAGE } from './page.mjs';
import { TEXTS } from './texts.mjs';
import { UPDATES } from './updates.mjs';

/**
 * @typedef {object} Mutation
 * @property {number | 'key' | 'updates' | 'texts'} point the number in Electron's security checklist, or what the
 *   line protects
 * @property {string} file
 * @property {string} text the text to replace; exists once in the file
 * @property {string} to its replacement
 * @property {string} test the file with the test that must fail
 */

/** @type {readonly Mutation[]} */
export const MUTATIONS = [...PAGE, ...APP, ...KEY, ...UPDATES, ...TEXTS];
