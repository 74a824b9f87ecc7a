/**
 * A submitted job is durable, and is applied completely even if the process is killed meanwhile.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createJobRunner } from '../../../src/main/bulk/submit';
import { realTimers } from '../../../src/main/lib/timers';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Database } from '../../../src/main/database/tables';
import {
  addOrganization,
  opened,
  profile,
  read,
  temporaryFolder,
  write,
} from '../database/temporary-database';

const SUBMITTER = fileURLToPath(new URL('submitter.mjs', import.meta.url));
const ORGANIZATIONS = 400;

/**
 * Runs submitter.mjs, and kills it some ms after it has printed this line about the third job.
 * Returns the number of the last acknowledged job.
 */
async function submitAndKill(
  folder: string,
  first: number,
  [moment, delay]: readonly ['started' | 'done', number],
): Promise<number> {
  const child = spawn(process.execPath, [SUBMITTER, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    const [event, number] = line.split(' ');
    if (event === 'done') last = Number(number);
    if (event === moment && Number(number) === first + 2) {
      setTimeout(() => child.kill('SIGKILL'), delay);
    }
  }
  return last;
}

/** Continues interrupted work, as the app does when launched. */
async function resume(database: Database): Promise<void> {
  const jobs = createJobRunner({
    database,
    now: Date.now,
    timers: realTimers,
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
    isWriting: () => false,
    onChanged: () => undefined,
  });
  jobs.start();
  await expect
    .poll(() => read(database, ({ bulk }) => bulk.inStage('applying').length), { timeout: 20_000 })
    .toBe(0);
  jobs.stop();
}

/**
 * When to kill: while the plan is stored, once the job is durable, and while it is applied.
 */
const KILLS = [
  ['started', 0],
  ['started', 3],
  ['started', 8],
  ['done', 0],
  ['done', 4],
  ['done', 12],
  ['done', 30],
] as const;

test('leaves a whole job or none when a submission is killed', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => {
    for (let number = 0; number < ORGANIZATIONS; number += 1) {
      const entryId = addOrganization(tables, number);
      const at = { confirmedAt: 1, checkedAt: 1, changedElsewhere: false };
      tables.profiles.put({ entryId, fields: profile('saved'), ...at });
    }
  });
  database.close();
  let first = 1;
  const found = new Set<string>();
  for (const kill of KILLS) {
    const last = await submitAndKill(folder, first, kill);
    expect(last).toBeGreaterThanOrEqual(first + 1);
    const again = opened(folder, { macs: new RowMacs(Buffer.alloc(32, 1)) });
    expect(again.setAside).toBeNull();
    for (const stage of ['planning', 'applying'] as const) {
      if (read(again.database, ({ bulk }) => bulk.inStage(stage).length > 0)) found.add(stage);
    }
    await resume(again.database);
    read(again.database, (tables) => {
      expect(tables.bulk.inStage('planning')).toEqual([]);
      const rows = tables.outbox.all();
      const phones = new Set(rows.map(({ patch }) => patch.business_phone?.text));
      expect(rows).toHaveLength(ORGANIZATIONS);
      expect(phones.size, 'all of one job').toBe(1);
      // Acknowledged jobs are there. The next job may be there, too, if it was committed.
      const newest = Number([...phones][0]);
      expect([last, last + 1]).toContain(newest);
      expect(tables.bulk.all()[0]?.id).toBe(String(newest));
      for (const { id } of tables.bulk.all()) {
        const { done, waiting, failed, canceled } = tables.bulk.counts(id);
        const state = id === String(newest) ? { waiting: ORGANIZATIONS } : { waiting: 0 };
        expect({ done, failed, waiting, canceled, id }).toMatchObject({ done: 0, ...state });
        expect(waiting + canceled + failed).toBe(ORGANIZATIONS);
      }
      first = newest + 1;
    });
    again.database.close();
  }
  // At least one kill must have hit a job that was being applied, or the test proves nothing.
  expect(found.has('applying')).toBe(true);
});
