/** Large saves and files are processed while the event loop stays responsive; test/e2e/ten-thousand.spec.ts has larger saves. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { MAX_ROWS_LENGTH } from '../../../src/main/csv/parser-protocol';
import { turnsDuring } from '../event-loop';
import { valueOf } from '../results';
import { SavesHarness, closeHarnesses } from './harness';

afterEach(closeHarnesses);

test(
  'exports, imports, submits and cancels 3,000 organizations',
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
    const file = valueOf(read[0])!;
    const matched = await turnsDuring(
      Promise.resolve(
        handlers.matchImport({
          ...({ importId: file.importId, empty: 'leave', alsoOverDrafts: false } as const),
          key: { by: 'id', column: 0 },
          fields: [{ column: 5, field: 'business_name' }],
        }),
      ),
    );
    expect(valueOf(matched[0])).toMatchObject({ matched: 3_000, changes: 0 });
    // In slices of at most 500 organizations.
    for (const [, turns] of [written, read, matched]) expect(turns).toBeGreaterThan(6);

    const saveId = await harness.change({ business_phone: '+49 30 7' });
    expect(harness.save(saveId)).toMatchObject({ total: 3_000, waiting: 3_000 });
    const [, turns] = await turnsDuring(harness.cancel(saveId));
    expect(harness.save(saveId)).toMatchObject({ canceled: 3_000, state: 'ended' });
    // In slices of a few milliseconds.
    expect(turns).toBeGreaterThan(10);
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
    expect(file.rows).toBe(50_000);
    // At least one for each message of the parser.
    const messages = rows.flat().join('').length / MAX_ROWS_LENGTH;
    expect(messages).toBeGreaterThan(20);
    expect(turns).toBeGreaterThan(messages);

    writeFileSync(harness.chosenFile, `id,Business name\nx,"${'never closed\n'.repeat(1_000_000)}`);
    const [open] = await turnsDuring(import_());
    expect(open).toEqual({ ok: false, failure: { code: 'import.row-too-long', file: 'list.csv' } });
  },
);
