/**
 * Fields are alike, jobs are alike, and so are the texts of one field, ours among ours and strangers'
 * among strangers'. Worlds that differ only by such a renaming count as one.
 */
import { SLOTS, type MachineCode } from './machine-code';
import type { Scope } from './scope';

/** One renaming. */
export interface Renaming {
  /** Where a field goes, by its number. */
  fields: number[];
  /** The new number of each text, by the number of the field before. */
  texts: number[][];
  /** The new number of each job. */
  jobs: number[];
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** Every renaming of a scope; the first one changes nothing. At most 32, so that a set fits in an integer. */
export function renamingsOf(scope: Scope): Renaming[] {
  const { ours, theirs, missing } = scope;
  // A missing profile reads as empty texts, so there the empty text is like no other.
  const fixed = missing ? 1 : 0;
  const ofField = permutations(range(fixed, ours)).flatMap((own) =>
    permutations(range(ours, ours + theirs)).map((other) => [...range(0, fixed), ...own, ...other]),
  );
  let texts: number[][][] = [[]];
  for (let at = 0; at < scope.fields; at += 1) {
    texts = texts.flatMap((before) => ofField.map((next) => [...before, next]));
  }
  const all = permutations(range(0, scope.fields)).flatMap((fields) =>
    texts.flatMap((perField) =>
      permutations(range(0, scope.jobs)).map((jobs) => ({ fields, texts: perField, jobs })),
    ),
  );
  if (all.length > 32) throw new Error(`${all.length} renamings do not fit in an integer.`);
  return all;
}

/** The renaming applied to a field's integer of the machine. */
function renameField(code: number, texts: readonly number[], jobs: readonly number[]): number {
  let renamed = 0;
  for (const [name, shift] of Object.entries(SLOTS)) {
    const value = (code >> shift) & 7;
    if (value === 0) continue;
    // A lost base has a number past the last text: no list has it, so it stays.
    const to = (name === 'job' ? jobs : texts)[value - 1] ?? value - 1;
    renamed |= (to + 1) << shift;
  }
  return renamed;
}

/** A machine state under a renaming. */
export function renameMachine({ fields, common }: MachineCode, by: Renaming): MachineCode {
  const renamed: number[] = [];
  fields.forEach((code, at) => {
    renamed[by.fields[at] ?? 0] = renameField(code, by.texts[at] ?? [], by.jobs);
  });
  return { fields: renamed, common };
}

/**
 * The representative of a machine state: the smallest of its renamings.
 * @returns it, and the set of renamings (one bit each) that lead to it
 */
export function representative(
  code: MachineCode,
  renamings: readonly Renaming[],
): { code: MachineCode; by: number } {
  let best = code;
  let by = 0;
  renamings.forEach((renaming, at) => {
    const renamed = renameMachine(code, renaming);
    const order = at === 0 ? -1 : compare(renamed, best);
    if (order < 0) {
      best = renamed;
      by = 1 << at;
    } else if (order === 0) by |= 1 << at;
  });
  return { code: best, by };
}

function compare(one: MachineCode, other: MachineCode): number {
  for (let at = 0; at < one.fields.length; at += 1) {
    const difference = (one.fields[at] ?? 0) - (other.fields[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
