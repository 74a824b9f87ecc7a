/** The clipboard is cleared only while it still holds the key that was pasted from it. */
import { expect, it } from 'vitest';
import { clearCopiedKey } from '../../../src/main/desktop/copied-key';

const KEY = '0123456789abcdef0123456789abcdef01234';

/** A clipboard that holds a text. */
function clipboardWith(text: string) {
  const clipboard = {
    text,
    readText: () => Promise.resolve(clipboard.text),
    clear: () => void (clipboard.text = ''),
  };
  return clipboard;
}

it.each([
  ['the key', KEY],
  ['the key with what the field removes', ` Bearer ${KEY}\r\n`],
])('clears a clipboard that holds %s', async (_, text) => {
  const clipboard = clipboardWith(text);
  expect(await clearCopiedKey(KEY, clipboard)).toBe(true);
  expect(clipboard.text).toBe('');
});

it.each([
  ['something else', KEY, 'minutes of the meeting'],
  ['only the start of the text', KEY, `${KEY}5`],
  ['a key, while the field is empty', '', KEY],
  ['nothing, while the field is empty', '', ''],
])('leaves a clipboard alone that holds %s', async (_, key, text) => {
  const clipboard = clipboardWith(text);
  expect(await clearCopiedKey(key, clipboard)).toBe(false);
  expect(clipboard.text).toBe(text);
});

it('works with the synchronous clipboard before Electron 44', async () => {
  let isCleared = false;
  const clipboard = { readText: () => KEY, clear: () => void (isCleared = true) };
  expect(await clearCopiedKey(KEY, clipboard)).toBe(true);
  expect(isCleared).toBe(true);
});
