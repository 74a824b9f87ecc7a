/** Settings, sign-ins and *Remove everything* with only the keyboard. */
import { sampleSignIn, sampleNewKey } from '../../standin';
import { expect, test } from '../support/fixtures';
import { Keyboard } from '../support/keyboard';
import { captureRelaunch, readClipboard } from '../support/native-ui';

test('organizations, settings and sign-ins are changed and removed', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  const first = nextOrganization();
  const second = nextOrganization();
  seed(first, second);
  const running = await launch();
  const { app, page, letterhead } = running;
  await letterhead.openProfile(first);
  const keys = new Keyboard(running);
  const tab = (name: string) => page.getByRole('tab', { name });

  await test.step('an organization changes its sign-in, and is removed', async () => {
    const more = letterhead.button('More actions');
    const item = (name: string) => page.getByRole('menuitem', { name });

    await expect(more).toBeEnabled();
    await keys.tabTo(more);
    await keys.openMenuAt(item('Change sign-in'));
    await keys.press('Escape');
    await keys.expectFocusOn(more);
    await keys.openMenuAt(item('Change sign-in'));
    await keys.press('Enter');
    await expect(letterhead.dialog('Change sign-in')).toBeVisible();
    await keys.expectVisibleFocus();
    await keys.press('Escape');
    await expect(letterhead.dialog('Change sign-in')).toBeHidden();
    await keys.expectFocusOn(more);

    const question = letterhead.dialog('Remove organization');
    await keys.openMenuAt(item('Remove organization'));
    await keys.press('Enter');
    await keys.expectFocusOn(question.getByRole('button', { name: 'Cancel' }));
    await keys.activate(question.getByRole('button', { name: 'Remove', exact: true }));
    await expect(question).toBeHidden();
    await expect(letterhead.option(first.name)).toHaveCount(0);
    await keys.expectVisibleFocus();
    await keys.tabTo(letterhead.list);
    await keys.press('Home', 'Enter');
    await expect(letterhead.heading(second.name)).toBeVisible();
  });

  await test.step('settings are chosen, and details copied', async () => {
    await keys.press('Tab');
    await keys.shortcut('CmdOrCtrl+,');
    await keys.expectFocusOn(letterhead.heading('Settings'));
    await keys.tabTo(tab('Sign-ins'));
    await keys.press('ArrowRight');
    await keys.expectFocusOn(tab('General'));
    await keys.tabTo(page.getByRole('radio', { name: 'Same as system' }));
    await keys.press('ArrowDown');
    await expect(page.getByRole('radio', { name: 'Light' })).toBeChecked();
    await keys.tabTo(page.getByRole('radio', { name: 'Every hour' }));
    await keys.press('ArrowLeft');
    await expect(page.getByRole('radio', { name: 'Every 15 minutes' })).toBeChecked();
    await keys.tick(page.getByRole('checkbox', { name: 'Show a system notification' }));
    await keys.activate(letterhead.button('Check all now'));
    await expect(page.getByText('The last check ended just now.')).toBeVisible();
    await keys.expectFocusOn(letterhead.button('Check all now'));

    await keys.tabBackTo(tab('General'));
    await keys.press('ArrowRight');
    const details = letterhead.dialog('Details for support');
    await keys.activate(letterhead.button('Copy details for support…'));
    await keys.expectFocusOn(details.getByRole('button', { name: 'Copy' }));
    await expect(details.getByRole('textbox')).toHaveValue(/Letterhead/);
    await keys.press('Enter');
    await expect(details.getByText('Copied', { exact: true })).toBeVisible();
    expect(await readClipboard(app)).toBe(await details.getByRole('textbox').inputValue());
    await keys.press('Escape');
    await keys.expectFocusOn(letterhead.button('Copy details for support…'));
  });

  await test.step('a sign-in is checked, renamed, given a new email and key, and removed', async () => {
    await keys.tabBackTo(tab('About'));
    await keys.press('ArrowLeft', 'ArrowLeft');
    await keys.expectFocusOn(tab('Sign-ins'));
    await keys.activate(letterhead.button('Check'));
    await expect(page.getByText(/Works, checked just now/)).toBeVisible();
    await keys.expectFocusOn(letterhead.button('Check'));

    const more = letterhead.signInMenu();
    const open = async (action: string) => {
      await keys.tabTo(more);
      await keys.openMenuAt(page.getByRole('menuitem', { name: action }));
      await keys.press('Enter');
    };
    await open('Rename');
    await keys.expectFocusOn(page.getByRole('textbox', { name: 'Name for this sign-in' }));
    await keys.type('Branch');
    await keys.press('Enter');
    await expect(page.getByRole('group', { name: 'Branch' })).toBeVisible();
    await keys.expectFocusOn(more);

    standin.signIns[0]!.email = 'new@brightwater.example';
    const email = page.getByRole('textbox', { name: 'Account email' });
    await open('Change email');
    await keys.expectFocusOn(email);
    await keys.type('wrong');
    await keys.press('Enter');
    await expect(email).toHaveAttribute('aria-invalid', 'true');
    await keys.expectFocusOn(email);
    await keys.type('new@brightwater.example');
    await keys.press('Enter');
    await expect(letterhead.dialog('Change email')).toBeHidden();
    await keys.expectFocusOn(more);

    standin.setKey(sampleSignIn.userId, sampleNewKey);
    const replace = letterhead.dialog('Replace key');
    const key = replace.getByLabel('Global API Key', { exact: true });
    await open('Replace key');
    await keys.expectFocusOn(key);
    await keys.type(sampleSignIn.key);
    await keys.press('Enter');
    await expect(replace.getByRole('alert')).toBeVisible();
    await keys.expectFocusOn(key);
    await keys.type(sampleNewKey);
    await keys.press('Enter');
    await expect(replace).toBeHidden();
    await keys.expectFocusOn(more);

    const question = letterhead.dialog('Remove sign-in');
    await open('Remove sign-in');
    await keys.expectFocusOn(question.getByRole('button', { name: 'Cancel' }));
    await keys.press('Enter');
    await keys.expectFocusOn(more);
    await open('Remove sign-in');
    await keys.activate(question.getByRole('button', { name: 'Remove' }));
    await expect(more).toBeHidden();
    await keys.expectVisibleFocus();
  });

  await test.step('everything is removed', async () => {
    await keys.tabBackTo(tab('Sign-ins'));
    await keys.press('ArrowRight');
    await keys.expectFocusOn(tab('General'));
    await keys.activate(letterhead.button('Remove everything…'));
    const everything = letterhead.dialog('Remove everything from this computer');
    await keys.expectFocusOn(everything.getByRole('button', { name: 'Cancel' }));
    await keys.press('Escape');
    await keys.expectFocusOn(letterhead.button('Remove everything…'));
    await keys.press('Enter');
    const { ended, relaunched } = await captureRelaunch(app);
    const confirm = everything.getByRole('button', { name: 'Remove everything', exact: true });
    await expect(confirm).toBeEnabled();
    await keys.tabTo(confirm);
    await keys.pressToClose('Enter');
    await ended;
    expect(relaunched()).toBe(true);
  });
});
