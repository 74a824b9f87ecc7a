/** A write to the database is durable when its call returns, even if the process is killed then. */
import { spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { textsOf } from '../../../src/shared/patch';
import { opened, entryId, profile, read, temporaryFolder } from './temporary-database';

/** Bundles writer.mjs once for all its runs. Returns the path of the bundle. */
async function bundleWriter(): Promise<string> {
  const outDir = temporaryFolder();
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('writer.mjs', import.meta.url)),
      outDir,
      rolldownOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
  });
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(outDir, 'node_modules'));
  return join(outDir, 'writer.mjs');
}

/**
 * Runs the writer until it has acknowledged `rows` more rows, and kills it. Returns the last
 * acknowledged number.
 */
async function writeAndKill(
  writer: string,
  folder: string,
  first: number,
  rows: number,
): Promise<number> {
  const child = spawn(process.execPath, [writer, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    // Lines that arrive after the signal were printed before it took effect, so they count, too.
    if (last === first + rows) child.kill('SIGKILL');
  }
  return last;
}

test('keeps every acknowledged write after kill -9', { timeout: 60_000 }, async () => {
  const writer = await bundleWriter();
  const folder = temporaryFolder();
  let first = 1;
  for (const rows of [1, 7, 40, 113, 300]) {
    const last = await writeAndKill(writer, folder, first, rows);
    expect(last).toBeGreaterThanOrEqual(first + rows);
    const { database, setAside, check } = opened(folder);
    expect(setAside).toBeNull();
    expect(check().ok).toBe(true);
    read(database, (tables) => {
      const ids = new Set(tables.organizations.ids());
      for (let number = 1; number <= last; number++) {
        if (!ids.has(entryId(number))) throw new Error(`lost ${number} of ${last}`);
      }
      const patch = tables.drafts.get(entryId(last))?.patch ?? {};
      expect(textsOf(patch)).toEqual(profile(String(last)));
      first = ids.size + 1;
    });
    database.close();
  }
});
