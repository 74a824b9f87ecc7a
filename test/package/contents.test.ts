/** The contents of the package: fuses, files, size, and Debian's metadata. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { expect, test } from 'vitest';
import { readFuses } from '../../build/packaging/fuses.mjs';
import { capabilityOf } from '../../src/main/updates/capability';
import { BUNDLE_BOUNDS, bundleSizes, type Bundle } from './support/bundles';
import { DEB, UNPACKED } from './support/package';
import { variablesReadIn } from './support/variables';

/** The fuses of every Electron we pack. */
const EXPECTED = {
  RunAsNode: 'off',
  EnableCookieEncryption: 'off',
  EnableNodeOptionsEnvironmentVariable: 'off',
  EnableNodeCliInspectArguments: 'off',
  EnableEmbeddedAsarIntegrityValidation: 'on',
  OnlyLoadAppFromAsar: 'on',
  LoadBrowserProcessSpecificV8Snapshot: 'off',
  GrantFileProtocolExtraPrivileges: 'off',
};
/** Fuses only newer versions have. */
const NEWER = { WasmTrapHandlers: 'on' };

/** Size limit of what the app adds to the bare runtime, of which the help is 3 MB. */
const MAX_BYTES = 9_000_000;

const resources = join(UNPACKED, 'resources');

test('every fuse is set as expected, and none is undecided', async () => {
  const fuses = await readFuses(join(UNPACKED, 'letterhead'));
  expect(fuses).toMatchObject(EXPECTED);
  expect({ ...EXPECTED, ...NEWER }).toMatchObject(fuses);
});

test('the archive contains only files for this system', () => {
  const target = `linux-${process.arch}`;
  const files = listPackage(join(resources, 'app.asar'), { isPack: false });
  const expected = [
    /^\/package\.json$/,
    /^\/build\/icons\/letterhead\.png$/,
    /^\/out\/(main|preload|renderer)(\/|$)/,
    /^\/out\/help(\/((en|de|images)(\/[a-z-]+\.(html|webp))?|help\.css|find\.js))?$/,
    /^\/node_modules\/keytar\/(package\.json|lib\/keytar\.js)$/,
    new RegExp(`^/node_modules/(keytar|@photostructure/sqlite)/prebuilds/${target}/[^/]+\\.node$`),
  ];
  const isFolder = (path: string): boolean => files.some((file) => file.startsWith(`${path}/`));
  const foreign = files.filter(
    (path) => !isFolder(path) && !expected.some((pattern) => pattern.test(path)),
  );
  expect(foreign).toEqual([]);
  expect(files.filter((path) => path.endsWith('.node'))).toHaveLength(2);
  expect(files).toEqual(
    expect.arrayContaining(['/out/main/file-parser.js', '/out/main/keychain-helper.js']),
  );
  const help = files.filter((path) => path.startsWith('/out/help/'));
  expect(help).toEqual(
    expect.arrayContaining(['/out/help/en/guide.html', '/out/help/de/guide.html']),
  );
  expect(help.filter((path) => path.endsWith('.html'))).toHaveLength(8);
  const pictures = [...readFileSync('docs/guide.md', 'utf8').matchAll(/\((images\/[^)]+)\)/g)].map(
    ([, path]) => `/out/help/${path}`,
  );
  expect(pictures.length).toBeGreaterThan(20);
  expect(help).toEqual(expect.arrayContaining(pictures));
  expect(readdirSync(resources).sort()).toEqual([
    'app-update.yml',
    'app.asar',
    'app.asar.unpacked',
    'licenses.txt',
  ]);
  expect(readdirSync(join(UNPACKED, 'locales')).sort()).toEqual([
    'de.pak',
    'en-GB.pak',
    'en-US.pak',
  ]);
});

/**
 * The variables that JavaScript reads by name, with what a hostile value does. Whoever adds one says it here. Those that
 * start with LETTERHEAD_, ELECTRON_ or NODE_ are removed before anything reads them (command-line.ts).
 */
const READ_VARIABLES = [
  // Folders: corrected by trusted-paths.ts, asked of the system instead, or of an update's download, which has a hash.
  ...['APPDATA', 'HOME', 'LOCALAPPDATA', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME'],
  // What the updaters of electron-updater for an image and a snap read, none of which is used.
  ...['APPIMAGE', 'SNAP'],
  // What a process that gets nothing of ours needs on Windows.
  'SystemRoot',
  // What libraries print, and how.
  ...['DEBUG', 'FORCE_STYLES'],
  // Tokens for downloads from GitHub, which no build uses.
  ...['GH_TOKEN', 'GITHUB_TOKEN'],
  // Which system or processor a library believes it runs on, and checks of itself.
  ...['GRACEFUL_FS_PLATFORM', 'TEST_GRACEFUL_FS_GLOBAL_PATCH', 'TEST_UPDATER_ARCH'],
  'DIFFERENTIAL_DOWNLOAD_PLAN_BUILDER_VALIDATE_RANGES',
];

/** The functions that use the whole environment, or a variable whose name is computed. */
const READ_WHOLE = [
  // `debug` of electron-updater reads variables that start with DEBUG_.
  '(no function)',
  // An update's installer, and programs that electron-updater runs, get the environment.
  ...['doInstall', 'spawnSyncLog'],
  // Ours: the corrections themselves.
  'useCorrectPaths',
];

test('the shipped code reads only these variables of the environment', () => {
  const { names, others, addons } = variablesReadIn(join(resources, 'app.asar'));
  expect(names.filter((name) => !/^(LETTERHEAD|ELECTRON|NODE)_/.test(name))).toEqual(
    [...READ_VARIABLES].sort(),
  );
  expect(others).toEqual([...READ_WHOLE].sort());
  // SQLite reads SQLITE_TMPDIR, which is removed, and TMPDIR.
  expect(addons).toEqual(['@photostructure+sqlite.glibc.node']);
});

test('the package knows the update server, and only notifies of updates, because apt installed it', () => {
  const config = join(resources, 'app-update.yml');
  expect(readFileSync(config, 'utf8')).toContain('url: https://updates.letterhead.invalid/');
  const installed = { packaged: true, platform: 'linux' } as const;
  const capability = capabilityOf({ ...installed, config });
  expect(capability).toMatchObject({ mode: 'notify', reason: 'package', installer: null });
});

test('the package adds little to the bare runtime', () => {
  const bytes = readdirSync(resources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
  expect(bytes).toBeLessThan(MAX_BYTES);
});

test('what a start loads before its list is painted stays small, and so does the rest', () => {
  const archive = join(resources, 'app.asar');
  const files = listPackage(archive, { isPack: false })
    .filter((file) => file.startsWith('/out/'))
    .map((file) => file.slice('/out/'.length));
  const sizes = bundleSizes(files, (file) => extractFile(archive, `out/${file}`).toString());
  const wrong = (Object.keys(BUNDLE_BOUNDS) as Bundle[])
    .filter((name) => sizes[name] === 0 || sizes[name] > BUNDLE_BOUNDS[name])
    .map((name) => `${name}: ${sizes[name]} kB, at most ${BUNDLE_BOUNDS[name]}`);
  expect(wrong).toEqual([]);
});

test('the package contains the license of every bundled package', () => {
  const licenses = readFileSync(join(resources, 'licenses.txt'), 'utf8');
  for (const name of [
    'svelte',
    'bits-ui',
    'valibot',
    'electron-log',
    'electron-updater',
    'builder-util-runtime',
    '@github/keytar',
    'papaparse',
  ]) {
    expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
  }
  expect(licenses).not.toMatch(/^electron-builder /m);
});

test('the Debian package is owned by root, and contains its sandbox helper and no script', () => {
  const ask = (...args: string[]): string => execFileSync('dpkg-deb', args, { encoding: 'utf8' });
  const lines = ask('--contents', DEB).trim().split('\n');
  expect(lines.filter((line) => !/ root\/root /.test(line))).toEqual([]);
  const modeOf = (path: string): string =>
    lines.find((line) => line.includes(` ${path}`))!.split(' ')[0]!;
  expect(modeOf('./opt/Letterhead/chrome-sandbox')).toBe('-rwsr-xr-x');
  expect(modeOf('./opt/Letterhead/letterhead')).toBe('-rwxr-xr-x');
  // Only the sandbox helper runs as root, and only root may change any of the files.
  const setuid = lines.filter((line) => /^...s|^......s/.test(line));
  expect(setuid).toHaveLength(1);
  expect(lines.filter((line) => /^-....w|^-.......w|^d....w|^d.......w/.test(line))).toEqual([]);
  const paths = lines.map((line) => /\.(\/\S*)/.exec(line)![1]!);
  expect(paths).toEqual(
    expect.arrayContaining([
      '/usr/bin/letterhead',
      '/usr/share/applications/letterhead.desktop',
      '/usr/share/doc/letterhead/copyright',
      '/usr/share/icons/hicolor/48x48/apps/letterhead.png',
      '/usr/share/icons/hicolor/scalable/apps/letterhead.svg',
      '/usr/share/metainfo/letterhead.metainfo.xml',
    ]),
  );
  expect(ask('--field', DEB, 'Depends')).toContain('libsecret-1-0');
  const control = ask('--ctrl-tarfile', DEB);
  expect(control).toContain('./control');
  expect(control).not.toContain('./postinst');
});

test('the bill of materials beside the package lists its Electron', () => {
  const folder = join(UNPACKED, '..');
  const name = readdirSync(folder).find((file) => file.endsWith('.cdx.json'))!;
  const bill = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    bomFormat: string;
    components: { name: string; version: string }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  const electron = bill.components.find((part) => part.name === 'electron');
  expect(`v${electron?.version}`).toMatch(/^v\d+\.\d+\.\d+$/);
  expect(readFileSync(join(UNPACKED, 'version'), 'utf8').replace(/^v/, '')).toBe(electron?.version);
  expect(bill.components.map((part) => part.name)).toEqual(
    expect.arrayContaining(['svelte', 'valibot', 'electron-log', 'electron-updater']),
  );
});
