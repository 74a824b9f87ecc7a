/** Entry point of the window: creates the state over the bridge from the preload and mounts the app. */
import { mount } from 'svelte';
import type { LetterheadApi } from '../shared/contract/bridge';
import App from './App.svelte';
import { createApi } from './state/api.svelte';
import { contextOf, WindowState } from './state/window-state';

declare global {
  interface Window {
    /** Exposed by the preload; see shared/contract/index.ts. */
    readonly letterhead: LetterheadApi;
  }
}

const target = document.getElementById('app');
if (target) {
  const state = new WindowState(createApi(window.letterhead));
  // Load language and list first, so that the first paint is complete and in the right language.
  void state.load().then(() => mount(App, { target, context: contextOf(state) }));
}
