/**
 * The harness of the model checker: every possible move out of a searched state, and the invariants
 * that need the memory (memory.ts). States, copies of Cloudflare's profile, sends and moves are
 * numbers here.
 */
import { transition as defaultRules } from '../../src/main/changes/machine';
import { InvariantViolation, createMachineTable, type Effect, type Rules } from './machine-table';
import { fieldsOf, savesOf, startText, textsOfScope, type Scope } from './scope';
import type { MachineCode } from './machine-code';
import { FIRST, MOVES, moveName } from './move-names';
import { renamingsOf } from './symmetry';
import { createEnvironment, type Environment } from './environment';

/** A searched state: the number of the machine's state, and its environment. */
export interface SearchState extends Environment {
  machine: number;
}

/**
 * Called with a state that a move leads to.
 * @param key the packed state, without the memory
 * @param move the number of the move, see `nameOf`
 */
export type Visit = (key: number, memory: number, move: number) => void;

/** Options that only the checks of the search itself change. */
export interface HarnessOptions {
  /** Default: the rules of the app. */
  transition?: Rules;
  /** Whether the machine receives observations that started during a send. A mistake. */
  late?: boolean;
  /** Whether states that differ only by a renaming count as one. Default: true. */
  symmetry?: boolean;
}

/** Builds the harness of a scope. */
export function createHarness(
  scope: Scope,
  { transition = defaultRules, late = false, symmetry = true }: HarnessOptions = {},
) {
  const renamings = symmetry ? renamingsOf(scope) : renamingsOf(scope).slice(0, 1);
  const environment = createEnvironment(scope, renamings, { late });
  const table = createMachineTable(scope, renamings, environment, transition);
  const texts = textsOfScope(scope);
  const saves = savesOf(scope);
  const fields = fieldsOf(scope).map((_, at) => at);
  const { written } = table.memory;
  const { copyTexts, none } = environment;
  const counts = { transitions: 0, writes: 0, conflicts: 0 };
  const isAlone = renamings.length === 1;

  function visitRenamed(
    visit: Visit,
    move: number,
    machine: number,
    by: number,
    copy: number,
    send: number,
    paused: number,
    memory: number,
    lateCopy: number,
  ): void {
    counts.transitions += 1;
    const savedCopy = table.saved.get(machine) - 1;
    const differing = savedCopy < 0 ? null : environment.differing[savedCopy];
    const touched = table.touched.get(machine);
    const owners = table.owners.get(machine);
    let smallest = Infinity;
    let smallestMemory = 0;
    // Several renamings may lead to the same machine state. Of the searched states that they give,
    // the smallest represents all.
    for (let at = 0, left = by; left !== 0; at += 1, left >>>= 1) {
      if ((left & 1) === 0) continue;
      const to = isAlone ? null : environment.renamed[at];
      const nextCopy = to ? (to.copy[copy] as number) : copy;
      const nextSend = to ? (to.send[send] as number) : send;
      // It makes no difference whether a save is paused that owns no field: forget it.
      const nextPaused = (to ? (to.paused[paused] as number) : paused) & owners;
      let nextLate = lateCopy;
      if (to && lateCopy > 0) nextLate = 1 + (to.copy[lateCopy - 1] as number);
      let nextMemory = to ? (to.memory[memory] as number) : memory;
      const unsure = differing ? touched | (differing[nextCopy] as number) : -1;
      // Where nothing is typed or pending and the app has the current text, no excuse is left.
      for (let field = 0; field < fields.length; field += 1) {
        if (((unsure >> field) & 1) === 0) nextMemory &= ~(written[field]?.excused as number);
      }
      const code = environment.pack(nextCopy, nextSend, nextPaused, nextLate);
      if (code < smallest || (code === smallest && nextMemory < smallestMemory)) {
        smallest = code;
        smallestMemory = nextMemory;
      }
    }
    visit(machine * environment.size + smallest, smallestMemory, move);
  }

  /** Cache, by machine state: its representative, and the renamings that lead there. */
  const representatives: { machine: number; by: number }[] = [];

  function representativeOf(machine: number): { machine: number; by: number } {
    const known = representatives[machine];
    if (known) return known;
    return (representatives[machine] = table.representative(table.codeOf(machine)));
  }

  /** Visits the state after a move that leaves the machine as it is. */
  function visitSameMachine(
    visit: Visit,
    move: number,
    state: SearchState,
    next: Partial<Environment>,
  ): void {
    const { machine, by } = representativeOf(state.machine);
    const { copy, send, paused, memory, late: lateCopy } = { ...state, ...next };
    visitRenamed(visit, move, machine, by, copy, send, paused, memory, lateCopy);
  }

  function requireMemory(move: number, effect: Effect, memory: number, copy: number): void {
    const fail = (invariant: number, why: string): never => {
      throw Object.assign(new InvariantViolation({ invariant, why }), { move: nameOf(move) });
    };
    if ((effect.mustBeSeen & ~memory) !== 0) fail(4, 'a text no one saw is overwritten');
    if ((effect.mustBeExcused & ~memory) !== 0) fail(5, 'no one else wrote the field in conflict');
    if (!effect.isSettled) return;
    for (const field of fields) {
      const settled = effect.settled[field] ?? -1;
      if (settled < 0 || settled === copyTexts[copy]?.[field]) continue;
      if ((memory & (written[field]?.own ?? 0)) !== 0) fail(6, 'an earlier text of ours stays');
    }
  }

  function nextMemory(effect: Effect, memory: number, copy: number): number {
    const onPending = (memory & effect.toPending) << scope.strangers;
    const onDraft = (memory & effect.toDraft) >> scope.strangers;
    let next = (memory & effect.keep) | onPending | onDraft | effect.add;
    if (!effect.isDecided) return next;
    for (const field of fields) {
      const decided = effect.decided[field] ?? -1;
      if (decided >= 0 && decided === copyTexts[copy]?.[field]) {
        next &= ~(written[field]?.excused ?? 0);
      }
    }
    return next;
  }

  /** Visits the state after a step of the machine. `ended`: the step ends the send in progress. */
  function applyOutcome(
    visit: Visit,
    move: number,
    outcome: number,
    state: SearchState,
    ended = false,
  ): void {
    const effect = table.effect(outcome);
    const { copy, send, paused, memory, late: lateCopy } = state;
    requireMemory(move, effect, memory, copy);
    const next = nextMemory(effect, memory, copy);
    const stays = effect.overtakes ? (environment.overtaken[send] as number) : send;
    const machine = table.machines.get(outcome);
    const by = table.renamed.get(outcome);
    const nextSend = ended ? 0 : stays;
    visitRenamed(visit, move, machine, by, copy, nextSend, paused, next, lateCopy);
  }

  /**
   * Visits the states after a read, and after the write that it starts, if any. The write is stored
   * as sent, stored differently, or fails.
   */
  function readAndWrite(visit: Visit, state: SearchState): void {
    const { copy, paused } = state;
    const outcome = table.read(state.machine, copy, paused);
    const effect = table.effect(outcome);
    if (effect.isConflict) counts.conflicts += 1;
    const sent = environment.sendList[effect.send];
    if (!sent) return applyOutcome(visit, MOVES.read, outcome, state);
    counts.writes += 1;
    requireMemory(MOVES.read, effect, state.memory, copy);
    const read = nextMemory(effect, state.memory, copy);
    const machine = table.machines.get(outcome);
    const by = table.renamed.get(outcome);
    // A failed write is over immediately. If it stayed in progress, nothing else would be possible.
    visitRenamed(visit, MOVES.failedWrite, machine, by, copy, 0, paused, read, 0);
    for (let stored = 0; stored < copyTexts.length; stored += 1) {
      const list = copyTexts[stored] ?? [];
      if (stored === none) continue;
      let memory = read;
      let isPossible = true;
      for (const field of fields) {
        const text = sent.texts[field] ?? -1;
        const { excused = 0, own = 0 } = written[field] ?? {};
        const before = copyTexts[copy]?.[field] ?? 0;
        const after = list[field] ?? 0;
        if (text < 0) isPossible &&= after === before;
        else if (!environment.mayStore(before, text, after)) isPossible = false;
        // What Cloudflare keeps instead of emptying it is still what was there before.
        else if (scope.emptyKept && text === 0 && before !== 0) continue;
        else if (text === list[field]) memory |= own;
        else memory = (memory | excused) & ~own;
      }
      if (!isPossible) continue;
      const move = FIRST.write + stored;
      visitRenamed(visit, move, machine, by, stored, effect.send, paused, memory, 0);
    }
  }

  function visitStrangerWrites(visit: Visit, state: SearchState): void {
    const before = copyTexts[state.copy] ?? [];
    for (let copy = 0; copy < copyTexts.length; copy += 1) {
      if (copy === state.copy) continue;
      const differs = fields.filter((field) => copyTexts[copy]?.[field] !== before[field]);
      // A stranger changes one field at a time, but creates or deletes a profile as a whole.
      const isWhole = copy === none || state.copy === none;
      if (differs.length > 1 && !isWhole) continue;
      let { memory } = state;
      for (const field of isWhole ? fields : differs) {
        const { excused = 0, own = 0 } = written[field] ?? {};
        memory = (memory | excused) & ~own;
      }
      visitSameMachine(visit, FIRST.stranger + copy, state, { copy, memory });
    }
  }

  /** Calls `visit` for every move out of a state. */
  function expand(state: SearchState, visit: Visit): void {
    const { machine, copy, send } = state;
    const start = table.rowStart(machine);
    const end = start + 1 + 2 * table.rows.get(start);
    for (let at = start + 1; at < end; at += 2) {
      const outcome = table.rows.get(at + 1);
      if (send > 0 && table.effect(outcome).onlyIdle) continue;
      applyOutcome(visit, table.rows.get(at), outcome, state);
    }
    for (let save = 0; save < saves.length; save += 1) {
      if (((table.owners.get(machine) >> save) & 1) === 0) continue;
      visitSameMachine(visit, FIRST.pause + save, state, { paused: state.paused ^ (1 << save) });
    }
    if (send === 0) {
      readAndWrite(visit, { ...state, late: 0 });
      applyOutcome(visit, MOVES.observe, table.observe(machine, copy), { ...state, late: 0 });
    } else {
      visitSameMachine(visit, MOVES.end, state, { send: 0 });
      applyOutcome(visit, MOVES.readBack, table.readBack(machine, send, copy), state, true);
    }
    visitStrangerWrites(visit, state);
    if (late && send > 0 && state.late === 0) {
      visitSameMachine(visit, MOVES.beginLate, state, { late: 1 + copy });
    }
    if (state.late > 0) {
      const outcome = table.observe(machine, state.late - 1);
      applyOutcome(visit, MOVES.late, outcome, { ...state, late: 0 });
    }
  }

  function copyName(copy: number): string {
    if (copy === none) return 'no profile';
    return (copyTexts[copy] ?? []).map((text) => `"${texts[text]}"`).join(', ');
  }

  /** Describes a move. */
  const nameOf = (move: number): string => moveName(move, table.moves, saves, copyName);

  function read(key: number, memory: number): SearchState {
    const rest = key % environment.size;
    return { machine: (key - rest) / environment.size, memory, ...environment.unpack(rest) };
  }

  /** Visits the representative of a state. */
  function visitState(visit: Visit, code: MachineCode, environment: Environment): void {
    visitSameMachine(visit, 0, { machine: table.numberOf(code), ...environment }, {});
    counts.transitions -= 1;
  }

  const visitStart = (visit: Visit): void => {
    const first = environment.copyOf(fields.map(() => startText(scope)));
    const copy = scope.missing ? none : first;
    visitState(visit, table.start(), { copy, send: 0, paused: 0, memory: 0, late: 0 });
  };

  return { scope, table, environment, counts, expand, read, visitState, visitStart, nameOf };
}

/** The harness of one scope. */
export type SearchHarness = ReturnType<typeof createHarness>;
