/** The moves that belong to the writes of another entry: what it may write, and what the app then learns. */
import type { Environment, EnvironmentCodes } from './environment';
import type { createMemory } from './memory';
import type { Scope } from './scope';

/** A write through another entry of the same record. */
export interface SiblingWrite {
  field: number;
  text: number;
  /** The number of the copy that it leaves. */
  copy: number;
  /** The memory of the invariants after it. */
  memory: number;
}

/** The moves of one scope. `written`: the bits of the memory, by field. */
export function createSiblingMoves(
  scope: Scope,
  { siblings, copyTexts, copyOf, none }: EnvironmentCodes,
  written: ReturnType<typeof createMemory>['written'],
) {
  const fields = written.map((_, at) => at);
  // With the option `siblings`, also texts that strangers write.
  const texts = scope.siblings ? scope.ours + scope.strangers : scope.ours;

  /** All writes of one text through another entry. */
  function writes({ copy, memory, sibling }: Environment): SiblingWrite[] {
    const before = copyTexts[copy] ?? [];
    return fields.flatMap((field) => {
      if (!siblings.mayWrite(sibling, field)) return [];
      const after = memory & ~(written[field]?.own ?? 0);
      return Array.from({ length: texts }, (_, text) => ({
        field,
        text,
        copy: copyOf(before.map((old, at) => (at === field ? text : old))),
        memory: after,
      })).filter(({ text }) => copy === none || before[field] !== text);
    });
  }

  /** By field with a write that is not known yet: the field, and what is known once the app learns of it. */
  function lessons(sibling: number): { field: number; sibling: number }[] {
    if (sibling === 0) return [];
    return fields.flatMap((field) => {
      const text = siblings.unknownText(sibling, field);
      return text < 0 ? [] : [{ field, sibling: siblings.written(sibling, field, text, true) }];
    });
  }

  /** The fields with a text of a sibling that the app cannot know yet: a conflict with it is right. */
  function excused(sibling: number, copy: number): number {
    if (sibling === 0) return 0;
    return fields.reduce((sum, field) => {
      const isUnknown = siblings.unknownText(sibling, field) === copyTexts[copy]?.[field];
      return isUnknown ? sum | (written[field]?.excused ?? 0) : sum;
    }, 0);
  }

  /** What may be known after an event that came with the known texts: the same, or the app forgot them. */
  function leftAfterEvent(sibling: number): number[] {
    const forgotten = siblings.forgotten[sibling] as number;
    return forgotten === sibling ? [sibling] : [sibling, forgotten];
  }

  return { writes, lessons, excused, leftAfterEvent };
}
