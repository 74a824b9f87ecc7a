/** The scripted main for component tests, with the window's state over it. */
import { createApi } from '../../src/renderer/state/api.svelte';
import { contextOf, WindowState } from '../../src/renderer/state/window-state';
import { ScriptedMain } from '../scripted/scripted-main';

/** The double of main. */
export class FakeApi extends ScriptedMain {
  /** A state over this double, and the context to render a component with. */
  state(): { state: WindowState; context: Map<symbol, WindowState> } {
    const state = new WindowState(createApi(this.bridge));
    return { state, context: contextOf(state) };
  }
}

/** An answer a test gives when it wants to: `promise` for the handler, `give` for the test. */
export function later<T>(): { promise: Promise<T>; give: (value: T) => void } {
  let give: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => (give = resolve));
  return { promise, give };
}
