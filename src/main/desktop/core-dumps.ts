/**
 * What the system keeps of us when we crash. Where core dumps are switched on, Linux writes the memory of a
 * process that crashed to a file, or hands it to a collector: a key in use would be in it. Which kinds of
 * memory go along is a process's own choice, and its children inherit it; ours is none.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** No kind of memory at all (core(5), "Controlling which mappings are written to the core dump"). */
const NOTHING = '0';

/** The process and all below it: Chromium has started some that others are made from before our first line. */
function withDescendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return [pid, ...children.filter(Boolean).flatMap((child) => withDescendants(Number(child)))];
}

/** Keeps memory out of the dumps of this process and of all it has started or will. Linux; never fails. */
export function keepMemoryOutOfDumps(): void {
  if (process.platform !== 'linux') return;
  for (const pid of attempt(() => withDescendants(process.pid)) ?? [process.pid]) {
    attempt(() => writeFileSync(`/proc/${pid}/coredump_filter`, NOTHING));
  }
}

/** A process that is gone, or a system that has not these files, is no reason not to start. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
