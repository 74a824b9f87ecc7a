/** What any program on this computer can see of the app's processes: command lines and environments. */
import { readdirSync, readFileSync } from 'node:fs';

/** Reads a file of a process; empty if it has ended. */
export function readOfProcess(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has exited, or belongs to another user.
    return '';
  }
}

/** Returns the ids of a process and all its descendants. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    // The fields after the name in parentheses are state and parent (proc_pid_stat(5)).
    const parent = readOfProcess(`/proc/${name}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ')[1];
    parents.set(Number(name), Number(parent));
  }
  const members = [pid];
  for (const member of members) {
    for (const [child, parent] of parents) if (parent === member) members.push(child);
  }
  return members;
}

/** The file under `/proc/PID` to read: command-line arguments or initial environment. */
export type ProcFile = 'cmdline' | 'environ';

/** Returns the NUL-separated strings of that file for all these processes. */
export function processStrings(pids: readonly number[], file: ProcFile): string[] {
  return pids
    .flatMap((pid) => readOfProcess(`/proc/${pid}/${file}`).split('\0'))
    .filter((text) => text);
}
