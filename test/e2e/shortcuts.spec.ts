/** Every shortcut stands in the menu, each once, and the guide lists them. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './support/fixtures';

/** What the guide calls the keys of the menu. */
const inWords = (accelerator: string): string =>
  accelerator.replace('CmdOrCtrl', 'Ctrl').replace(/,$/, ', (comma)');

test('the shortcuts of the guide are those of the menu', async ({ launch }) => {
  const { app, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const shown = await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!.items.flatMap(({ submenu }) =>
      (submenu?.items ?? [])
        .filter(({ id, accelerator }) => id && accelerator)
        .map(({ label, accelerator, visible }) => ({ label, accelerator, visible })),
    ),
  );
  expect(shown.every(({ visible, label }) => visible && label !== '')).toBe(true);
  const keys = shown.map(({ accelerator }) => inWords(String(accelerator)));
  expect(new Set(keys).size, 'no two of them are the same').toBe(keys.length);

  const guide = await readFile('docs/guide.md', 'utf8');
  const section = guide.slice(guide.indexOf('## Shortcuts')).split('\n---')[0]!;
  const rows = [...section.matchAll(/^\| (Ctrl\S*(?: \(comma\))?)(?: or (Ctrl\S+))? +\|/gm)];
  expect(rows.map(([, first]) => first).sort()).toEqual(keys.sort());
  // The quick search has a second key, which the window itself takes (long-list.spec.ts).
  expect(rows.flatMap(([, , second]) => second ?? [])).toEqual(['Ctrl+K']);
});
