/** The window's start: the state over the bridge that the preload put here, and the app on it. */
import { mount } from 'svelte';
import type { LetterheadApi } from '../shared/contract/bridge';
import App from './App.svelte';
import { createApi } from './state/api.svelte';
import { contextOf, WindowState } from './state/window-state';

declare global {
  interface Window {
    /** Put here by the preload; see shared/contract/index.ts. */
    readonly letterhead: LetterheadApi;
  }
}

const target = document.getElementById('app');
if (target) {
  const state = new WindowState(createApi(window.letterhead));
  // With language and list in hand the first paint is the whole one, in the right words.
  void state.load().then(() => mount(App, { target, context: contextOf(state) }));
}
