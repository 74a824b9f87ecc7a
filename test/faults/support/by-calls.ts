/**
 * A second simulated person, who makes IPC calls instead of using the window, for organizations whose page is not
 * open. This way, much more happens per second. The actions are recorded like those at the window.
 */
import { baselineOf, type OrganizationView } from '../../../src/shared/organization';
import { isEmpty, omit, pick, textsOf, touchedFields, type Patch } from '../../../src/shared/patch';
import { FIELD_NAMES } from '../../../src/shared/profile';
import type { Calls } from './calls';
import { decide, decideInChanges, discardChange, retry, withdrawChange } from './deciding';
import type { ManyDriver } from './many-by-calls';
import type { SaveDriver } from './saves-by-calls';
import type { AppRun } from './app-run';
import { asTyped } from './drafts-of-many';
import { complete } from './removing';
import { acknowledge, attempt, latest, withdraw, type Known } from './record';
import { now, pause } from './time';

/** Works through calls until the app is killed. Edits only these organizations; acts on saves also concern others. */
export async function actByCalls(
  appRun: AppRun,
  calls: Calls,
  organizations: readonly Known[],
  many: ManyDriver,
  saves: SaveDriver,
): Promise<void> {
  const { random, alive } = appRun;
  await complete(appRun, calls, organizations);
  let one = random.pick(organizations);
  while (alive()) {
    // Otherwise the same organization again, whose last submission may still be in progress.
    if (random.chance(0.5)) one = random.pick(organizations);
    const view = await calls.value('organizations', 'open', { entryId: one.id });
    const waits = view.change?.state === 'conflict' || view.change?.state === 'differs';
    const dice = random.between(1, 100);
    if (waits && dice <= 40) await decide(appRun, calls, one, view);
    else if (waits && dice <= 65) await decideInChanges(appRun, calls, organizations);
    else if (dice <= 22) await keep(appRun, calls, one, view);
    else if (dice <= 40) await submit(appRun, calls, one, view);
    else if (dice <= 43) await discardDraft(appRun, calls, one, view);
    else if (dice <= 46) await discardChange(appRun, calls, one, view);
    else if (dice <= 51) await withdrawChange(appRun, calls, one, view);
    else if (dice <= 55) await restore(appRun, calls, one);
    else if (dice <= 84) await many.act(appRun, calls, (other) => edit(appRun, calls, other));
    else if (dice <= 95) await saves.act(appRun, calls);
    else await nudge(appRun, calls, one, view);
    await pause(random.between(5, 150));
  }
}

/**
 * Types into one or two fields, sometimes an earlier text of Cloudflare. A text that equals the saved or pending
 * text is not an edit, unless it undoes one.
 */
function typeOver(
  { random, serial }: Pick<AppRun, 'random' | 'serial'>,
  one: Known,
  view: OrganizationView,
): Patch {
  const under = baselineOf(view);
  const draft = view.draft?.patch ?? {};
  const typed: Patch = {};
  for (const field of random.shuffled(FIELD_NAMES).slice(0, random.between(1, 2))) {
    const earlier = one.remote.filter((held) => held.field === field).map(({ text }) => text);
    const text = random.chance(0.1) ? random.pick(earlier) : `p${serial()} ${field}`;
    const base = draft[field] ? draft[field].base : under[field];
    if (draft[field] || text !== under[field]) typed[field] = { base, text };
  }
  return typed;
}

/** Removes the save from each edit: edits of a person belong to no save. */
function personsOwn(patch: Patch): Patch {
  const own: Patch = {};
  for (const field of touchedFields(patch)) {
    const { base, text } = patch[field]!;
    own[field] = { base, text };
  }
  return own;
}

/** Types on a page, then stores the draft or saves it. */
export async function edit(
  appRun: Pick<AppRun, 'random' | 'serial' | 'counts'>,
  calls: Calls,
  one: Known,
): Promise<void> {
  const view = await calls.value('organizations', 'open', { entryId: one.id });
  if (appRun.random.chance(0.5)) await keep(appRun, calls, one, view);
  else await submit(appRun, calls, one, view);
}

async function keep(
  appRun: Pick<AppRun, 'random' | 'serial' | 'counts'>,
  calls: Calls,
  one: Known,
  view: OrganizationView,
): Promise<void> {
  const edits = typeOver(appRun, one, view);
  if (isEmpty(edits)) return;
  const typed = asTyped(one, view, { ...view.draft?.patch, ...edits });
  const moment = attempt(one, { what: 'kept by call', by: 'call', ...typed });
  const number = view.editNumber + 1;
  const outcome = await calls.outcome('drafts', 'save', { entryId: one.id, edits, number });
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  acknowledge(one, moment);
  appRun.counts['drafts kept by call'] += 1;
}

/** Types over the texts of a page and saves them. Does nothing if that is no edit. */
async function submit(
  appRun: Pick<AppRun, 'random' | 'serial' | 'counts'>,
  calls: Calls,
  one: Known,
  view: OrganizationView,
): Promise<void> {
  const edits = personsOwn({ ...view.draft?.patch, ...typeOver(appRun, one, view) });
  if (isEmpty(edits)) return;
  const after = { what: 'submitted by call', by: 'call', edits: {}, seen: {} } as const;
  const moment = attempt(one, after, asTyped(one, view, edits));
  const number = view.editNumber + 1;
  const remote = view.change?.remote ?? undefined;
  // What is sent again with this save is the person's, even if it came from a save.
  if (view.change?.state === 'differs') one.released.push(now());
  const request = { entryId: one.id, edits, number, remote };
  const outcome = await calls.outcome('changes', 'submit', request);
  if (outcome.ok) {
    acknowledge(one, moment);
    appRun.counts['changes submitted by call'] += 1;
    return;
  }
  withdraw(one, moment, outcome.failure.code);
  // The change below cannot be checked yet, so the text stays a draft.
  if (outcome.failure.code.startsWith('keychain.')) {
    const kept = { what: 'kept by a refused save', by: 'call' } as const;
    acknowledge(one, attempt(one, { ...kept, ...asTyped(one, view, edits) }));
  }
  // The edits did not differ from the saved texts, so there is no draft either.
  if (outcome.failure.code === 'change.not-found') acknowledge(one, attempt(one, after));
}

async function discardDraft(
  { counts }: AppRun,
  calls: Calls,
  one: Known,
  view: OrganizationView,
): Promise<void> {
  const after = { what: 'discarded by call', by: 'call', edits: {}, seen: {} } as const;
  const moment = attempt(one, after);
  const request = { entryId: one.id, number: view.editNumber + 1 };
  const outcome = await calls.outcome('drafts', 'discard', request);
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  acknowledge(one, moment);
  counts['drafts discarded'] += 1;
}

/** Restores one of the newest revisions as a draft, or one field of it; a replaced draft moves to the history. */
async function restore({ counts, random }: AppRun, calls: Calls, one: Known): Promise<void> {
  const page = { entryId: one.id, before: null };
  const { revisions } = await calls.value('history', 'list', page);
  if (revisions.length === 0) return;
  const { id, texts } = random.pick(revisions);
  const fields = random.chance(0.5) ? [random.pick(touchedFields(texts))] : null;
  const what = `restored ${fields?.join() ?? 'all'} of revision ${id}`;
  const before = latest(one);
  const moment = attempt(one, {
    what,
    by: 'call',
    edits: fields ? { ...before.edits, ...pick(texts, fields) } : texts,
    seen: {},
    remembered: fields ? pick(before.edits, fields) : before.edits,
  });
  const request = {
    entryId: one.id,
    revisionId: id,
    replaceDraft: true,
    ...(fields && { fields }),
  };
  const outcome = await calls.outcome('history', 'restore', request);
  if (!outcome.ok) return withdraw(one, moment, outcome.failure.code);
  const patch = outcome.value.draft?.patch ?? {};
  const edits = textsOf(patch);
  // If the page already shows these texts, nothing happens and the draft stays.
  const isSame = touchedFields(moment.remembered).every(
    (field) => edits[field] === before.edits[field],
  );
  moment.edits = edits;
  moment.remembered = isSame ? {} : moment.remembered;
  // The rest of the draft keeps its base.
  if (fields) moment.seen = isSame ? { ...before.seen } : omit(before.seen, fields);
  else moment.seen = isSame ? before.seen : {};
  for (const field of touchedFields(patch)) {
    const base = patch[field]?.base;
    moment.seen[field] ??= typeof base === 'string' ? [base] : [];
  }
  acknowledge(one, moment);
  counts['revisions restored'] += 1;
}

/** Presses a button that only makes the app do something sooner. */
async function nudge(
  { random }: AppRun,
  calls: Calls,
  one: Known,
  view: OrganizationView,
): Promise<void> {
  const entryId = one.id;
  // Not awaited: the call may take as long as Cloudflare does.
  const ignore = (): undefined => undefined;
  const dice = random.between(1, 3);
  if (dice === 1) void calls.outcome('organizations', 'refresh', { entryId }).catch(ignore);
  else if (dice === 2) await retry(calls, one, view);
  else await calls.outcome('connection', 'tryNow');
}
