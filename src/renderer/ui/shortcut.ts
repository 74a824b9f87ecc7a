/** Shortcuts of the menu, said by the buttons that do the same: in the tooltip, and to a screen reader. */
import { m } from '../../shared/messages';
import { SHORTCUTS, type ShortcutName } from '../../shared/shortcuts';

const MAC = navigator.platform.startsWith('Mac');

const keysOf = (name: ShortcutName): string[] => SHORTCUTS[name].split('+');

/** The keys as they stand on the keyboard, such as Ctrl+S or ⌘S. */
export function shortcutWords(name: ShortcutName): string {
  const words: Record<string, string> = MAC
    ? { CmdOrCtrl: '⌘', Shift: '⇧', Backspace: '⌫' }
    : { CmdOrCtrl: m.key_control(), Shift: m.key_shift(), Backspace: m.key_backspace() };
  return keysOf(name)
    .map((key) => words[key] ?? key)
    .join(MAC ? '' : '+');
}

/** Whether these keys are those of `quickSearch`. */
export function isQuickSearch(event: KeyboardEvent): boolean {
  const { ctrlKey, metaKey, altKey, shiftKey } = event;
  const command = MAC ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  const isKey = event.key.toUpperCase() === keysOf('quickSearch').at(-1);
  return command && !altKey && !shiftKey && isKey;
}

/**
 * What a control that does the same as the menu carries.
 *
 * @param label its name, for the tooltip of a control that shows only an icon
 */
export function shortcut(
  name: ShortcutName,
  label?: string,
): { title: string; 'aria-keyshortcuts': string } {
  const words = shortcutWords(name);
  return {
    title: label === undefined ? words : `${label} (${words})`,
    'aria-keyshortcuts': keysOf(name)
      .map((key) => (key === 'CmdOrCtrl' ? (MAC ? 'Meta' : 'Control') : key))
      .join('+'),
  };
}
