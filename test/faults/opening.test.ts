/**
 * Launches on a database that cannot be opened. A dialog of the operating system says why; *Try again* works as
 * soon as the database can be opened, and until then not one byte of it changes. Damaged databases are tested in
 * test/e2e/database.spec.ts.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  canMakeReadOnly,
  makeFolderReadOnly,
  fillDisk,
  lockDatabase,
  smallDisk,
  type UndoFault,
} from '../e2e/support/disk';
import { createCalls } from './support/calls';
import { Dialogs } from './support/dialogs';
import type { Known } from './support/record';
import { savePhone } from './support/saving';
import { startEnvironment, type Environment } from './support/environment';
import { AppWindow } from './support/window';

const FILE = 'letterhead.db';

let environment: Environment;
let one: Known;
/** The bytes of a database with a pending change. */
let bytes: Buffer;

beforeAll(async () => {
  environment = await startEnvironment();
  one = [...environment.known.values()][0]!;
  const { appProcess, window, page } = await environment.startWithWindow();
  await environment.standin.goOffline();
  await savePhone(window, one, 'saved before');
  page.quit().catch(() => undefined);
  await appProcess.ended;
  await appProcess.untilNothingLeft();
  bytes = readFileSync(join(environment.userData, FILE));
}, 60_000);

afterAll(() => environment.stop());

/** Creates a data folder for a test. Returns it and functions that start the app there. */
function newFolder(disk = tmpdir()) {
  const folder = mkdtempSync(join(disk, 'letterhead-opening-'));
  const dialogs = new Dialogs();
  const undos: UndoFault[] = [];
  onTestFinished(() => {
    for (const undo of undos.reverse()) undo();
    rmSync(folder, { recursive: true, force: true });
    dialogs.close();
  });
  const path = join(folder, FILE);
  return {
    folder,
    dialogs,
    path,
    write: (content = bytes) => writeFileSync(path, content),
    start: () => environment.start({ userData: folder, variables: dialogs.variables }),
    /** Registers a function that undoes a fault. It runs at the end of the test unless the test has called it. */
    undoLater: (undo: UndoFault): UndoFault => {
      undos.push(undo);
      return () => {
        undos.splice(undos.indexOf(undo), 1);
        undo();
      };
    },
  };
}
type Place = ReturnType<typeof newFolder>;

interface Issue {
  name: string;
  sentence: string;
  /** The disk with the app's data, if not the usual one. */
  disk?: string;
  begin(place: Place): UndoFault | Promise<UndoFault>;
}

const issues: Issue[] = [
  {
    name: 'locked by another program',
    sentence: 'Another program is using Letterhead’s data right now. Close it, then try again.',
    begin({ write, path }) {
      write();
      return lockDatabase(path, 'altogether');
    },
  },
];
if (canMakeReadOnly) {
  issues.push({
    name: 'in a read-only folder',
    sentence: 'Letterhead cannot write to its folder. Ask the person who looks after this computer',
    begin({ write, folder }) {
      write();
      return makeFolderReadOnly(folder);
    },
  });
}
if (smallDisk) {
  issues.push({
    name: 'on a full disk',
    sentence: 'The disk is full. Free up some space, then try again. Nothing was changed.',
    disk: smallDisk,
    begin({ write, folder }) {
      write();
      return fillDisk(folder);
    },
  });
}

for (const { name, sentence, disk, begin } of issues) {
  test(`${name}: the dialog says so, the database stays unchanged, and is complete once it can be opened`, async () => {
    const place = newFolder(disk);
    const { dialogs, path, folder, undoLater } = place;
    const undo = undoLater(await begin(place));
    const expectDialog = async (): Promise<void> => {
      const { message, detail, buttons } = await dialogs.next();
      expect(message).toBe('Letterhead cannot open its data');
      expect(detail).toContain(sentence);
      expect(detail).toContain(`Folder: ${folder}`);
      expect(buttons).toEqual(['Try again', 'Quit']);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    };
    const first = place.start();
    await expectDialog();
    dialogs.press('Try again');
    await expectDialog();
    dialogs.press('Quit');
    expect(await first.ended).toEqual({ code: 1, signal: null });

    const second = place.start();
    await expectDialog();
    undo();
    dialogs.press('Try again');
    const page = await second.window();
    await new AppWindow(page).usable();
    const asked = { entryId: one.id };
    const { change } = await createCalls(page).value('organizations', 'open', asked);
    expect(change?.patch.business_phone?.text).toBe('saved before');
    expect(readdirSync(folder).filter((file) => file.includes('damaged'))).toEqual([]);
    await second.kill('all');
  });
}

test('written by a newer version: the dialog says so, and not one byte changes', async () => {
  const { write, start, dialogs, path } = newFolder();
  const newer = Buffer.from(bytes);
  // The schema version in the header of an SQLite file.
  newer.writeInt32BE(4_711, 60);
  write(newer);
  const appProcess = start();
  const { detail, buttons } = await dialogs.next();
  expect(detail).toContain('written by a newer version of Letterhead');
  expect(buttons).toEqual(['Quit']);
  dialogs.press('Quit');
  expect(await appProcess.ended).toEqual({ code: 1, signal: null });
  expect(readFileSync(path).equals(newer)).toBe(true);
});
