/** Decisions about a pending change that ends otherwise than by being confirmed. */
import type { OrganizationView } from '../../../src/shared/organization';
import { textsOf, touchedFields } from '../../../src/shared/patch';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Calls } from './calls';
import type { Life } from './run';
import { note, type Decision, type Known } from './record';
import { now } from './time';

type Change = NonNullable<OrganizationView['change']>;

/** Writes a decision down before it is made. */
function decideNow(
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

/** Makes a call that carries out decisions; says whether the app took them. */
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
  { counts }: Pick<Life, 'counts'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (!change) return;
  // Only this version is discarded: what a job has added since waits for another decision.
  const decision = decideNow(one, 'discard', FIELD_NAMES, change);
  const { version } = change;
  const discard = () => calls.outcome('changes', 'discard', { organizationId: one.id, version });
  if (await carryOut(one, [decision], discard)) counts['pending changes discarded'] += 1;
}

/** Decides a conflict: mine or theirs for each field that is in conflict. */
async function resolve(
  { counts, random }: Pick<Life, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  change: Change,
): Promise<void> {
  const { conflicts, version, remote } = change;
  const mine = conflicts.filter(() => random.chance(0.5));
  const others = conflicts.filter((field) => !mine.includes(field));
  const choices = Object.fromEntries(
    conflicts.map((field) => [field, mine.includes(field) ? 'mine' : 'theirs']),
  ) as Partial<Record<FieldName, 'mine' | 'theirs'>>;
  const decisions = [
    decideNow(one, 'mine', mine, change),
    decideNow(one, 'theirs', others, change),
  ];
  // What the person decides is theirs, whatever job it was of.
  one.released.push(now());
  const organizationId = one.id;
  const call = () =>
    calls.outcome('changes', 'resolve', { organizationId, version, remote, choices });
  if (await carryOut(one, decisions, call)) counts['conflicts decided'] += 1;
}

/** Decides about a change that was stored differently: takes what is stored, or sends it again. */
async function settleDiffering(
  { counts, random }: Pick<Life, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  change: Change,
): Promise<void> {
  const { version, remote } = change;
  const fields = touchedFields(change.patch);
  const about = { organizationId: one.id, version, remote };
  const isAccepted = random.chance(0.5);
  const decision = decideNow(one, isAccepted ? 'theirs' : 'mine', fields, change);
  if (!isAccepted) one.released.push(now());
  const call = () =>
    isAccepted
      ? calls.outcome('changes', 'acceptAsStored', about)
      : calls.outcome('changes', 'retry', about);
  if (await carryOut(one, [decision], call)) counts['changes stored differently decided'] += 1;
}

/** Decides whatever the pending change waits for. */
export async function decide(
  life: Pick<Life, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (change?.state === 'conflict') await resolve(life, calls, one, change);
  if (change?.state === 'differs') await settleDiffering(life, calls, one, change);
}

/** Presses *Try again now*. */
export async function retry(calls: Calls, one: Known, { change }: OrganizationView): Promise<void> {
  if (!change) return;
  const { version, remote, state } = change;
  const fields = touchedFields(change.patch);
  const decides = state === 'differs' || state === 'refused';
  const decisions = decides ? [decideNow(one, 'mine', fields, change)] : [];
  one.released.push(now());
  const about = { organizationId: one.id, version, remote };
  await carryOut(one, decisions, () => calls.outcome('changes', 'retry', about));
}
