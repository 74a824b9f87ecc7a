/**
 * A cache of the change machine: runs each event in each machine state at most once, checks the
 * invariants of that transition, and stores the outcome as integers. Many searched states share a
 * machine state, so most of the search is look-ups.
 */
import { conflictingFields } from '../../src/main/changes/machine';
import type { ChangeEvent, ChangeState, Transition } from '../../src/main/changes/machine';
import { touchedFields } from '../../src/shared/patch';
import { decisionViolation } from './deciding';
import { endingViolation } from './ending';
import { integers, NumberedKeys } from './growing';
import { createMachineCodes, type MachineCode } from './machine-code';
import { createMemory, type MemoryChange } from './memory';
import { checkedOnly, personMoves, staleDecisions } from './person-moves';
import { violationOf, type Violation } from './invariants';
import { fieldsOf, savesOf, profileOf, startText, textsOfScope, type Scope } from './scope';
import { createRepresentatives, type NumberedState, type Renaming } from './symmetry';
import type { EnvironmentCodes } from './environment';

/** Thrown when a transition violates an invariant. */
export class InvariantViolation extends Error {
  readonly violation: Violation;
  readonly event: ChangeEvent | null;
  /** The move as text; null if only `event` is known. */
  move: string | null = null;

  constructor(violation: Violation, event: ChangeEvent | null = null) {
    super(violation.why);
    this.violation = violation;
    this.event = event;
  }
}

/** What a transition means for the environment of the machine. Equal effects are stored once. */
export interface Effect extends MemoryChange {
  /** Whether the send in progress no longer carries the pending version. */
  overtakes: boolean;
  /** The number of the send that is started; 0: none. */
  send: number;
  /** Whether the move is only possible while no send is in progress. */
  onlyIdle: boolean;
  isConflict: boolean;
}

/** The rules of the change machine, or a mutation of them. */
export type Rules = (state: ChangeState, event: ChangeEvent) => Transition;

/** Builds the table of one scope. */
export function createMachineTable(
  scope: Scope,
  renamings: readonly Renaming[],
  environment: EnvironmentCodes,
  transition: Rules,
) {
  const codes = createMachineCodes(scope);
  const memory = createMemory(scope);
  const names = fieldsOf(scope);
  const texts = textsOfScope(scope);
  const saves = savesOf(scope);
  const moves = personMoves(scope);
  const checked = checkedOnly(scope);

  const representatives = createRepresentatives(renamings);
  const states = new NumberedKeys();
  const FIELD_CODES = 2 ** 24;
  // By machine state: the fields with a draft or a pending change (one bit each), the number of the
  // saved copy plus 1, and the saves that own a field (one bit each).
  const touched = integers();
  const saved = integers();
  const owners = integers();

  function keyOf({ fields, common }: NumberedState): number {
    if (representatives.size() > FIELD_CODES) throw new Error('Too many states of a field.');
    return ((fields[1] ?? 0) * FIELD_CODES + (fields[0] ?? 0)) * 32 + common;
  }

  function codeOf(state: number): MachineCode {
    const key = states.keys.get(state);
    const common = key % 32;
    const parts = (key - common) / 32;
    const fields = [parts % FIELD_CODES, Math.floor(parts / FIELD_CODES)].slice(0, scope.fields);
    return representatives.codeOf({ fields, common });
  }

  function numberOf(numbered: NumberedState): number {
    const key = keyOf(numbered);
    const known = states.find(key);
    if (known >= 0) return known;
    const state = codes.decode(representatives.codeOf(numbered));
    const fields = touchedFields({ ...state.draft, ...state.pending?.patch });
    touched.push(names.reduce((sum, name, at) => sum | (fields.includes(name) ? 1 << at : 0), 0));
    saved.push(copyNumber(state) + 1);
    const owned = fields.map((field) => saves.indexOf(state.pending?.patch[field]?.save ?? ''));
    owners.push(owned.reduce((sum, save) => (save < 0 ? sum : sum | (1 << save)), 0));
    return states.add(key);
  }

  // By state that the machine has returned: its representative, and the renamings that lead there.
  const results = new NumberedKeys();
  const resultStates = integers();
  const resultRenamings = integers();

  /** The index of a state in `resultStates` and `resultRenamings`. */
  function resultOf(code: MachineCode): number {
    const numbered = representatives.numbered(code);
    const key = keyOf(numbered);
    const known = results.find(key);
    if (known >= 0) return known;
    const { state, by } = representatives.representative(numbered);
    resultStates.push(numberOf(state));
    resultRenamings.push(by);
    return results.add(key);
  }

  /** The number of the saved copy of Cloudflare's profile; -1: none was read yet. */
  function copyNumber(state: ChangeState): number {
    if (state.saved === 'unread') return -1;
    if (state.saved === 'none') return environment.none;
    const copy = state.saved;
    return environment.copyOf(names.map((name) => texts.indexOf(copy[name])));
  }

  const effects: Effect[] = [];
  const effectParts = new NumberedKeys();
  const effectKeys = new NumberedKeys();
  const textsKey = (list: readonly number[]): number =>
    list.reduce((sum, text) => sum * 8 + text + 1, 0);

  /** Stores an effect unless an equal one exists; returns its number. Its key packs all values. */
  function shareEffect(effect: Effect): number {
    const { toPending, toDraft, keep, add, mustBeSeen, mustBeExcused, send } = effect;
    const flags =
      Number(effect.overtakes) + 2 * Number(effect.onlyIdle) + 4 * Number(effect.isConflict);
    const part = effectParts.add(((toPending * 256 + toDraft) * 256 + keep) * 256 + add);
    const required = (part * 256 + mustBeSeen) * 256 + mustBeExcused;
    const settled = textsKey(effect.decided) * 64 + textsKey(effect.settled);
    const key = effectKeys.add(((required * 4096 + settled) * 64 + send) * 8 + flags);
    if (key === effects.length) effects.push(effect);
    return key;
  }

  // Outcomes, by number: the machine state, the renamings that lead to it, and the effect.
  const machines = integers();
  const renamed = integers();
  const effectOf = integers();

  function sendOf(result: Transition): number {
    const { sent } = result;
    if (!sent) return 0;
    const list = names.map((name) => {
      const edit = sent.patch[name];
      return edit ? texts.indexOf(edit.text) : -1;
    });
    return environment.sendOf({ current: true, texts: list });
  }

  function run(before: ChangeState, event: ChangeEvent): Transition {
    const result = transition(before, event);
    const violation = violationOf({ before, event, result });
    if (violation) throw new InvariantViolation(violation, event);
    return result;
  }

  /** Stores an outcome; returns its number. */
  function databaseOutcome(
    before: ChangeState,
    event: ChangeEvent,
    result: Transition,
    onlyIdle: boolean,
  ) {
    const { state } = result;
    const isConflict = result.stop === 'conflict';
    const conflicting = isConflict && state.pending ? conflictingFields(state.pending) : [];
    const at = resultOf(codes.encode(state));
    const effect: Effect = {
      ...memory.changeBy(before, event, result, conflicting),
      overtakes: before.pending !== null && state.pending?.version !== before.pending.version,
      send: sendOf(result),
      onlyIdle,
      isConflict,
    };
    machines.push(resultStates.get(at));
    renamed.push(resultRenamings.get(at));
    effectOf.push(shareEffect(effect));
    return machines.length - 1;
  }

  // The person's moves. `rowOf` has the position in `rows` where a machine state's moves start.
  const rows = integers();
  const rowOf: number[] = [];

  function checkStale(before: ChangeState): void {
    for (const event of staleDecisions(scope, before)) {
      const { state } = transition(before, event);
      if (state !== before) {
        throw new InvariantViolation({ invariant: 8, why: 'a stale decision was accepted' }, event);
      }
    }
  }

  function fillRow(number: number): number {
    const before = codes.decode(codeOf(number));
    checkStale(before);
    for (const event of checked) run(before, event);
    const found: [number, number][] = [];
    moves.forEach((move, at) => {
      const event = move.event(before);
      if (!event) return;
      const result = run(before, event);
      const why = decisionViolation({ before, event, result }, saves, run);
      if (why) throw new InvariantViolation({ invariant: 9, why }, event);
      if (result.state === before) return;
      found.push([at, databaseOutcome(before, event, result, move.onlyIdle ?? false)]);
    });
    const start = rows.length;
    rows.push(found.length);
    for (const [at, outcome] of found) {
      rows.push(at);
      rows.push(outcome);
    }
    return start;
  }

  /**
   * The position in `rows` of the person's moves in a machine state: first their count, then for
   * each the number of the move and of its outcome.
   */
  const rowStart = (state: number): number => (rowOf[state] ??= fillRow(state));

  // Events with a copy of Cloudflare's profile. Their kind is a number: 0 for `observe`, then one for
  // `read` per set of held saves, and for `readBack` per send.
  const pauses = 2 ** scope.saves;
  const sends = environment.sendList.length;
  const kinds = 1 + pauses + sends;
  const copyEvents = new NumberedKeys();
  const copyOutcomes = integers();

  function copyOutcome(state: number, kind: number, copy: number): number {
    const key = (state * kinds + kind) * environment.copies + copy;
    const cached = copyEvents.find(key);
    if (cached >= 0) return copyOutcomes.get(cached);
    const before = codes.decode(codeOf(state));
    const event = copyEvent(kind, copy);
    const result = run(before, event);
    const why = endingViolation({ before, event, result }, environment, run);
    if (why) throw new InvariantViolation({ invariant: 7, why }, event);
    const at = databaseOutcome(before, event, result, false);
    copyEvents.add(key);
    copyOutcomes.push(at);
    return at;
  }

  function copyEvent(kind: number, number: number): ChangeEvent {
    const copy = environment.remoteCopies[number] ?? 'none';
    if (kind === 0) return { type: 'observe', copy };
    if (kind <= pauses) {
      const held = saves.filter((_, at) => ((kind - 1) >> at) & 1);
      return { type: 'read', copy, held };
    }
    const sent = environment.sentWrite(kind - 1 - pauses);
    return { type: 'readBack', sent, copy };
  }

  return {
    moves,
    /** The number of this very state, not of its representative. */
    numberOf: (code: MachineCode) => numberOf(representatives.numbered(code)),
    representative(code: MachineCode): { machine: number; by: number } {
      const at = resultOf(code);
      return { machine: resultStates.get(at), by: resultRenamings.get(at) };
    },
    state: (number: number): ChangeState => codes.decode(codeOf(number)),
    codeOf,
    rows,
    rowStart,
    machines,
    renamed,
    effect: (outcome: number): Effect => effects[effectOf.get(outcome)] as Effect,
    /** The outcomes of events with a copy. */
    observe: (state: number, copy: number) => copyOutcome(state, 0, copy),
    read: (state: number, copy: number, held: number) => copyOutcome(state, 1 + held, copy),
    readBack: (state: number, send: number, copy: number) =>
      copyOutcome(state, 1 + pauses + send, copy),
    touched,
    saved,
    owners,
    memory,
    size: () => states.size,
    start: () =>
      codes.encode({
        saved: scope.missing
          ? 'unread'
          : profileOf(
              scope,
              names.map(() => texts[startText(scope)] ?? ''),
            ),
        draft: {},
        pending: null,
        abandoned: {},
        version: 1,
      }),
  };
}
