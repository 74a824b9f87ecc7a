/** Runs before every component test file: what happy-dom lacks and the window's controls need. */
import { cleanup } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => cleanup());

/** Layout does not happen here, so nothing ever resizes. */
class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** Tall enough that the short lists of tests are in sight. */
Object.assign(window, { innerHeight: 1_080 });

globalThis.ResizeObserver ??= NoResizes;
Element.prototype.scrollIntoView ??= () => {};
