/** How SQL finds the fields of a save in a stored patch. */
import * as columns from './columns';

/**
 * SQL condition: whether a patch has a field of a save; `?1` is the result of `saveInPatch`. A text in the patch
 * cannot match by accident, because its quotation marks are escaped.
 */
export const OF_SAVE = 'instr(patch, ?1) > 0';

/** SQL condition: whether a patch also has a field of another save than the one of `?1`. */
export const ALSO_OF_OTHER_SAVE = `instr(replace(patch, ?1, ''), '"save":"') > 0`;

/** How a stored patch names the save of a field: `"save":"<id>"`. */
export function saveInPatch(save: string): string {
  return columns.toJson({ save }).slice(1, -1);
}
