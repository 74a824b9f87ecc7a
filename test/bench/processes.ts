/** The processes of an app and their memory. PSS divides shared memory among the processes that share it. */
import { readdirSync, readFileSync } from 'node:fs';
import { pause } from '../faults/support/time';

/** The process and all its descendants. */
function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // After the name in parentheses: state, parent (proc_pid_stat(5)).
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '');
      parents.set(Number(name), Number(stat.split(' ')[1]));
    } catch {
      // The process has exited in the meantime.
    }
  }
  const tree = [root];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  }
  return tree;
}

/** Whether helper processes of an app run, such as the keychain's. */
function hasHelpers(root: number): boolean {
  return treeOf(root).some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node.mojom.NodeService');
    } catch {
      return false;
    }
  });
}

/** PSS of all processes of an app, in MB. */
function pssOf(root: number): number {
  let kilobytes = 0;
  for (const pid of treeOf(root)) {
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') {
        throw new Error('Only root can read the memory of a sandboxed process.', {
          cause: error,
        });
      }
      continue;
    }
    kilobytes += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
  }
  return kilobytes / 1_000;
}

const EVERY_MS = 500;
/** Relative difference below which two figures count as equal. */
const SAME = 0.005;
const MAX_READINGS = 20;

/**
 * The PSS in MB once it is stable for a second and a half and no helper runs. Right after a launch it still changes, and
 * the keychain's helper is there for some seconds.
 */
export async function settledPss(root: number): Promise<number> {
  const seen: number[] = [];
  for (let reading = 0; reading < MAX_READINGS; reading += 1) {
    seen.push(pssOf(root));
    const last = seen.slice(-4);
    const [least, most] = [Math.min(...last), Math.max(...last)];
    if (last.length === 4 && most - least <= most * SAME && !hasHelpers(root)) break;
    await pause(EVERY_MS);
  }
  return seen.at(-1)!;
}

/** Watches the PSS, in MB. The returned function stops watching and returns the first and the highest value. */
export function watchPss(root: number): () => { first: number; highest: number } {
  const first = pssOf(root);
  let highest = first;
  const timer = setInterval(() => (highest = Math.max(highest, pssOf(root))), EVERY_MS);
  return () => {
    clearInterval(timer);
    return { first, highest };
  };
}
