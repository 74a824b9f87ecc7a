/** Makes an HTML page with all pictures; a click on a picture opens it in full size. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A picture's file, such as `conflict-small-dark.png`: subject, window size, theme. */
const NAME = /^(?<subject>.+)-(?<size>[a-z]+)-(?<theme>light|dark)\.png$/;

const figure = (language, file) => `
    <figure>
      <a href="${language}/${file}"><img src="${language}/${file}" loading="lazy" alt=""></a>
      <figcaption>${file.replace('.png', '')}</figcaption>
    </figure>`;

const section = (language, files) => `
  <h2>${language}</h2>
  <div class="sheet">${files.map((file) => figure(language, file)).join('')}
  </div>`;

const page = (sections) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Letterhead: every screen</title>
<style>
  body { font: 13px system-ui; margin: 24px; background: #8b8f97; }
  .sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 16px; }
  figure { margin: 0; }
  img { width: 100%; display: block; box-shadow: 0 1px 6px #0008; }
  figcaption { padding: 4px 0; }
</style>
${sections.join('')}
</html>
`;

/**
 * Writes `index.html` with all pictures of a folder that has a subfolder per language.
 * @param {string} folder
 * @returns {Promise<{ sheet: string, count: number }>} the page's path and its number of pictures
 */
export async function contactSheet(folder) {
  const sections = [];
  let count = 0;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const files = (await readdir(join(folder, name))).filter((file) => NAME.test(file)).sort();
    sections.push(section(name, files));
    count += files.length;
  }
  const sheet = join(folder, 'index.html');
  await writeFile(sheet, page(sections));
  return { sheet, count };
}
