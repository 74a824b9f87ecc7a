/**
 * The layers of the code. `npm run lint` checks every import against them, those of Svelte components and
 * type imports included. CONTRIBUTING.md draws the same picture in words.
 */

/** Modules of src/main from top to bottom: each may import only what is beside or below it. */
const LAYERS = [
  // Build everything and connect it.
  ['index', 'first-screen', 'app', 'background-work'],
  // Answer the window's calls and talk to the desktop.
  [
    'organizations',
    'sign-ins',
    'saves',
    'selection',
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
  ['audit-log', 'read-queue'],
  ['sync'],
  ['changes'],
  ['rate-limit', 'cloudflare', 'keychain', 'ipc'],
  ['database'],
  ['lib'],
];

const inMain = (names) => `^src/main/(${names.join('|')})(/|\\.ts$)`;

const layerRules = LAYERS.slice(1).map((names, index) => ({
  name: `main-layer-${names[0]}`,
  comment: 'A module of main imports only modules of its own layer and of the layers below.',
  severity: 'error',
  from: { path: inMain(names) },
  to: { path: inMain(LAYERS.slice(0, index + 1).flat()) },
}));

/** Nothing that matches `from` imports anything that matches `to`. */
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Only files under `folder` import this package. */
const only = (folder, packageName) =>
  never(
    `only-${folder.split('/').at(-1)}-imports-${packageName.split('/').at(-1)}`,
    `Everything else uses what ${folder} offers.`,
    { path: '^src/', pathNot: `^${folder}/` },
    { path: `node_modules/${packageName}/` },
  );

/** Parts of main that run without Electron, in unit tests and in the keychain's helper process. */
const WITHOUT_ELECTRON =
  '^src/main/(audit-log|changes|cloudflare|database|keychain|lib|organizations|rate-limit|read-queue|saves|selection|sign-ins|sync)/';

export default {
  forbidden: [
    never(
      'no-cycles',
      'Modules that import each other are one, or a third is missing.',
      {},
      {
        circular: true,
      },
    ),
    ...layerRules,
    never(
      'main-by-index',
      'Folders of main import each other through index.ts, which says what others may use.',
      { path: '^src/main/([^/]+)/' },
      {
        path: '^src/main/[^/]+/',
        pathNot: ['^src/main/$1/', '^src/main/[^/]+/index\\.ts$', '^src/main/lib/'],
      },
    ),
    never(
      'features-by-index',
      'Features of the window import each other through index.ts.',
      { path: '^src/renderer/features/([^/]+)/' },
      {
        path: '^src/renderer/features/[^/]+/',
        pathNot: ['^src/renderer/features/$1/', '^src/renderer/features/[^/]+/index\\.ts$'],
      },
    ),
    never(
      'state-and-ui-below-features',
      'State and controls know no feature.',
      { path: '^src/renderer/(state|ui)/' },
      { path: '^src/renderer/features/' },
    ),
    never(
      'shared-imports-no-other-folder',
      'shared/ is what main and the window have in common.',
      { path: '^src/shared/' },
      { path: '^src/(main|preload|renderer)/' },
    ),
    never(
      'window-knows-main-by-contract',
      'The window and the preload reach main only through the contract in shared/.',
      { path: '^src/(renderer|preload)/' },
      { path: '^src/main/' },
    ),
    never(
      'main-reaches-the-window-by-contract',
      'Main and the preload reach the window only through the contract.',
      { path: '^src/(main|preload)/' },
      { path: '^src/renderer/' },
    ),
    never(
      'no-node-in-the-window',
      'The window is sandboxed, and shared/ and the preload run in it.',
      { path: '^src/(renderer|shared|preload)/' },
      { dependencyTypes: ['core'] },
    ),
    never(
      'no-svelte-in-shared',
      'Main imports shared/, too.',
      { path: '^src/shared/' },
      { path: 'node_modules/svelte/' },
    ),
    only('src/main/keychain', '@github/keytar'),
    only('src/main/keychain', 'keytar'),
    only('src/main/database', '@photostructure/sqlite'),
    never(
      'without-electron',
      'These modules also run in plain Node.',
      {
        path: `${WITHOUT_ELECTRON}|^src/(renderer|shared)/`,
        pathNot: '^src/main/cloudflare/electron-fetch\\.ts$',
      },
      { path: 'node_modules/electron/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'src/shared/messages/compiled' },
    // Imports of types count as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.renderer.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.svelte', '.svelte.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
