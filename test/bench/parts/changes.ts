/**
 * Drafts in 10,000 organizations: pasting, filling, undoing, showing and submitting them. How long each takes, and how long it
 * blocks window and main.
 */
import { WHOLE_LIST } from '../../../src/shared/list-query';
import { FIELD_NAMES, type Edits } from '../../../src/shared/profile';
import { createCalls } from '../../faults/support/calls';
import type { PageDebugger } from '../../faults/support/debugger';
import { pause, until } from '../../faults/support/time';
import type { Standin } from '../../standin';
import type { App } from '../app';
import { Harness } from '../harness';
import type { Part, Row } from '../part';
import { median } from '../statistics';

const ORGANIZATIONS = 10_000;
/** Rows that are pasted into the table, a text for each field. */
const PASTED = 5_000;
/**
 * How long window and main are observed after the first request of the save, in ms. Nothing is sent before all changes
 * are in the outbox, and the window is notified of the changes for a while after that.
 */
const AFTER_MS = 2_000;
/** Time limit until the first request, in ms. */
const APPLIED_MS = 60_000;
const LATENCY_MS = 60;

interface Submitted {
  /** From the call until its answer, in ms. */
  durable: number;
  /** The longest task of the window, in ms; 0 if none took 50 ms. */
  longest: number;
  /** The longest time main was blocked, in ms. */
  main: number;
  /** The longest time main was blocked before the submit, while idle, in ms. */
  idle: number;
}

/** In the page: observes the page's tasks and submits the save; resolves with the time until the answer, in ms. */
const SUBMIT = (request: unknown): string => `(async () => {
  let longest = 0;
  const record = (list) => { for (const { duration } of list) longest = Math.max(longest, duration); };
  const observer = new PerformanceObserver((list) => record(list.getEntries()));
  observer.observe({ type: 'longtask' });
  globalThis.longestTask = () => {
    record(observer.takeRecords());
    observer.disconnect();
    return longest;
  };
  const request = ${JSON.stringify(request)};
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  const began = performance.now();
  const answer = await window.letterhead.changes.submitMany(request);
  const durable = performance.now() - began;
  if (!answer.ok) throw new Error(answer.failure.code);
  return durable;
})()`;

/** Times of a fill, in ms. */
interface Filled {
  /** From the call until every draft is on disk. */
  filled: number;
  /** The longest time main was blocked by it. */
  fillMain: number;
  /** From *Undo* until every draft is gone. */
  undone: number;
  /** The longest time main was blocked by that. */
  undoMain: number;
  /** From pasting cells until every draft is on disk. */
  pasted: number;
  /** The longest time main was blocked by it. */
  pasteMain: number;
  /** From the click on *Changes* until its first rows are painted. */
  opened: number;
}

/**
 * In the page: starts a batch; resolves with the time until it is done, in ms.
 * @param prepare what is done before
 * @param start an expression for the answer of the call that starts it
 */
const BATCH = (prepare: string, start: string): string => `(async () => {
  const { drafts, table } = window.letterhead;
  ${prepare}
  const began = performance.now();
  const answer = await ${start};
  if (!answer.ok) throw new Error(answer.failure.code);
  for (;;) {
    const { value } = await drafts.batches();
    if (value.find(({ id }) => id === answer.value.batchId).stage === 'done') break;
    await new Promise((next) => setTimeout(next, 10));
  }
  return performance.now() - began;
})()`;

/** In the page: fills all selected organizations. */
const FILL = (edits: Edits): string =>
  BATCH('', `drafts.fill({ edits: ${JSON.stringify(edits)}, alsoOverDrafts: true })`);

/** In the page: pastes another text into each cell of the first rows of the table. */
const PASTE = BATCH(
  `const query = ${JSON.stringify({ query: WHOLE_LIST, filters: [], order: 'query', keep: null })};
  const { snapshot } = (await table.open(query)).value;
  const fields = ${JSON.stringify(FIELD_NAMES)};
  const rows = [{ first: 0, end: ${PASTED} }];
  const texts = Array.from({ length: ${PASTED} * fields.length }, (_, at) => 'Pasted text ' + at);`,
  "drafts.cells({ snapshot, rows, fields, kind: 'paste', texts })",
);

/** In the page: undoes the newest batch; resolves with the time until it is done, in ms. */
const UNDO = `(async () => {
  const { drafts } = window.letterhead;
  const [{ id }] = (await drafts.batches()).value;
  const began = performance.now();
  const answer = await drafts.undoBatch({ batchId: id });
  if (!answer.ok) throw new Error(answer.failure.code);
  return performance.now() - began;
})()`;

/** In the page: opens *Changes*; resolves once its rows are painted, with the time since the click, in ms. */
const OPEN = `new Promise((resolve) => {
  const began = performance.now();
  const observer = new MutationObserver(() => {
    if (!document.querySelector('main .to-save [role=listitem][aria-posinset]')) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
  });
  observer.observe(document.body, { subtree: true, childList: true });
  document.querySelector('input[type=radio][value=changes]').click();
})`;

/** Pastes, undoes, fills, undoes and fills again the selected organizations, and opens *Changes*. */
async function fill(app: App, page: PageDebugger): Promise<Filled> {
  const edits = { business_address: '1 Harbour Row\nBristol' };
  const measured = async (expression: string): Promise<[time: number, main: number]> => {
    await app.ask('loop-start');
    const time = await page.evaluate<number>(expression);
    return [time, await app.ask('loop-stop')];
  };
  const [pasted, pasteMain] = await measured(PASTE);
  await page.evaluate(UNDO);
  const [filled, fillMain] = await measured(FILL(edits));
  const [undone, undoMain] = await measured(UNDO);
  await page.evaluate(FILL(edits));
  await pause(AFTER_MS);
  const opened = await page.evaluate<number>(OPEN);
  return { pasted, pasteMain, filled, fillMain, undone, undoMain, opened };
}

async function submit(app: App, standin: Standin): Promise<Submitted & Filled> {
  const page = await app.page();
  const calls = createCalls(page);
  await calls.value('selection', 'all', { query: WHOLE_LIST });
  const filled = await fill(app, page);
  const { reviewId, groups } = await calls.value('changes', 'review');
  await app.ask('loop-start');
  await pause(AFTER_MS);
  const idle = await app.ask('loop-stop');
  await app.ask('loop-start');
  const before = standin.requests.length;
  const ticks = { reviewId, groups: groups.map(({ id }) => id), whole: [], except: [] };
  const durable = await page.evaluate<number>(SUBMIT(ticks));
  const isOfSave = ({ route }: { route: string }): boolean => route.endsWith('/profile');
  await until('the save', () => standin.requests.slice(before).some(isOfSave), APPLIED_MS);
  await pause(AFTER_MS);
  const longest = await page.evaluate<number>('longestTask()');
  return { ...filled, durable, longest, main: await app.ask('loop-stop'), idle };
}

export const changes: Part = {
  name: 'changes',
  title: 'Drafts in 10,000 organizations',
  run: ({ runs, say, seeds }) =>
    Harness.during(
      { organizations: ORGANIZATIONS, latency: LATENCY_MS, limits: false },
      async (harness) => {
        const all: (Submitted & Filled)[] = [];
        for (let run = 0; run < runs; run += 1) {
          const userData = await harness.prepared(seeds, ORGANIZATIONS);
          const app = harness.letterhead({ userData, debugged: true });
          await app.after('painted');
          all.push(await submit(app, harness.standin));
          await harness.end(app, userData);
          const { pasted, filled, opened, durable, main } = all.at(-1)!;
          const [fillMs, openMs] = [filled.toFixed(0), opened.toFixed(0)];
          say(
            `paste ${pasted.toFixed(0)} ms, fill ${fillMs} ms, open ${openMs} ms, submit ${durable.toFixed(0)} ms, main ${main.toFixed(0)} ms`,
          );
        }
        const middle = (one: keyof Submitted | keyof Filled): number =>
          median(all.map((run) => run[one]));
        const what = 'Submitting 10,000 changes at once';
        const row = (name: string, value: keyof Submitted | keyof Filled, max: number): Row => ({
          what: name,
          ours: '',
          baseline: '',
          value: middle(value),
          unit: 'ms',
          target: { max },
        });
        return [
          row('Pasting 5,000 × 5 cells: durable', 'pasted', 3_000),
          row('Pasting 5,000 × 5 cells: longest time main was blocked', 'pasteMain', 16),
          row('Filling a field of 10,000: durable', 'filled', 1_500),
          row('Filling a field of 10,000: longest time main was blocked', 'fillMain', 16),
          row('Undoing that: durable', 'undone', 1_500),
          row('Undoing that: longest time main was blocked', 'undoMain', 16),
          row('Opening Changes with 10,000 until its rows are painted', 'opened', 200),
          {
            what: `${what}: durable`,
            ours: 'from the call to its answer',
            baseline: '',
            value: middle('durable'),
            unit: 'ms',
            target: { max: 1_500 },
          },
          {
            what: `${what}: longest task of the window, until 2 s after the first was sent`,
            ours: middle('longest') === 0 ? 'none of 50 ms' : '',
            baseline: '',
            value: middle('longest'),
            unit: 'ms',
            target: { max: 50 },
          },
          {
            what: `${what}: longest time main was blocked, until 2 s after the first was sent`,
            ours: '',
            baseline: `with nothing to do: ${middle('idle').toFixed(1)} ms`,
            value: middle('main'),
            unit: 'ms',
            target: { max: 16 },
          },
        ];
      },
    ),
};
