/**
 * The size of the scripts: of main and of the page, what a start loads before its list is painted, and everything else. A
 * bound is raised only in the commit that needs it.
 */
import { posix } from 'node:path';

/** The most that each may have, in kB. */
export const BUNDLE_BOUNDS = {
  'main, before the list is painted': 296.5,
  'main, the rest': 646.5,
  'page, before the list is painted': 285,
  'page, the rest': 715.2,
  preload: 12.6,
} as const;

/** What is bounded. */
export type Bundle = keyof typeof BUNDLE_BOUNDS;

/** A static import of a file in the same build. */
const IMPORT = /\b(?:from|import)\s*["'`](\.[^"'`]+)["'`]/g;

/**
 * The sizes in kB.
 * @param files paths of all files in the build's folder `out`, with slashes
 * @param read returns the text of one of them
 */
export function bundleSizes(
  files: readonly string[],
  read: (file: string) => string,
): Record<Bundle, number> {
  /** The files and everything they import statically. */
  const loadedBy = (entries: readonly string[]): Set<string> => {
    const loaded = new Set(entries);
    for (const file of loaded)
      for (const [, path] of read(file).matchAll(IMPORT))
        loaded.add(posix.join(posix.dirname(file), path!));
    return loaded;
  };
  const kilobytes = (wanted: Iterable<string>): number =>
    [...wanted].reduce((sum, file) => sum + Buffer.byteLength(read(file)), 0) / 1_000;
  const scripts = (folder: string): string[] =>
    files.filter((file) => file.startsWith(`${folder}/`) && /\.c?js$/.test(file));
  const parts = (folder: string, entries: readonly string[]): [first: number, rest: number] => {
    const first = loadedBy(entries);
    return [kilobytes(first), kilobytes(scripts(folder).filter((file) => !first.has(file)))];
  };

  const firstScreen = scripts('main').filter((file) => file.includes('/first-screen-'));
  const [main, mainRest] = parts('main', ['main/index.js', ...firstScreen]);
  const [, entry] = /<script [^>]*src="\.\/([^"]+)"/.exec(read('renderer/index.html'))!;
  const [page, pageRest] = parts('renderer', [`renderer/${entry}`]);
  return {
    'main, before the list is painted': main,
    'main, the rest': mainRest,
    'page, before the list is painted': page,
    'page, the rest': pageRest,
    preload: kilobytes(scripts('preload')),
  };
}
