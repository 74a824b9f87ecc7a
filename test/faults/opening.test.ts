/**
 * A start on a database that cannot be opened: the system's dialog says why, trying again goes on as soon
 * as it can be, and until then not one byte is another. Damaged ones are in test/e2e/database.spec.ts.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  canClose,
  canMount,
  closeFolder,
  fillDisk,
  holdDatabase,
  mountSmallDisk,
  type Heal,
} from '../e2e/support/disk';
import { createCalls } from './support/calls';
import { Dialogs } from './support/dialogs';
import type { Known } from './support/record';
import { savePhone } from './support/saving';
import { surround, type Environment } from './support/environment';
import { PersonsWindow } from './support/window';

const FILE = 'letterhead.db';

let world: Environment;
let one: Known;
/** A database with a change that waits, as a start finds it. */
let bytes: Buffer;

beforeAll(async () => {
  world = await surround();
  one = [...world.known.values()][0]!;
  const { appProcess, window, page } = await world.startWithWindow();
  await world.standin.goOffline();
  await savePhone(window, one, 'saved before');
  page.quit().catch(() => undefined);
  await appProcess.ended;
  await appProcess.untilNothingLeft();
  bytes = readFileSync(join(world.userData, FILE));
}, 60_000);

afterAll(() => world.stop());

/** A folder of its own for each test, and the app to start there. */
function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'letterhead-opening-'));
  const dialogs = new Dialogs();
  const heals: Heal[] = [];
  onTestFinished(() => {
    for (const heal of heals.reverse()) heal();
    rmSync(folder, { recursive: true, force: true });
    dialogs.close();
  });
  const path = join(folder, FILE);
  return {
    folder,
    dialogs,
    path,
    write: (content = bytes) => writeFileSync(path, content),
    start: () => world.start({ userData: folder, variables: dialogs.variables }),
    /** Undone when the test ends, whatever becomes of it, unless it was before. */
    undoing: (heal: Heal): Heal => {
      heals.push(heal);
      return () => {
        heals.splice(heals.indexOf(heal), 1);
        heal();
      };
    },
  };
}
type Place = ReturnType<typeof newFolder>;

interface Issue {
  name: string;
  says: string;
  begin(place: Place): Heal | Promise<Heal>;
}

const troubles: Issue[] = [
  {
    name: 'held by another program',
    says: 'Another program is using Letterhead’s data right now. Close it, then try again.',
    begin({ write, path }) {
      write();
      return holdDatabase(path, 'altogether');
    },
  },
];
if (canClose) {
  troubles.push({
    name: 'in a folder that may not be written',
    says: 'Letterhead cannot write to its folder. Ask the person who looks after this computer',
    begin({ write, folder }) {
      write();
      return closeFolder(folder);
    },
  });
}
if (canMount) {
  troubles.push({
    name: 'on a full disk',
    says: 'The disk is full. Free up some space, then try again. Nothing was changed.',
    begin({ write, folder, undoing }) {
      undoing(mountSmallDisk(folder, 8));
      write();
      return fillDisk(folder);
    },
  });
}

for (const { name, says, begin } of troubles) {
  test(`${name}: said, untouched, and all there when it can be opened`, async () => {
    const place = newFolder();
    const { dialogs, path, folder, undoing } = place;
    const heal = undoing(await begin(place));
    const said = async (): Promise<void> => {
      const { message, detail, buttons } = await dialogs.next();
      expect(message).toBe('Letterhead cannot open its data');
      expect(detail).toContain(says);
      expect(detail).toContain(`Folder: ${folder}`);
      expect(buttons).toEqual(['Try again', 'Quit']);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    };
    const first = place.start();
    await said();
    dialogs.press('Try again');
    await said();
    dialogs.press('Quit');
    expect(await first.ended).toEqual({ code: 1, signal: null });

    const second = place.start();
    await said();
    heal();
    dialogs.press('Try again');
    const page = await second.window();
    await new PersonsWindow(page).usable();
    const asked = { organizationId: one.id };
    const { change } = await createCalls(page).value('organizations', 'open', asked);
    expect(change?.patch.business_phone?.text).toBe('saved before');
    expect(readdirSync(folder).filter((file) => file.includes('damaged'))).toEqual([]);
    await second.kill('all');
  });
}

test('written by a newer version: said, and not one byte is another', async () => {
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
