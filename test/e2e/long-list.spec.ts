/** A long list: type-ahead, range selection, search, filter by sign-in, and rows that keep their places. */
import { WHOLE_LIST, type ListOrder } from '../../src/shared/list-query';
import { byName } from '../../src/shared/name-order';
import { createCalls } from '../faults/support/calls';
import type { OrganizationState } from '../standin';
import { useAppLocale } from './support/app-locale';
import { selectionBar } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import type { Letterhead } from './support/letterhead';
import { addAllOrganizations } from './support/initial-fetch';
import { makeSignIns } from './support/seed-user-data';

/** The active row of the keyboard. */
const activeRow = ({ page }: Letterhead) => page.locator('.option.active');

test.describe('with 2,300 organizations and three sign-ins', () => {
  const COUNT = 2_300;
  const SIGN_INS = 3;
  test.use({ standinOptions: { organizations: COUNT, signIns: makeSignIns(SIGN_INS) } });

  test('finds and selects organizations with type-ahead, ranges, filters, search and shortcuts', async ({
    launch,
    seed,
    standin,
  }) => {
    seed();
    const { page, letterhead } = await launch();
    const all = [...standin.organizations.values()];
    const search = page.getByRole('searchbox', { name: 'Search organizations' });
    await letterhead.expectRows(COUNT);

    let selected = 0;
    await test.step('type-ahead jumps to a distant row, and the same letter again to the next', async () => {
      await useAppLocale(page);
      const names = all.sort(byName()).map(({ name }) => name);
      const first = names.findIndex((name) => name.startsWith('W'));
      expect(first).toBeGreaterThan(1_000);
      await letterhead.list.focus();
      await page.keyboard.press('w');
      await expect(activeRow(letterhead)).toHaveAccessibleName(new RegExp(`^${names[first]!}`));
      await expect(activeRow(letterhead)).toHaveAttribute('aria-posinset', String(first + 1));
      await expect(activeRow(letterhead)).toBeInViewport({ ratio: 0.9 });
      await page.keyboard.press('w');
      await expect(activeRow(letterhead)).toHaveAttribute('aria-posinset', String(first + 2));
      await expect(activeRow(letterhead)).toHaveAccessibleName(new RegExp(`^${names[first + 1]!}`));
      selected = COUNT - (first + 1);
    });

    await test.step('Shift+End selects to the end; a search keeps the selection and counts its hidden rows', async () => {
      await page.keyboard.press('Shift+End');
      await expect(activeRow(letterhead)).toHaveAttribute('aria-posinset', String(COUNT));
      const bar = selectionBar(letterhead);
      const count = `${selected.toLocaleString('en')} selected`;
      await expect(bar).toContainText(count);
      await expect(bar).not.toContainText('not shown');
      await search.fill('clairval');
      const found = all.filter(({ name }) => name.includes('Clairval')).length;
      await letterhead.expectRows(found);
      await expect(bar).toContainText(`${count}, ${selected.toLocaleString('en')} not shown`);
      await search.fill('');
      await letterhead.expectRows(COUNT);
      await expect(bar).not.toContainText('not shown');
      await expect(bar).toContainText(count);
      await letterhead.list.focus();
      await page.keyboard.press('Escape');
      await expect(bar).toBeHidden();
    });

    await test.step('the sign-in filter narrows the list and its counts, and explains an empty result', async () => {
      const everything = page.getByRole('radio', { name: 'All', exact: true });
      // The seed distributes organizations evenly over the sign-ins.
      const second = Math.ceil((COUNT - 1) / SIGN_INS);
      await letterhead.chooseInView('Sign-in', 'Sign-in 2');
      await letterhead.expectRows(second);
      await expect(everything).toHaveAccessibleDescription(String(second));
      await letterhead.chooseInView('Sign-in', 'No sign-in');
      await expect(page.getByText('Nothing under “No sign-in”.')).toBeVisible();
      await letterhead.button('Show all organizations').click();
      await letterhead.expectRows(COUNT);
      await expect(letterhead.choice('Sign-in')).toHaveValue('');
      await expect(everything).toHaveAccessibleDescription('2,300');
    });

    await test.step('a phone number is found regardless of spaces, highlighted, and opened with Enter', async () => {
      const digits = (phone: string): string => phone.replace(/\D/g, '');
      const found = all.filter(({ profile }) =>
        digits(profile!.business_phone).includes('3023125118'),
      );
      await search.pressSequentially('030 231 25118');
      await letterhead.expectRows(found.length);
      const first = letterhead.options.first();
      await expect(first.locator('mark')).toHaveText('30 23125 118');
      await expect(first).toHaveAccessibleName(/, phone: \+49 30 23125 118($|, )/);
      const name = await first.locator('.name').innerText();
      expect(found.map((organization) => organization.name)).toContain(name);
      await search.press('Enter');
      await expect(letterhead.heading(name)).toBeVisible();
      await expect(letterhead.field('business_phone')).toHaveValue('+49 30 23125 118');
    });

    await test.step('Ctrl+K focuses the search, and eight characters of an ID are enough', async () => {
      await letterhead.field('business_name').focus();
      await page.keyboard.press('Control+k');
      await expect(search).toBeFocused();
      const target = all[1_234]!;
      // The old search text is selected, so typing replaces it.
      await page.keyboard.type(target.id.slice(5, 13));
      await expect(search).toHaveValue(target.id.slice(5, 13));
      await letterhead.expectRows(1);
      await expect(letterhead.options.first().locator('mark')).toHaveText(target.id.slice(5, 13));
      await page.keyboard.press('Enter');
      await expect(letterhead.heading(target.name)).toBeVisible();
    });
  });
});

test.describe('with twelve organizations', () => {
  test.use({ standinOptions: { organizations: 12 } });

  test('rows keep their places while the pointer or the focus is in the list, and move once both have left', async ({
    launch,
    standin,
  }) => {
    // The row of a complete profile shows its email.
    const complete = { business_name: 'Complete', business_phone: '+44 20 7946 0100' };
    for (const { id } of standin.organizations.values()) standin.setProfile(id, complete);
    const { page, letterhead } = await launch();
    await addAllOrganizations(letterhead, 12);
    const calls = createCalls(page);
    const search = page.getByRole('searchbox', { name: 'Search organizations' });
    const rowAt = (index: number) => letterhead.list.locator(`[aria-posinset="${index}"]`);
    const movePointerAway = () => page.getByRole('heading', { level: 1 }).hover();
    const organizationAt = async (index: number): Promise<OrganizationState> => {
      const name = await rowAt(index).locator('.name').innerText();
      return [...standin.organizations.values()].find(
        (organization) => organization.name === name,
      )!;
    };
    /** Changes the organization of this row at Cloudflare and fetches it. */
    const changeAtCloudflare = async (index: number): Promise<OrganizationState> => {
      const changed = await organizationAt(index);
      standin.setProfile(changed.id, { business_email: `row-${index}@elsewhere.example` });
      await calls.value('organizations', 'refresh', { entryId: changed.id });
      return changed;
    };
    const expectAt = (index: number, { name }: OrganizationState, changed: string) =>
      expect(rowAt(index)).toHaveAccessibleName(new RegExp(`^${name}, ${changed}`));

    /** Sorts the list, and waits for the new order, which is shown once the main process has answered. */
    const sortBy = async (order: ListOrder, label: string): Promise<void> => {
      await letterhead.chooseInView('Sort by', label);
      const query = { ...WHOLE_LIST, order };
      const { rows } = await calls.value('organizations', 'list', { query, offset: 0, limit: 8 });
      for (const [index, { name }] of rows.entries()) {
        await expect(rowAt(index + 1).locator('.name')).toHaveText(name);
      }
    };

    await sortBy('changed', 'Last change');

    await test.step('while the focus is in the list', async () => {
      await movePointerAway();
      await letterhead.list.focus();
      const changed = await changeAtCloudflare(5);
      await expectAt(5, changed, 'row-5@');
      await search.focus();
      await expectAt(1, changed, 'row-5@');
    });

    await test.step('while the pointer is in the list', async () => {
      await rowAt(3).hover();
      const changed = await changeAtCloudflare(6);
      await expectAt(6, changed, 'row-6@');
      await movePointerAway();
      await expectAt(1, changed, 'row-6@');
    });

    await test.step('while either of both is still in the list', async () => {
      await letterhead.list.focus();
      await rowAt(2).hover();
      const first = await changeAtCloudflare(4);
      await expectAt(4, first, 'row-4@');
      await movePointerAway();
      const second = await changeAtCloudflare(7);
      await expectAt(7, second, 'row-7@');
      await expectAt(4, first, 'row-4@');
      await search.focus();
      await expectAt(1, second, 'row-7@');
      await expectAt(2, first, 'row-4@');
    });

    await test.step('when a rename would move a row to the top', async () => {
      await sortBy('name', 'Name');
      await rowAt(8).hover();
      const renamed = await organizationAt(8);
      renamed.name = '! Renamed';
      await calls.value('checks', 'run');
      await expectAt(8, renamed, '');
      await movePointerAway();
      await expectAt(1, renamed, '');
    });
  });
});
