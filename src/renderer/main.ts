/** Entry point of the window: creates the window state from the preload's bridge and mounts the app. */
import { mount } from 'svelte';
import type { LetterheadApi } from '../shared/contract/bridge';
import App from './App.svelte';
import { createApi } from './state/api.svelte';
import { contextOf, WindowState } from './state/window-state';

declare global {
  interface Window {
    /** The bridge to the main process, exposed by the preload. Its calls are in shared/contract/index.ts. */
    readonly letterhead: LetterheadApi;
  }
}

const target = document.getElementById('app');
if (target) {
  const state = new WindowState(createApi(window.letterhead));
  // Load the list and the language before mounting, so that the first paint is complete and translated.
  void state.load().then(() => mount(App, { target, context: contextOf(state) }));
}
