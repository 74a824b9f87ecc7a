/** Clears the clipboard after a key or token was pasted from it, but nothing else that the person has copied since. */
import { parseSecret } from '../../shared/sign-in';

/** The part of Electron's `clipboard` that is used here. Before Electron 44, `readText` is synchronous. */
export interface TextClipboard {
  readText(): string | Promise<string>;
  clear(): void;
}

/**
 * Clears the clipboard if it still holds exactly this key or token, or what the field made it from (with spaces, say).
 * @returns whether the clipboard was cleared
 */
export async function clearCopiedKey(key: string, clipboard: TextClipboard): Promise<boolean> {
  // Either kind: only the cleaned text is used, which is the same for both.
  const copied = parseSecret('key', await clipboard.readText()).secret;
  if (key === '' || copied !== key) return false;
  clipboard.clear();
  return true;
}
