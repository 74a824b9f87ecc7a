/** Types of processes.mjs, for the tests in TypeScript. */
import type { Helper } from './session.mjs';

/** Ends a helper program, with SIGTERM first unless `politely` is false. */
export function endProcess(helper: Helper, options?: { politely?: boolean }): Promise<void>;
