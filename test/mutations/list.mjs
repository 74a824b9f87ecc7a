/**
 * Places in the code that protect the app's security or its texts, each with the test that must fail when the
 * place is changed. `npm test -- mutations` (run.mjs) applies these changes one by one in a copy of the tree. A change
 * that no test notices ("NOT NOTICED") makes the run fail: strengthen the test, or name one that checks the line.
 *
 * To add a mutation, add a line to the group of its file and its test in electron.mjs, key.mjs, updates.mjs,
 * texts.mjs, database.mjs or limits.mjs. It names a rule of mutate.d.mts and the place, by names that occur there.
 * test/unit/mutations.test.ts fails as soon as a mutation no longer matches exactly one place.
 */
import { DATABASE } from './database.mjs';
import { ELECTRON } from './electron.mjs';
import { KEY } from './key.mjs';
import { LIMITS } from './limits.mjs';
import { TEXTS } from './texts.mjs';
import { UPDATES } from './updates.mjs';

/** All mutations; see list.d.mts. */
export const MUTATIONS = [
  ...ELECTRON,
  ...KEY,
  ...UPDATES,
  ...TEXTS,
  ...DATABASE,
  ...LIMITS,
].flatMap(({ mutations, ...group }) => mutations.map((mutation) => ({ ...group, ...mutation })));
