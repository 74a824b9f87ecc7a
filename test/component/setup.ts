/** Runs before every component test file. Adds what happy-dom lacks and the components need. */
import { cleanup, configure, getConfig } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => cleanup());

const { getElementError } = getConfig();

/** Whether a wait looks for something again, and drops the error. When it gives up, it asks for another one. */
const isLooking = (): boolean =>
  (getConfig() as { _disableExpensiveErrorDiagnostics?: boolean })
    ._disableExpensiveErrorDiagnostics === true;

configure({
  // Instead of a second, for busy machines. In ms.
  asyncUtilTimeout: 20_000,
  // An error has the whole document as text. Writing that again and again took a quarter of the time of some tests.
  getElementError: (message, container) =>
    isLooking() ? new Error(message ?? '') : getElementError(message, container),
});

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
