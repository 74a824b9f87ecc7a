/** Adding organizations with only the keyboard. */
import { sampleSignIn } from '../../standin';
import { expect, test } from '../support/fixtures';
import { Keyboard } from '../support/keyboard';

test.use({ standinOptions: { organizations: 8 } });

test('adds organizations with a new sign-in, with a saved one, and by ID, and Back returns to where it started', async ({
  launch,
  standin,
}) => {
  const organizations = [...standin.organizations.values()];
  const [first, second, third] = organizations;
  const running = await launch();
  const { page, letterhead } = running;
  const keys = new Keyboard(running);
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  const box = (name: string) => page.getByRole('checkbox', { name, exact: true });
  const key = page.getByLabel('Global API Key', { exact: true });
  const show = letterhead.button('Show key');

  await keys.activate(letterhead.button('Add organizations'));
  await keys.activate(letterhead.button('Back'));
  await keys.expectVisibleFocus();
  await keys.activate(letterhead.button('Add organizations'));
  await keys.expectFocusOn(letterhead.tokenField);
  await keys.tabBackTo(page.getByRole('radio', { name: 'API token' }));
  await keys.press('ArrowDown');
  await keys.expectFocusOn(page.getByRole('radio', { name: 'Email and Global API Key' }));
  await keys.activate(letterhead.button('Continue'));
  await keys.expectFocusOn(page.getByRole('textbox', { name: 'Account email' }));
  await keys.type(sampleSignIn.email);
  await keys.typeInto(key, sampleSignIn.key);
  await keys.typeInto(page.getByRole('textbox', { name: 'Name for this sign-in' }), 'Head office');
  await keys.tabBackTo(key);
  await keys.activate(show);
  await expect(key).toHaveAttribute('type', 'text');
  await keys.press('Space');
  await expect(key).toHaveAttribute('type', 'password');
  await keys.tabBackTo(key);
  await keys.press('Enter');

  await expect(box(first!.name)).toBeVisible();
  await keys.expectFocusOn(letterhead.heading('Choose organizations'));
  // A short list starts with everything selected.
  await keys.tabTo(box('Select all'));
  await expect(box('Select all')).toBeChecked();
  await keys.press('Space');
  await expect(box(first!.name)).not.toBeChecked();
  await keys.typeInto(filter, first!.name.slice(0, 6));
  await expect(page.getByRole('checkbox')).toHaveCount(2);
  await keys.tabBackTo(box('Select all'));
  await keys.press('Space');
  await expect(box(first!.name)).toBeChecked();
  await keys.typeInto(filter, second!.name);
  await keys.tick(box(second!.name));
  await keys.activate(letterhead.button('Add selected'));
  await keys.expectFocusOn(letterhead.heading(first!.name));
  await letterhead.expectRows(2);

  await keys.shortcut('CmdOrCtrl+N');
  await expect(box(third!.name)).toBeVisible();
  await keys.expectFocusOn(letterhead.heading('Choose organizations'));
  await keys.activate(letterhead.button('Use another sign-in'));
  await keys.expectFocusOn(page.getByRole('radio', { name: 'API token' }));
  await keys.press('ArrowUp');
  await keys.expectFocusOn(page.getByRole('radio', { name: /^Head office/ }));
  await keys.press('Enter');
  await expect(box(third!.name)).toBeVisible();
  await keys.expectFocusOn(letterhead.heading('Choose organizations'));
  await keys.activate(letterhead.button('Add an organization by its ID'));
  await keys.typeInto(page.getByRole('textbox', { name: 'Organization ID' }), 'not an id');
  await keys.press('Enter');
  await keys.expectFocusOn(page.getByRole('textbox', { name: 'Organization ID' }));
  await keys.type(third!.id);
  await keys.activate(letterhead.button('Add by ID'));
  await keys.expectFocusOn(letterhead.heading(third!.name));

  await keys.activate(letterhead.button('Add organization'));
  await keys.press('Shift+Tab');
  await keys.activate(letterhead.button('Back'));
  await expect(letterhead.heading(third!.name)).toBeVisible();
  await keys.expectVisibleFocus();
});
