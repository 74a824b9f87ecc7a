/**
 * The process that kill.test.ts kills. `node writer.mjs FOLDER FIRST` writes organizations with
 * drafts in a loop, numbered from FIRST, and prints the number of each after the write has returned.
 * The test bundles it with the TypeScript that it imports.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../../src/main/database/index.ts';
import { mapFields } from '../../../src/shared/profile.ts';

const [folder, first] = process.argv.slice(2);
const opened = openDatabase(folder, { now: Date.now });
if (!opened.ok) throw new Error(opened.failure.code);
for (let number = Number(first); ; number++) {
  const id = number.toString(16).padStart(32, '0');
  const patch = mapFields((field) => ({ base: '', text: `${number} ${field}` }));
  const outcome = opened.value.database.write((tables) => {
    tables.organizations.put({
      id,
      kind: 'organization',
      name: 'Org',
      parent: null,
      createdAt: null,
      signInId: null,
      addedAt: 1,
      viewedAt: null,
    });
    tables.drafts.put({ entryId: id, patch, updatedAt: 1 });
  });
  if (!outcome.ok) throw new Error(outcome.failure.code);
  writeSync(1, `${number}\n`);
}
