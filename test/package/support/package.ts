/** The Debian package from `npm run dist -- --local`, and one of the next version. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const { version: VERSION } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

/** The folder of the unpacked app. */
export const UNPACKED = join(root, 'dist', 'linux-unpacked');

/** The package. */
export const DEB = join(
  root,
  'dist',
  `letterhead_${VERSION}_${process.arch === 'arm64' ? 'arm64' : 'amd64'}.deb`,
);

/** Makes a package with the same content and a newer version in a folder. */
export function nextVersionOf(deb: string, folder: string): { file: string; version: string } {
  const tree = join(folder, 'tree');
  execFileSync('dpkg-deb', ['--raw-extract', deb, tree]);
  const control = join(tree, 'DEBIAN', 'control');
  const version = `${VERSION}+next`;
  writeFileSync(
    control,
    readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`),
  );
  const file = join(folder, 'next.deb');
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', tree, file]);
  return { file, version };
}
