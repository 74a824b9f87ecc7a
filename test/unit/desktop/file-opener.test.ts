/** Opening files with the system: what counts as a failure, and that only one is opened, and one shown, per second. */
import { beforeEach, expect, it, vi } from 'vitest';

const shell = vi.hoisted(() => ({ openPath: vi.fn(), showItemInFolder: vi.fn() }));
vi.mock('electron', () => ({ shell }));
const { createFileOpener } = await import('../../../src/main/desktop/file-opener');

beforeEach(() => {
  vi.clearAllMocks();
  shell.openPath.mockResolvedValue('');
});

it('opens a file, and says when the system cannot', async () => {
  let elapsed = 0;
  const opener = createFileOpener(() => (elapsed += 1_000));
  expect(await opener.open('/exports/list.csv')).toBe(true);
  shell.openPath.mockResolvedValue('no program');
  expect(await opener.open('/exports/list.csv')).toBe(false);
  await opener.showInFolder('/exports/list.csv');
  expect(shell.showItemInFolder).toHaveBeenCalledExactlyOnceWith('/exports/list.csv');
});

it('opens one file and shows one per second, in any order, and ignores the others', async () => {
  let elapsed = 0;
  const opener = createFileOpener(() => elapsed);
  for (let click = 0; click < 10; click += 1) {
    await opener.showInFolder('/exports/list.csv');
    expect(await opener.open('/exports/list.csv')).toBe(true);
  }
  expect(shell.openPath).toHaveBeenCalledTimes(1);
  expect(shell.showItemInFolder).toHaveBeenCalledTimes(1);
  elapsed = 1_000;
  await opener.showInFolder('/exports/list.csv');
  expect(shell.showItemInFolder).toHaveBeenCalledTimes(2);
});
