/** Markdown in the help window: no HTML of its own, no links out of the help, and pictures of ours only. */
import { expect, it } from 'vitest';
import { headingId, renderMarkdown } from '../../../../build/help/markdown';

const size = () => ({ width: 10, height: 20 });
const htmlOf = (source: string): string => renderMarkdown(source, size).html;

it('shows raw HTML as text', () => {
  const html = htmlOf(
    '# Title\n\n<script>alert(1)</script> and <b onclick="x">bold</b>\n\n<img src=x>',
  );
  expect(html).not.toMatch(/<(script|b|img)\b/);
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

it.each([
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'http://developers.cloudflare.com/',
  'https://developers.cloudflare.com.example/',
  'https://developers.cloudflare.com:8443/',
  'https://developers.cloudflare.com/?key=x',
  'https://developers.cloudflare.com/#key',
  'https://example.com/',
  '//developers.cloudflare.com/',
  'packaging.md',
  'adr/0010-recognize-our-own-writes.md',
  '../SECURITY.md#x',
  '#nowhere',
])('leaves only the text of a link to %s', (target) => {
  const html = htmlOf(
    `# Title\n\nRead [this _page_](${target}) and [the chapter](#one).\n\n## One`,
  );
  expect(html.match(/<a [^>]*>/g)).toEqual(['<a href="#one">']);
  expect(html).toContain('<em>page</em>');
});

it('keeps links to headings of the page, umlauts included, and to allowed sites', () => {
  const page = 'https://developers.cloudflare.com/fundamentals/';
  const html = htmlOf(`# T\n\n[a](#über-uns) [b](${page})\n\n## Über uns`);
  expect(html).toContain(`<a href="${page}">b</a>`);
  const [, hash] = /href="#([^"]*)"/.exec(html)!;
  expect(html).toContain(`<h2 id="${decodeURIComponent(hash!)}">`);
});

it('links the guide and the part for IT to each other, in whichever language they are written', () => {
  const html = htmlOf(
    '# T\n\n[a](admin.de.md#netzwerk) [b](guide.md) [c](guide.md.exe) [d](x/admin.md)',
  );
  expect(html.match(/<a [^>]*>/g)).toEqual([
    '<a href="admin.html#netzwerk">',
    '<a href="guide.html">',
  ]);
});

it('gives headings the ids that GitHub gives them, and lists them', () => {
  expect(headingId('API token or Global API Key')).toBe('api-token-or-global-api-key');
  expect(headingId('What is stored, and where')).toBe('what-is-stored-and-where');
  expect(headingId('Schlüsselbund unter Linux')).toBe('schlüsselbund-unter-linux');
  const { title, headings, html } = renderMarkdown(
    '# All\n\n## One `a`\n\n## One a\n\n### Two',
    size,
  );
  expect(title).toBe('All');
  expect(headings).toEqual([
    { level: 2, id: 'one-a', text: 'One a' },
    { level: 2, id: 'one-a-1', text: 'One a' },
    { level: 3, id: 'two', text: 'Two' },
  ]);
  expect(html).toContain('<h2 id="one-a-1">');
});

it('leaves out the list of contents before the first chapter, and no other list', () => {
  const html = htmlOf('# T\n\n- [A](#a)\n- b\n  - c\n\nText\n\n## A\n\n- kept');
  expect(html).not.toContain('<li>b');
  expect(html).toContain('<p>Text</p>');
  expect(html).toContain('<li>kept</li>');
});

it('shows pictures of the guide with their size and description', () => {
  expect(htmlOf('# T\n\n![Two "fields"](images/list.webp)')).toContain(
    '<img src="../images/list.webp" alt="Two &quot;fields&quot;" width="10" height="20">',
  );
});

it.each([
  'https://example.com/a.webp',
  '../secret.webp',
  'images/../x.webp',
  'images/a.svg',
  'data:image/png;base64,eA==',
])('refuses the picture %s', (source) => {
  expect(() => htmlOf(`# T\n\n![x](${source})`)).toThrow('a picture from elsewhere');
});

it('turns an empty column heading into a cell', () => {
  const html = htmlOf('# T\n\n|   | a |\n| - | - |\n| b | c |');
  expect(html.match(/<t[dh]>.*?<\/t[dh]>/g)).toEqual([
    '<td></td>',
    '<th>a</th>',
    '<td>b</td>',
    '<td>c</td>',
  ]);
});
