/**
 * The change machine decides what happens to an edit, given what the person typed and saved, what we last wrote
 * and what Cloudflare holds now. It is a pure function: no clock, database, network or async code. repository.ts
 * passes events to it and stores the results.
 *
 * A change is a patch of touched fields, and every rule applies to each field on its own. `test/model/` searches
 * every reachable state of a small model and checks the invariants in each.
 */
import {
  isEmpty,
  applyPatches,
  omit,
  pick,
  textsOf,
  touchedFields,
  type Patch,
} from '../../shared/patch';
import { FIELD_NAMES, type FieldName } from '../../shared/profile';
import { adopt } from './adopt';
import { accept, resolve, retry } from './decision';
import { profileGone, observe, readBeforeWrite, readAfterWrite } from './remote-copy';
import { moveTo, revision, sameState, unchanged, textsUnderDraft } from './state';
import type { ChangeEvent, ChangeState, EventOf, Transition } from './state';
import { cancelSave, discardPending, releaseSave, submit, withdraw } from './submission';

export {
  conflictingFields,
  fieldsKeptInsteadOfEmptied,
  fieldsStoredDifferently,
  isOnlyKeptInsteadOfEmptied,
} from './remote-copy';
export { initialState, savedTexts, textsOfCopy, textsUnderDraft } from './state';
export type * from './state';

/** A text was typed, or made by a batch. A batch moves the draft text that it replaces to the history. */
function edit(
  state: ChangeState,
  { field, text, base: shown, batch, remember = batch !== undefined }: EventOf<'edit'>,
): Transition {
  const under = textsUnderDraft(state)[field];
  const typed = state.draft[field];
  // The change took over a draft from this base while typing went on, so what was on screen includes its text.
  const isOfChange = typeof shown === 'string' && shown === state.pending?.patch[field]?.base;
  const base = isOfChange ? under : shown;
  if (typed === undefined ? text === under : typed.text === text) return unchanged(state);
  // A draft that was not on screen may be based on a copy that was not either.
  const isFromScreen = base !== undefined && (typed === undefined || remember);
  const draftBase = isFromScreen ? base : typed ? typed.base : under;
  const replaced = typed && remember ? { [field]: typed.text } : {};
  return moveTo(
    { ...state, draft: { ...state.draft, [field]: { base: draftBase, text } } },
    { revisions: revision('replaced', replaced) },
  );
}

/**
 * What restoring texts would change: the fields whose shown text differs, and the part of the draft it would replace.
 * @param keepOthers whether the draft of all other fields stays
 */
export function restorable(
  state: ChangeState,
  texts: EventOf<'restore'>['texts'],
  keepOthers: boolean,
): { differing: FieldName[]; replaced: Patch } {
  const shown = applyPatches(textsUnderDraft(state), state.draft);
  const differing = touchedFields(texts).filter((field) => texts[field] !== shown[field]);
  return { differing, replaced: keepOthers ? pick(state.draft, differing) : state.draft };
}

/** Turns texts into the draft, or with `keepOthers` into a part of it. */
function restore(
  state: ChangeState,
  { texts, replace, keepOthers = false }: EventOf<'restore'>,
): Transition {
  const under = textsUnderDraft(state);
  const { differing, replaced } = restorable(state, texts, keepOthers);
  if (differing.length === 0) return unchanged(state);
  if (!isEmpty(replaced) && !replace) return unchanged(state);
  const draft: Patch = keepOthers ? omit(state.draft, differing) : {};
  for (const field of keepOthers ? differing : touchedFields(texts)) {
    draft[field] = { base: under[field], text: texts[field] ?? '' };
  }
  return moveTo({ ...state, draft }, { revisions: revision('replaced', textsOf(replaced)) });
}

/** Discards the draft, or these fields of it; with `remember` their texts go to the history. */
function discardDraft(
  state: ChangeState,
  { fields = FIELD_NAMES, remember = false }: EventOf<'discardDraft'>,
): Transition {
  const discarded = pick(state.draft, fields);
  if (isEmpty(discarded)) return unchanged(state);
  const revisions = remember ? revision('discarded', textsOf(discarded)) : [];
  return moveTo({ ...state, draft: omit(state.draft, fields) }, { revisions });
}

/** Only a queued change can be refused, because a change that waits for a decision is not being sent. */
function refuse(state: ChangeState, { version }: EventOf<'refuse'>): Transition {
  const { pending } = state;
  if (pending?.version !== version || pending.status !== 'queued') return unchanged(state);
  return moveTo({ ...state, pending: { ...pending, status: 'refused' } });
}

function apply(state: ChangeState, event: ChangeEvent): Transition {
  switch (event.type) {
    case 'edit':
      return edit(state, event);
    case 'discardDraft':
      return discardDraft(state, event);
    case 'restore':
      return restore(state, event);
    case 'submit':
      return submit(state, event);
    case 'cancelSave':
      return cancelSave(state, event);
    case 'withdraw':
      return withdraw(state, event);
    case 'releaseSave':
      return releaseSave(state, event);
    case 'discardPending':
      return discardPending(state);
    case 'read':
      return readBeforeWrite(state, event);
    case 'readBack':
      return readAfterWrite(state, event);
    case 'observe':
      return observe(state, event);
    case 'resolve':
      return resolve(state, event);
    case 'accept':
      return accept(state, event);
    case 'retry':
      return retry(state, event);
    case 'refuse':
      return refuse(state, event);
    case 'gone':
      return profileGone(state);
    case 'adopt':
      return adopt(state, event);
  }
}

/**
 * Applies an event to the state of an entry. Never throws: an event that does not apply changes nothing.
 * @returns the new state (the same object if nothing changed), and what to store, write and report
 */
export function transition(state: ChangeState, event: ChangeEvent): Transition {
  const result = apply(state, event);
  return sameState(state, result.state) ? { ...result, state } : result;
}
