/**
 * Writes the pages of the help window with every build of main, so that development, tests, demo and packages have
 * them: docs/guide.md and its German translation, CHANGELOG.md and the keyboard shortcuts, as HTML in `out/help`.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { LANGUAGES, type Language } from '../../src/shared/language';
import { renderMarkdown, type SizeOf } from './markdown';
import { guidePage, shortcutsPage, whatsNewPage } from './pages';

/** The guide in each language, relative to the repository. */
const GUIDES: Record<Language, string> = { en: 'docs/guide.md', de: 'docs/guide.de.md' };

/** Reads a picture's size from its header (PNG specification, chunk IHDR). */
function pngSize(file: string): { width: number; height: number } {
  const bytes = readFileSync(file);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
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
    return pngSize(join(root, 'docs/images', name));
  };
  const texts: Record<string, string> = { 'help.css': read('build/help/help.css') };
  for (const language of LANGUAGES) {
    const pages = {
      guide: guidePage(language, renderMarkdown(read(GUIDES[language]), sizeOf)),
      'whats-new': whatsNewPage(language, renderMarkdown(read('CHANGELOG.md'), sizeOf)),
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
