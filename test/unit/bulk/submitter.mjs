/**
 * The process that kill.test.ts kills. `node submitter.mjs FOLDER FIRST` submits jobs for all
 * organizations in a loop, numbered from FIRST; the number of a job is its text for the phone. It
 * prints `started N` before and `done N` after the submission of job N, and `applied N` after its
 * last slice.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const load = (path) =>
  runnerImport(fileURLToPath(new URL(path, import.meta.url)), { logLevel: 'error' });
const { module: database } = await load('../../../src/main/database/index.ts');
const { module: plans } = await load('../../../src/main/bulk/plan.ts');
const { module: submit } = await load('../../../src/main/bulk/submit.ts');

const [folder, first] = process.argv.slice(2);
const { module: rowMacs } = await load('../../../src/main/database/row-macs.ts');
// The key that kill.test.ts checks with.
const macs = new rowMacs.RowMacs(Buffer.alloc(32, 1));
const opened = database.openDatabase(folder, { now: Date.now, macs });
if (!opened.ok) throw new Error(opened.failure.code);
const { database: open } = opened.value;
const ids = open.read((tables) => tables.organizations.ids()).value;
const yieldToEventLoop = () => new Promise((resolve) => setImmediate(resolve));
const planList = plans.createPlans(open, yieldToEventLoop);
let applied = () => undefined;
const jobs = submit.createJobRunner({
  database: open,
  now: Date.now,
  timers: { set: setTimeout, clear: clearTimeout },
  yieldToEventLoop,
  isWriting: () => false,
  onChanged: () => undefined,
});
let current = '';
open.changes.subscribe(({ topics }) => {
  if (!topics.has('jobs')) return;
  const stage = open.read(({ bulk }) => bulk.get(current)?.stage);
  if (stage.value === 'sending') applied();
});
for (let number = Number(first); ; number++) {
  const edits = { business_phone: String(number) };
  const changes = ids.map((entryId) => ({ entryId, edits }));
  const plan = await planList.make('change', changes, (_before, text) => text);
  writeSync(1, `started ${number}\n`);
  current = String(number);
  const isApplied = new Promise((resolve) => (applied = resolve));
  const job = { id: current, at: number };
  const done = await jobs.submit(planList.get(plan.value.planId), ids, job);
  if (!done.ok) throw new Error(JSON.stringify(done));
  writeSync(1, `done ${number}\n`);
  await isApplied;
  writeSync(1, `applied ${number}\n`);
}
