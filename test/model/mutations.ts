/**
 * Deliberate mistakes that the search must detect; a search that misses one is too weak. All but
 * the last (`late`) wrap the rules of the change machine and corrupt their input or output.
 */
import {
  savedTexts,
  textsUnderDraft,
  type ChangeEvent,
  type ChangeState,
  type Transition,
} from '../../src/main/changes/machine';
import { unchanged } from '../../src/main/changes/state';
import {
  isEmpty,
  applyPatches,
  omit,
  pick,
  rebase,
  textsOf,
  touchedFields,
} from '../../src/shared/patch';
import { EMPTY_PROFILE, type Edits, type FieldName } from '../../src/shared/profile';
import {
  mistake,
  remoteOf,
  SMALL,
  withPending,
  withState,
  type Mutation,
  type WrongRule,
} from './mistake';
import { KEPT_MUTATIONS } from './kept-mutations';
import { SAVE_MUTATIONS } from './save-mutations';
import { TWO_FIELDS } from './scope';

/** Loses the draft in an event that should keep it. */
const dropsDraft =
  (type: ChangeEvent['type']): WrongRule =>
  (state, event, rules) => {
    if (event.type !== type) return null;
    const result = rules(state, event);
    return result.state === state ? result : withState(result, { draft: {} });
  };

/** Ignores an event. */
const ignores =
  (type: ChangeEvent['type']): WrongRule =>
  (state, event) =>
    event.type === type ? unchanged(state) : null;

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
      ? rules(state, { ...event, base: undefined })
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
    if (event.type !== 'submit' || event.save !== undefined) return null;
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
      const fields = touchedFields(pending.patch).filter(
        (field) => pending.patch[field]?.base !== pending.remote?.[field],
      );
      if (fields.length === 0) return null;
      const shown = pick(pending.remote ?? EMPTY_PROFILE, fields);
      if (event.type === 'submit' && !isEmpty(state.draft)) {
        const patch = rebase(pending.patch, fields, shown);
        return rules({ ...state, pending: { ...pending, patch } }, event);
      }
      // So that the text decided about is written over as well.
      const result = rules(state, event);
      const isRetried = event.type === 'retry' && result.state !== state;
      return isRetried ? withPending(result, { attempted: shown }) : null;
    },
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

  mistake('a replaced text is missing in the history', 1, (state, event, rules) => {
    if (event.type !== 'submit') return null;
    const result = rules(state, event);
    return { ...result, revisions: result.revisions.filter(({ kind }) => kind !== 'replaced') };
  }),

  mistake('accepting does nothing', 10, ignores('accept')),

  mistake('trying again does nothing', 10, ignores('retry')),

  mistake('discarding a change does nothing', 10, ignores('discardPending')),

  mistake('a refusal is ignored', 10, ignores('refuse')),

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

  mistake('a batch erases what was typed', 2, (state, event, rules) => {
    if (event.type !== 'edit' || event.batch === undefined) return null;
    return { ...rules(state, event), revisions: [] };
  }),

  mistake('typing over a draft not on screen keeps its base', 4, (state, event, rules) =>
    event.type === 'edit' && event.remember ? rules(state, { ...event, base: undefined }) : null,
  ),

  mistake('a draft that must be remembered is erased', 2, (state, event, rules) =>
    event.type === 'discardDraft' ? rules(state, { ...event, remember: false }) : null,
  ),

  mistake(
    'discarding one field discards the rest of the draft',
    2,
    (state, event, rules) =>
      event.type === 'discardDraft' ? rules(state, { type: 'discardDraft' }) : null,
    TWO_FIELDS,
  ),

  ...SAVE_MUTATIONS,

  ...KEPT_MUTATIONS,

  {
    name: 'the machine receives an observation that started during a send',
    scope: SMALL,
    invariant: 5,
    options: (rules) => ({ transition: rules, late: true }),
  },
];
