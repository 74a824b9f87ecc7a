/**
 * Keeps memory out of core dumps. Where core dumps are enabled, Linux writes the memory of a crashed process to a
 * file or to a collector, and the dump would contain an API key in use. Each process chooses which kinds of memory
 * are dumped, and its children inherit the choice.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Dump no memory (core(5), "Controlling which mappings are written to the core dump"). */
const NOTHING = '0';

/** The process and its descendants. Chromium starts its zygotes before our first line runs. */
function withDescendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return [pid, ...children.filter(Boolean).flatMap((child) => withDescendants(Number(child)))];
}

/** Keeps memory out of the core dumps of this process and its present and future children. Linux only; never fails. */
export function keepMemoryOutOfDumps(): void {
  if (process.platform !== 'linux') return;
  for (const pid of attempt(() => withDescendants(process.pid)) ?? [process.pid]) {
    attempt(() => writeFileSync(`/proc/${pid}/coredump_filter`, NOTHING));
  }
}

/** Runs `work`; null if it throws. The process may have ended, or the system may lack these files. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
