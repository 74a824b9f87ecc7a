/** The person's decisions about pending changes. */
import type { OrganizationView } from '../../../src/shared/organization';
import { textsOf, touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Calls } from './calls';
import type { AppRun } from './app-run';
import { note, type Decision, type Known } from './record';
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
