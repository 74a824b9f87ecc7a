/**
 * What the invariants must remember beyond the machine's state. Per field, in as few bits as
 * possible:
 *
 * - seen: the texts of strangers that a write may replace: what was on screen when the person last
 *   decided about the field, with the draft, the pending change or a decision about it, or what
 *   they wrote themselves through another entry (invariant 4). While a change is stored
 *   differently, it is what the screen shows now, because any decision is about that;
 * - excused: a conflict is allowed, because a stranger wrote the field, Cloudflare stored it
 *   differently, or the person typed over an outdated screen (invariant 5);
 * - own: Cloudflare's text comes from our last write of the field (invariant 6).
 */
import {
  textsUnderDraft,
  type ChangeEvent,
  type ChangeState,
  type Transition,
} from '../../src/main/changes/machine';
import type { FieldName, Profile } from '../../src/shared/profile';
import { decidedFields, shownAsStoredDifferently } from './deciding';
import { submittedDraft } from './invariants';
import { fieldsOf, textsOfScope, type Scope } from './scope';
import { memoryBits } from './environment';

/** Events with a copy. They end a field only where Cloudflare has its text, so a draft of it stays as it is. */
const CONFIRMING_EVENTS = new Set<ChangeEvent['type']>(['read', 'readBack', 'observe']);

/** Whether the person types over a draft of this field that was not on screen: what it started from was not either. */
const isOverUnseenDraft = (event: ChangeEvent, name: FieldName): boolean =>
  event.type === 'edit' && event.field === name && event.remember === true;

/** How one transition changes the memory, and which bits the memory must have before. */
export interface MemoryChange {
  /** Bits of the draft that are copied to the pending change. */
  toPending: number;
  /** Bits of the pending change that are copied to the draft. */
  toDraft: number;
  /** Bits that survive the transition. */
  keep: number;
  /** Bits that the transition sets. */
  add: number;
  /**
   * By field: the text of Cloudflare's that the person decided about; -1: none. While Cloudflare
   * still has it, a conflict is not excused.
   */
  decided: number[];
  isDecided: boolean;
  /** By field: the text saved last, if nothing is left to send; otherwise -1. */
  settled: number[];
  isSettled: boolean;
  /** Bits of the texts that a write overwrites: they must have been seen. */
  mustBeSeen: number;
  /** Bits of the fields in conflict: they must be excused. */
  mustBeExcused: number;
}

/** Computes how transitions change the memory in a scope. */
export function createMemory(scope: Scope) {
  const names = fieldsOf(scope);
  const numbers = new Map(textsOfScope(scope).map((text, at) => [text, at]));
  const { width, excused, own } = memoryBits(scope);
  const bits = (1 << scope.strangers) - 1;
  const draftBits = (at: number): number => bits << (at * width);
  const pendingBits = (at: number): number => bits << (at * width + scope.strangers);
  const excusedBit = (at: number): number => 1 << (at * width + excused);
  const ownBit = (at: number): number => 1 << (at * width + own);

  /** The bit of a stranger's text; 0 for a text of ours. */
  function seenBit(text: string | null | undefined): number {
    const number = typeof text === 'string' ? (numbers.get(text) ?? 0) : 0;
    return number < scope.ours ? 0 : 1 << (number - scope.ours);
  }
  const seenByDraft = (at: number, text?: string | null): number => seenBit(text) << (at * width);
  const seenByPending = (at: number, text?: string | null): number =>
    seenBit(text) << (at * width + scope.strangers);

  /** Bits of the text of a field that the person sees in this event; 0: none of a stranger's. */
  function seen(
    at: number,
    name: FieldName,
    before: ChangeState,
    event: ChangeEvent,
    { state }: Transition,
  ): number {
    const { draft } = before;
    switch (event.type) {
      case 'edit':
        if (event.field !== name || (draft[name] && !isOverUnseenDraft(event, name))) return 0;
        return seenByDraft(
          at,
          event.base === undefined ? textsUnderDraft(before)[name] : event.base,
        );
      case 'restore':
        // A part of the draft that stays keeps its base.
        return state.draft[name] === draft[name]
          ? 0
          : seenByDraft(at, textsUnderDraft(before)[name]);
      default:
        return 0;
    }
  }

  function settledText(
    name: FieldName,
    before: ChangeState,
    event: ChangeEvent,
  ): string | undefined {
    switch (event.type) {
      case 'submit':
        return submittedDraft(before, event)[name]?.text;
      case 'read':
      case 'readBack':
      case 'observe':
        return before.pending?.patch[name]?.text;
      default:
        return undefined;
    }
  }

  /**
   * How a transition changes the memory.
   * @param excusing the fields in conflict, which must be excused
   */
  function changeBy(
    before: ChangeState,
    event: ChangeEvent,
    result: Transition,
    excusing: readonly FieldName[],
  ): MemoryChange {
    const { state, put } = result;
    const change: MemoryChange = {
      toPending: 0,
      toDraft: 0,
      keep: 0,
      add: 0,
      decided: names.map(() => -1),
      isDecided: false,
      settled: names.map(() => -1),
      isSettled: false,
      mustBeSeen: 0,
      mustBeExcused: 0,
    };
    const copy: Profile | null = 'copy' in event && event.copy !== 'none' ? event.copy : null;
    const decided = state === before ? [] : decidedFields(before, event);
    names.forEach((name, at) => {
      const pending = state.pending?.patch[name];
      const draft = state.draft[name];
      const wasPending = before.pending?.patch[name] !== undefined;
      const isRestored = event.type === 'restore' && draft !== before.draft[name];
      const isUnseen = isOverUnseenDraft(event, name);
      const isDraftKept = draft !== undefined && !isRestored && !isUnseen;
      const shown = before.pending?.remote?.[name];
      const isDecided = decided.includes(name);
      const stored = shownAsStoredDifferently(state, name);
      // A draft over a change that is withdrawn or decided starts from what lies under it then.
      const isRebased =
        wasPending && !pending && draft !== undefined && !CONFIRMING_EVENTS.has(event.type);
      change.keep |= excusedBit(at) | ownBit(at);
      if (isDraftKept && !isRebased) change.keep |= draftBits(at);
      if (pending && !isDecided && stored === null) change.keep |= pendingBits(at);
      // A field that was pending keeps its base.
      if (event.type === 'submit' && pending && !wasPending) change.toPending |= draftBits(at);
      if (isRebased && !isDecided) change.toDraft |= pendingBits(at);
      const mask = (draft ? draftBits(at) : 0) | (pending ? pendingBits(at) : 0);
      change.add |= seen(at, name, before, event, result) & mask;
      if (stored !== null) change.add |= seenByPending(at, stored);
      if (isDecided && pending) change.add |= seenByPending(at, shown);
      if (isDecided && isRebased) change.add |= seenByDraft(at, shown);
      const isOlderScreen =
        event.type === 'edit' && event.field === name && event.base !== undefined;
      if (isOlderScreen && draft && (isUnseen || !before.draft[name])) change.add |= excusedBit(at);
      if (isDecided && !draft && shown !== undefined) {
        change.decided[at] = numbers.get(shown) ?? -1;
      }
      const settled = pending ? undefined : settledText(name, before, event);
      if (settled !== undefined) change.settled[at] = numbers.get(settled) ?? -1;
      if (put && copy && put[name] !== copy[name]) {
        change.mustBeSeen |= seenByPending(at, copy[name]);
      }
      if (excusing.includes(name)) change.mustBeExcused |= excusedBit(at);
    });
    change.isDecided = change.decided.some((text) => text >= 0);
    change.isSettled = change.settled.some((text) => text >= 0);
    return change;
  }

  /** By field: the bits that change when something writes the field at Cloudflare. */
  const written = names.map((_, at) => ({ excused: excusedBit(at), own: ownBit(at) }));

  return { changeBy, written };
}
