/** The pages of the help window as HTML: header, table of contents, text. */
import type { Language } from '../../src/shared/language';
import { escapeHtml } from '../../src/shared/escape-html';
import { m } from '../../src/shared/messages';
import { HELP_PAGES, type HelpPage } from '../../src/main/desktop/help-pages';
import { headingId, type Heading, type Rendered } from './markdown';
import { shortcutSections, type Keyboard, type KeyRow } from './shortcut-list';

/** The name of a page in the header. */
function nameOf(link: HelpPage, locale: Language): string {
  if (link === 'guide') return m.desktop_menu_guide({}, { locale });
  return link === 'shortcuts'
    ? m.desktop_menu_shortcuts({}, { locale })
    : m.help_admin({}, { locale });
}

/** The table of contents: the chapters (level 2). */
function contents(headings: readonly Heading[]): string {
  return headings
    .filter(({ level }) => level === 2)
    .map(({ id, text }) => {
      return `<li><a href="#${escapeHtml(encodeURIComponent(id))}">${escapeHtml(text)}</a></li>`;
    })
    .join('\n');
}

/** The bar that find.js opens. */
function findBar(locale: Language): string {
  const text = {
    find: escapeHtml(m.help_find({}, { locale })),
    count: escapeHtml(m.help_find_count({ index: '{index}', total: '{total}' }, { locale })),
    none: escapeHtml(m.help_find_none({}, { locale })),
    previous: escapeHtml(m.help_find_previous({}, { locale })),
    next: escapeHtml(m.help_find_next({}, { locale })),
    close: escapeHtml(m.common_close({}, { locale })),
  };
  const button = (id: string, label: string, sign: string): string =>
    `<button type="button" id="find-${id}" aria-label="${label}" title="${label}">${sign}</button>`;
  return `<div id="find" role="search" hidden>
<input id="find-text" type="search" aria-label="${text.find}" placeholder="${text.find}" autocomplete="off" spellcheck="false">
<output id="find-count" aria-live="polite" data-count="${text.count}" data-none="${text.none}"></output>
${button('previous', text.previous, '↑')}
${button('next', text.next, '↓')}
${button('close', text.close, '×')}
</div>`;
}

interface PageOptions {
  language: Language;
  link: HelpPage;
  title: string;
  headings: readonly Heading[];
  /** The content of `main`. */
  html: string;
}

/** A complete page. */
function page({ language: locale, link, title, headings, html }: PageOptions): string {
  const links = HELP_PAGES.map((one) => {
    const current = one === link ? ' aria-current="page"' : '';
    return `<li><a href="${one}.html"${current}>${escapeHtml(nameOf(one, locale))}</a></li>`;
  });
  const label = escapeHtml(m.help_contents({}, { locale }));
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} – ${escapeHtml(m.app_name({}, { locale }))}</title>
<link rel="stylesheet" href="../help.css">
<script src="../find.js" defer></script>
</head>
<body>
<a class="skip" href="#text">${escapeHtml(m.help_skip({}, { locale }))}</a>
<header><nav aria-label="${escapeHtml(m.help_pages({}, { locale }))}"><ul>
${links.join('\n')}
</ul></nav></header>
${findBar(locale)}
<div class="columns">
<nav class="contents" aria-label="${label}"><h2>${label}</h2><ol>
${contents(headings)}
</ol></nav>
<main id="text" tabindex="-1">
${html}
</main>
</div>
</body>
</html>
`;
}

/** A page written in Markdown: the guide, or the part for IT. */
export const documentPage = (
  language: Language,
  link: 'guide' | 'admin',
  document: Rendered,
): string => page({ language, link, ...document });

/** The keys of a row, such as Ctrl+S or Up arrow. */
function keysOf({ ways }: KeyRow, or: string): string {
  return ways
    .map((keys) => keys.map((key) => `<kbd>${escapeHtml(key)}</kbd>`).join('+'))
    .join(` ${escapeHtml(or)} `);
}

/** The keyboard shortcuts. */
export function shortcutsPage(language: Language, keyboard: Keyboard): string {
  const options = { locale: language };
  const title = m.desktop_menu_shortcuts({}, options);
  const sections = shortcutSections(language, keyboard);
  const or = m.help_or({}, options);
  const tables = sections.map(({ title: name, rows }) => {
    const id = headingId(name);
    const lines = rows.map(
      (row) => `<tr><td>${keysOf(row, or)}</td><td>${escapeHtml(row.effect)}</td></tr>`,
    );
    return `<h2 id="${escapeHtml(id)}">${escapeHtml(name)}</h2>
<table class="keys">
<thead><tr><th>${escapeHtml(m.help_keys({}, options))}</th><th>${escapeHtml(m.help_effect({}, options))}</th></tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`;
  });
  return page({
    language,
    link: 'shortcuts',
    title,
    headings: sections.map(({ title: text }) => ({ level: 2, id: headingId(text), text })),
    html: `<h1>${escapeHtml(title)}</h1>\n${tables.join('\n')}`,
  });
}
