/**
 * A process to be killed: `node submitter.mjs FOLDER FIRST` submits jobs for all organizations in a loop,
 * each with its number as the phone. It prints `began N` before and `done N` after the submission of job N.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const load = (path) =>
  runnerImport(fileURLToPath(new URL(path, import.meta.url)), { logLevel: 'error' });
const { module: store } = await load('../../../src/main/store/index.ts');
const { module: plans } = await load('../../../src/main/bulk/plans.ts');
const { module: submitting } = await load('../../../src/main/bulk/submitting.ts');

const [folder, first] = process.argv.slice(2);
const opened = store.openStore(folder, { now: Date.now });
if (!opened.ok) throw new Error(opened.failure.code);
const { store: open } = opened.value;
const ids = open.read((tables) => tables.organizations.ids()).value;
const kept = plans.createPlans(open, () => Promise.resolve());
for (let number = Number(first); ; number++) {
  const edits = { business_phone: String(number) };
  const wanted = ids.map((organizationId) => ({ organizationId, edits }));
  const plan = await kept.make('change', wanted, (_before, text) => text);
  writeSync(1, `began ${number}\n`);
  const job = { id: String(number), at: number };
  const done = open.write((tables) =>
    submitting.submitPlan(tables, kept.get(plan.value.planId), ids, job),
  );
  if (!done.ok || typeof done.value === 'string') throw new Error(JSON.stringify(done));
  writeSync(1, `done ${number}\n`);
}
