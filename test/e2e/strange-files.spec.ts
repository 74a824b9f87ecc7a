/** Files that a stranger made: the window stays usable, and a sentence says what became of the import. */
import { createWriteStream, existsSync } from 'node:fs';
import { readFile, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ElectronApplication } from '@playwright/test';
import { ZipFile } from 'yazl';
import type { OrganizationState } from '../standin';
import { SLOW_CSV } from '../unit/csv/slow-csv';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';
import { parserOf, setParserLimit } from './support/strange-files';

test.use({ standinOptions: { organizations: 8 } });

/** Measures how long main works without a pause, in ms of the processor, until the returned function is called. */
async function measurePauses(app: ElectronApplication): Promise<() => Promise<number>> {
  await app.evaluate(() => {
    let longest = 0;
    let last = process.cpuUsage();
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(last);
      longest = Math.max(longest, (user + system) / 1_000);
      last = process.cpuUsage();
    }, 1);
    const longestWork = (): number => {
      clearInterval(timer);
      return longest;
    };
    Object.assign(globalThis, { longestWork });
  });
  return () =>
    app.evaluate(() => (globalThis as unknown as { longestWork: () => number }).longestWork());
}

/** A workbook of 600 kB with one cell of 600 MB. */
async function writeBomb(path: string): Promise<void> {
  const zip = new ZipFile();
  const rel = (type: string, target: string): string =>
    `<Relationships><Relationship Id="r0" Type="http://x/${type}" Target="${target}"/></Relationships>`;
  const add = (name: string, xml: string): void => zip.addBuffer(Buffer.from(xml), name);
  add('_rels/.rels', rel('officeDocument', 'xl/workbook.xml'));
  add('xl/workbook.xml', '<workbook><sheets><sheet name="S" r:id="r0"/></sheets></workbook>');
  add('xl/_rels/workbook.xml.rels', rel('worksheet', 'worksheets/s.xml'));
  const piece = 'x'.repeat(1_000_000);
  function* sheet(): Generator<string> {
    yield '<worksheet><sheetData><row><c t="inlineStr"><is><t>';
    for (let at = 0; at < 600; at += 1) yield piece;
    yield '</t></is></c></row></sheetData></worksheet>';
  }
  zip.addReadStream(Readable.from(sheet()), 'xl/worksheets/s.xml');
  zip.end();
  await finished(zip.outputStream.pipe(createWriteStream(path)));
}

/**
 * How long main may work without a pause, compared with what its parser has worked by then. This shows where the file is
 * parsed; import.test.ts measures how short the turns of main are.
 */
const MAIN_SHARE = 0.1;

/**
 * Starts a helper as the one before was started, which answers how many bytes its objects may take, and returns that.
 * @param start starts the one before
 */
async function heapLimitOf(
  app: ElectronApplication,
  probe: string,
  start: () => Promise<void>,
): Promise<number> {
  await writeFile(
    probe,
    `process.parentPort.postMessage(require('node:v8').getHeapStatistics().heap_size_limit);`,
  );
  await app.evaluate(({ utilityProcess }) => {
    const { fork } = utilityProcess;
    utilityProcess.fork = (...all) => {
      utilityProcess.fork = fork;
      Object.assign(globalThis, { forkedWith: all[2] });
      return fork(...all);
    };
  });
  await start();
  return app.evaluate(({ utilityProcess }, path) => {
    const { forkedWith } = globalThis as unknown as { forkedWith: Electron.ForkOptions };
    const child = utilityProcess.fork(path, [], forkedWith);
    return new Promise<number>((resolve) => child.once('message', resolve));
  }, probe);
}

/** Replaces the next rows that the process answers. */
async function answerNonsense(app: ElectronApplication): Promise<void> {
  await app.evaluate(() => {
    const { EventEmitter } = process.getBuiltinModule('node:events');
    const { emit } = EventEmitter.prototype;
    EventEmitter.prototype.emit = function (name: string | symbol, ...args: unknown[]) {
      const [message] = args as [{ result?: string } | undefined];
      if (name !== 'message' || message?.result !== 'rows') return emit.call(this, name, ...args);
      EventEmitter.prototype.emit = emit;
      return emit.call(this, name, { ...message, rows: 'none' });
    };
  });
}

/** Lets this file grow as soon as main has read a piece of it. */
async function appendWhenRead(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(async (_, file) => {
    const { appendFileSync } = process.getBuiltinModule('node:fs');
    const probe = await process.getBuiltinModule('node:fs/promises').open(file);
    const prototype = Object.getPrototypeOf(probe) as typeof probe;
    await probe.close();
    const { read } = prototype;
    prototype.read = async function (this: typeof probe, ...args: unknown[]) {
      prototype.read = read;
      const result = await (read as (...all: unknown[]) => Promise<never>).apply(this, args);
      appendFileSync(file, 'more');
      return result;
    } as typeof read;
  }, path);
}

test('a file from a stranger', async ({ launch, seed, standin, userData }) => {
  seed();
  const [{ id }] = [...standin.organizations.values()] as [OrganizationState];
  const { app, page, letterhead } = await launch();
  const path = join(userData, 'list.csv');
  await writeFile(path, SLOW_CSV);
  expect(SLOW_CSV.length).toBeLessThan(490_000);
  await answerFileDialogs(app, path);
  const cancel = letterhead.button('Cancel');

  await test.step('the window stays usable while it is read, and the person can cancel', async () => {
    const longestWork = await measurePauses(app);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText('Importing…')).toBeVisible();
    await expect(cancel).toBeVisible();
    const pid = await parserOf(app);
    const cpu = async (): Promise<number> =>
      Number((await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[13]);
    // Hundredths of a second.
    await expect.poll(cpu).toBeGreaterThan(100);
    // Had main parsed it, it would have worked at least as long without a pause.
    expect(await longestWork()).toBeLessThan((await cpu()) * 10 * MAIN_SHARE);
    const rows = await letterhead.options.count();
    await page.getByRole('searchbox', { name: 'Search organizations' }).fill('no such name');
    await letterhead.expectRows(0);
    await page.getByRole('searchbox', { name: 'Search organizations' }).fill('');
    await letterhead.expectRows(rows);

    // What the process was given: none of our variables, and no file of our folder.
    const variables = (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0');
    expect(variables.filter((one) => one !== '')).toEqual(['LANG=C']);
    const handles = await readdir(`/proc/${pid}/fd`);
    const opened = await Promise.all(
      handles.map((handle) => readlink(`/proc/${pid}/fd/${handle}`).catch(() => '')),
    );
    expect(opened.filter((file) => file.startsWith(userData))).toEqual([]);

    await cancel.click();
    await expect(page.getByText('Importing…')).toBeHidden();
    await expect(page.getByText('Nothing was imported')).toBeHidden();
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  });

  await test.step('a process that ends says so', async () => {
    await chooseMenuItem(app, 'import');
    await expect(cancel).toBeVisible();
    process.kill(await parserOf(app), 'SIGKILL');
    await expect(page.getByText(/could not finish reading this file/)).toBeVisible();
    await letterhead.button('Close').click();
  });

  await test.step('a process that answers nonsense', async () => {
    const list = join(userData, 'rows.csv');
    await writeFile(list, `id,phone\n${id},+44 1\n`);
    await answerFileDialogs(app, list);
    await answerNonsense(app);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/What was read from this file makes no sense/)).toBeVisible();
    await letterhead.button('Close').click();
  });

  await test.step('a file that grows while it is read', async () => {
    await appendWhenRead(app, join(userData, 'rows.csv'));
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/changed while it was being read/)).toBeVisible();
    await letterhead.button('Close').click();
  });

  await test.step('a file that is gone once it was chosen', async () => {
    await answerFileDialogs(app, join(userData, 'gone.csv'));
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/The file cannot be read/)).toBeVisible();
    await letterhead.button('Close').click();
  });

  await test.step('a device is no file', async () => {
    await answerFileDialogs(app, '/dev/zero');
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/not a file, but a folder or a device/)).toBeVisible();
    await letterhead.button('Close').click();
  });

  await test.step('its process may have 512 MB for objects', async () => {
    await answerFileDialogs(app, path);
    const limit = await heapLimitOf(app, join(userData, 'probe.cjs'), async () => {
      await chooseMenuItem(app, 'import');
      await expect(cancel).toBeVisible();
      await parserOf(app);
    });
    await cancel.click();
    // With the part for new objects, which the switch does not count.
    expect(limit / 2 ** 20).toBeGreaterThanOrEqual(512);
    expect(limit / 2 ** 20).toBeLessThan(640);
  });

  await test.step('a workbook that becomes too large in memory', async () => {
    const bomb = join(userData, 'list.xlsx');
    await writeBomb(bomb);
    await answerFileDialogs(app, bomb);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/far more memory than a list/)).toBeVisible({ timeout: 60_000 });
    await letterhead.button('Close').click();
  });

  await test.step('after a minute, it is stopped', async () => {
    await setParserLimit(app, 1_000);
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'import');
    await expect(page.getByText(/took longer than a minute/)).toBeVisible();
    expect(await violations(page), 'stopped').toEqual([]);
    // Not the limit of before, which would apply again.
    await setParserLimit(app, 300_000);
    await letterhead.button('Choose a file again').click();
    await expect(page.getByText(/took longer than a minute/)).toBeHidden();
    await cancel.click();
    await expect(page.getByText('Importing…')).toBeHidden();
  });
});
