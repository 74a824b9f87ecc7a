/** Decisions about a pending change that ends otherwise than by being confirmed. */
import type { OrganizationView } from '../../../src/shared/organization';
import { FIELD_NAMES, type FieldName } from '../../../src/shared/profile';
import type { Calls } from './calls';
import type { Life } from './life';
import { note, type Decision, type Known } from './record';
import { now } from './time';

/** Writes a decision down before it is made. */
function deciding(
  one: Known,
  kind: Decision['kind'],
  fields: readonly FieldName[],
  change: NonNullable<OrganizationView['change']>,
): Decision {
  const decision: Decision = {
    at: now(),
    kind,
    sure: false,
    fields,
    mine: change.desired,
    theirs: change.theirs,
  };
  one.decisions.push(decision);
  note(one, `decides ${kind} for ${fields.join(', ')}`);
  return decision;
}

/** Gives the waiting change up. */
export async function giveUp(
  { counts }: Pick<Life, 'counts'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (!change) return;
  const decision = deciding(one, 'discard', FIELD_NAMES, change);
  const outcome = await calls.outcome('changes', 'discard', { organizationId: one.id });
  if (outcome.ok) {
    decision.sure = true;
    counts['waiting changes given up'] += 1;
    note(one, 'given up: done');
  } else {
    one.decisions = one.decisions.filter((other) => other !== decision);
    note(one, `given up: ${outcome.failure.code}`);
  }
}

/** Decides a conflict: mine or theirs for each field that is in conflict. */
export async function decide(
  { counts, random }: Pick<Life, 'counts' | 'random'>,
  calls: Calls,
  one: Known,
  { change }: OrganizationView,
): Promise<void> {
  if (change?.state !== 'conflict' || !change.theirs) return;
  const { base, desired, theirs, version } = change;
  const fields = FIELD_NAMES.filter(
    (field) =>
      desired[field] !== base[field] &&
      theirs[field] !== base[field] &&
      theirs[field] !== desired[field],
  );
  const mine = fields.filter(() => random.chance(0.5));
  const others = fields.filter((field) => !mine.includes(field));
  const made = [deciding(one, 'mine', mine, change), deciding(one, 'theirs', others, change)];
  const outcome = await calls.outcome('changes', 'resolve', {
    organizationId: one.id,
    version,
    theirs,
    choices: Object.fromEntries(
      fields.map((field) => [field, mine.includes(field) ? 'mine' : 'theirs']),
    ),
  });
  if (outcome.ok) {
    for (const decision of made) decision.sure = true;
    counts['conflicts decided'] += 1;
    note(one, 'decided: done');
  } else {
    one.decisions = one.decisions.filter((decision) => !made.includes(decision));
    note(one, `decided: ${outcome.failure.code}`);
  }
}
