/** The person's decisions about pending changes. */
import type { OrganizationView } from '../../../src/shared/organization';
import { CHANGES_PER_PAGE, type DecideRow } from '../../../src/shared/changes';
import { pick, textsOf, touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Calls } from './calls';
import type { AppRun } from './app-run';
import { settleDraft } from './drafts-of-many';
import { attempt, latest, note, withdraw, type Decision, type Known, type Seen } from './record';
import { now } from './time';

type Change = NonNullable<OrganizationView['change']>;

/** Records a decision before it is made. */
function noteDecision(
  one: Known,
  kind: Decision['kind'],
  fields: readonly FieldName[],
  { patch, remote }: Change,
): Decision {
  const decision = { at: now(), doneAt: null, kind, fields, texts: textsOf(patch), remote };
  one.decisions.push(decision);
  // A draft in that field is seen to be over Cloudflare's text from now on.
  for (const moment of kind === 'theirs' && remote ? one.moments : []) {
    for (const field of fields.filter((drafted) => moment.edits[drafted] !== undefined)) {
      moment.seen = { ...moment.seen, [field]: [...(moment.seen[field] ?? []), remote![field]] };
    }
  }
  note(one, `decides ${kind} for ${fields.join(', ')}`);
  return decision;
}

/** Makes a call that carries out these decisions. Returns whether the app accepted them. */
async function carryOut(
  one: Known,
  decisions: readonly Decision[],
  call: () => Promise<{ ok: true } | { ok: false; failure: { code: string } }>,
): Promise<boolean> {
  const outcome = await call();
  if (outcome.ok) for (const decision of decisions) decision.doneAt = now();
  else one.decisions = one.decisions.filter((decision) => !decisions.includes(decision));
  note(one, `decided: ${outcome.ok ? 'done' : outcome.failure.code}`);
  return outcome.ok;
}

/** Discards the pending change. */
export async function discardChange(
  { counts }: Pick<AppRun, 'counts'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (!change) return;
  // The app refuses if the change is not the shown version any more, for example because a save added fields.
  const decision = noteDecision(one, 'discard', FIELD_NAMES, change);
  const { version } = change;
  const discard = () => calls.outcome('changes', 'discard', { entryId: one.id, version });
  if (await carryOut(one, [decision], discard)) counts['pending changes discarded'] += 1;
}

/** Resolves a conflict: chooses *mine* or *theirs* for each field in conflict. */
async function resolve(
  { counts, random }: Pick<AppRun, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  change: Change,
): Promise<void> {
  const { conflicts, version, remote } = change;
  const mine = conflicts.filter(() => random.chance(0.5));
  const theirs = conflicts.filter((field) => !mine.includes(field));
  const choices = Object.fromEntries(
    conflicts.map((field) => [field, mine.includes(field) ? 'mine' : 'theirs']),
  ) as Partial<Record<FieldName, 'mine' | 'theirs'>>;
  const decisions = [
    noteDecision(one, 'mine', mine, change),
    noteDecision(one, 'theirs', theirs, change),
  ];
  // After a decision a field belongs to the person, even if it came from a save.
  one.released.push(now());
  const entryId = one.id;
  const call = () => calls.outcome('changes', 'resolve', { entryId, version, remote, choices });
  if (await carryOut(one, decisions, call)) counts['conflicts resolved'] += 1;
}

/** Decides about a change that was stored differently: accepts the stored text, or sends it again. */
async function settleDiffering(
  { counts, random }: Pick<AppRun, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  change: Change,
): Promise<void> {
  const { version, remote } = change;
  const fields = touchedFields(change.patch);
  const about = { entryId: one.id, version, remote };
  const isAccepted = random.chance(0.5);
  const decision = noteDecision(one, isAccepted ? 'theirs' : 'mine', fields, change);
  if (!isAccepted) one.released.push(now());
  const call = () =>
    isAccepted
      ? calls.outcome('changes', 'acceptAsStored', about)
      : calls.outcome('changes', 'retry', about);
  if (await carryOut(one, [decision], call)) counts['changes stored differently, resolved'] += 1;
}

/** Makes the decision that the pending change waits for. */
export async function decide(
  appRun: Pick<AppRun, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (change?.state === 'conflict') await resolve(appRun, calls, one, change);
  if (change?.state === 'differs') await settleDiffering(appRun, calls, one, change);
}

/** Withdraws fields of the pending change: they are drafts again, where there is no newer draft. */
export async function withdrawChange(
  { counts, random }: Pick<AppRun, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (!change) return;
  const pending = touchedFields(change.patch);
  const fields = random.shuffled(pending).slice(0, random.between(1, pending.length));
  const texts = textsOf(pick(change.patch, fields));
  const before = latest(one);
  const seen: Seen = {};
  for (const field of fields) {
    const own = one.submissions.filter(({ edits }) => edits[field] === texts[field]).at(-1);
    if (own?.seen[field]) seen[field] = own.seen[field];
  }
  const moment = attempt(one, {
    what: 'withdrew a change',
    by: 'call',
    isTyped: false,
    edits: { ...texts, ...before.edits },
    seen: { ...seen, ...before.seen },
    remembered: pick(texts, touchedFields(before.edits)),
  });
  const decision = noteDecision(one, 'withdraw', fields, change);
  const request = { entryId: one.id, version: change.version, fields };
  const call = () => calls.outcome('changes', 'withdraw', request);
  if (!(await carryOut(one, [decision], call))) return withdraw(one, moment, 'refused');
  await settleDraft(calls, one, moment, before);
  counts['changes withdrawn'] += 1;
}

/** Decides about rows of *Decide*: one of them either way, or several for Cloudflare's texts. */
export async function decideInChanges(
  { counts, random }: Pick<AppRun, 'counts' | 'random'>,
  calls: Calls,
  organizations: readonly Known[],
): Promise<void> {
  const page = { offset: 0, limit: CHANGES_PER_PAGE };
  const { rows } = await calls.value('changes', 'toDecide', page);
  const choice = random.pick(['mine', 'theirs', 'theirs'] as const);
  const decisions = new Map<Known, Decision>();
  const decided: Pick<DecideRow, 'entryId' | 'version' | 'remoteId'>[] = [];
  for (const { entryId, version, remoteId } of random.shuffled(rows)) {
    const one = organizations.find(({ id }) => id === entryId);
    if (!one || (choice === 'mine' && decided.length > 0)) continue;
    const { change } = await calls.value('organizations', 'open', { entryId });
    if (change?.version !== version) continue;
    const fields = change.state === 'conflict' ? change.conflicts : touchedFields(change.patch);
    decisions.set(one, noteDecision(one, choice, fields, change));
    if (choice === 'mine') one.released.push(now());
    decided.push({ entryId, version, remoteId });
  }
  const [first] = decided;
  if (!first) return;
  const forgetAll = (): void => {
    for (const [one, decision] of decisions) {
      one.decisions = one.decisions.filter((other) => other !== decision);
    }
  };
  const isOne = decided.length === 1;
  const outcome = isOne
    ? await calls.outcome('changes', 'decide', { ...first, choice })
    : await calls.outcome('changes', 'useTheirs', { decisions: decided });
  if (!outcome.ok) return forgetAll();
  counts['decisions made in Changes'] += 1;
  // Which ones were left is not known, so each of them may have been.
  if (outcome.value && outcome.value.left > 0) return;
  for (const decision of decisions.values()) decision.doneAt = now();
}

/** Presses *Try again now*. */
export async function retry(calls: Calls, one: Known, { change }: OrganizationView): Promise<void> {
  if (!change) return;
  const { version, remote, state } = change;
  const fields = touchedFields(change.patch);
  const isDecision = state === 'differs' || state === 'refused';
  const decisions = isDecision ? [noteDecision(one, 'mine', fields, change)] : [];
  one.released.push(now());
  const about = { entryId: one.id, version, remote };
  await carryOut(one, decisions, () => calls.outcome('changes', 'retry', about));
}
