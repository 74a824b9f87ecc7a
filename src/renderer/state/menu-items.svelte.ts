/** Tells main which items of the application menu can do something, so that it disables the others. */
import type { LetterheadApi } from '../../shared/contract/bridge';
import type { EnabledItems } from '../../shared/contract/menus';
import { isDialogOpen } from '../ui/focus';
import type { Command, Commands } from './commands';
import { editItems, focusedTextControl } from '../ui/text-controls';

/** The shortest time between two reports, in ms: typing changes the items with every key. */
const REPORT_PAUSE_MS = 100;

/** Commands that do something although a dialog is open. The others are about the page behind it. */
const IN_DIALOGS: readonly Command[] = ['support'];

/** What changes the items of the menu *Edit*. */
const EDIT_EVENTS = ['selectionchange', 'focusin', 'focusout', 'input'] as const;

/** Reports the items from now on. Call it in an effect, or while a component is created. */
export function reportMenuItems(api: LetterheadApi, commands: Commands): void {
  let hasDialog = $state(isDialogOpen());
  let editing = $state.raw<EnabledItems>([]);
  let focused = $state.raw(focusedTextControl());
  let reported = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const items = $derived.by<EnabledItems>(() => {
    const enabled = commands.enabled(focused);
    const possible: EnabledItems = hasDialog
      ? enabled.filter((one) => IN_DIALOGS.includes(one))
      : enabled;
    return [...possible, ...editing.filter((one) => !possible.includes(one))].sort();
  });

  function report(): void {
    timer = undefined;
    // Main reads the zoom itself; a changed zoom only has to trigger a report.
    const state = [...items, devicePixelRatio].join();
    if (state === reported) return;
    reported = state;
    void api.menus.setEnabled({ items: [...items] });
  }

  function reportSoon(): void {
    timer ??= setTimeout(report, REPORT_PAUSE_MS);
  }
  $effect(() => {
    // Only registers the dependency. The report reads the items when it is sent.
    void items;
    reportSoon();
  });
  $effect(() => {
    let editTimer: ReturnType<typeof setTimeout> | undefined;
    const updateEditItems = (): void => {
      editTimer ??= setTimeout(() => {
        editTimer = undefined;
        editing = editItems();
        focused = focusedTextControl();
      }, REPORT_PAUSE_MS);
    };
    const observer = new MutationObserver(() => (hasDialog = isDialogOpen()));
    observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['open'] });
    for (const event of EDIT_EVENTS) document.addEventListener(event, updateEditItems);
    addEventListener('resize', reportSoon);
    return () => {
      observer.disconnect();
      for (const event of EDIT_EVENTS) document.removeEventListener(event, updateEditItems);
      removeEventListener('resize', reportSoon);
      clearTimeout(editTimer);
      clearTimeout(timer);
    };
  });
}
