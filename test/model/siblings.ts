/**
 * What the app knows about the writes through another entry of the same record, packed into an integer: in each
 * field the text that was written last, if the app still has to count it as ours, and whether this entry may
 * already know it.
 */
import type { Edits } from '../../src/shared/profile';
import { fieldsOf, textCount, textsOfScope, type Scope } from './scope';
import type { Renaming } from './symmetry';

/** Packs and unpacks the knowledge about siblings. 0 always means that there is none. */
export function createSiblings(scope: Scope, renamings: readonly Renaming[]) {
  const count = textCount(scope);
  const names = fieldsOf(scope);
  const texts = textsOfScope(scope);
  const fields = names.map((_, at) => at);
  // In each field: 0 for nothing, then one value per known text, then one per text that is not known yet.
  const base = scope.siblings ? 2 * count + 1 : 1;
  const size = base ** scope.fields;
  const packed = (values: readonly number[], radix: number): number =>
    values.reduce((sum, value, at) => sum + value * radix ** at, 0);
  const valuesOf = (number: number, radix: number): number[] =>
    fields.map((at) => Math.floor(number / radix ** at) % radix);
  const all = Array.from({ length: size }, (_, number) => valuesOf(number, base));
  const isKnown = (value: number): boolean => value > 0 && value <= count;

  /** By number: the set of known texts, as the table of the machine numbers it. */
  const known = all.map((values) =>
    packed(
      values.map((value) => (isKnown(value) ? value : 0)),
      count + 1,
    ),
  );
  /** By number: the number after the known texts were forgotten. */
  const forgotten = all.map((values) =>
    packed(
      values.map((value) => (isKnown(value) ? 0 : value)),
      base,
    ),
  );
  /** By renaming: the renamed number of each number. */
  const renamed = renamings.map((by) =>
    all.map((values) => {
      const moved: number[] = [];
      values.forEach((value, at) => {
        const offset = value > count ? count : 0;
        const text = by.texts[at]?.[value - offset - 1] ?? 0;
        moved[by.fields[at] ?? 0] = value === 0 ? 0 : offset + text + 1;
      });
      return packed(moved, base);
    }),
  );

  /** The text of a field that is not known yet; -1: none. */
  function unknownText(number: number, field: number): number {
    const value = all[number]?.[field] ?? 0;
    return value > count ? value - count - 1 : -1;
  }

  /** The number after a sibling wrote a text. */
  function written(number: number, field: number, text: number, knows: boolean): number {
    const values = [...(all[number] ?? [])];
    values[field] = text + 1 + (knows ? 0 : count);
    return packed(values, base);
  }

  /** Whether a sibling may write this field: the app counts texts of one field at a time. */
  const mayWrite = (number: number, field: number): boolean =>
    (all[number] ?? []).every((value, at) => at === field || value === 0);

  /** The number of a set with one known text. */
  const knownAlone = (field: number, text: number): number => (text + 1) * (count + 1) ** field;

  /** A set of known texts as the machine receives it. */
  function textsOfKnown(set: number): Edits[] {
    return valuesOf(set, count + 1).flatMap((value, at) => {
      const name = names[at];
      return value > 0 && name ? [{ [name]: texts[value - 1] }] : [];
    });
  }

  return {
    size,
    knownSets: (count + 1) ** scope.fields,
    known,
    forgotten,
    renamed,
    unknownText,
    written,
    mayWrite,
    knownAlone,
    textsOfKnown,
  };
}
