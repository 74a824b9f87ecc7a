/**
 * What a screen reader says of many changes: pasted, left out, saved and to be decided about in the table and in *Changes*;
 * of an import, labels and *Activity*. The accessibility tree is compared with sentences.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCalls } from '../faults/support/calls';
import type { OrganizationState } from '../standin';
import { expect, test } from './support/fixtures';
import { rightClick } from './support/native-menu';
import { answerFileDialogs, chooseMenuItem } from './support/native-ui';
import { makeSignIns } from './support/seed-user-data';

// The third sign-in, which opens every third organization, becomes read-only.
test.use({ standinOptions: { organizations: 7, signIns: makeSignIns(3) } });

test('what a screen reader says of drafts, saves, decisions, an import, labels and Activity', async ({
  launch,
  seed,
  standin,
  userData,
}) => {
  const all = [...standin.organizations.values()];
  const [taken, refused, , advised, unread, , sent] = all as [
    ...[OrganizationState, OrganizationState, OrganizationState, OrganizationState],
    ...[OrganizationState, OrganizationState, OrganizationState],
  ];
  sent.name = 'Northgate Ltd';
  for (const [n, { id }] of all.entries())
    standin.setProfile(id, { business_phone: `+44 20 7946 030${n}` });
  standin.setProfile(advised.id, { business_phone: '030 1234' });
  seed(
    ...[...standin.organizations.values()].map(({ id, name, profile }) =>
      id === unread.id ? { id, name } : { id, name, profile },
    ),
  );
  standin.hold({ method: 'GET', path: `/organizations/${unread.id}/profile` });
  const { app, page, letterhead } = await launch();
  await letterhead.expectRows(7);
  const calls = createCalls(page);
  const signIns = await calls.value('signIns', 'list');
  const { id: signInId } = signIns.find(({ label }) => label === 'Sign-in 3')!;
  await calls.value('signIns', 'setReadOnly', { signInId, readOnly: true });
  await page.getByRole('radio', { name: 'Table' }).click();
  const grid = page.getByRole('grid', { name: 'Organizations' });
  const table = page.getByRole('complementary', { name: 'Table of organizations' });
  const changes = page.getByRole('main');

  await test.step('cells that are read-only, were never read, or have advice', async () => {
    await expect(grid).toMatchAriaSnapshot(`
      - grid "Organizations":
        - rowgroup:
          - row:
            - rowheader "Name, Brightwater Ltd"
            - gridcell "Phone, +44 20 7946 0300"
            - gridcell "State, Up to date"
          - row:
            - rowheader "Name, L'Atelier du Vélo SARL"
            - gridcell "Phone, +44 20 7946 0302, read-only"
            - gridcell "State, Up to date"
          - row:
            - rowheader "Name, Möwe & Söhne Buchbinderei GmbH"
          - row:
            - rowheader "Name, Northgate Ltd"
          - row:
            - rowheader "Name, Quiet Harbor Foundation"
            - gridcell "Business name, not read yet"
            - gridcell "Phone, not read yet"
            - gridcell "State, Not read yet"
            - gridcell "Last check, never"
          - row:
            - rowheader "Name, شركة النخيل الأزرق"
            - gridcell "Phone, +44 20 7946 0305, read-only"
          - row:
            - rowheader "Name, 青波製作所株式会社"
            - 'gridcell "Phone, 030 1234, No country code such as +44. Callers from abroad need it."'
            - gridcell "State, Check"
    `);
  });

  await test.step('a paste that leaves cells over and entries out', async () => {
    await grid
      .getByRole('gridcell', { name: /^Phone, / })
      .first()
      .click();
    const numbers = Array.from({ length: 13 }, (_, n) => `+49 30 5550 ${100 + n}\n`).join('');
    await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), numbers);
    await page.keyboard.press('Control+v');
    await expect(table).toMatchAriaSnapshot(`
      - grid
      - group "Paste Business phone":
        - /children: equal
        - status:
          - strong: Paste Business phone
          - text: · Drafts in 4 organizations ·
          - button "1 not read yet"
          - text: ·
          - button "2 read-only"
        - button "Review 4"
        - 'button "Undo: Paste Business phone"'
        - button "Close"
        - button "Read these first"
      - text: 6 cells not pasted 7 organizations
      - button "Copy them"
    `);
    await expect(letterhead.button('Copy them')).toHaveAccessibleDescription('6 cells not pasted');
    await table.getByRole('button', { name: '2 read-only' }).click();
    await expect(table.getByRole('group', { name: 'Paste Business phone' })).toMatchAriaSnapshot(`
      - group "Paste Business phone":
        - status:
          - button "2 read-only" [expanded]
        - list "2 read-only":
          - listitem:
            - button "L'Atelier du Vélo SARL"
          - listitem:
            - button "شركة النخيل الأزرق"
    `);
  });

  await test.step('To save', async () => {
    await letterhead.button('Review 4').click();
    await expect(letterhead.button('Save 4 changes')).toBeEnabled();
    await expect(changes).toMatchAriaSnapshot(`
      - main:
        - heading "Changes" [level=1]
        - tablist "Parts of Changes":
          - tab "To save 4" [selected]
          - tab "Waiting 0"
          - tab "Decide 0"
          - tab "Saved"
        - tabpanel "To save 4":
          - 'checkbox "All: Paste Business phone 4" [checked]'
          - paragraph: 4 changes in 4 organizations
          - button "Discard…"
          - button "Save 4 changes"
          - list "Drafts":
            - listitem:
              - checkbox "Brightwater Ltd" [checked]
              - button "Brightwater Ltd"
              - group "Business phone":
                - term: Before
                - definition
                - term: After
                - definition
    `);
  });

  const held = standin.hold({ method: 'PUT', path: `/organizations/${sent.id}/profile` });
  const saves = changes.getByRole('region', { name: 'Current saves' });

  await test.step('a save that runs, and its changes that wait', async () => {
    standin.setProfile(taken.id, { business_phone: '+44 theirs' });
    standin.faults.add({
      mode: 'validation-error',
      match: { method: 'PUT', path: `/organizations/${refused.id}/profile` },
    });
    await letterhead.button('Save 4 changes').click();
    await page.getByRole('tab', { name: 'Waiting 1' }).click();
    await expect(saves).toMatchAriaSnapshot(`
      - region "Current saves":
        - 'group "Change: Business phone"':
          - progressbar "Saving changes"
          - button "Results (2 not saved)"
          - button "Pause"
          - button "Cancel…"
    `);
    await expect(saves.getByRole('progressbar')).toHaveAttribute(
      'aria-valuetext',
      /^1 of 4 saved\s·\s1 waiting\s·\s2 not saved\s·\s/,
    );
    await expect(changes.getByRole('tabpanel')).toMatchAriaSnapshot(`
      - tabpanel "Waiting 1":
        - list "Waiting changes":
          - listitem:
            - group "Northgate Ltd":
              - paragraph:
                - button "Northgate Ltd"
              - paragraph: Being sent now.
              - paragraph: "Your save: just now"
              - button "Withdraw" [disabled]
              - group "Business phone":
                - term: At Cloudflare
                - definition
                - term: Yours
                - definition
    `);
    await expect(changes.getByRole('tabpanel').getByRole('definition')).toHaveText([
      '+44 20 7946 0306',
      '+49 30 5550 103',
    ]);
  });

  await test.step('cells that wait, that wait for a decision, and that were refused', async () => {
    await expect(grid).toMatchAriaSnapshot(`
      - grid:
        - rowgroup:
          - row:
            - rowheader "Name, Brightwater Ltd"
            - gridcell "Phone, was +44 theirs, now +49 30 5550 100, waits for your decision"
            - gridcell "State, Decide"
          - row:
            - rowheader "Name, Möwe & Söhne Buchbinderei GmbH"
            - gridcell "Phone, was +44 20 7946 0301, now +49 30 5550 102, waits for your decision"
            - gridcell "State, Refused"
          - row:
            - rowheader "Name, Northgate Ltd"
            - gridcell "Phone, was +44 20 7946 0306, now +49 30 5550 103, waiting"
          - row:
            - rowheader "Name, 青波製作所株式会社"
            - gridcell "Phone, +49 30 5550 106"
    `);
  });

  await test.step('Decide', async () => {
    await page.getByRole('tab', { name: 'Decide 2' }).click();
    await expect(changes.getByRole('tabpanel')).toMatchAriaSnapshot(`
      - tabpanel "Decide 2":
        - checkbox "All changes to decide about"
        - text: /0 ticked/
        - button "Use theirs in the ticked rows" [disabled]
        - list "Changes to decide about":
          - /children: equal
          - listitem:
            - group "Brightwater Ltd":
              - checkbox "Brightwater Ltd"
              - paragraph: Changed at Cloudflare after you started editing. Nothing was sent.
              - button "Keep mine"
              - button "Use theirs"
              - group "Business phone":
                - term: At Cloudflare
                - definition
                - term: Yours
                - definition
          - listitem:
            - group "Möwe & Söhne Buchbinderei GmbH":
              - checkbox "Möwe & Söhne Buchbinderei GmbH"
              - button "Edit Business email"
              - button "Discard refused change"
              - group "Business email":
                - paragraph: "Cloudflare says: “Business email must be a valid email address.”"
                - term: At Cloudflare
                - definition
              - group "Business phone":
                - term: At Cloudflare
                - definition
                - term: Yours
                - definition
    `);
  });

  await test.step('a save that has ended, and Saved', async () => {
    held.release();
    const ended = `
          - 'group "Change: Business phone"':
            - paragraph:
              - strong: "Change: Business phone"
            - paragraph: 2 of 4 saved · 2 not saved
            - button "Results (2 not saved)"
            - button "Undo this save"
            - button "Export this list"`;
    await expect(saves).toMatchAriaSnapshot(`
      - region "Current saves":
        ${ended}
            - button "Close"
    `);
    await saves.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('tab', { name: 'Saved' }).click();
    await expect(changes.getByRole('tabpanel')).toMatchAriaSnapshot(`
      - tabpanel "Saved":
        - list "Saved changes":
          - listitem:
            ${ended.replaceAll('\n', '\n    ')}
    `);
  });

  await test.step('an import, what of it cannot be used, and what was not imported', async () => {
    const path = join(userData, 'list.csv');
    const rows = [
      ['Organization ID', 'Telephone'],
      [sent.id, '+49 30 1'],
      [advised.id, '+49 30 2', 'one more'],
      ['unlisted', '+49 30 3'],
      [unread.id, '+49 30 4'],
    ];
    await writeFile(path, rows.map((row) => row.join(',')).join('\r\n'));
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'import');
    const strip = page.getByRole('region', { name: 'Import list.csv' });
    await expect(strip.getByRole('heading')).toBeFocused();
    await strip
      .getByRole('combobox', { name: 'Import Telephone into' })
      .selectOption('Business phone');
    await expect(strip).toMatchAriaSnapshot(`
      - region "Import list.csv":
        - heading "Import list.csv" [level=2]
        - button "Make a draft in 1 organization"
        - button "Cancel"
        - button "Import options" [expanded]
        - status:
          - text: 2 rows matched ·
          - button "Not imported (2)"
          - text: · 1 organization will change · 1 not read yet
        - checkbox "Only rows that change" [checked]
        - combobox "Match rows by":
          - option "Organization ID" [selected]
        - combobox "Compare with":
          - option "Organization ID" [selected]
        - combobox "Empty cells":
          - option "Leave alone" [selected]
        - list "Columns":
          - listitem: /Organization ID .* Rows are matched by this/
          - listitem:
            - text: Telephone +49 30 1
            - combobox "Import Telephone into":
              - option "Business phone" [selected]
        - paragraph: Without the column “Letterhead check”, every cell that differs counts as edited.
        - button "Read these first"
    `);
    await strip.getByRole('button', { name: 'Not imported (2)' }).click();
    const list = `
        - list "Rows and cells not imported":
          - /children: equal
          - listitem:
            - text: /Row 3 \\w+/
            - paragraph: There are more cells than headings. A separator or quotation mark may be missing.
          - listitem:
            - text: Row 4 unlisted
            - paragraph: No organization in your list matches this.
        - radiogroup "Export this list as":
          - radio "Excel workbook (.xlsx)" [checked]
          - radio "CSV file (.csv)"
        - button "Close"
        - button "Export"`;
    await expect(letterhead.dialog('Not imported: list.csv')).toMatchAriaSnapshot(`
      - 'dialog "Not imported: list.csv"':
        ${list}
    `);
    await letterhead.closeDialog();
    await strip.getByRole('button', { name: 'Make a draft in 1 organization' }).click();
    const line = page.locator('.batch').getByRole('group', { name: 'list.csv' });
    await expect(line).toMatchAriaSnapshot(`
      - group "list.csv":
        - status:
          - strong: list.csv
          - text: · Draft in 1 organization ·
          - button "1 not read yet"
          - text: ·
          - button "Not imported (2)"
    `);
    await line.getByRole('button', { name: 'Not imported (2)' }).click();
    await expect(letterhead.dialog('Not imported: list.csv')).toMatchAriaSnapshot(`
      - 'dialog "Not imported: list.csv"':
        ${list}
    `);
    await letterhead.closeDialog();
  });

  await test.step('labels', async () => {
    await page.getByRole('radio', { name: 'List' }).click();
    await (await rightClick(app, letterhead.option(sent.name))).click('Labels…');
    const dialog = letterhead.dialog('Labels');
    await expect(dialog).toHaveAccessibleDescription('Northgate Ltd');
    await expect(dialog).toMatchAriaSnapshot(`
      - dialog "Labels":
        - heading "Labels" [level=2]
        - paragraph: Northgate Ltd
        - paragraph: Labels are only on this computer. Cloudflare never sees them.
        - textbox "Find or add a label"
        - button "Add" [disabled]
        - group "Labels":
          - paragraph: There are no labels yet. Type the first one.
        - button "Cancel"
        - button "Apply" [disabled]
    `);
    await page.keyboard.type('South');
    await page.keyboard.press('Enter');
    await expect(dialog).toMatchAriaSnapshot(`
      - dialog "Labels":
        - textbox "Find or add a label"
        - group "Labels":
          - checkbox "South" [checked]
        - button "Apply"
    `);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('Activity', async () => {
    await chooseMenuItem(app, 'activity');
    await expect(page.getByRole('list', { name: 'What happened' })).toBeVisible();
    await expect(changes).toMatchAriaSnapshot(`
      - main:
        - heading "Activity" [level=1]
        - combobox "Period":
          - option "Any time" [selected]
        - combobox "Kind":
          - option "All kinds" [selected]
        - button "Export…"
        - list "What happened":
          - listitem:
            - time
            - heading "Northgate Ltd Saved" [level=2]
            - paragraph: /^Business phone\\s·\\sby you, in Letterhead\\s·\\sin the save of .+/
            - button "Only this organization"
            - button "Before and after"
    `);
    const first = page.getByRole('list', { name: 'What happened' }).getByRole('listitem').first();
    const texts = first.getByRole('button', { name: 'Before and after' });
    await expect(texts).toHaveAccessibleDescription('Northgate Ltd Saved');
    await expect(
      first.getByRole('button', { name: 'Only this organization' }),
    ).toHaveAccessibleDescription('Northgate Ltd Saved');
    await texts.click();
    await expect(first).toMatchAriaSnapshot(`
      - listitem:
        - button "Before and after" [expanded]
        - group "Business phone":
          - term: Before
          - definition
          - term: After
          - definition
    `);
  });
});
