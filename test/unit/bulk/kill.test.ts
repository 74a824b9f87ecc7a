/** A job is submitted whole or not at all: also when the process is killed in the middle of it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  addOrganization,
  opened,
  profile,
  read,
  temporaryFolder,
  write,
} from '../store/temporary-store';

const SUBMITTER = fileURLToPath(new URL('submitter.mjs', import.meta.url));
const ORGANIZATIONS = 400;

/** Submits until a job has begun that is not the first, kills, and says the last one acknowledged. */
async function submitAndKill(folder: string, first: number, delay: number): Promise<number> {
  const child = spawn(process.execPath, [SUBMITTER, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = first - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, number] = line.split(' ');
    if (what === 'done') last = Number(number);
    else if (Number(number) === first + 2) setTimeout(() => child.kill('SIGKILL'), delay);
  }
  return last;
}

test('a killed submission leaves a whole job or none', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const { store } = opened(folder);
  write(store, (tables) => {
    for (let number = 0; number < ORGANIZATIONS; number += 1) {
      const organizationId = addOrganization(tables, number);
      const at = { confirmedAt: 1, checkedAt: 1, changedElsewhere: false };
      tables.profiles.put({ organizationId, fields: profile('saved'), ...at });
    }
  });
  store.close();
  let first = 1;
  for (const delay of [0, 5, 12, 20, 33]) {
    const last = await submitAndKill(folder, first, delay);
    expect(last).toBeGreaterThanOrEqual(first + 1);
    const again = opened(folder);
    expect(again.setAside).toBeNull();
    read(again.store, (tables) => {
      const rows = tables.outbox.all();
      const phones = new Set(rows.map(({ desired }) => desired.business_phone));
      expect(rows).toHaveLength(ORGANIZATIONS);
      expect(phones.size, 'all of one job').toBe(1);
      // What was acknowledged is there; the next may be, if it was committed before the end.
      const newest = Number([...phones][0]);
      expect([last, last + 1]).toContain(newest);
      const [newestRun] = tables.bulk.all();
      expect(newestRun?.id).toBe(String(newest));
      for (const { id } of tables.bulk.all()) {
        const { done, waiting, failed, cancelled } = tables.bulk.counts(id);
        const state = id === String(newest) ? { waiting: ORGANIZATIONS } : { waiting: 0 };
        expect({ done, failed, waiting, cancelled, id }).toMatchObject({ done: 0, ...state });
        expect(waiting + cancelled + failed).toBe(ORGANIZATIONS);
      }
      first = newest + 1;
    });
    again.store.close();
  }
});
