/** Deliberate mistakes about saves of many: who owns a field, what is withdrawn, and what it becomes then. */
import {
  savedTexts,
  type ChangeEvent,
  type ChangeState,
  type PendingState,
  type Transition,
} from '../../src/main/changes/machine';
import { endSaves, ownedByPerson } from '../../src/main/changes/state';
import { pick, rebase, touchedFields } from '../../src/shared/patch';
import { EMPTY_PROFILE, FIELD_NAMES } from '../../src/shared/profile';
import { mistake, withPending, withState, type Mutation, type WrongRule } from './mistake';
import { TWO_FIELDS } from './scope';

/** Leaves every field that stays in the change as it is to the save that owned it. */
function keepsOwners(state: ChangeState, result: Transition): Transition {
  const before = state.pending?.patch ?? {};
  const patch = { ...result.state.pending?.patch };
  const kept = touchedFields(patch).filter(
    (field) => before[field]?.save !== undefined && before[field].text === patch[field]?.text,
  );
  for (const field of kept) {
    const edit = patch[field];
    if (edit) patch[field] = { ...edit, save: before[field]?.save };
  }
  const ends = result.ends.filter(({ field }) => !kept.includes(field));
  return { ...withPending(result, { patch }), ends };
}

/** Leaves what is decided to its save. `status`: only in this one. */
const leavesOwners =
  (type: ChangeEvent['type'], status?: PendingState['status']): WrongRule =>
  (state, event, rules) => {
    if (event.type !== type || (status && state.pending?.status !== status)) return null;
    if (event.type === 'retry' && event.save !== undefined) return null;
    return keepsOwners(state, rules(state, event));
  };

/** Corrupts what is withdrawn. */
const withdrawn =
  (wrong: (state: ChangeState, result: Transition, event: ChangeEvent) => Transition): WrongRule =>
  (state, event, rules) => {
    if (event.type !== 'cancelSave' && event.type !== 'withdraw') return null;
    const result = rules(state, event);
    return result.state === state ? result : wrong(state, result, event);
  };

/** All mistakes about saves. */
export const SAVE_MUTATIONS: readonly Mutation[] = [
  mistake('keeping mine is withdrawn with its canceled save', 9, leavesOwners('resolve')),

  mistake('trying again is withdrawn with its canceled save', 9, leavesOwners('retry')),

  mistake(
    'saving over what was stored differently is withdrawn with its canceled save',
    9,
    leavesOwners('submit', 'differs'),
    TWO_FIELDS,
  ),

  mistake(
    'trying again takes fields of a save that were not written',
    9,
    (state, event, rules) => {
      if (event.type !== 'retry' || event.save !== undefined) return null;
      const result = rules(state, event);
      const { pending } = result.state;
      if (result.state === state || !pending) return result;
      const taken = touchedFields(pending.patch).filter((field) => pending.patch[field]?.save);
      return {
        ...withPending(result, { patch: ownedByPerson(pending.patch, taken) }),
        ends: endSaves(state.pending?.patch ?? {}, 'replaced'),
      };
    },
    TWO_FIELDS,
  ),

  mistake('a save repeats what was stored differently', 9, (state, event, rules) => {
    if (event.type !== 'retry' || event.save === undefined) return null;
    if (state.pending?.status !== 'differs') return null;
    const { version, remote } = event;
    const result = rules(state, { type: 'retry', version, remote });
    return result.state === state ? null : keepsOwners(state, result);
  }),

  mistake('a save that repeats loses its field to the person', 9, (state, event, rules) => {
    if (event.type !== 'retry' || event.save === undefined) return null;
    const { version, remote } = event;
    const isItsOwn = rules(state, event).state !== state;
    return isItsOwn ? rules(state, { type: 'retry', version, remote }) : null;
  }),

  mistake(
    'a save repeats the fields of others',
    9,
    (state, event, rules) => {
      if (event.type !== 'retry' || event.save === undefined) return null;
      const { version, remote, save } = event;
      const patch = state.pending?.patch ?? {};
      const isPartlyItsOwn = touchedFields(patch).some((field) => patch[field]?.save === save);
      if (state.pending?.status !== 'refused' || !isPartlyItsOwn) return null;
      const result = rules(state, { type: 'retry', version, remote });
      return result.state === state ? null : keepsOwners(state, result);
    },
    TWO_FIELDS,
  ),

  mistake(
    'canceling a save withdraws everything',
    9,
    (state, event, rules) => {
      if (event.type !== 'cancelSave' || rules(state, event).state === state) return null;
      return rules(state, { type: 'withdraw', fields: FIELD_NAMES, writing: false });
    },
    TWO_FIELDS,
  ),

  mistake('a canceled save is discarded', 9, (state, event, rules) => {
    if (event.type !== 'cancelSave' || rules(state, event).state === state) return null;
    return rules(state, { type: 'discardPending' });
  }),

  mistake(
    'what is withdrawn replaces a newer draft',
    2,
    withdrawn((state, result) => {
      const newer = touchedFields(result.state.draft).filter((field) => state.draft[field]);
      const patch = ownedByPerson(pick(state.pending?.patch ?? {}, newer), newer);
      return withState(result, { draft: { ...result.state.draft, ...patch } });
    }),
  ),

  mistake(
    'what is withdrawn starts from the saved copy',
    9,
    withdrawn((state, result) => {
      const { draft } = result.state;
      const saved = savedTexts(state) ?? EMPTY_PROFILE;
      return withState(result, { draft: rebase(draft, touchedFields(draft), saved) });
    }),
  ),

  mistake(
    'what is withdrawn and cannot be a draft is lost',
    1,
    withdrawn((_, result) => ({ ...result, revisions: [] })),
  ),

  mistake(
    'a withdrawn write is forgotten',
    9,
    withdrawn((state, result) => withState(result, { abandoned: state.abandoned })),
  ),

  mistake('what is being written is withdrawn', 9, (state, event, rules) =>
    event.type === 'cancelSave' || event.type === 'withdraw'
      ? rules(state, { ...event, writing: false })
      : null,
  ),

  mistake('what waits for a decision is withdrawn', 9, (state, event, rules) => {
    if (event.type !== 'cancelSave' && event.type !== 'withdraw') return null;
    const { pending } = state;
    return pending && rules({ ...state, pending: { ...pending, status: 'queued' } }, event);
  }),

  mistake(
    'submitting one field as a save submits the rest of the draft',
    9,
    (state, event, rules) =>
      event.type === 'submit' && event.fields !== undefined
        ? rules(state, { ...event, fields: FIELD_NAMES })
        : null,
    TWO_FIELDS,
  ),

  mistake(
    'submitting one field as a save drops the rest of the draft',
    2,
    (state, event, rules) => {
      if (event.type !== 'submit' || event.fields === undefined) return null;
      return withState(rules(state, event), { draft: {} });
    },
    TWO_FIELDS,
  ),

  mistake('what a save submits is the person’s', 9, (state, event, rules) =>
    event.type === 'submit' ? rules(state, { type: 'submit' }) : null,
  ),

  mistake('what the person submits over a save stays with it', 9, (state, event, rules) => {
    if (event.type !== 'submit' || event.save !== undefined) return null;
    const result = rules(state, event);
    const before = state.pending?.patch ?? {};
    const patch = { ...result.state.pending?.patch };
    for (const field of touchedFields(state.draft)) {
      const edit = patch[field];
      if (edit) patch[field] = { ...edit, save: before[field]?.save };
    }
    const ends = result.ends.filter(({ field }) => !patch[field]);
    return { ...withPending(result, { patch }), ends };
  }),

  mistake(
    'releasing one field of a save releases all',
    9,
    (state, event, rules) =>
      event.type === 'releaseSave' ? rules(state, { type: 'releaseSave', save: event.save }) : null,
    TWO_FIELDS,
  ),

  mistake('a paused save is written', 3, (state, event, rules) =>
    event.type === 'read' ? rules(state, { ...event, held: [] }) : null,
  ),
];
