/** The pages of the help window, as the build writes them. */
import { expect, it, vi } from 'vitest';
import { shortcutSections } from '../../../../build/help/shortcut-list';
import { helpFiles } from '../../../../build/help/plugin';
import { cellItems } from '../../../../src/main/desktop/context-menu-items';
import { HELP_PAGES, helpPageAt, helpUrl } from '../../../../src/main/desktop/help-pages';
import { isAllowedLink } from '../../../../src/main/desktop/allowed-links';
import { LANGUAGES, type Language } from '../../../../src/shared/language';
import { SHORTCUTS } from '../../../../src/shared/shortcuts';

const { texts, pictures } = helpFiles(process.cwd());
const pages = Object.entries(texts).filter(([path]) => path.endsWith('.html'));

/** The attributes with this name in a page. */
const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => value!);

it('has every page, in every language and for every keyboard', () => {
  const urls = LANGUAGES.flatMap((language) =>
    HELP_PAGES.flatMap((page) =>
      (['linux', 'darwin'] as const).map((platform) => helpUrl(page, language, platform)),
    ),
  );
  const paths = [...new Set(urls)].map((url) => url.replace('app://help/', ''));
  expect(pages.map(([path]) => path).sort()).toEqual(paths.sort());
});

it.each(pages)('%s contains one script, no style and no address of its own', (_path, text) => {
  const html = text.replace('<script src="../find.js" defer></script>', '');
  expect(html).not.toMatch(/<(script|style|iframe|object|embed|form|base|meta http)/i);
  expect(html).not.toMatch(/ (on\w+|style|srcset|action)=/i);
  expect(html).not.toMatch(/javascript:/i);
  expect(attributes(html, 'src').every((src) => /^\.\.\/images\/[a-z-]+\.webp$/.test(src))).toBe(
    true,
  );
});

it.each(pages)(
  '%s links only to its own headings, to help pages and to allowed sites',
  (path, html) => {
    const ids = attributes(html, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    const links = attributes(html, 'href').filter((href) => href !== '../help.css');
    expect(links.length).toBeGreaterThan(4);
    for (const href of links) {
      if (href.startsWith('#')) expect(ids).toContain(decodeURIComponent(href.slice(1)));
      else if (href.startsWith('https:')) expect(isAllowedLink(href)).toBe(true);
      else expect(helpPageAt(new URL(href, `app://help/${path}`).href), href).not.toBeNull();
    }
  },
);

it('describes every picture, and contains each one', () => {
  const guide = texts['en/guide.html']!;
  expect(attributes(guide, 'alt').every((text) => text.length > 30)).toBe(true);
  expect(attributes(guide, 'src').map((src) => src.replace('../images/', ''))).toEqual(
    expect.arrayContaining(pictures),
  );
  expect(pictures.length).toBeGreaterThan(20);
});

it('never ends a line after “E-” in German', () => {
  for (const page of ['guide', 'admin']) {
    expect(texts[`de/${page}.html`]).toContain('E‑Mail');
    expect(texts[`de/${page}.html`]).not.toContain('E-Mail');
  }
});

/** What is printed on the keys, where that differs from the accelerator. */
const PRINTED: Record<Language, Record<string, string>> = {
  en: {
    CmdOrCtrl: 'Ctrl',
    ',': ', (comma)',
    ArrowUp: 'Up arrow',
    ArrowDown: 'Down arrow',
    ArrowLeft: 'Left arrow',
    ArrowRight: 'Right arrow',
  },
  de: {
    CmdOrCtrl: 'Strg',
    Shift: 'Umschalt',
    Backspace: 'Rücktaste',
    ',': ', (Komma)',
    ArrowUp: 'Pfeil nach oben',
    ArrowDown: 'Pfeil nach unten',
    ArrowLeft: 'Pfeil nach links',
    ArrowRight: 'Pfeil nach rechts',
  },
};

it.each(LANGUAGES)('lists every shortcut of the menu (%s)', (language) => {
  const [first] = shortcutSections(language, 'other');
  const combinations = first!.rows.flatMap(({ ways }) => ways.map((keys) => keys.join('+')));
  for (const accelerator of Object.values(SHORTCUTS)) {
    const keys = accelerator.split('+').map((key) => PRINTED[language][key] ?? key);
    expect(combinations).toContain(keys.join('+'));
  }
});

it('lists the keys that the context menu of cells shows', () => {
  const listed = shortcutSections('en', 'other').flatMap(({ rows }) =>
    rows.flatMap(({ ways }) => ways.map((keys) => keys.join('+'))),
  );
  const shown = cellItems({ sendForSelection: vi.fn() }).flatMap(
    ({ accelerator }) => accelerator ?? [],
  );
  expect(shown.length).toBeGreaterThan(0);
  for (const keys of shown) expect(listed).toContain(keys.replace('CmdOrCtrl', 'Ctrl'));
});

it('names the keys as they are on the keyboard', () => {
  const keysFor = (language: 'en' | 'de', keyboard: 'mac' | 'other') =>
    shortcutSections(language, keyboard)[0]!.rows.flatMap(({ ways }) =>
      ways.map((way) => way.join('+')),
    );
  expect(keysFor('en', 'other')).toContain('Ctrl+Shift+Backspace');
  expect(keysFor('en', 'mac')).toContain('⌘+⌥+F');
  expect(keysFor('de', 'other')).toContain('Strg+Umschalt+Rücktaste');
  expect(keysFor('en', 'mac')).toContain('⌘+⇧+⌫');
  for (const language of LANGUAGES) {
    for (const keyboard of ['mac', 'other'] as const) {
      const names = shortcutSections(language, keyboard).flatMap(({ rows }) =>
        rows.flatMap((row) => row.ways.flat()),
      );
      expect(
        names.filter((name) => /^(CmdOrCtrl|Arrow.*|Page[A-Z].*|Plus|Escape|Letters)$/.test(name)),
      ).toEqual([]);
    }
  }
});
