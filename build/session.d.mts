/** Types of session.mjs, for the tests in TypeScript. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A running helper program; `endProcess` of processes.mjs ends it. */
export interface Helper {
  child: ChildProcess;
}

/** Starts a virtual screen with its cookie in `home`. */
export function startScreen(
  home: string,
  env: Record<string, string | undefined>,
): Promise<{ screen: Helper; env: { DISPLAY: string; XAUTHORITY: string } }>;

/** Runs a command and returns its exit code. `output` reads what it prints. */
export function runInSession(
  command: string[],
  session: { env: Record<string, string | undefined>; output?: (stream: Readable) => void },
): Promise<number>;
