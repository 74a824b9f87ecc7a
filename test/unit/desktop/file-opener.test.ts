/** Opening files with the system: what counts as a failure, and that only one is opened per second. */
import { beforeEach, expect, it, vi } from 'vitest';

const shell = vi.hoisted(() => ({ openPath: vi.fn(), showItemInFolder: vi.fn() }));
vi.mock('electron', () => ({ shell }));
const { createFileOpener } = await import('../../../src/main/desktop/file-opener');
const { createOpenLimit } = await import('../../../src/main/desktop/links');

beforeEach(() => {
  vi.clearAllMocks();
  shell.openPath.mockResolvedValue('');
});

it('opens a file, and says when the system cannot', async () => {
  const opener = createFileOpener((open) => open());
  expect(await opener.open('/exports/list.csv')).toBe(true);
  shell.openPath.mockResolvedValue('no program');
  expect(await opener.open('/exports/list.csv')).toBe(false);
  await opener.showInFolder('/exports/list.csv');
  expect(shell.showItemInFolder).toHaveBeenCalledExactlyOnceWith('/exports/list.csv');
});

it('opens one file or folder per second, and ignores the others', async () => {
  let elapsed = 0;
  const opener = createFileOpener(createOpenLimit(() => elapsed));
  for (let click = 0; click < 10; click += 1) {
    expect(await opener.open('/exports/list.csv')).toBe(true);
    await opener.showInFolder('/exports/list.csv');
  }
  expect(shell.openPath).toHaveBeenCalledTimes(1);
  expect(shell.showItemInFolder).not.toHaveBeenCalled();
  elapsed = 1_000;
  await opener.showInFolder('/exports/list.csv');
  expect(shell.showItemInFolder).toHaveBeenCalledTimes(1);
});
