/** Menu shortcuts and the guide's list of them. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './support/fixtures';

/** An Electron accelerator as the guide writes it. */
const asInGuide = (accelerator: string): string =>
  accelerator.replace('CmdOrCtrl', 'Ctrl').replace(/,$/, ', (comma)');

test('the guide lists exactly the shortcuts of the menu', async ({ launch }) => {
  const { app, letterhead } = await launch();
  await expect(letterhead.button('Add organizations')).toBeVisible();
  const items = await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!.items.flatMap(({ submenu }) =>
      (submenu?.items ?? [])
        // Not the items that the system itself carries out.
        .filter(({ id, accelerator, role }) => id && accelerator && !role)
        .map(({ label, accelerator, visible }) => ({ label, accelerator, visible })),
    ),
  );
  expect(items.every(({ visible, label }) => visible && label !== '')).toBe(true);
  const keys = items.map(({ accelerator }) => asInGuide(String(accelerator)));
  expect(new Set(keys).size, 'shortcuts are unique').toBe(keys.length);

  const guide = await readFile('docs/guide.md', 'utf8');
  const section = guide.slice(guide.indexOf('## Shortcuts')).split('\n---')[0]!;
  const rows = [
    ...section.matchAll(/^\| ((?:Ctrl|F\d)\S*(?: \(comma\))?)(?: or (Ctrl\S+|F\d))? +\|/gm),
  ];
  expect(rows.map(([, first]) => first).sort()).toEqual(keys.sort());
  // The page itself handles the second shortcut of the search (long-list.spec.ts) and of refreshing (menu-items.test.ts).
  expect(rows.flatMap(([, , second]) => second ?? [])).toEqual(['Ctrl+K', 'F5']);
});
