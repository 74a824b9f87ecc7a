/** The searched world: every move that is possible in it, and the promises that need its memory. */
import { transition as ruleBook } from '../../src/main/changes/machine';
import type { MachineCode } from './machine-code';
import type { MemoryChange } from './memory';
import { BrokenPromise, createMachineTable, type Outcome, type Rules } from './machine-table';
import { fieldsOf, jobsOf, textsOfScope, type Scope } from './scope';
import { representative, renamingsOf } from './symmetry';
import { createSurroundings, type Surroundings } from './surroundings';

/** One world: the number of the machine's state, and what surrounds it. */
export interface World extends Surroundings {
  machine: number;
}

/** What a move is called; made only for a story. */
export type MoveName = () => string;

/** Receives the worlds that one move may lead to. */
export type Visit = (name: MoveName, key: number) => void;

/** What a search counts. */
export interface Counts {
  transitions: number;
  writes: number;
  conflicts: number;
}

/** What may be changed to see that the search notices. */
export interface Harness {
  transition?: Rules;
  /** Gives the machine observations that began during a send. */
  late?: boolean;
  /** Whether worlds that differ only by a renaming count as one. */
  symmetry?: boolean;
}

/** Builds the world of a scope. */
export function createWorld(
  scope: Scope,
  { transition = ruleBook, late = false, symmetry = true }: Harness = {},
) {
  const renamings = symmetry ? renamingsOf(scope) : renamingsOf(scope).slice(0, 1);
  const around = createSurroundings(scope, renamings, { late });
  const table = createMachineTable(scope, renamings, around, transition);
  const names = fieldsOf(scope);
  const texts = textsOfScope(scope);
  const jobs = jobsOf(scope);
  const written = table.memory.written;
  const fieldNumbers = names.map((_, at) => at);
  const allTexts = texts.map((_, at) => at);
  const counts: Counts = { transitions: 0, writes: 0, conflicts: 0 };
  const noneRead = -1;

  /** The world's key: its smallest renaming among those that lead to the machine state. */
  function keyOf(machine: number, by: number, world: Surroundings): number {
    let smallest = Infinity;
    const savedCopy = table.saved.get(machine) - 1;
    const touched = table.touched.get(machine);
    for (let at = 0, left = by; left !== 0; at += 1, left >>>= 1) {
      if ((left & 1) === 0) continue;
      const to = renamings.length === 1 ? null : around.renamed[at];
      const copy = to ? (to.copy[world.copy] ?? 0) : world.copy;
      let memory = to ? (to.memory[world.memory] ?? 0) : world.memory;
      const lateCopy = world.late === 0 ? 0 : 1 + (to?.copy[world.late - 1] ?? world.late - 1);
      const unsure =
        touched | (savedCopy === noneRead ? -1 : (around.differing[savedCopy]?.[copy] ?? 0));
      // Nothing is typed or pending and the copy is known: whatever excused a conflict is over.
      for (const field of fieldNumbers) {
        if (((unsure >> field) & 1) === 0) memory &= ~(written[field]?.excused ?? 0);
      }
      const code = around.pack({
        copy,
        send: to ? (to.send[world.send] ?? 0) : world.send,
        paused: to ? (to.paused[world.paused] ?? 0) : world.paused,
        memory,
        late: lateCopy,
      });
      if (code < smallest) smallest = code;
    }
    return machine * around.size + smallest;
  }

  function read(key: number): World {
    const rest = key % around.size;
    return { machine: (key - rest) / around.size, ...around.unpack(rest) };
  }

  /** By machine state: its representative's number, and the renamings that lead there. */
  const alike: { machine: number; by: number }[] = [];

  function representativeOf(machine: number): { machine: number; by: number } {
    const known = alike[machine];
    if (known) return known;
    const { code, by } = representative(table.codeOf(machine), renamings);
    return (alike[machine] = { machine: table.numberOf(code), by });
  }

  /** The key of a world in which the machine stays as it is. */
  function keyWith(machine: number, world: Surroundings): number {
    const same = representativeOf(machine);
    return keyOf(same.machine, same.by, world);
  }

  function requireMemory(name: MoveName, change: MemoryChange, world: Surroundings): void {
    const { memory, copy } = world;
    const fail = (promise: number, why: string): never => {
      throw Object.assign(new BrokenPromise({ promise, why }), { move: name() });
    };
    if ((change.mustBeSeen & ~memory) !== 0) fail(4, 'a text nobody saw is overwritten');
    if ((change.mustBeExcused & ~memory) !== 0) fail(5, 'no one else wrote the field in conflict');
    for (const field of fieldNumbers) {
      const settled = change.settled[field] ?? -1;
      if (settled < 0 || settled === around.copyTexts[copy]?.[field]) continue;
      if ((memory & (written[field]?.own ?? 0)) !== 0) fail(6, 'an earlier text of ours stays');
    }
  }

  function nextMemory(change: MemoryChange, { memory, copy }: Surroundings): number {
    const shift = scope.theirs;
    let next =
      ((memory | ((memory & change.toPending) << shift) | ((memory & change.toDraft) >> shift)) &
        change.keep) |
      change.add;
    for (const field of fieldNumbers) {
      const decided = change.decided[field] ?? -1;
      if (decided >= 0 && decided === around.copyTexts[copy]?.[field]) {
        next &= ~(written[field]?.excused ?? 0);
      }
    }
    return next;
  }

  /** The machine takes a step. What its result means for the send under way comes with it. */
  function step(name: MoveName, world: Surroundings, outcome: Outcome): Surroundings {
    const { effect } = outcome;
    requireMemory(name, effect, world);
    const memory = nextMemory(effect, world);
    const send = effect.overtakes ? (around.overtaken[world.send] ?? 0) : world.send;
    return { ...world, memory, send };
  }

  /** Somebody else writes a field. */
  function strangers(world: World, visit: Visit): void {
    const before = around.copyTexts[world.copy] ?? [];
    for (const field of fieldNumbers) {
      for (const text of allTexts) {
        if (before[field] === text && world.copy !== around.none) continue;
        const copy = around.copyOf(before.map((old, at) => (at === field ? text : old)));
        const { excused = 0, own = 0 } = written[field] ?? {};
        const memory = (world.memory | excused) & ~own;
        visit(
          () => `a stranger writes "${texts[text]}" into ${names[field]}`,
          keyWith(world.machine, { ...world, copy, memory }),
        );
      }
    }
    if (around.none < 0 || world.copy === around.none) return;
    let memory = world.memory;
    for (const bits of written) memory = (memory | bits.excused) & ~bits.own;
    visit(
      () => 'a stranger deletes the profile',
      keyWith(world.machine, { ...world, copy: around.none, memory }),
    );
  }

  /** The write leaves: it is stored as sent, stored differently, or fails. */
  function write(world: Surroundings, outcome: Outcome, visit: Visit): void {
    const { machine, by, effect } = outcome;
    const send = around.sendList[effect.send];
    if (!send) return;
    counts.writes += 1;
    const before = around.copyTexts[world.copy] ?? [];
    const failed = around.sendOf({ ...send, answered: false });
    visit(() => 'read, then a write that fails', keyOf(machine, by, { ...world, send: failed }));
    let stored: number[][] = [[]];
    for (const field of fieldNumbers) {
      const isSent = (send.texts[field] ?? -1) >= 0;
      const options = isSent ? allTexts : [before[field] ?? 0];
      stored = stored.flatMap((list) => options.map((text) => [...list, text]));
    }
    for (const list of stored) {
      let { memory } = world;
      for (const field of fieldNumbers) {
        const { excused = 0, own = 0 } = written[field] ?? {};
        const sent = send.texts[field] ?? -1;
        if (sent < 0) continue;
        memory = sent === list[field] ? memory | own : (memory | excused) & ~own;
      }
      visit(
        () => `read, then a write that stores ${list.map((text) => `"${texts[text]}"`).join(', ')}`,
        keyOf(machine, by, { ...world, copy: around.copyOf(list), memory, send: effect.send }),
      );
    }
  }

  /** The moves of the sending side, and copies that arrive. */
  function sending(world: World, visit: Visit): void {
    const { machine, copy, paused, send } = world;
    if (send === 0) {
      const readOutcome = table.read(machine, copy, paused);
      if (readOutcome.effect.isConflict) counts.conflicts += 1;
      const next = step(() => 'read', world, readOutcome);
      if (readOutcome.effect.send > 0) write({ ...next, late: 0 }, readOutcome, visit);
      else visit(() => 'read', keyOf(readOutcome.machine, readOutcome.by, { ...next, late: 0 }));
      const seen = table.observe(machine, copy);
      const observed = step(() => 'observe', world, seen);
      visit(() => 'observe', keyOf(seen.machine, seen.by, { ...observed, late: 0 }));
    } else {
      visit(
        () => 'the send ends without an answer, or the app crashes',
        keyWith(machine, { ...world, send: 0 }),
      );
      if (around.sendList[send]?.answered) {
        const back = table.readBack(machine, send, copy);
        const next = step(() => 'read back', world, back);
        visit(() => 'read back', keyOf(back.machine, back.by, { ...next, send: 0 }));
      }
    }
    if (!late) return;
    if (send > 0 && world.late === 0) {
      const begun = { ...world, late: 1 + copy };
      visit(() => 'an observation begins during the send', keyWith(machine, begun));
    }
    if (world.late > 0) {
      const seen = table.observe(machine, world.late - 1);
      const next = { ...step(() => 'observe', world, seen), late: 0 };
      visit(() => 'that observation arrives', keyOf(seen.machine, seen.by, next));
    }
  }

  /** Calls `visit` for every move out of a world. */
  function expand(world: World, visit: Visit): void {
    const counted: Visit = (name, key) => {
      counts.transitions += 1;
      visit(name, key);
    };
    const { machine } = world;
    table.eachPersonMove(machine, (move, outcome) => {
      if (outcome.effect.onlyIdle && world.send > 0) return;
      const name = () => table.moves[move]?.name ?? 'a move';
      const next = step(name, world, outcome);
      counted(name, keyOf(outcome.machine, outcome.by, next));
    });
    jobs.forEach((job, at) => {
      const paused = world.paused ^ (1 << at);
      const name = () => `${(world.paused >> at) & 1 ? 'resume' : 'pause'} ${job}`;
      counted(name, keyWith(machine, { ...world, paused }));
    });
    sending(world, counted);
    strangers(world, counted);
  }

  /** The key of a world under the names of this one. */
  function keyOfState(code: MachineCode, surroundings: Surroundings): number {
    return keyWith(table.numberOf(code), surroundings);
  }

  const start = (): number =>
    keyOfState(table.start(), {
      copy: scope.missing ? around.none : 0,
      send: 0,
      paused: 0,
      memory: 0,
      late: 0,
    });

  return { scope, table, around, counts, expand, read, keyOfState, start };
}

/** The world of one scope. */
export type SearchedWorld = ReturnType<typeof createWorld>;
