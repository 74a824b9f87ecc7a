/** Where the keyboard goes on when what had the focus is taken off the page by news. */
import { tick } from 'svelte';

/**
 * Call it before the page is updated: what has the focus may go with the update, as a decision that is
 * no longer needed or a button with nothing left to do. Then `goOn` puts the focus somewhere.
 */
export async function keepFocus(page: HTMLElement | undefined, goOn: () => void): Promise<void> {
  const focused = document.activeElement;
  if (!page?.contains(focused)) return;
  await tick();
  if (!focused?.isConnected && document.activeElement === document.body) goOn();
}
