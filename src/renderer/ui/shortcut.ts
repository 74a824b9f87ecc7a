/** Shows the shortcut of a menu item on the button that does the same: in its tooltip and for screen readers. */
import { m } from '../../shared/messages';
import { shortcutOf, type ShortcutName } from '../../shared/shortcuts';

const MAC = navigator.platform.startsWith('Mac');

const keysOf = (name: ShortcutName): string[] => shortcutOf(name, MAC).split('+');

/** The keys as they are labeled on the keyboard, such as Ctrl+S or ⌘S. */
function shortcutText(name: ShortcutName): string {
  const labels: Record<string, string> = MAC
    ? { CmdOrCtrl: '⌘', Alt: '⌥', Shift: '⇧', Backspace: '⌫' }
    : { CmdOrCtrl: m.key_control(), Shift: m.key_shift(), Backspace: m.key_backspace() };
  return keysOf(name)
    .map((key) => labels[key] ?? key)
    .join(MAC ? '' : '+');
}

/** Whether the pressed keys are this shortcut. */
export function isShortcut(name: ShortcutName, event: KeyboardEvent): boolean {
  const { ctrlKey, metaKey, altKey, shiftKey } = event;
  const keys = keysOf(name);
  const [command, other] = MAC ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  const isKey = event.key.toUpperCase() === keys.at(-1)?.toUpperCase();
  const areModifiers =
    command === keys.includes('CmdOrCtrl') &&
    shiftKey === keys.includes('Shift') &&
    altKey === keys.includes('Alt');
  return isKey && areModifiers && !other;
}

/**
 * The attributes that show a shortcut on a control.
 *
 * @param label the name of the control, to add to the tooltip of a control that shows only an icon
 */
export function shortcut(
  name: ShortcutName,
  label?: string,
): { title: string; 'aria-keyshortcuts': string } {
  const text = shortcutText(name);
  return {
    title: label === undefined ? text : `${label} (${text})`,
    'aria-keyshortcuts': keysOf(name)
      .map((key) => (key === 'CmdOrCtrl' ? (MAC ? 'Meta' : 'Control') : key))
      .join('+'),
  };
}
