/** Runs before every component test file. Adds what happy-dom lacks and the components need. */
import { cleanup, configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => cleanup());

// Instead of a second, for busy machines. In ms.
configure({ asyncUtilTimeout: 20_000 });

/** happy-dom has no layout, so no element ever changes its size. */
class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** A window tall enough to render the short lists of most tests in full. */
Object.assign(window, { innerHeight: 1_080 });

globalThis.ResizeObserver ??= NoResizes;
Element.prototype.scrollIntoView ??= () => {};

// The test environment has no commands for editing; a browser may refuse them, too.
document.execCommand ??= () => false;
