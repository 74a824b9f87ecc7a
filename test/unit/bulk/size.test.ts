/** The largest jobs and files: done in one go, and the window answered meanwhile. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { valueOf } from '../cloudflare/harness';
import { turnsDuring } from '../event-loop';
import { BulkWorld, closeWorlds } from './harness';

afterEach(closeWorlds);

test(
  '10,000 organizations: exported, imported, planned, submitted, cancelled',
  { timeout: 300_000 },
  async () => {
    const world = await BulkWorld.start({ organizations: 10_000 });
    await world.sync.standin.goOffline();
    await world.sync.stop();
    world.chosen = join(world.folder, 'list.csv');
    const { handlers } = world.exchange;

    const written = await turnsDuring(Promise.resolve(handlers.export('all')));
    expect(valueOf(written[0]).organizations).toBe(10_000);
    const read = await turnsDuring(Promise.resolve(handlers.import(null)));
    expect(valueOf(read[0])?.rows.every(({ state }) => state === 'same')).toBe(true);
    const planned = await turnsDuring(world.plan({ business_phone: '+49 30 7' }));
    // In slices of 250 organizations or less.
    for (const [, turns] of [written, read, planned]) expect(turns).toBeGreaterThan(35);

    const submitted = await turnsDuring(world.submitOnly(planned[0]));
    const [runId] = submitted;
    const applied = await turnsDuring(world.applied());
    expect(world.run(runId)).toMatchObject({ total: 10_000, waiting: 10_000 });
    expect(world.sync.read((tables) => tables.outbox.count())).toBe(10_000);
    const cancelled = await turnsDuring(world.cancel(runId));
    expect(world.run(runId)).toMatchObject({ cancelled: 10_000, state: 'ended' });
    // In slices of a few milliseconds: how long each takes is measured in test/unit/bulk/submit.test.ts.
    for (const [, turns] of [submitted, applied, cancelled]) expect(turns).toBeGreaterThan(10);
  },
);

test(
  'a file of 50,000 rows, and one with a quote that is never closed',
  { timeout: 120_000 },
  async () => {
    const world = await BulkWorld.start({ organizations: 1 });
    await world.sync.stop();
    world.chosen = join(world.folder, 'list.csv');
    const import_ = async () => world.exchange.handlers.import(null);
    const lines = Array.from({ length: 50_000 }, (_, index) => {
      return `${index.toString(16).padStart(32, '0')},"Company ${index}","Street 1\nTown, ${index}"\n`;
    });
    writeFileSync(world.chosen, `id,Business name,Business address\n${lines.join('')}`);
    const [large, turns] = await turnsDuring(import_());
    const file = valueOf(large)!;
    expect(file.problems).toHaveLength(50_000);
    expect(file.problems.at(-1)).toMatchObject({ line: 100_000, reason: 'unknown-id' });
    expect(turns).toBeGreaterThan(80);

    writeFileSync(world.chosen, `id,Business name\nx,"${'never closed\n'.repeat(1_000_000)}`);
    const [open] = await turnsDuring(import_());
    expect(valueOf(open)?.problems).toMatchObject([{ line: 2, reason: 'bad-id', value: 'x' }]);
  },
);
