/**
 * Makes a Debian package from an unpacked app, using only `dpkg-deb`. The package needs no script that runs as
 * root: the archive contains the mode of the sandbox helper (setuid root), and triggers of Debian's own
 * packages update the menu and icon caches.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../folders.mjs';
import { control, copyright, desktopEntry, INSTALLED, metainfo } from './debian-files.mjs';

const ICONS = join(root, 'build', 'icons');

/** Debian's names of Electron's architectures. */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** Yields every file, folder and link below a folder. */
function* below(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    yield { path, kind: entry };
    if (entry.isDirectory()) yield* below(path);
  }
}

/** Makes files readable by all and writable only by root, regardless of the umask. */
function setModes(tree) {
  chmodSync(tree, 0o755);
  for (const { path, kind } of below(tree)) {
    if (kind.isSymbolicLink()) continue;
    const executable = kind.isDirectory() || (lstatSync(path).mode & 0o100) !== 0;
    chmodSync(path, executable ? 0o755 : 0o644);
  }
  // Chromium's sandbox uses this helper where user namespaces are forbidden.
  chmodSync(join(tree, INSTALLED, 'chrome-sandbox'), 0o4755);
}

async function write(tree, path, content) {
  const file = join(tree, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function addIcons(tree) {
  const hicolor = join(tree, 'usr/share/icons/hicolor');
  for (const name of readdirSync(join(ICONS, 'sizes'))) {
    await cp(
      join(ICONS, 'sizes', name),
      join(hicolor, name.replace('.png', ''), 'apps/letterhead.png'),
    );
  }
  await cp(join(ICONS, 'letterhead.svg'), join(hicolor, 'scalable/apps/letterhead.svg'));
}

/** Checksums for `dpkg --verify`, and the size in KiB that apt shows. */
function describe(tree) {
  let sums = '';
  let bytes = 0;
  for (const { path, kind } of below(tree)) {
    if (!kind.isFile()) continue;
    const content = readFileSync(path);
    bytes += Math.ceil(content.length / 4096) * 4096;
    sums += `${createHash('md5').update(content).digest('hex')}  ${relative(tree, path)}\n`;
  }
  return { sums, kilobytes: Math.ceil(bytes / 1024) };
}

/**
 * Makes the package and returns its path.
 * @param {object} options
 * @param {string} options.unpacked folder of the unpacked app
 * @param {string} options.output folder for the package
 * @param {string} options.version
 * @param {string} options.arch as Electron calls it
 */
export async function makeDeb({ unpacked, output, version, arch }) {
  const debianArch = ARCHITECTURES[arch];
  const file = join(output, `letterhead_${version}_${debianArch}.deb`);
  const tree = await mkdtemp(join(tmpdir(), 'letterhead-deb-'));
  try {
    // On file systems that support reflinks, no byte is copied.
    await mkdir(join(tree, 'opt'));
    execFileSync('cp', ['-a', '--reflink=auto', unpacked, join(tree, INSTALLED)]);
    await mkdir(join(tree, 'usr/bin'), { recursive: true });
    await symlink(`${INSTALLED}/letterhead`, join(tree, 'usr/bin/letterhead'));
    await write(tree, 'usr/share/applications/letterhead.desktop', desktopEntry());
    const date = new Date().toISOString().slice(0, 10);
    await write(tree, 'usr/share/metainfo/letterhead.metainfo.xml', metainfo({ version, date }));
    const license = readFileSync(join(root, 'LICENSE'), 'utf8');
    await write(tree, 'usr/share/doc/letterhead/copyright', copyright(license));
    const changes = readFileSync(join(root, 'CHANGELOG.md'));
    await write(tree, 'usr/share/doc/letterhead/changelog.gz', gzipSync(changes, { level: 9 }));
    await addIcons(tree);
    setModes(tree);
    const { sums, kilobytes } = describe(tree);
    await write(tree, 'DEBIAN/md5sums', sums);
    await write(tree, 'DEBIAN/control', control({ version, arch: debianArch, kilobytes }));
    chmodSync(join(tree, 'DEBIAN'), 0o755);
    await mkdir(output, { recursive: true });
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
  return file;
}
