/** Copying plain and rich text, on the clipboard of Electron 33 and on that of newer versions. */
import { EOL } from 'node:os';
import { beforeEach, expect, test, vi } from 'vitest';

const CONTENT = { text: 'Brightwater\nLondon', html: '<p>Brightwater</p>' };
const PLAIN = `Brightwater${EOL}London`;

beforeEach(() => vi.resetModules());

/** Loads the module on an Electron with these exports. */
async function on(electron: object) {
  vi.doMock('electron', () => electron);
  return await import('../../../src/main/desktop/rich-clipboard');
}

test('writes both forms at once where the clipboard is synchronous', async () => {
  const write = vi.fn();
  const { writeRichText } = await on({ clipboard: { write } });
  await writeRichText(CONTENT);
  expect(write.mock.calls).toEqual([[{ text: PLAIN, html: CONTENT.html }]]);
});

test('writes one item with both forms where the clipboard takes items, and fails when it fails', async () => {
  class ClipboardItem {
    readonly content: object;
    constructor(content: object) {
      this.content = content;
    }
  }
  const write = vi.fn(async (_items: ClipboardItem[]) => {});
  const { writeRichText } = await on({ clipboard: { write }, ClipboardItem });
  await writeRichText(CONTENT);
  const [item] = write.mock.lastCall?.[0] ?? [];
  expect(item?.content).toEqual({ 'text/plain': PLAIN, 'text/html': CONTENT.html });
  write.mockRejectedValueOnce(new Error('no clipboard'));
  await expect(writeRichText(CONTENT)).rejects.toThrow('no clipboard');
});
