/** Types of session.mjs, for the tests in TypeScript. */
import type { ChildProcess } from 'node:child_process';

/** A running helper program; `endProcess` of processes.mjs ends it. */
export interface Helper {
  child: ChildProcess;
}

/** Starts a virtual screen with its cookie in `home`. */
export function startScreen(
  home: string,
  env: Record<string, string | undefined>,
): Promise<{ screen: Helper; env: { DISPLAY: string; XAUTHORITY: string } }>;
