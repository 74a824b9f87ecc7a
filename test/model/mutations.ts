/**
 * Deliberate mistakes that the search must detect; a search that misses one is too weak. All but
 * the last (`late`) wrap the rules of the change machine and corrupt their input or output.
 */
import {
  savedTexts,
  textsUnderDraft,
  type ChangeEvent,
  type ChangeState,
  type PendingState,
  type Transition,
} from '../../src/main/changes/machine';
import {
  isEmpty,
  applyPatches,
  omit,
  rebase,
  textsOf,
  touchedFields,
} from '../../src/shared/patch';
import { FIELD_NAMES, type Edits, type FieldName } from '../../src/shared/profile';
import {
  mistake,
  remoteOf,
  SMALL,
  withPending,
  withState,
  type Mutation,
  type WrongRule,
} from './mistake';
import { RECORD_MUTATIONS } from './record-mutations';
import { TWO_FIELDS } from './scope';

/** Loses the draft in an event that should keep it. */
const dropsDraft =
  (type: ChangeEvent['type']): WrongRule =>
  (state, event, rules) => {
    if (event.type !== type) return null;
    const result = rules(state, event);
    return result.state === state ? result : withState(result, { draft: {} });
  };

/** Keeps the bases of the pending change. */
function keepsBases(state: ChangeState, result: Transition): Transition {
  const before = state.pending?.patch ?? {};
  const bases: Edits = {};
  const fields: FieldName[] = [];
  for (const field of touchedFields(before)) {
    fields.push(field);
    const base = before[field]?.base;
    if (typeof base === 'string') bases[field] = base;
  }
  return withPending(result, { patch: rebase(result.state.pending?.patch ?? {}, fields, bases) });
}

/** Leaves every field that stays in the change as it is to the job that owned it. */
function keepsOwners(state: ChangeState, result: Transition): Transition {
  const before = state.pending?.patch ?? {};
  const patch = { ...result.state.pending?.patch };
  const kept = touchedFields(patch).filter(
    (field) => before[field]?.job !== undefined && before[field].text === patch[field]?.text,
  );
  for (const field of kept) {
    const edit = patch[field];
    if (edit) patch[field] = { ...edit, job: before[field]?.job };
  }
  const jobs = result.jobs.filter(({ field }) => !kept.includes(field));
  return { ...withPending(result, { patch }), jobs };
}

/** Leaves what is decided to its job. `status`: only in this one. */
const leavesOwners =
  (type: ChangeEvent['type'], status?: PendingState['status']): WrongRule =>
  (state, event, rules) => {
    if (event.type !== type || (status && state.pending?.status !== status)) return null;
    if (event.type === 'retry' && event.job !== undefined) return null;
    return keepsOwners(state, rules(state, event));
  };

/** All mistakes. The last one is in the order of requests, not in the rules. */
export const MUTATIONS: readonly Mutation[] = [
  mistake('an attempt is not recorded', 6, (state, event, rules) => {
    if (event.type !== 'read') return null;
    const result = rules(state, event);
    return result.put ? withPending(result, { attempted: state.pending?.attempted ?? {} }) : result;
  }),

  mistake('an edit is based on the newest copy', 4, (state, event, rules) => {
    if (event.type !== 'edit') return null;
    const draft = rebase(state.draft, [event.field], textsUnderDraft(state));
    const result = rules({ ...state, draft }, event);
    return result.state.draft === draft ? null : result;
  }),

  mistake('an edit ignores what was on screen', 4, (state, event, rules) =>
    event.type === 'edit' && event.base !== undefined
      ? rules(state, { type: 'edit', field: event.field, text: event.text })
      : null,
  ),

  mistake('a confirmation ends a newer change', 1, (state, event, rules) => {
    if (event.type !== 'readBack') return null;
    const result = rules(state, event);
    const remote = remoteOf(event);
    const texts = textsOf(event.sent.patch);
    const isThere = touchedFields(texts).every((field) => texts[field] === remote[field]);
    return isThere ? withState(result, { pending: null }) : result;
  }),

  mistake(
    'untouched fields are written from the saved copy',
    3,
    (state, event, rules) => {
      const result = rules(state, event);
      const { saved } = state;
      if (!result.put || !result.sent || typeof saved === 'string') return result;
      return { ...result, put: applyPatches(saved, result.sent.patch) };
    },
    TWO_FIELDS,
  ),

  mistake('a conflict is ignored', 4, (state, event, rules) => {
    if (event.type !== 'read' || !state.pending) return null;
    if (rules(state, event).stop !== 'conflict') return null;
    const { pending } = state;
    const patch = rebase(pending.patch, touchedFields(pending.patch), remoteOf(event));
    return rules({ ...state, pending: { ...pending, patch } }, event);
  }),

  mistake('a stale decision is accepted', 8, (state, event, rules) => {
    const { pending } = state;
    if (!pending) return null;
    const { version, remote } = pending;
    if (event.type === 'retry') return rules(state, { ...event, version, remote });
    if (event.type !== 'resolve' && event.type !== 'accept') return null;
    return remote ? rules(state, { ...event, version, remote }) : null;
  }),

  mistake('an abandoned write is forgotten', 6, (state, event, rules) =>
    event.type === 'discardPending'
      ? withState(rules(state, event), { abandoned: state.abandoned })
      : null,
  ),

  mistake('a field that is back at its base is dropped', 6, (state, event, rules) => {
    if (event.type !== 'submit') return null;
    const result = rules(state, event);
    const { pending } = result.state;
    if (!pending) return result;
    const saved = savedTexts(state);
    const back = touchedFields(pending.patch).filter((field) => {
      const { base, text } = pending.patch[field] ?? {};
      return text === base && text === saved?.[field];
    });
    const patch = omit(pending.patch, back);
    if (!isEmpty(patch)) return withPending(result, { patch });
    return withState(result, { pending: null, abandoned: pending.attempted });
  }),

  mistake('the base stays behind the copy shown', 5, (state, event, rules) =>
    event.type === 'observe' && state.pending?.status === 'differs'
      ? keepsBases(state, rules(state, event))
      : null,
  ),

  mistake(
    'a text that was shown before the one decided about is written over',
    4,
    (state, event, rules) => {
      const { pending } = state;
      if (pending?.status !== 'differs') return null;
      if (event.type === 'observe') return keepsBases(state, rules(state, event));
      // So that the text decided about is written over as well.
      const result = rules(state, event);
      const isRetried = event.type === 'retry' && result.state !== state;
      return isRetried ? withPending(result, { attempted: pending.remote ?? {} }) : null;
    },
  ),

  mistake('keeping mine is withdrawn with its canceled job', 9, leavesOwners('resolve')),

  mistake('trying again is withdrawn with its canceled job', 9, leavesOwners('retry')),

  mistake(
    'saving over what was stored differently is withdrawn with its canceled job',
    9,
    leavesOwners('submit', 'differs'),
    TWO_FIELDS,
  ),

  mistake('a job repeats what was stored differently', 9, (state, event, rules) => {
    if (event.type !== 'retry' || event.job === undefined) return null;
    if (state.pending?.status !== 'differs') return null;
    const { version, remote } = event;
    const result = rules(state, { type: 'retry', version, remote });
    return result.state === state ? null : keepsOwners(state, result);
  }),

  mistake('a job that repeats loses its field to the person', 9, (state, event, rules) => {
    if (event.type !== 'retry' || event.job === undefined) return null;
    const { version, remote } = event;
    const isItsOwn = rules(state, event).state !== state;
    return isItsOwn ? rules(state, { type: 'retry', version, remote }) : null;
  }),

  mistake(
    'a job repeats the fields of others',
    9,
    (state, event, rules) => {
      if (event.type !== 'retry' || event.job === undefined) return null;
      const { version, remote, job } = event;
      const patch = state.pending?.patch ?? {};
      const isPartlyItsOwn = touchedFields(patch).some((field) => patch[field]?.job === job);
      if (state.pending?.status !== 'refused' || !isPartlyItsOwn) return null;
      const result = rules(state, { type: 'retry', version, remote });
      return result.state === state ? null : keepsOwners(state, result);
    },
    TWO_FIELDS,
  ),

  mistake('a newer change keeps its old base', 5, (state, event, rules) => {
    if (event.type !== 'readBack' || state.pending?.version === event.sent.version) return null;
    return keepsBases(state, rules(state, event));
  }),

  mistake("a draft is rebased onto a stranger's text", 4, (state, event, rules) => {
    if (!('copy' in event)) return null;
    const result = rules(state, event);
    return withState(result, { draft: rebase(result.state.draft, result.found, remoteOf(event)) });
  }),

  mistake(
    'canceling a job cancels everything',
    9,
    (state, event, rules) => {
      if (event.type !== 'cancelJob' || rules(state, event).state === state) return null;
      return rules(state, { type: 'discardPending' });
    },
    TWO_FIELDS,
  ),

  mistake('a job overtakes a pending decision', 9, (state, event, rules) => {
    const { pending } = state;
    if (event.type !== 'submitJob' || !pending || pending.status === 'queued') return null;
    const queued: PendingState = { ...pending, status: 'queued', remote: null };
    const result = rules({ ...state, pending: queued }, event);
    return result.skipped ? null : result;
  }),

  mistake('a paused job is written', 3, (state, event, rules) =>
    event.type === 'read' ? rules(state, { ...event, held: [] }) : null,
  ),

  mistake('a job is applied over a text no one previewed', 4, (state, event, rules) => {
    if (event.type !== 'submitJob') return null;
    const shown = textsUnderDraft(state);
    const edits = { ...event.edits };
    for (const field of FIELD_NAMES) {
      const edit = edits[field];
      if (edit) edits[field] = { ...edit, seen: shown[field] };
    }
    return rules(state, { ...event, edits });
  }),

  mistake('a replaced text is missing in the history', 1, (state, event, rules) => {
    if (event.type !== 'submit') return null;
    const result = rules(state, event);
    return { ...result, revisions: result.revisions.filter(({ kind }) => kind !== 'replaced') };
  }),

  mistake('discarding also drops the draft', 2, dropsDraft('discardPending')),

  mistake('accepting also drops the draft', 2, dropsDraft('accept')),

  mistake(
    'restoring one field replaces the rest of the draft',
    2,
    (state, event, rules) =>
      event.type === 'restore' && event.keepOthers
        ? rules(state, { ...event, keepOthers: false })
        : null,
    TWO_FIELDS,
  ),

  ...RECORD_MUTATIONS,

  {
    name: 'the machine receives an observation that started during a send',
    scope: SMALL,
    invariant: 5,
    options: (rules) => ({ transition: rules, late: true }),
  },
];
