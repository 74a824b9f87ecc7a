/** The tasks that people do most, counted in clicks and keys: none may become longer. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import Papa from 'papaparse';
import { createCalls } from '../faults/support/calls';
import { sampleToken, type OrganizationState, type Standin } from '../standin';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import { Keyboard } from './support/keyboard';
import { rightClick } from './support/native-menu';
import { answerFileDialogs, chooseMenuItem, readClipboard } from './support/native-ui';
import { makeSignIns } from './support/seed-user-data';
import { idsByRow } from './support/table-order';
import { writeWorkbook } from './support/workbook';

/** A person at the window, whose clicks and keys are counted. Typing a text counts as nothing: it stays the same. */
class Person {
  readonly #page: Page;
  clicks = 0;
  keys = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  async click(target: Locator): Promise<void> {
    await target.click();
    this.clicks += 1;
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
    this.keys += 1;
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.insertText(text);
  }

  /** Confirms a question of the system, or chooses a file in a dialog of it, which the fixture does. */
  confirm(): void {
    this.clicks += 1;
  }

  /** Chooses from the menu bar. That is one click: the button is held down from the menu to its item. */
  async chooseMenuItem(app: ElectronApplication, id: string): Promise<void> {
    await chooseMenuItem(app, id);
    this.clicks += 1;
  }

  /** Chooses from a list, in the same way. */
  async choose(list: Locator, option: string): Promise<void> {
    await list.selectOption(option);
    this.clicks += 1;
  }

  /** Right-clicks, and clicks an item of the menu. */
  async chooseFromContextMenu(
    app: ElectronApplication,
    target: Locator,
    item: string,
  ): Promise<void> {
    await (await rightClick(app, target)).click(item);
    this.clicks += 2;
  }

  /** Drags from one element to another. */
  async drag(from: Locator, to: Locator): Promise<void> {
    await from.hover();
    await this.#page.mouse.down();
    await to.hover();
    await this.#page.mouse.up();
    this.clicks += 1;
  }
}

const NEW_PHONE = '+44 20 7946 0331';

test.describe('with a token for accounts of 26 organizations', () => {
  test.use({ standinOptions: { organizations: 26, accounts: 27 } });

  test('first run: 5 clicks and a paste', async ({ launch }) => {
    const { app, page, letterhead } = await launch();
    await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), sampleToken.value);
    const person = new Person(page);
    await person.click(letterhead.button('Add organizations'));
    await expect(letterhead.tokenField).toBeFocused();
    await person.press('Control+v');
    await person.click(letterhead.button('Continue'));
    person.confirm();
    await person.click(page.getByRole('checkbox', { name: 'Select all' }));
    await person.click(letterhead.button('Add selected'));
    await letterhead.expectRows(26);
    expect([person.clicks, person.keys]).toEqual([5, 1]);
  });
});

test('first run to a confirmed save: 7 clicks', async ({ launch }) => {
  const { app, page, letterhead } = await launch();
  await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), sampleToken.value);
  const person = new Person(page);
  await person.click(letterhead.button('Add organizations'));
  await expect(letterhead.tokenField).toBeFocused();
  await person.press('Control+v');
  await person.click(letterhead.button('Continue'));
  person.confirm();
  await person.click(letterhead.button('Add selected'));
  await person.click(letterhead.field('business_phone'));
  await person.press('Control+a');
  await person.type(NEW_PHONE);
  await person.click(letterhead.button('Review changes'));
  await person.click(letterhead.button('Save changes'));
  await letterhead.expectSaved();
  expect([person.clicks, person.keys]).toEqual([7, 2]);
});

test('from the list into the form: 1 key; the phone number of the next organization: 1 key', async ({
  launch,
  seed,
  standin,
}) => {
  seed();
  const all = [...standin.organizations.values()];
  const { page, letterhead } = await launch();
  await letterhead.expectRows(all.length);
  const shown = letterhead.options.locator('.name');
  // A row that is still loading has none.
  await expect(shown).toHaveCount(all.length);
  const names = await shown.allTextContents();
  const at = (n: number) => all.find(({ name }) => name === names[n]!.trim())!;
  await letterhead.openProfile(at(0));
  const person = new Person(page);
  await person.press('Enter');
  await expect(letterhead.field('business_name')).toBeFocused();
  expect([person.clicks, person.keys]).toEqual([0, 1]);
  await letterhead.field('business_phone').focus();
  await person.press('Alt+ArrowDown');
  await expect(letterhead.heading(at(1).name)).toBeVisible();
  await expect(letterhead.field('business_phone')).toBeFocused();
  await expect(letterhead.field('business_phone')).toHaveValue(at(1).profile!.business_phone);
  expect([person.clicks, person.keys]).toEqual([0, 2]);
});

test('the tasks of a day with one organization', async ({ launch, standin }) => {
  const [organization, other] = [...standin.organizations.values()];
  const first = await launch();
  await first.letterhead.setUp([organization!.name, other!.name]);
  await first.letterhead.openProfile(organization!);
  await first.letterhead.waitUntilFetched();
  await first.close();
  const { app, page, letterhead } = await launch();

  await test.step('change a phone number: 3 clicks, because the last page opens again', async () => {
    const person = new Person(page);
    await person.click(letterhead.field('business_phone'));
    await person.press('Control+a');
    await person.type(NEW_PHONE);
    await person.click(letterhead.button('Review changes'));
    await person.click(letterhead.button('Save changes'));
    await letterhead.expectSaved();
    expect([person.clicks, person.keys]).toEqual([3, 1]);
  });

  await test.step('undo a save: 3 clicks', async () => {
    const person = new Person(page);
    await person.click(letterhead.button('Undo this save'));
    await person.click(letterhead.button('Review changes'));
    await person.click(letterhead.button('Save changes'));
    await letterhead.expectSaved();
    expect(standin.profileOf(organization!.id)).toEqual(organization!.profile);
    expect([person.clicks, person.keys]).toEqual([3, 0]);
  });

  await test.step('find whose number it is, and copy the letterhead: 1 click', async () => {
    const person = new Person(page);
    await person.press('Control+k');
    await person.type(other!.profile!.business_phone);
    await person.press('Enter');
    await expect(letterhead.heading(other!.name)).toBeVisible();
    await person.click(letterhead.button('Copy letterhead'));
    await expect(page.getByText('Letterhead copied', { exact: true })).toBeAttached();
    expect(await readClipboard(app)).toContain(other!.profile!.business_phone);
    expect([person.clicks, person.keys]).toEqual([1, 2]);
  });
});

test.describe('with 26 organizations', () => {
  test.use({ standinOptions: { organizations: 26 } });

  test('change a number for 26: 6 clicks', async ({ launch, standin }) => {
    const { page, letterhead } = await launch();
    await addAllOrganizations(letterhead, 26);
    const person = new Person(page);
    await person.click(letterhead.button('More actions for the list'));
    await person.click(page.getByRole('menuitem', { name: 'Select all 26' }));
    await person.click(letterhead.button('Fill…'));
    const fill = letterhead.dialog('Fill');
    await person.click(fill.getByRole('checkbox', { name: 'Phone' }));
    await expect(fill.getByRole('textbox').first()).toBeFocused();
    await person.type('+49 30 5550 100');
    await person.click(fill.getByRole('button', { name: 'Make drafts in 26 organizations' }));
    await person.click(letterhead.button('Save 26 changes'));
    await expect
      .poll(
        () =>
          [...standin.organizations.values()].filter(
            ({ profile }) => profile?.business_phone === '+49 30 5550 100',
          ).length,
        { timeout: 60_000 },
      )
      .toBe(26);
    expect([person.clicks, person.keys]).toEqual([6, 0]);
  });

  test('paste 26 different numbers from a spreadsheet and save them: 4 clicks and a key', async ({
    launch,
    standin,
  }) => {
    const { app, page, letterhead } = await launch();
    await addAllOrganizations(letterhead, 26);
    await letterhead.waitUntilFetched();
    const numbers = Array.from({ length: 26 }, (_, n) => `+49 30 5550 ${100 + n}`);
    const person = new Person(page);
    await person.click(page.getByRole('radio', { name: 'Table' }));
    const grid = page.getByRole('grid', { name: 'Organizations' });
    const first = grid.getByRole('gridcell', { name: /^Phone, / }).first();
    await first.click();
    const ids = await idsByRow(app, page, standin);
    const copyElsewhere = (texts: string[]): Promise<void> =>
      app.evaluate(
        ({ clipboard }, copied) => clipboard.writeText(copied),
        texts.map((text) => `${text}\r\n`).join(''),
      );
    const saved = () => ids.map((id) => standin.profileOf(id)?.business_phone);
    await copyElsewhere(numbers);
    await person.click(first);
    await person.press('Control+v');
    await person.click(letterhead.button('Review 26'));
    await person.click(letterhead.button('Save 26 changes'));
    await expect.poll(saved, { timeout: 60_000 }).toEqual(numbers);
    expect([person.clicks, person.keys]).toEqual([4, 1]);

    await test.step('with the mouse alone', async () => {
      const others = numbers.map((number) => number.replace('+49 30', '+49 40'));
      await copyElsewhere(others);
      await page.getByRole('radio', { name: 'Table' }).click();
      const menu = await rightClick(app, first);
      await menu.click('Paste');
      // *To save* is still open beside the table, and lists them by itself.
      await letterhead.button('Save 26 changes').click();
      await expect.poll(saved, { timeout: 60_000 }).toEqual(others);
    });
  });
});

test.describe('with metadata that other software wrote', () => {
  test.use({ standinOptions: { organizations: 8 } });

  test('set one entry of the metadata in all: 8 clicks and a key', async ({ launch, standin }) => {
    const all = [...standin.organizations.values()];
    const before = (n: number) => `{ "customer":${n},\r\n\t"tier": "silver" , "rate": 1.50 }`;
    for (const [n, { id }] of all.entries())
      standin.setProfile(id, { external_metadata: n < 7 ? before(n) : 'no JSON' });
    const { page, letterhead } = await launch();
    await addAllOrganizations(letterhead, 8);
    await letterhead.waitUntilFetched();
    const person = new Person(page);
    await person.click(letterhead.button('More actions for the list'));
    await person.click(page.getByRole('menuitem', { name: 'Select all 8' }));
    await person.click(letterhead.button('Fill…'));
    const fill = letterhead.dialog('Fill');
    await person.click(fill.getByRole('radio', { name: 'One entry of a JSON text' }));
    await person.click(fill.getByRole('radio', { name: 'External metadata' }));
    await person.click(fill.getByRole('textbox', { name: 'Name of the entry' }));
    await person.type('tier');
    await person.press('Tab');
    await person.type('gold');
    await person.click(fill.getByRole('button', { name: 'Make drafts in 8 organizations' }));
    const line = page.getByRole('group', { name: /^Set “⁨tier⁩”/ });
    await expect(line).toContainText('Drafts in 7 organizations · 1 without a JSON object');
    await person.click(letterhead.button('Save 7 changes'));
    const saved = () => all.map(({ id }) => standin.profileOf(id)?.external_metadata);
    // Every other byte is as it was.
    const after = all.map((_, n) => (n < 7 ? before(n).replace('silver', 'gold') : 'no JSON'));
    await expect.poll(saved, { timeout: 60_000 }).toEqual(after);
    expect([person.clicks, person.keys]).toEqual([8, 1]);
  });
});

test.describe('with 2,300 organizations, 41 of them in one street', () => {
  const COUNT = 41;
  const OLD = '12 Old Street\r\nLondon EC1V 9HL';
  const NEW = '12 New Street\r\nLondon EC1V 9HL';
  test.use({ standinOptions: { organizations: 2_300, signIns: makeSignIns(3) } });

  test('one street replaced inside 41 addresses, reviewed, saved and undone, by keyboard and by mouse', async ({
    launch,
    seed,
    standin,
  }) => {
    const moved = [...standin.organizations.values()]
      .filter((_, n) => n % 56 === 0)
      .slice(0, COUNT);
    for (const { id } of moved) standin.setProfile(id, { business_address: OLD });
    const addresses = () => [
      ...new Set(moved.map(({ id }) => standin.profileOf(id)?.business_address)),
    ];
    seed();
    const running = await launch();
    const { app, page, letterhead } = running;
    const find = page.getByRole('textbox', { name: 'Find in cells' });
    const replacement = page.getByRole('textbox', { name: 'Replace with' });
    const counted = page.getByText('41 cells in 41 organizations', { exact: true });
    const active = page.getByRole('grid', { name: 'Organizations' }).locator('.active');
    const title = 'Replace “⁨Old Street⁩” with “⁨New Street⁩”';

    await test.step('by keyboard alone', async () => {
      const keys = new Keyboard(running);
      await keys.shortcut('CmdOrCtrl+2');
      await keys.shortcut('CmdOrCtrl+H');
      await keys.expectFocusOn(find);
      await page.keyboard.insertText('old street');
      await expect(counted).toBeVisible();
      await expect(active).toHaveAccessibleName('Address, 12 Old Street ↵ London EC1V 9HL');
      await keys.press('Enter');
      await expect(active).toBeInViewport();
      await keys.typeInto(find, 'Old Street');
      await keys.typeInto(replacement, 'New Street');
      await keys.activate(page.getByRole('button', { name: 'Replace all' }));
      await expect(page.getByText('Drafts in 41 organizations')).toBeVisible();
      await keys.activate(letterhead.button('Review 41'));
      await expect(page.getByRole('checkbox', { name: `${title} 41` })).toBeChecked();
      await expect(letterhead.button('Save 41 changes')).toBeEnabled();
      await keys.shortcut('CmdOrCtrl+S');
      await expect.poll(addresses, { timeout: 60_000 }).toEqual([NEW]);
      await letterhead.expectText('Nothing to save: there are no drafts, and nothing is waiting.');
      await keys.activate(letterhead.button('Undo this save'));
      await keys.tabTo(letterhead.button('Review them'));
      await keys.press('Enter');
      await expect(letterhead.button('Save 41 changes')).toBeEnabled();
      await keys.shortcut('CmdOrCtrl+S');
      await expect.poll(addresses, { timeout: 60_000 }).toEqual([OLD]);
      await letterhead.expectText('Nothing to save: there are no drafts, and nothing is waiting.');
    });

    await test.step('by mouse alone', async () => {
      const person = new Person(page);
      await person.click(letterhead.button('Close page'));
      await person.chooseMenuItem(app, 'replace');
      await expect(find).toBeFocused();
      await person.type('Old Street');
      await expect(counted).toBeVisible();
      await expect(replacement).toHaveValue('New Street');
      await person.click(page.getByRole('button', { name: 'Replace', exact: true }));
      await expect(page.getByText('40 cells in 40 organizations', { exact: true })).toBeVisible();
      await person.click(page.getByRole('button', { name: 'Replace all' }));
      await expect(page.getByText('Drafts in 40 organizations')).toBeVisible();
      await person.click(letterhead.button('Review 40'));
      await person.click(letterhead.button('Save 41 changes'));
      await expect.poll(addresses, { timeout: 60_000 }).toEqual([NEW]);
      const newest = page.getByRole('region', { name: 'Current saves' }).getByRole('group').first();
      await person.click(newest.getByRole('button', { name: 'Undo this save' }));
      await person.click(letterhead.button('Review them'));
      await person.click(letterhead.button('Save 41 changes'));
      await expect.poll(addresses, { timeout: 60_000 }).toEqual([OLD]);
      expect([person.clicks, person.keys]).toEqual([9, 0]);
    });
  });
});

test.describe('with tables from others', () => {
  test.use({ standinOptions: { organizations: 8 } });

  /** The emails of these two are edited in an export; the texts of the last three are changed at Cloudflare meanwhile. */
  const involved = (standin: Standin) => {
    const [, edited, both, theirs, other] = [
      ...standin.organizations.values(),
    ] as OrganizationState[];
    return { edited: edited!, both: both!, theirs: theirs!, other: other! };
  };

  /** Edits two emails in an exported file, while somebody else changes one of them and two other texts. */
  async function editWhileOthersWork(path: string, page: Page, standin: Standin): Promise<void> {
    const { edited, both, theirs, other } = involved(standin);
    const text = await readFile(path, 'utf8');
    const changed = text
      .replace(edited.profile!.business_email, 'edited@example.com')
      .replace(both.profile!.business_email, 'both@example.com');
    await writeFile(path, changed);
    standin.setProfile(both.id, { business_email: 'theirs@example.com' });
    standin.setProfile(theirs.id, { business_email: 'theirs@example.com' });
    standin.setProfile(other.id, { business_address: 'Theirs' });
    for (const { id } of [both, theirs, other])
      await createCalls(page).value('organizations', 'refresh', { entryId: id });
  }

  /** Saves only the texts that no one else changed. */
  async function expectOnlyOwnEdit(standin: Standin): Promise<void> {
    const { edited, both, theirs, other } = involved(standin);
    const emailOf = ({ id }: OrganizationState) => standin.profileOf(id)?.business_email;
    await expect.poll(() => emailOf(edited), { timeout: 60_000 }).toBe('edited@example.com');
    for (const one of [both, theirs]) expect(emailOf(one)).toBe('theirs@example.com');
    expect(standin.profileOf(other.id)?.business_address).toBe('Theirs');
  }

  test('with the keyboard alone: a list from an accountant, 7 actions; an export that is edited meanwhile, 11 actions', async ({
    launch,
    standin,
    userData,
  }) => {
    const all = [...standin.organizations.values()];
    for (const [n, { id }] of all.entries())
      standin.setProfile(id, { external_metadata: `{"customer_number": ${4711 + n}}` });
    // Two organizations have one name.
    all[7]!.name = all[6]!.name;
    const running = await launch();
    const { app, page, letterhead } = running;
    await addAllOrganizations(letterhead, 8);
    await letterhead.waitUntilFetched();
    const keys = new Keyboard(running);
    const strip = (name: string) => page.getByRole('region', { name: `Import ${name}` });
    const line = page.locator('.batch').getByRole('group');

    await test.step('looks at what cannot be used before anything is made, and mends the list', async () => {
      const path = join(userData, 'accountant.xlsx');
      const phoneOf = (n: number) => `+49 30 5550 ${100 + n}`;
      const rows = all.map(({ name }, n) => [name.toUpperCase(), 4711 + n, phoneOf(n)]);
      const headings = ['Organization', 'Customer number', 'Telephone'];
      const write = (last: (string | number)[]) =>
        writeWorkbook(path, [headings, ...rows.slice(0, 7), last]);
      await write(['Unlisted Ltd', 1, '+49 30 1']);
      await answerFileDialogs(app, path);
      await keys.shortcut('CmdOrCtrl+I');
      const list = strip('accountant.xlsx');
      await keys.expectFocusOn(list.getByRole('heading'));
      await keys.choose(
        list.getByRole('combobox', { name: 'Import Telephone into' }),
        'Business phone',
      );
      await expect(list).toContainText('6 rows matched · Not imported (2)');
      const show = list.getByRole('button', {
        name: 'Not imported (2)',
      });
      await keys.tabTo(show);
      await keys.press('Enter');
      const dialog = letterhead.dialog('Not imported: accountant.xlsx');
      await expect(dialog.getByRole('listitem')).toHaveText([
        /Row 8.*Several organizations match/,
        /Row 9.*Unlisted Ltd.*No organization/,
      ]);
      await keys.press('Escape');
      await keys.expectFocusOn(show);
      await keys.activate(list.getByRole('button', { name: 'Cancel' }));
      await expect(list).toBeHidden();

      await write(rows[7]!);
      keys.actions = 0;
      await keys.shortcut('CmdOrCtrl+I');
      keys.confirm();
      await expect(list).toContainText('6 rows matched · Not imported (2)');
      await keys.choose(list.getByRole('combobox', { name: 'Match rows by' }), 'Customer number');
      await expect(list.getByRole('combobox', { name: 'Compare with' })).toHaveValue(
        'metadata customer_number',
      );
      await keys.choose(
        list.getByRole('combobox', { name: 'Import Telephone into' }),
        'Business phone',
      );
      await expect(list).toContainText('8 rows matched · 8 organizations will change');
      await keys.activate(list.getByRole('button', { name: 'Make drafts in 8 organizations' }));
      await expect(line).toContainText('Drafts in 8 organizations');
      await keys.activate(line.getByRole('button', { name: 'Review 8' }));
      await expect(letterhead.button('Save 8 changes')).toBeEnabled();
      await keys.shortcut('CmdOrCtrl+S');
      const phones = () => all.map(({ id }) => standin.profileOf(id)?.business_phone);
      await expect.poll(phones, { timeout: 60_000 }).toEqual(all.map((_, n) => phoneOf(n)));
      expect(keys.actions).toBe(7);
    });

    await test.step('an export edited and imported twice, while somebody else changes three of its texts', async () => {
      const path = join(userData, 'export.csv');
      await answerFileDialogs(app, path);
      keys.actions = 0;
      await keys.shortcut('CmdOrCtrl+E');
      const exporting = letterhead.dialog('Export');
      await keys.tabTo(exporting.getByRole('radio', { checked: true }).last());
      await keys.press('ArrowDown');
      await expect(exporting.getByRole('radio', { name: 'CSV file (.csv)' })).toBeChecked();
      await keys.activate(exporting.getByRole('button', { name: 'Export' }));
      keys.confirm();
      await expect(page.getByText('8 organizations exported to ⁨export.csv⁩.')).toBeVisible();
      await editWhileOthersWork(path, page, standin);

      await keys.shortcut('CmdOrCtrl+I');
      keys.confirm();
      const list = strip('export.csv');
      await keys.expectFocusOn(list.getByRole('heading'));
      await expect(list).toContainText('8 rows matched · 2 organizations will change');
      await keys.activate(list.getByRole('button', { name: 'Make drafts in 2 organizations' }));
      await expect(line).toContainText('2 changed since the export but not edited in the file');
      await keys.activate(line.getByRole('button', { name: 'Review 2' }));
      await expect(letterhead.button('Save 2 changes')).toBeEnabled();
      await keys.shortcut('CmdOrCtrl+S');
      await expectOnlyOwnEdit(standin);
      await expect(page.getByRole('tab', { name: 'Decide 1' })).toBeVisible();
      await keys.shortcut('CmdOrCtrl+I');
      keys.confirm();
      await expect(list).toContainText('8 rows matched · nothing would change');
      await keys.activate(list.getByRole('button', { name: 'Cancel' }));
      await expect(list).toBeHidden();
      await expectOnlyOwnEdit(standin);
      expect(keys.actions).toBe(11);
    });
  });

  test('addresses with line breaks go through a program with semicolons and come back byte for byte: 7 actions with the keyboard, 8 clicks', async ({
    launch,
    standin,
  }) => {
    const all = [...standin.organizations.values()];
    const address = (n: number) => `${n} Old Street; "Suite" ${n},\r\n=London\t${n}\r\n`;
    for (const [n, { id }] of all.entries())
      standin.setProfile(id, { business_address: address(n) });
    const running = await launch();
    const { app, page, letterhead } = running;
    await addAllOrganizations(letterhead, 8);
    await letterhead.waitUntilFetched();
    const grid = page.getByRole('grid', { name: 'Organizations' });
    const cells = grid.getByRole('gridcell', { name: /^Address, / });
    const line = page.locator('.batch').getByRole('group').first();

    /** A program whose list separator is a semicolon saves the copied block as CSV, and reads and copies it again. */
    async function editElsewhere(country: string): Promise<void> {
      await expect(page.getByText('8 × 1 cells copied')).toBeVisible();
      const copied = Papa.parse<string[]>(await readClipboard(app), { delimiter: '\t' }).data;
      const csv = Papa.unparse(copied, { delimiter: ';', newline: '\r\n' });
      const rows = Papa.parse<string[]>(csv, { delimiter: ';', newline: '\r\n' }).data;
      expect(rows).toHaveLength(8);
      rows[3] = [`${rows[3]![0]!}${country}`];
      const text = Papa.unparse(rows, { delimiter: '\t', newline: '\r\n' });
      await app.evaluate(({ clipboard }, pasted) => clipboard.writeText(pasted), text);
    }
    /** All addresses are as they were, but that one has these countries at its end. */
    async function expectSaved(countries: string): Promise<void> {
      const saved = () => all.map(({ id }) => standin.profileOf(id)!.business_address).sort();
      const end = new RegExp(`${countries}$`);
      await expect
        .poll(() => saved().filter((one) => end.test(one)).length, { timeout: 60_000 })
        .toBe(1);
      const expected = all.map((_, n) => address(n));
      expect(saved().map((one) => one.replace(end, ''))).toEqual(expected.sort());
    }

    await test.step('with the keyboard alone', async () => {
      const keys = new Keyboard(running);
      await keys.shortcut('CmdOrCtrl+2');
      await keys.expectFocusOn(grid);
      await keys.press('Control+Home');
      for (let n = 0; n < 4; n += 1) await keys.press('ArrowRight');
      await expect(grid.locator('.active')).toHaveAccessibleName(/^Address, /);
      await keys.press('Control+Space', 'Control+c');
      await editElsewhere('England');
      await keys.press('Control+v');
      await expect(line).toContainText('Draft in 1 organization · 7 have this text already');
      await keys.activate(line.getByRole('button', { name: 'Review 1' }));
      await expect(letterhead.button('Save 1 change')).toBeEnabled();
      await keys.shortcut('CmdOrCtrl+S');
      await expectSaved('England');
      await letterhead.expectText('Nothing to save: there are no drafts, and nothing is waiting.');
      expect(keys.actions).toBe(7);
    });

    await test.step('with the mouse alone', async () => {
      const person = new Person(page);
      await person.click(page.getByRole('radio', { name: 'Table' }));
      await person.drag(cells.first(), cells.last());
      await person.chooseFromContextMenu(app, cells.first(), 'Copy');
      await editElsewhere('UK');
      await person.click(cells.first());
      await person.chooseFromContextMenu(app, cells.first(), 'Paste');
      // *To save* is still open beside the table, and lists it by itself.
      await person.click(letterhead.button('Save 1 change'));
      await expectSaved('EnglandUK');
      expect([person.clicks, person.keys]).toEqual([8, 0]);
    });
  });

  test('with the mouse alone: a list from an accountant, 10 clicks; an export that is edited meanwhile, 13 clicks', async ({
    launch,
    standin,
    userData,
  }) => {
    const all = [...standin.organizations.values()];
    for (const [n, { id }] of all.entries())
      standin.setProfile(id, { external_metadata: `{"customer_number": ${4711 + n}}` });
    // Two organizations have one name.
    all[7]!.name = all[6]!.name;
    const { app, page, letterhead } = await launch();
    await addAllOrganizations(letterhead, 8);
    const strip = (name: string) => page.getByRole('region', { name: `Import ${name}` });
    const rows = page.getByRole('list', { name: 'Drafts' });
    const row = (name: string) => rows.getByRole('listitem').filter({ hasText: name });

    await test.step('names, customer numbers and phone numbers typed as numbers, with the mouse alone', async () => {
      const path = join(userData, 'accountant.xlsx');
      await writeWorkbook(path, [
        ['Customers, as of November'],
        ['Organization', 'Customer number', 'Telephone', 'Balance'],
        ...all.map(({ name }, n) => [name, 4711 + n, 49_305_550_100 + n, 1.5]),
        ['Unlisted Ltd', 1, '+49 30 1', 0],
      ]);
      await answerFileDialogs(app, path);
      const person = new Person(page);
      await person.chooseMenuItem(app, 'import');
      person.confirm();
      const list = strip('accountant.xlsx');
      await expect(list).toContainText('6 rows matched · Not imported (3)');
      // The heading is not one of ours.
      const phone = list.getByRole('combobox', { name: 'Import Telephone into' });
      await person.choose(phone, 'Business phone');
      await person.choose(list.getByRole('combobox', { name: 'Match rows by' }), 'Customer number');
      await expect(list.getByRole('combobox', { name: 'Compare with' })).toHaveValue(
        'metadata customer_number',
      );
      await expect(list).toContainText(
        '8 rows matched · Not imported (1) · 8 organizations will change',
      );
      await person.click(list.getByRole('button', { name: 'Make drafts in 8 organizations' }));
      const line = page.getByRole('group', { name: 'accountant.xlsx' });
      await expect(line).toContainText('Drafts in 8 organizations');
      await person.click(line.getByRole('button', { name: 'Not imported (1)' }));
      const dialog = letterhead.dialog('Not imported: accountant.xlsx');
      await expect(dialog.getByRole('listitem')).toContainText(
        'No organization in your list matches this.',
      );
      await person.click(dialog.getByRole('button', { name: 'Close' }));
      await person.click(line.getByRole('button', { name: 'Review 8' }));
      // Numbers that lost their plus or their zeros look like these, so none is saved unseen.
      await expect(page.getByText('Nothing is ticked.')).toBeVisible();
      await expect(row(all[0]!.name)).toContainText('Was a number in the file: Business phone');
      await person.click(row(all[0]!.name).getByRole('checkbox'));
      await person.click(letterhead.button('Save 1 change'));
      await expect.poll(() => standin.profileOf(all[0]!.id)?.business_phone).toBe('49305550100');
      expect([person.clicks, person.keys]).toEqual([10, 0]);
    });

    await test.step('an export edited and imported twice, while somebody else changes three of its texts', async () => {
      const path = join(userData, 'export.csv');
      await answerFileDialogs(app, path);
      const person = new Person(page);
      await person.chooseMenuItem(app, 'export');
      const exporting = letterhead.dialog('Export');
      await person.click(exporting.getByRole('radio', { name: 'CSV file (.csv)' }));
      await person.click(exporting.getByRole('button', { name: 'Export' }));
      person.confirm();
      await expect(page.getByText('8 organizations exported to ⁨export.csv⁩.')).toBeVisible();
      await editWhileOthersWork(path, page, standin);

      await person.chooseMenuItem(app, 'import');
      person.confirm();
      const list = strip('export.csv');
      await expect(list).toContainText('8 rows matched · 2 organizations will change');
      await person.click(list.getByRole('button', { name: 'Make drafts in 2 organizations' }));
      const line = page.getByRole('group', { name: 'export.csv' });
      await expect(line.first()).toContainText('Drafts in 2 organizations');
      await expect(line.first()).toContainText(
        '2 changed since the export but not edited in the file',
      );
      await person.click(line.first().getByRole('button', { name: 'Review 2' }));
      const { both } = involved(standin);
      await expect(row(both.name).first()).toContainText(
        'Changed since the export: Business email',
      );
      await person.click(letterhead.button('Save 2 changes'));
      await expectOnlyOwnEdit(standin);
      // What somebody else wrote meanwhile waits for a decision.
      await person.click(page.getByRole('tab', { name: /^Decide/ }));
      await expect(page.getByRole('listitem').filter({ hasText: both.name })).toContainText(
        'theirs@example.com',
      );
      await person.chooseMenuItem(app, 'import');
      person.confirm();
      await expect(list).toContainText('8 rows matched · nothing would change');
      await expect(
        list.getByRole('button', { name: 'Make drafts in 0 organizations' }),
      ).toBeDisabled();
      await person.click(list.getByRole('button', { name: 'Cancel' }));
      await expect(list).toBeHidden();
      await expectOnlyOwnEdit(standin);
      expect([person.clicks, person.keys]).toEqual([13, 0]);
    });

    await test.step('a block with headings pasted into the table, with the keyboard alone', async () => {
      const lines = [
        'Customer number\tBusiness email',
        '4711\tone@example.com',
        '1\tx@example.com',
      ];
      await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), lines.join('\r\n'));
      const keys = new Keyboard({ app, page });
      await keys.expectFocusOn(page.getByRole('grid', { name: 'Organizations' }));
      await keys.press('Control+v');
      const pasted = strip('Pasted table');
      await keys.expectFocusOn(pasted.getByRole('heading'));
      await expect(pasted).toContainText(
        '1 row matched · Not imported (1) · 1 organization will change',
      );
      await keys.activate(pasted.getByRole('button', { name: 'Make a draft in 1 organization' }));
      const line = page.locator('.batch').getByRole('group', { name: 'Pasted table' });
      await expect(line).toContainText('Draft in 1 organization · Not imported (1)');
    });
  });
});
