/**
 * Symmetry reduction. Fields are interchangeable, and so are saves, our texts of a field, and
 * strangers' texts of a field. States that differ only by such a renaming count as one.
 */
import { NumberedKeys } from './growing';
import { SLOTS, type MachineCode } from './machine-code';
import type { Scope } from './scope';

/** One way to rename fields, texts and saves. */
export interface Renaming {
  /** The new number of each field, by its old number. */
  fields: number[];
  /** The new number of each text, by the old number of the field. */
  texts: number[][];
  /** The new number of each save. */
  saves: number[];
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

/**
 * Every renaming of a scope; the first one changes nothing. At most 32, so that a set fits in an
 * integer.
 */
export function renamingsOf(scope: Scope): Renaming[] {
  const { ours, strangers, missing, emptyKept } = scope;
  // A missing profile reads as empty texts, and only an empty text may be kept from being written. Then
  // the empty text (number 0) is not interchangeable with the others.
  const fixed = missing || emptyKept ? 1 : 0;
  const ofField = permutations(range(fixed, ours)).flatMap((own) =>
    permutations(range(ours, ours + strangers)).map((other) => [
      ...range(0, fixed),
      ...own,
      ...other,
    ]),
  );
  let texts: number[][][] = [[]];
  for (let at = 0; at < scope.fields; at += 1) {
    texts = texts.flatMap((before) => ofField.map((next) => [...before, next]));
  }
  const all = permutations(range(0, scope.fields)).flatMap((fields) =>
    texts.flatMap((perField) =>
      permutations(range(0, scope.saves)).map((saves) => ({ fields, texts: perField, saves })),
    ),
  );
  if (all.length > 32) throw new Error(`${all.length} renamings do not fit in an integer.`);
  return all;
}

/** Applies a renaming to a field's packed integer (machine-code.ts). */
function renameField(code: number, texts: readonly number[], saves: readonly number[]): number {
  let renamed = 0;
  for (const [name, shift] of Object.entries(SLOTS)) {
    const value = (code >> shift) & 7;
    if (value === 0) continue;
    // A lost base has a number past the last text. No renaming contains it, so it stays.
    const to = (name === 'save' ? saves : texts)[value - 1] ?? value - 1;
    renamed |= (to + 1) << shift;
  }
  return renamed;
}

/** A machine state as numbers: one per distinct packed field, and the packed rest. */
export interface NumberedState {
  fields: number[];
  common: number;
}

/**
 * Finds the representative of a machine state: of all its renamings, the one with the smallest
 * field numbers.
 */
export function createRepresentatives(renamings: readonly Renaming[]) {
  const codes = new NumberedKeys();
  /** Cache, by renaming of one field: the renamed number of each field number. */
  const tables = new Map<string, number[]>();
  const tableOf = (texts: readonly number[], saves: readonly number[]): number[] => {
    const key = `${texts.join()};${saves.join()}`;
    const known = tables.get(key) ?? [];
    tables.set(key, known);
    return known;
  };
  const perRenaming = renamings.map((by) => by.texts.map((texts) => tableOf(texts, by.saves)));

  function renamed(number: number, by: number, field: number): number {
    const table = perRenaming[by]?.[field] ?? [];
    const renaming = renamings[by];
    return (table[number] ??= codes.add(
      renameField(codes.keys.get(number), renaming?.texts[field] ?? [], renaming?.saves ?? []),
    ));
  }

  /** Numbers the packed fields of a state. */
  function numbered({ fields, common }: MachineCode): NumberedState {
    return { fields: fields.map((code) => codes.add(code)), common };
  }

  /** @returns the representative, and a bit set `by` of the renamings that lead to it */
  function representative({ fields, common }: NumberedState): { state: NumberedState; by: number } {
    let first = Infinity;
    let second = Infinity;
    let by = 0;
    for (let at = 0; at < renamings.length; at += 1) {
      const order = renamings[at]?.fields ?? [];
      const one = renamed(fields[0] as number, at, 0);
      const other = fields.length > 1 ? renamed(fields[1] as number, at, 1) : 0;
      const low = order[0] === 0 ? one : other;
      const high = order[0] === 0 ? other : one;
      if (low < first || (low === first && high < second)) {
        first = low;
        second = high;
        by = 1 << at;
      } else if (low === first && high === second) by |= 1 << at;
    }
    return { state: { fields: [first, second].slice(0, fields.length), common }, by };
  }

  /** The packed state with these numbers. */
  function codeOf({ fields, common }: NumberedState): MachineCode {
    return { fields: fields.map((number) => codes.keys.get(number)), common };
  }

  return { numbered, representative, codeOf, size: () => codes.size };
}
