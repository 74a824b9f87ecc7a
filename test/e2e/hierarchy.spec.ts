/** The tree of organizations: grouped, filtered and searched by parent, with mouse and keyboard, and on a page. */
import { byName } from '../../src/shared/name-order';
import type { OrganizationState } from '../standin';
import { useAppLocale } from './support/app-locale';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';
import type { Letterhead } from './support/letterhead';

test.use({ standinOptions: { tree: { levels: 5, children: 2 } } });

const COUNT = 31;

interface Group {
  /** The names above the group's own, and its own. */
  path: string[];
  /** The names of its entries, in order. */
  names: string[];
}

/** The groups that the list must show: the head first, then the entries below it that are no heads themselves. */
function groupsOf(all: readonly OrganizationState[]): Group[] {
  const byId = new Map(all.map((one) => [one.id, one]));
  const pathOf = (id: string): string[] => {
    const { name, parent } = byId.get(id)!;
    return [...(parent ? pathOf(parent.id) : []), name];
  };
  const heads = all.filter(({ id }) => all.some(({ parent }) => parent?.id === id));
  return heads.sort(byName()).map((head) => {
    const below = all.filter(
      ({ parent, id }) => parent?.id === head.id && !heads.some((one) => one.id === id),
    );
    return {
      path: pathOf(head.id),
      names: [head, ...below.sort(byName())].map(({ name }) => name),
    };
  });
}

/** The groups that are in view, as a screen reader gets them. */
const shownGroups = ({ list }: Letterhead): Promise<{ label: string; names: string[] }[]> =>
  list.evaluate((box) =>
    [...box.querySelectorAll('[role=group]')].map((group) => ({
      label: group.getAttribute('aria-label') ?? '',
      names: [...group.querySelectorAll('[role=option] .name')].map((name) =>
        name.textContent.trim(),
      ),
    })),
  );

async function addTree(letterhead: Letterhead): Promise<void> {
  await letterhead.setUpAll();
  await letterhead.expectRows(COUNT);
  await letterhead.waitUntilFetched();
}

test('groups a tree of five levels by parent, walks it, filters it by parent, and leads from a page to it', async ({
  launch,
  standin,
}) => {
  const { app, page, letterhead } = await launch();
  await addTree(letterhead);
  await useAppLocale(page);
  const groups = groupsOf([...standin.organizations.values()]);
  const walked = groups.flatMap(({ names }) => names);
  expect(walked).toHaveLength(COUNT);
  const family = groups.find(({ names }) => names.length > 1)!;
  const leaf = family.names[1]!;
  const keyboard = new Keyboard({ app, page });
  const active = page.locator('.option.active');

  await test.step('with the keyboard: the control, and rows across headings', async () => {
    const groupBy = page.getByRole('combobox', { name: 'Group by' });
    await keyboard.activate(letterhead.button('View'));
    await keyboard.tabTo(groupBy);
    await keyboard.press('p');
    await expect(groupBy).toHaveValue('parent');
    await expect(letterhead.list.getByRole('group').first()).toHaveAccessibleName(
      groups[0]!.path.join(' › '),
    );
    await keyboard.tabTo(letterhead.list);
    await keyboard.press('Home');
    for (const [index, name] of walked.entries()) {
      await expect(active).toHaveAttribute('aria-posinset', String(index + 1));
      await expect(active.locator('.name')).toHaveText(name);
      await expect(active).toBeInViewport({ ratio: 0.9 });
      await keyboard.press('ArrowDown');
    }
    expect(Math.max(...groups.map(({ path }) => path.length))).toBe(4);
  });

  await test.step('headings stand above their rows, and belong to no option', async () => {
    await keyboard.press('Home');
    await expect
      .poll(async () => (await shownGroups(letterhead))[0])
      .toEqual({ label: groups[0]!.path.join(' › '), names: groups[0]!.names });
    const heading = letterhead.list.locator('.heading').first();
    await expect(heading).toBeInViewport({ ratio: 0.9 });
    await expect(heading).toContainText(String(groups[0]!.names.length));
    expect(
      await violations(page, { rules: ['aria-required-children', 'aria-required-parent'] }),
    ).toEqual([]);
  });

  await test.step('with the mouse: a row opens, a heading does nothing', async () => {
    await letterhead.open(leaf);
    await expect(letterhead.heading(leaf)).toBeVisible();
    await letterhead.list.locator('.heading').first().click();
    await expect(letterhead.heading(leaf)).toBeVisible();
  });

  await test.step('the rows stay where they are under the same heading when one is saved', async () => {
    await letterhead.typeDraft({ business_phone: '+49 30 23125 888' });
    await letterhead.save('Saved and confirmed by Cloudflare');
    const headingOf = async (name: string) =>
      (await shownGroups(letterhead)).find(({ names }) => names.includes(name))?.label;
    await expect.poll(() => headingOf(leaf)).toBe(family.path.join(' › '));
  });

  const all = [...standin.organizations.values()];
  const root = all.find(({ parent }) => parent === null)!;
  const children = all.filter(({ parent }) => parent?.id === root.id);
  await letterhead.chooseInView('Group by', 'none');
  await expect(letterhead.list.getByRole('group')).toHaveCount(0);
  const parentFilter = letterhead.choice('Parent');

  await test.step('the organization and those directly below it', async () => {
    await letterhead.chooseInView('Parent', { label: root.name });
    await letterhead.expectRows(children.length + 1);
    await expect(letterhead.options.first().locator('.name')).toHaveText(root.name);
    for (const { name } of children) await expect(letterhead.option(name)).toBeVisible();
  });

  await test.step('an empty result says so, and leads back', async () => {
    await page.getByRole('radio', { name: 'Changes' }).check();
    await expect(page.getByText(`Nothing under “Changes, ${root.name}”.`)).toBeVisible();
    await letterhead.button('Show all organizations').click();
    await letterhead.expectRows(COUNT);
    await expect(parentFilter).toHaveValue('');
  });

  await test.step('search finds those below it last, and marks its name', async () => {
    const search = page.getByRole('searchbox', { name: 'Search organizations' });
    await search.fill(root.name);
    await letterhead.expectRows(children.length + 1);
    await expect(letterhead.options.first().locator('.name')).toHaveText(root.name);
    const last = letterhead.options.last();
    await expect(last).toHaveAccessibleName(new RegExp(`, Part of ${root.name}$`));
    await expect(last.locator('mark').first()).toBeVisible();
    await search.fill('');
    await letterhead.expectRows(COUNT);
  });

  await test.step('a page names what is above it and opens it', async () => {
    const below = all.find(({ parent }) => parent?.id === children[0]!.id)!;
    await letterhead.open(below.name);
    const main = page.getByRole('main');
    await expect(main).toContainText(`Part of ${root.name} › ${children[0]!.name}`);
    await main.getByRole('button', { name: children[0]!.name, exact: true }).click();
    await expect(letterhead.heading(children[0]!.name)).toBeVisible();
    await expect(main).toContainText(`Part of ${root.name}`);
  });
});
