/** Runs before every component test file. Adds what happy-dom lacks and the components need. */
import { cleanup } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => cleanup());

/** There is no layout here, so nothing ever resizes. */
class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** Tall enough to render the short lists of most tests in full. */
Object.assign(window, { innerHeight: 1_080 });

globalThis.ResizeObserver ??= NoResizes;
Element.prototype.scrollIntoView ??= () => {};
