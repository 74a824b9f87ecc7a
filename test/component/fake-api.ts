/** A fake main process for component tests, which answers as the test scripts, and the window's state over it. */
import { expect, onTestFinished } from 'vitest';
import { createApi } from '../../src/renderer/state/api.svelte';
import { contextOf, WindowState } from '../../src/renderer/state/window-state';
import { ScriptedMain } from '../scripted/scripted-main';

export class FakeApi extends ScriptedMain {
  constructor() {
    super();
    onTestFinished(() => expect(this.issues).toEqual([]));
  }

  /** Creates a window state over this fake main, and the context to render components with. */
  state(): { state: WindowState; context: Map<symbol, WindowState> } {
    const state = new WindowState(createApi(this.bridge));
    return { state, context: contextOf(state) };
  }

  /** Like `state`, but with everything loaded that the window loads at startup. */
  async loadedState(): Promise<ReturnType<FakeApi['state']>> {
    const created = this.state();
    await created.state.load();
    await created.state.loadRest();
    return created;
  }
}

/** A promise that the test resolves itself, for an answer that arrives late. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((resolvePromise) => (resolve = resolvePromise));
  return { promise, resolve };
}
