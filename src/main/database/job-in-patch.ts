/** How SQL finds the fields of a job in a stored patch. */
import * as columns from './columns';

/**
 * SQL condition: whether a patch has a field of a job; `?1` is the result of `jobInPatch`. A text in the patch
 * cannot match by accident, because its quotation marks are escaped.
 */
export const OF_JOB = 'instr(patch, ?1) > 0';

/** SQL condition: whether a patch also has a field of another job than the one of `?1`. */
export const ALSO_OF_OTHER_JOB = `instr(replace(patch, ?1, ''), '"save":"') > 0`;

/** How a stored patch names the job of a field: `"save":"<id>"`. */
export function jobInPatch(job: string): string {
  return columns.toJson({ save: job }).slice(1, -1);
}
