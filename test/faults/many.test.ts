/**
 * The real app is killed in the middle of acts over many organizations: a fill, its undo, a paste, a replacement, an import, a
 * submission, a cancel and the undo of a save. Each organization is then in one of the two states that the act leads between, and repeating the act
 * does the rest. While Cloudflare is unreachable, all but sending continues.
 */
import { afterAll, expect, test } from 'vitest';
import { WHOLE_LIST } from '../../src/shared/list-query';
import type { Result } from '../../src/shared/result';
import type { Calls } from './support/calls';
import { countingDisk, readDisk, type Counts, type OnDisk } from './support/disk';
import { startEnvironment, type Environment, type Started } from './support/environment';
import { until } from './support/time';

/** Enough organizations that each act takes several slices. */
const COUNT = 120;
/** So many that a fill mostly takes longer than typing a text. */
const MANY = 700;
/** How often that is tried. */
const TRIES = 24;

const PER_TEST_MS = 240_000;
const field = 'business_phone';
const TEXT = '+49 30 1';

/** The environments that are not stopped yet. */
const open = new Set<Environment>();
/** Running apps that a test hands to the next one, by the function that starts such an app where none was handed on. */
const handedOn = new Map<() => Promise<Running>, Running>();

/** An environment and the app that runs in it. */
interface Running {
  environment: Environment;
  app: Started;
}

async function started(organizations = COUNT): Promise<Environment> {
  const environment = await startEnvironment({ signIns: 4, organizations });
  open.add(environment);
  return environment;
}

/** With a running app that has neither drafts nor changes. */
async function running(): Promise<Running> {
  const environment = await started(MANY);
  return { environment, app: await environment.startWithWindow() };
}

async function stopped(): Promise<void> {
  handedOn.clear();
  const all = [...open];
  open.clear();
  for (const environment of all) await environment.stop();
}

afterAll(stopped);

/** Selects all organizations and fills the field. Returns the id of the batch. */
async function fill(calls: Calls, text: string, alsoOverDrafts = false): Promise<string> {
  await calls.value('selection', 'clear');
  await calls.value('selection', 'all', { query: WHOLE_LIST });
  const edits = { [field]: text };
  return (await calls.value('drafts', 'fill', { edits, alsoOverDrafts })).batchId;
}

const batchOf = async (calls: Calls, id: string) =>
  (await calls.value('drafts', 'batches')).find((one) => one.id === id);

/** Submits all drafts. */
async function submitAll(calls: Calls): Promise<void> {
  const { reviewId, groups } = await calls.value('changes', 'review');
  const ticks = { reviewId, groups: groups.map(({ id }) => id), whole: [], except: [] };
  await calls.value('changes', 'submitMany', ticks);
}

/** How many organizations on disk are in each state. */
function states({ userData }: Environment) {
  const { problems, organizations, saves } = readDisk(userData);
  expect(problems).toEqual([]);
  const all = [...organizations.values()];
  const has = (is: (one: OnDisk) => boolean): number => all.filter(is).length;
  return {
    drafts: has(({ draft }) => draft?.patch[field] !== undefined),
    pending: has(({ change }) => change?.patch[field] !== undefined),
    both: has(({ draft, change }) => draft !== null && change !== null),
    saves,
  };
}

/**
 * Runs a test with the app that one before it handed on, or else with one that `start` starts. What it returns is handed on to the
 * next test with the same `start`.
 */
async function continued(
  act: (before: Running) => Promise<Running | void>,
  start = running,
): Promise<void> {
  const before = handedOn.get(start) ?? (await start());
  handedOn.delete(start);
  const leaves = await act(before);
  if (leaves) handedOn.set(start, leaves);
  else await stopped();
}

/**
 * Kills all processes in the middle of an act: main runs from commit to commit, and is killed in the slice after the one with
 * which the act shows on disk. Resolves with what is on disk then.
 */
async function killDuring(
  environment: Environment,
  { appProcess }: Started,
  act: () => Promise<unknown>,
  isBegun: (found: Counts) => boolean,
): Promise<ReturnType<typeof states>> {
  await appProcess.stopAfterCommits();
  const disk = countingDisk(environment.userData, field);
  const ended = act().catch(() => null);
  const isFound = (): boolean => {
    if (!appProcess.isStopped) return false;
    const isFirst = isBegun(disk.counts());
    appProcess.signal('SIGCONT');
    return isFirst;
  };
  try {
    await until('the act to begin', isFound, 100_000);
  } finally {
    disk.close();
  }
  await appProcess.kill('all');
  await ended;
  return states(environment);
}

async function fillAndUndo({ environment, app }: Running): Promise<Running> {
  const filled = await killDuring(
    environment,
    app,
    () => fill(app.calls, TEXT),
    ({ drafts }) => drafts > 0,
  );
  expect(filled.drafts).toBeGreaterThan(0);
  expect(filled.drafts).toBeLessThan(MANY);

  app = await environment.startWithWindow();
  const [batch] = await app.calls.value('drafts', 'batches');
  const batchId = batch!.id;
  expect(batch).toMatchObject({ stage: 'stopped', total: MANY, undoable: true });
  expect(batch).toMatchObject({ done: filled.drafts, made: filled.drafts });
  // The rest is filled by a fill of its own; it leaves the drafts alone.
  const second = await fill(app.calls, TEXT);
  await until('the second fill', async () => (await batchOf(app.calls, second))?.stage === 'done');
  expect(await batchOf(app.calls, second)).toMatchObject({ made: MANY - filled.drafts });

  const undone = await killDuring(
    environment,
    app,
    () => app.calls.outcome('drafts', 'undoBatch', { batchId: second }),
    ({ drafts }) => drafts < MANY,
  );
  expect(undone.drafts).toBeGreaterThan(filled.drafts);
  expect(undone.drafts).toBeLessThan(MANY);
  app = await environment.startWithWindow();
  await app.calls.value('drafts', 'undoBatch', { batchId });
  await app.calls.value('drafts', 'undoBatch', { batchId: second });
  expect(await app.calls.value('changes', 'counts')).toMatchObject({ all: 0 });
  return { environment, app };
}

test('killed in the middle of a fill, and of its undo', { timeout: PER_TEST_MS }, () =>
  continued(fillAndUndo),
);

/** Pastes another text into a cell of every row of the table. */
async function paste(calls: Calls): Promise<void> {
  const query = { query: WHOLE_LIST, filters: [], order: 'query' as const, keep: null };
  const { snapshot, length } = await calls.value('table', 'open', query);
  await calls.value('drafts', 'cells', {
    snapshot,
    rows: [{ first: 0, end: length }],
    fields: [field],
    kind: 'paste',
    texts: Array.from({ length }, (_, row) => `${TEXT}${row}`),
  });
}

async function pasteAndUndo({ environment, app }: Running): Promise<Running> {
  const { drafts } = await killDuring(
    environment,
    app,
    () => paste(app.calls),
    (found) => found.drafts > 0,
  );
  const texts = new Set(
    [...readDisk(environment.userData).organizations.values()].flatMap(
      ({ draft }) => draft?.patch[field]?.text ?? [],
    ),
  );
  // Each with its own text: the first rows.
  expect([...texts].sort()).toEqual(
    Array.from({ length: drafts }, (_, row) => `${TEXT}${row}`).sort(),
  );
  app = await environment.startWithWindow();
  const [batch] = await app.calls.value('drafts', 'batches');
  expect(batch).toMatchObject({ kind: 'paste', stage: 'stopped', total: MANY, made: drafts });
  await app.calls.value('drafts', 'undoBatch', { batchId: batch!.id });
  expect(await app.calls.value('changes', 'counts')).toMatchObject({ all: 0 });
  return { environment, app };
}

test('killed in the middle of a paste into the table', { timeout: PER_TEST_MS }, () =>
  continued(pasteAndUndo),
);

/** Replaces a text that every entry shows by one that contains it. */
async function replaceAndUndo({ environment, app }: Running): Promise<Running> {
  const query = { query: WHOLE_LIST, filters: [], order: 'query' as const, keep: null };
  const { snapshot } = await app.calls.value('table', 'open', query);
  const fields: (typeof field)[] = [field];
  const find = { text: 'business', matchCase: false, wholeText: false, fields };
  await app.calls.value('table', 'find', { snapshot, find });
  const { drafts } = await killDuring(
    environment,
    app,
    () =>
      app.calls.value('drafts', 'replace', {
        snapshot,
        find,
        replacement: 'business business',
        alsoOverDrafts: false,
      }),
    (found) => found.drafts > 0,
  );
  app = await environment.startWithWindow();
  const [batch] = await app.calls.value('drafts', 'batches');
  expect(batch).toMatchObject({ kind: 'replace', stage: 'stopped', made: drafts });
  // It is not continued by itself: a text would be replaced twice.
  const texts = [...readDisk(environment.userData).organizations.values()].flatMap(
    ({ draft }) => draft?.patch[field]?.text ?? [],
  );
  expect(texts).toHaveLength(drafts);
  expect(texts.every((text) => /^b\d+ business business_phone$/.test(text))).toBe(true);
  await app.calls.value('drafts', 'undoBatch', { batchId: batch!.id });
  expect(await app.calls.value('changes', 'counts')).toMatchObject({ all: 0 });
  return { environment, app };
}

test('killed in the middle of a replacement', { timeout: PER_TEST_MS }, () =>
  continued(replaceAndUndo),
);

/** Imports a file with another text for every entry, and a row that fits none. */
async function importAndUndo({ environment, app }: Running): Promise<Running> {
  const rows = [...environment.known.keys()].map((id, n) => `${id},${TEXT}${n}`);
  const file = ['id,phone', 'unknown,1', ...rows].join('\n');
  const read = await app.page.evaluate<Result<{ importId: string }>>(
    `window.letterhead.csv
      .addContent({ piece: new TextEncoder().encode(${JSON.stringify(file)}).buffer, isFirst: true })
      .then(() => window.letterhead.csv.importContent({ title: 'list.csv' }))`,
  );
  if (!read.ok) throw new Error(read.failure.code);
  const { drafts } = await killDuring(
    environment,
    app,
    () =>
      app.calls.value('csv', 'importDrafts', {
        importId: read.value.importId,
        key: { by: 'id', column: 0 },
        fields: [{ column: 1, field }],
        empty: 'leave',
        alsoOverDrafts: false,
      }),
    (found) => found.drafts > 0,
  );
  app = await environment.startWithWindow();
  const [batch] = await app.calls.value('drafts', 'batches');
  // What could not be used is still listed.
  expect(batch).toMatchObject({ kind: 'import', stage: 'stopped', made: drafts, notImported: 1 });
  const importId = batch!.id;
  expect(await app.calls.value('csv', 'notImported', { importId, offset: 0, limit: 10 })).toEqual({
    total: 1,
    rows: [{ number: 2, value: 'unknown', field: null, reason: 'no-match' }],
  });
  await app.calls.value('drafts', 'undoBatch', { batchId: importId });
  expect(await app.calls.value('changes', 'counts')).toMatchObject({ all: 0 });
  return { environment, app };
}

test('killed in the middle of an import', { timeout: PER_TEST_MS }, () => continued(importAndUndo));

/** Types while two batches run. False: both were over before that. */
async function typeWhileBatchesRun({ environment, app }: Running): Promise<boolean> {
  const { appProcess, calls, page, window } = app;
  const shownFirst = `document.querySelector('[role=option] .name').textContent`;
  const name = await page.evaluate<string>(shownFirst);
  const one = [...environment.known.values()].find((known) => known.name === name);
  await window.open(one!.name);
  await window.select(field);
  await window.insert('typed before');
  // Over what is typed at the same time, and two batches on the same field.
  const isRunning = async (id: string) => (await batchOf(calls, id))?.stage === 'running';
  const first = await fill(calls, TEXT, true);
  await window.insert(', typed meanwhile');
  const wasFirstRunning = await isRunning(first);
  const second = await fill(calls, '+49 30 2', true);
  await window.insert(', typed after');
  const wasRunning = wasFirstRunning || (await isRunning(second));
  if (!wasRunning) return false;
  await until('both fills', async () => {
    const stages = [await batchOf(calls, first), await batchOf(calls, second)];
    return stages.every((batch) => batch?.stage === 'done');
  });
  const shown = await window.text(field);
  await window.toSettings();
  await window.open(one!.name);
  expect(await window.text(field)).toBe(shown);
  await appProcess.kill('all');
  const { organizations } = readDisk(environment.userData);
  const { draft, revisions } = organizations.get(one!.id)!;
  const kept = [draft?.patch[field]?.text, ...revisions.map(({ texts }) => texts[field])];
  expect(kept[0]).toBe(shown);
  for (const text of ['typed before', ', typed meanwhile', ', typed after']) {
    const isKept = kept.some((one) => one?.includes(text));
    expect(isKept, `${text} in ${JSON.stringify(kept)}`).toBe(true);
  }
  const others = [...organizations].filter(([id]) => id !== one!.id);
  expect(others.every(([, other]) => other.draft?.patch[field]?.text === '+49 30 2')).toBe(true);
  return true;
}

test('typing on a page while batches run over it', { timeout: PER_TEST_MS }, async () => {
  let wasInTime = false;
  for (let tries = 0; !wasInTime && tries < TRIES; tries += 1) {
    await continued(async (before) => void (wasInTime = await typeWhileBatchesRun(before)));
  }
  expect(wasInTime).toBe(true);
});

/** All organizations have a draft, and there is no network. */
async function filledOffline(): Promise<Running> {
  const environment = await started();
  await environment.standin.goOffline();
  const app = await environment.startWithWindow();
  const batchId = await fill(app.calls, TEXT);
  await until('the fill', async () => (await batchOf(app.calls, batchId))?.stage === 'done');
  return { environment, app };
}

async function saveAndCancel({ environment, app }: Running): Promise<Running> {
  const submitted = await killDuring(
    environment,
    app,
    () => submitAll(app.calls),
    // Enough that canceling them takes several slices, too.
    ({ pending }) => pending >= COUNT / 2,
  );
  expect(submitted.pending).toBeGreaterThan(0);
  expect(submitted.drafts).toBeGreaterThan(0);
  expect(submitted.drafts + submitted.pending).toBe(COUNT);
  expect(submitted.both).toBe(0);
  const [found] = submitted.saves;
  const [saveId, { items }] = found!;
  expect(items.size).toBe(submitted.pending);

  app = await environment.startWithWindow();
  // It is sent once what the killed run left has been checked with the key of the folder.
  const list = async () => (await app.calls.value('saves', 'list'))[0]!;
  await until(
    'the save to be checked',
    async () => (await list()).notSubmitted === COUNT - submitted.pending,
  );
  expect(await list()).toMatchObject({ total: submitted.pending, state: 'running' });
  const canceled = await killDuring(
    environment,
    app,
    () => app.calls.value('saves', 'cancel', { saveId, then: 'keep' }),
    ({ pending }) => pending < submitted.pending,
  );
  expect(canceled.pending).toBeGreaterThan(0);
  expect(canceled.drafts + canceled.pending).toBe(COUNT);
  expect(canceled.both).toBe(0);

  app = await environment.startWithWindow();
  await until('the cancel to be continued', async () => {
    return (await app.calls.value('changes', 'counts')).toSave === COUNT;
  });
  return { environment, app };
}

test(
  'killed in the middle of saving, and of canceling the save, without network',
  { timeout: PER_TEST_MS },
  () => continued(saveAndCancel, filledOffline),
);

async function undoSave({ environment, app }: Running): Promise<void> {
  const { standin, known } = environment;
  await submitAll(app.calls);
  await standin.goOnline();
  await app.calls.value('connection', 'tryNow');
  const texts = (): number =>
    [...known.keys()].filter((id) => standin.profileOf(id)?.[field] === TEXT).length;
  await until('all to be saved', () => texts() === COUNT, 120_000);
  const second = await until('the save to end', async () => {
    const [newest] = await app.calls.value('saves', 'list');
    return newest?.state === 'ended' && newest;
  });
  expect(second).toMatchObject({ done: COUNT, undoable: true });

  await standin.goOffline();
  const undone = await killDuring(
    environment,
    app,
    () => app.calls.outcome('saves', 'undo', { saveId: second.id }),
    ({ drafts }) => drafts > 0,
  );
  expect(undone.drafts).toBeGreaterThan(0);
  expect(undone.drafts).toBeLessThan(COUNT);
  app = await environment.startWithWindow();
  const rest = await app.calls.value('saves', 'undo', { saveId: second.id });
  expect(rest.drafts).toBe(COUNT - undone.drafts);
  await submitAll(app.calls);
  expect(texts()).toBe(COUNT);
  await standin.goOnline();
  await app.calls.value('connection', 'tryNow');
  await until('the old texts to be back', () => texts() === 0, 120_000);
  for (const one of known.values()) {
    expect(standin.profileOf(one.id)?.[field]).toBe(one.remote[2]!.text);
  }
  expect(standin.violations).toEqual([]);
  await app.appProcess.kill('all');
}

test(
  'killed in the middle of undoing a save, and without network meanwhile',
  { timeout: PER_TEST_MS },
  () => continued(undoSave, filledOffline),
);

async function cancelAndDiscard({ environment, app }: Running): Promise<void> {
  await submitAll(app.calls);
  const [save] = await app.calls.value('saves', 'list');
  const isDiscarded = ({ revisions }: OnDisk): boolean =>
    revisions.some(({ kind, texts }) => kind === 'discarded' && texts[field] === TEXT);
  const discarded = (): number =>
    [...readDisk(environment.userData).organizations.values()].filter(isDiscarded).length;
  const { pending, drafts } = await killDuring(
    environment,
    app,
    () => app.calls.value('saves', 'cancel', { saveId: save!.id, then: 'discard' }),
    (found) => found.pending < COUNT,
  );
  expect(drafts).toBe(0);
  expect(pending).toBeGreaterThan(0);
  expect(discarded()).toBe(COUNT - pending);
  app = await environment.startWithWindow();
  await until('the cancel to be continued', async () => {
    return (await app.calls.value('changes', 'counts')).all === 0;
  });
  await app.appProcess.kill('all');
  expect(discarded()).toBe(COUNT);
  expect(states(environment)).toMatchObject({ pending: 0, drafts: 0 });
}

test('killed in the middle of canceling a save and discarding it', { timeout: PER_TEST_MS }, () =>
  continued(cancelAndDiscard, filledOffline),
);
