/**
 * The layers of the code, checked by `npm run lint` over every import, those of Svelte files included.
 * docs/adr and CONTRIBUTING.md describe the same picture in words.
 */

/** Modules of src/main from the top down: each may import only what stands below it. */
const LAYERS = [
  // Build everything and wire it together.
  ['app', 'first-screen', 'index'],
  // Answer the calls of the window; each is a feature.
  [
    'organizations',
    'sign-ins',
    'bulk',
    'csv',
    'settings',
    'updates',
    'support',
    'recovery',
    'reset',
    'desktop',
    'publisher',
    'publications',
  ],
  // Work without the window.
  ['background-check', 'sync'],
  ['changes'],
  ['rate-limit', 'cloudflare', 'keychain', 'ipc'],
  ['database'],
  ['lib'],
];

const inMain = (names) => `^src/main/(${names.join('|')})(/|\\.ts$)`;

const layerRules = LAYERS.slice(1).map((names, index) => ({
  name: `main-layer-${names[0]}`,
  comment: `These are imported by what stands above them, never the other way round.`,
  severity: 'error',
  from: { path: inMain(names) },
  to: { path: inMain(LAYERS.slice(0, index + 1).flat()) },
}));

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that import each other are one, or a third is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...layerRules,
    {
      name: 'main-features-by-index',
      severity: 'error',
      from: { path: '^src/main/([^/]+)/' },
      to: {
        path: '^src/main/[^/]+/',
        pathNot: ['^src/main/$1/', '^src/main/[^/]+/index\\.ts$', '^src/main/lib/'],
      },
    },
    {
      name: 'renderer-features-by-index',
      severity: 'error',
      from: { path: '^src/renderer/features/([^/]+)/' },
      to: {
        path: '^src/renderer/features/[^/]+/',
        pathNot: ['^src/renderer/features/$1/', '^src/renderer/features/[^/]+/index\\.ts$'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'src/shared/messages/compiled' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.renderer.json' },
    extraExtensionsToScan: [],
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte', '.svelte.ts', '.mjs', '.js', '.json'],
    },
  },
};
