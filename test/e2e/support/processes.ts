/** The app's processes as anybody on this computer sees them: command lines and environments. */
import { readdirSync, readFileSync } from 'node:fs';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile, or it is somebody else's.
    return '';
  }
}

/** The process and everything it started, by id. */
export function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    // After the name in parentheses: state, parent (proc_pid_stat(5)).
    const parent = read(`/proc/${name}/stat`)
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

/** What is to be read of a process: its command line, or the environment it was started with. */
export type Part = 'cmdline' | 'environ';

/** The words of all these processes. */
export function wordsOf(pids: readonly number[], part: Part): string[] {
  return pids.flatMap((pid) => read(`/proc/${pid}/${part}`).split('\0')).filter((word) => word);
}
