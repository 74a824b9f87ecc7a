/** The scripted main for component tests, connected to the window's state. */
import { createApi } from '../../src/renderer/state/api.svelte';
import { contextOf, WindowState } from '../../src/renderer/state/window-state';
import { ScriptedMain } from '../scripted/scripted-main';

export class FakeApi extends ScriptedMain {
  /** Creates a state over this main, and the context to render components with. */
  state(): { state: WindowState; context: Map<symbol, WindowState> } {
    const state = new WindowState(createApi(this.bridge));
    return { state, context: contextOf(state) };
  }

  /** Like `state`, but with the first and the remaining data loaded. */
  async loadedState(): Promise<ReturnType<FakeApi['state']>> {
    const created = this.state();
    await created.state.load();
    await created.state.loadRest();
    return created;
  }
}

/** A promise that the test resolves, for an answer that comes later. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((resolvePromise) => (resolve = resolvePromise));
  return { promise, resolve };
}
