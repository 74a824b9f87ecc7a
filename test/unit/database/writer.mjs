/**
 * The process that kill.test.ts kills. `node writer.mjs FOLDER FIRST` writes organizations with
 * drafts in a loop, numbered from FIRST, and prints the number of each after the write has returned.
 * Vite loads the TypeScript, as in test/standin/cli.mjs.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const load = (path) =>
  runnerImport(fileURLToPath(new URL(path, import.meta.url)), { logLevel: 'error' });
const { module: database } = await load('../../../src/main/database/index.ts');
const { module: shared } = await load('../../../src/shared/profile.ts');

const [folder, first] = process.argv.slice(2);
const opened = database.openDatabase(folder, { now: Date.now });
if (!opened.ok) throw new Error(opened.failure.code);
for (let number = Number(first); ; number++) {
  const id = number.toString(16).padStart(32, '0');
  const patch = shared.mapFields((field) => ({ base: '', text: `${number} ${field}` }));
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
