/** Finding, editing, saving and discarding with only the keyboard. */
import { expect, test } from '../support/fixtures';
import { Keyboard } from '../support/keyboard';
import { MINIMUM_SIZE, resize, untilWide, USUAL_SIZE, zoom } from '../support/window';

// Six rows of the list are higher than the smallest window is at 200 %.
test.use({ standinOptions: { organizations: 6 } });

test('finds, edits, saves and discards', async ({ launch, seed, standin, nextOrganization }) => {
  seed();
  const running = await launch();
  const { app, page, letterhead } = running;
  const keys = new Keyboard(running);

  await test.step('finds an organization with search, filter and sorting, and opens it', async () => {
    const first = nextOrganization();
    const search = page.getByRole('searchbox', { name: 'Search organizations' });
    const radio = (name: string) => page.getByRole('radio', { name, exact: true });

    await keys.shortcut('CmdOrCtrl+F');
    await keys.expectFocusOn(search);
    await keys.type('nothing like this');
    await expect(page.getByText('Nothing found for')).toBeVisible();
    await keys.activate(letterhead.button('Show all organizations'));
    await keys.expectFocusOn(letterhead.list);
    await expect(search).toHaveValue('');

    await keys.tabBackTo(search);
    await keys.type('velo');
    await letterhead.expectRows(1);
    await keys.activate(letterhead.button('Clear search'));
    await keys.expectFocusOn(search);
    await keys.type('velo');
    await letterhead.expectRows(1);
    await keys.press('ArrowDown', 'Space');
    await expect(letterhead.heading("L'Atelier du Vélo SARL")).toBeVisible();
    await keys.expectFocusOn(letterhead.list);
    await keys.tabBackTo(search);
    await keys.press('Escape');
    await expect(search).toHaveValue('');
    await keys.expectFocusOn(search);

    await keys.tabTo(radio('All'));
    await keys.press('ArrowRight', 'ArrowRight');
    await keys.expectFocusOn(radio('Changes'));
    await expect(letterhead.heading('Changes')).toBeVisible();
    await expect(
      page.getByText('No drafts, and nothing is waiting.', { exact: true }),
    ).toBeVisible();
    await keys.activate(letterhead.button('Show all organizations'));
    await keys.expectFocusOn(letterhead.list);

    const sort = page.getByRole('combobox', { name: 'Sort by' });
    await keys.tabBackTo(letterhead.button('View'));
    await keys.press('Enter');
    await keys.tabTo(sort);
    await keys.press('ArrowDown');
    await expect(sort).toHaveValue('changed');
    await keys.press('ArrowUp');
    await expect(letterhead.options.first()).toHaveAccessibleName(new RegExp(`^${first.name}`));
    await keys.tabTo(letterhead.list);
    await keys.press('End', 'Home', 'Enter');
    await expect(letterhead.heading(first.name)).toBeVisible();
    await keys.expectFocusOn(letterhead.field('business_name'));
  });

  await test.step('in the smallest window at 200 %, the arrow keys scroll to each row of a short list', async () => {
    await resize(app, MINIMUM_SIZE);
    await zoom(app, 2);
    await untilWide(page, MINIMUM_SIZE[0] / 2);
    // The page has taken the place of the list.
    await keys.press('Shift+F6');
    await keys.expectFocusOn(letterhead.list);
    const others = standin.organizations.size - 1;
    await letterhead.expectRows(others + 1);
    const active = letterhead.list.locator('.option.active');
    for (const [key, count] of [
      ['Home', 1],
      ['ArrowDown', others],
      ['ArrowUp', others],
    ] as const) {
      for (let presses = 0; presses < count; presses += 1) {
        await keys.press(key);
        await expect(active, key).toBeInViewport({ ratio: 1 });
      }
    }
    await zoom(app, 1);
    await resize(app, USUAL_SIZE);
  });

  await test.step('refreshes, edits every field, reviews and saves', async () => {
    const first = nextOrganization();
    await letterhead.openProfile(first);

    const before = standin.requests.length;
    const more = letterhead.button('More actions');
    await keys.tabTo(more);
    await keys.openMenuAt(page.getByRole('menuitem', { name: 'Refresh' }));
    await keys.press('Enter');
    await expect.poll(() => standin.requests.length).toBeGreaterThan(before);
    await keys.expectFocusOn(more);
    await keys.openMenuAt(page.getByRole('menuitem', { name: /^Copy the ID/ }));
    await keys.press('Enter');
    await keys.expectFocusOn(more);

    await keys.typeInto(letterhead.field('business_name'), 'By keyboard');
    await keys.typeInto(letterhead.field('business_email'), 'keys@brightwater.example');
    await keys.typeInto(letterhead.field('business_phone'), '+44 20 7946 0555');
    await keys.typeInto(letterhead.field('business_address'), '1 Key Street\nLondon');
    await keys.activate(letterhead.foldedMetadata);
    await keys.expectFocusOn(letterhead.field('external_metadata'));
    await keys.typeInto(letterhead.field('external_metadata'), 'k-1');
    await expect(page.getByText('5 fields edited, saved on this computer')).toBeVisible();

    const review = letterhead.button('Review changes');
    const dialog = letterhead.dialog('Review changes');
    const save = dialog.getByRole('button', { name: 'Save changes' });
    await keys.activate(review);
    await keys.expectFocusOn(save);
    await keys.tabBackTo(dialog.getByRole('button', { name: 'Back to editing' }));
    await keys.press('Enter');
    await expect(dialog).toBeHidden();
    await keys.expectFocusOn(review);
    await keys.press('Enter');
    await keys.expectFocusOn(save);
    await keys.press('Escape');
    await keys.expectFocusOn(review);
    await keys.tabBackTo(letterhead.field('external_metadata'));
    await keys.shortcut('CmdOrCtrl+S');
    await keys.expectFocusOn(save);
    await keys.press('Enter');
    await letterhead.expectSaved();
    await keys.expectFocusOn(letterhead.field('external_metadata'));
    expect(standin.profileOf(first.id)).toMatchObject({
      business_name: 'By keyboard',
      business_email: 'keys@brightwater.example',
      business_phone: '+44 20 7946 0555',
      business_address: '1 Key Street\nLondon',
      external_metadata: 'k-1',
    });
  });

  await test.step('discards typed text and brings it back', async () => {
    const first = nextOrganization();
    await letterhead.openProfile(first);
    const phone = letterhead.field('business_phone');
    const before = first.profile!.business_phone;

    await keys.typeInto(phone, '+44 1');
    await keys.activate(letterhead.button('Discard changes'));
    await expect(phone).toHaveValue(before);
    await keys.expectFocusOn(letterhead.button('Bring them back'));
    await keys.press('Enter');
    await expect(phone).toHaveValue('+44 1');
    await keys.expectFocusOn(letterhead.button('Discard changes'));
    await keys.shortcut('CmdOrCtrl+Shift+Backspace');
    await expect(phone).toHaveValue(before);
    await keys.expectVisibleFocus();
    await keys.typeInto(phone, '+44 2');
    await keys.activate(letterhead.button('Review changes'));
    await keys.expectFocusOn(letterhead.button('Save changes'));
    await keys.press('Enter');
    await letterhead.expectSaved();
    await keys.expectFocusOn(letterhead.heading(first.name));
    await expect(letterhead.button('Review changes')).toBeHidden();
  });
});
