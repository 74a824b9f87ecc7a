/** Types of processes.mjs, for the tests in TypeScript. */
import type { Helper } from './session.mjs';

/** Ends a helper program, politely first unless told otherwise. */
export function endProcess(helper: Helper, options?: { politely?: boolean }): Promise<void>;
