/**
 * Writes the pages of the help window with every build of main, so that development, tests, demo and packages have
 * them: the guide, the part for IT and the keyboard shortcuts in every language, as HTML in `out/help`.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { LANGUAGES, type Language } from '../../src/shared/language';
import { renderMarkdown, type SizeOf } from './markdown';
import { documentPage, shortcutsPage } from './pages';

/** How the files in docs/ end that are in a language. */
const ENDINGS: Record<Language, string> = { en: '.md', de: '.de.md' };

/** Reads a picture's size from its header (RFC 9649, "Lossless"). */
function webpSize(file: string): { width: number; height: number } {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 12, 16) !== 'VP8L') throw new Error(`${file} is not lossless`);
  const sizes = bytes.readUInt32LE(21);
  return { width: (sizes & 0x3fff) + 1, height: ((sizes >> 14) & 0x3fff) + 1 };
}

/**
 * All files of the help: texts by their path in the folder, and the names of the pictures they show.
 * @param root absolute path of the repository
 */
export function helpFiles(root: string): { texts: Record<string, string>; pictures: string[] } {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const pictures = new Set<string>();
  const sizeOf: SizeOf = (name) => {
    pictures.add(name);
    return webpSize(join(root, 'docs/images', name));
  };
  const texts: Record<string, string> = {
    'help.css': read('build/help/help.css'),
    'find.js': read('build/help/find.js'),
  };
  for (const language of LANGUAGES) {
    const documentOf = (name: 'guide' | 'admin'): string => {
      const source = read(`docs/${name}${ENDINGS[language]}`);
      // As in the window, no line ends after “E-”.
      const unbroken = language === 'de' ? source.replaceAll('E-Mail', 'E‑Mail') : source;
      return documentPage(language, name, renderMarkdown(unbroken, sizeOf));
    };
    const pages = {
      guide: documentOf('guide'),
      admin: documentOf('admin'),
      shortcuts: shortcutsPage(language, 'other'),
      'shortcuts-mac': shortcutsPage(language, 'mac'),
    };
    for (const [name, text] of Object.entries(pages)) texts[`${language}/${name}.html`] = text;
  }
  return { texts, pictures: [...pictures].sort() };
}

/** The plugin; `folder` is replaced with every build. */
export function helpPages({ root, folder }: { root: string; folder: string }): Plugin {
  return {
    name: 'letterhead:help',
    writeBundle() {
      const { texts, pictures } = helpFiles(root);
      rmSync(folder, { recursive: true, force: true });
      for (const name of ['images', ...LANGUAGES]) {
        mkdirSync(join(folder, name), { recursive: true });
      }
      for (const [path, text] of Object.entries(texts)) writeFileSync(join(folder, path), text);
      for (const name of pictures) {
        copyFileSync(join(root, 'docs/images', name), join(folder, 'images', name));
      }
    },
  };
}
