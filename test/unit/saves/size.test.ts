/** Large saves and files are processed while the event loop stays responsive; test/e2e/ten-thousand.spec.ts has larger saves. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { MAX_ROWS_LENGTH } from '../../../src/main/csv/parser-protocol';
import { turnsDuring } from '../event-loop';
import { valueOf } from '../outcomes';
import { SavesHarness, closeHarnesses } from './harness';

afterEach(closeHarnesses);

test(
  'exports, imports, plans, submits and cancels 3,000 organizations',
  { timeout: 300_000 },
  async () => {
    const harness = await SavesHarness.start({ organizations: 3_000 });
    await harness.sync.standin.goOffline();
    await harness.sync.stop();
    harness.chosenFile = join(harness.folder, 'list.csv');
    const { handlers } = harness.csv;

    const written = await turnsDuring(
      Promise.resolve(handlers.export({ which: 'all', format: 'csv' })),
    );
    expect(valueOf(written[0]).organizations).toBe(3_000);
    const read = await turnsDuring(Promise.resolve(handlers.import(null)));
    expect(valueOf(read[0])?.rows.every(({ state }) => state === 'same')).toBe(true);
    const planned = await turnsDuring(harness.plan({ business_phone: '+49 30 7' }));
    // In slices of at most 250 organizations.
    for (const [, turns] of [written, read, planned]) expect(turns).toBeGreaterThan(10);

    const submitted = await turnsDuring(harness.submitOnly(planned[0]));
    const [saveId] = submitted;
    const applied = await turnsDuring(harness.applied());
    expect(harness.save(saveId)).toMatchObject({ total: 3_000, waiting: 3_000 });
    expect(harness.sync.read((tables) => tables.outbox.count())).toBe(3_000);
    const canceled = await turnsDuring(harness.cancel(saveId));
    expect(harness.save(saveId)).toMatchObject({ canceled: 3_000, state: 'ended' });
    // In slices of a few milliseconds; test/unit/saves/submit.test.ts measures their length.
    for (const [, turns] of [submitted, applied, canceled]) expect(turns).toBeGreaterThan(10);
  },
);

test(
  'reads a file of 50,000 rows, and one with a quote that is never closed',
  { timeout: 120_000 },
  async () => {
    const harness = await SavesHarness.start({ organizations: 1 });
    await harness.sync.stop();
    harness.chosenFile = join(harness.folder, 'list.csv');
    const import_ = async () => harness.csv.handlers.import(null);
    const rows = Array.from({ length: 50_000 }, (_, index) => [
      index.toString(16).padStart(32, '0'),
      `Company ${index}`,
      `Street 1\nTown, ${index}`,
    ]);
    const lines = rows.map(([id, name, address]) => `${id},"${name}","${address}"\n`);
    writeFileSync(harness.chosenFile, `id,Business name,Business address\n${lines.join('')}`);
    const [large, turns] = await turnsDuring(import_());
    const file = valueOf(large)!;
    expect(file.problemCount).toBe(50_000);
    expect(file.problems).toHaveLength(1_000);
    expect(file.problems.at(-1)).toMatchObject({ number: 1_001, reason: 'unknown-id' });
    // At least one for each message of the parser, which is asked for the next one only then.
    const messages = rows.flat().join('').length / MAX_ROWS_LENGTH;
    expect(messages).toBeGreaterThan(20);
    expect(turns).toBeGreaterThan(messages);

    writeFileSync(harness.chosenFile, `id,Business name\nx,"${'never closed\n'.repeat(1_000_000)}`);
    const [open] = await turnsDuring(import_());
    expect(open).toEqual({ ok: false, failure: { code: 'import.row-too-long' } });
  },
);
