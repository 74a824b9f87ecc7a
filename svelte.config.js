/** Svelte's settings, shared by the build, the type check and the component tests. */
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // The class that scopes a style is in every element, so it is kept shorter than Svelte's own.
    cssHash: ({ hash, css }) => `s${hash(css)}`,
  },
};
