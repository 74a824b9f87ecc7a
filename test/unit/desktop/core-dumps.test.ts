/** Core dumps on Linux contain no memory of the app or its child processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keepMemoryOutOfDumps } from '../../../src/main/desktop/core-dumps';

const linux = process.platform === 'linux';

/**
 * The kinds of memory that a core dump of a process would include, as a bit mask; null if unknown.
 */
function filterOf(pid: number): number | null {
  return linux ? parseInt(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8'), 16) : null;
}

it('excludes all memory of this process and of children started before and after', async () => {
  const before = filterOf(process.pid);
  const child = (): ReturnType<typeof spawn> =>
    spawn(process.execPath, ['-e', "console.log(''); setInterval(() => {}, 1000)"]);
  const early = child();
  await once(early.stdout!, 'data');
  keepMemoryOutOfDumps();
  const late = child();
  await once(late.stdout!, 'data');
  try {
    const filters = [process.pid, early.pid!, late.pid!].map(filterOf);
    expect(filters).toEqual(linux ? [0, 0, 0] : [null, null, null]);
  } finally {
    early.kill();
    late.kill();
    if (before !== null) writeFileSync(`/proc/${process.pid}/coredump_filter`, String(before));
  }
});
