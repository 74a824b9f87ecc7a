/**
 * Invariants 4, 5 and 9 depend on what the person decides about, and on what their screen shows then.
 */
import {
  conflictingFields,
  fieldsStoredDifferently,
  type ChangeEvent,
  type ChangeState,
  type Transition,
} from '../../src/main/changes/machine';
import { isEmpty, omit, pick, touchedFields } from '../../src/shared/patch';
import type { FieldName } from '../../src/shared/profile';
import { submittedDraft, type Step } from './invariants';

/** The fields about which an event decides with two texts on screen: ours, and that of `pending.remote`. */
export function decidedFields({ pending }: ChangeState, event: ChangeEvent): FieldName[] {
  if (!pending?.remote) return [];
  if (pending.status === 'conflict')
    return event.type === 'resolve' ? conflictingFields(pending) : [];
  const isDecision = event.type === 'accept' || event.type === 'retry' || event.type === 'submit';
  return isDecision ? fieldsStoredDifferently(pending) : [];
}

/** The text that the page shows as stored instead of ours in a field; null: none. */
export function shownAsStoredDifferently({ pending }: ChangeState, name: FieldName): string | null {
  if (pending?.status !== 'differs' || !pending.remote) return null;
  return fieldsStoredDifferently(pending).includes(name) ? pending.remote[name] : null;
}

/** The first field that a decision about other fields takes from its save; a paused save would then send it unseen. */
function takenFromItsSave(
  { before, event, result }: Step,
  decided: readonly FieldName[],
): FieldName | undefined {
  if (!['resolve', 'accept', 'retry'].includes(event.type)) return undefined;
  const patch = before.pending?.patch ?? {};
  const left = result.state.pending?.patch ?? {};
  return touchedFields(omit(patch, decided)).find(
    (field) => patch[field]?.save !== left[field]?.save,
  );
}

/**
 * What is wrong with a decision, or null. It must leave to their saves the fields that it is not about. A save may be
 * canceled while its field waits for the decision, and is then withdrawn as soon as it may be (`withdrawCanceled` in
 * repository.ts): that must take no field they decided.
 * @param run applies an event of the machine
 */
export function decisionViolation(
  { before, event, result }: Step,
  saves: readonly string[],
  run: (state: ChangeState, event: ChangeEvent) => Transition,
): string | null {
  const { state } = result;
  if (state === before) return null;
  const { pending } = before;
  const retriesRefused =
    event.type === 'retry' && event.save === undefined && pending?.status === 'refused';
  const decided = retriesRefused ? touchedFields(pending.patch) : decidedFields(before, event);
  const taken = takenFromItsSave({ before, event, result }, decided);
  if (taken) return `the decision takes ${taken} from its save`;
  // What a save of many submits is its own.
  const isOfSave = event.type === 'submit' && event.save !== undefined;
  const ofSave = isOfSave ? submittedDraft(before, event) : {};
  const patch = omit(pick(state.pending?.patch ?? {}, decided), touchedFields(ofSave));
  if (isEmpty(patch)) return null;
  for (const save of saves) {
    const withdrawn = run(state, { type: 'cancelSave', save, writing: false }).state;
    const lost = touchedFields(patch).find((field) => {
      const left = withdrawn.pending?.patch[field];
      return left?.text !== patch[field]?.text;
    });
    if (lost) return `canceling ${save} takes ${lost} back, about which the person decided`;
  }
  return null;
}
