/** Outcomes of a change with only the keyboard: waiting, conflict, stored differently, restored. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/fixtures';
import { Keyboard } from '../support/keyboard';
import type { Letterhead } from '../support/letterhead';
import { openRefreshed } from '../support/relaunch';

const group = (page: Page, field: string): Locator =>
  page.getByRole('group', { name: field, exact: true });

/** Types a phone number and confirms the review with Enter. */
async function savePhone(keys: Keyboard, letterhead: Letterhead, phone: string): Promise<void> {
  await keys.typeInto(letterhead.field('business_phone'), phone);
  await keys.shortcut('CmdOrCtrl+S');
  await keys.expectFocusOn(letterhead.button('Save changes'));
  await keys.press('Enter');
}

test('each outcome of a change is dealt with', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  const withEntries = nextOrganization();
  standin.setProfile(withEntries.id, { external_metadata: '{"vat":"GB1","active":true}' });
  seed();
  const running = await launch();
  const { page, letterhead } = running;
  const keys = new Keyboard(running);

  await test.step('a conflict is resolved and saved', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    standin.setProfile(first.id, { business_phone: '+44 theirs' });
    await savePhone(keys, letterhead, '+44 mine');
    await expect(letterhead.status).toContainText('choose which text to keep');
    await keys.expectFocusOn(
      page.getByRole('heading', { name: 'This profile changed at Cloudflare' }),
    );
    await keys.press('Tab');
    const mine = group(page, 'Business phone').getByRole('radio', { name: 'Keep mine' });
    const theirs = group(page, 'Business phone').getByRole('radio', { name: 'Use theirs' });
    await keys.expectFocusOn(mine);
    await keys.press('ArrowDown');
    await keys.expectFocusOn(theirs);
    await keys.press('ArrowUp');
    await expect(mine).toBeChecked();
    await keys.activate(letterhead.button('Save this version'));
    await letterhead.expectSaved();
    await keys.expectFocusOn(letterhead.heading(first.name));
    expect(standin.profileOf(first.id)!.business_phone).toBe('+44 mine');
  });

  await test.step('a text that was stored differently is accepted', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    standin.faults.add({ mode: 'stores-differently', match: { method: 'PUT' }, times: 1 });
    await savePhone(keys, letterhead, '+44 sent');
    await expect(letterhead.button('Accept as stored')).toBeVisible();
    await keys.activate(letterhead.button('Accept as stored'));
    await expect(letterhead.button('Accept as stored')).toBeHidden();
    await keys.expectFocusOn(letterhead.heading(first.name));
  });

  await test.step('a restored revision replaces typed text after a confirmation', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    await savePhone(keys, letterhead, '+44 second');
    await letterhead.expectSaved();
    await keys.typeInto(letterhead.field('business_name'), 'Typed');
    await keys.tabBackTo(page.getByRole('tab', { name: 'Profile' }));
    await keys.press('ArrowRight');
    const restore = letterhead.button('Restore this version').last();
    await keys.activate(restore);
    const question = letterhead.dialog('Replace your draft?');
    await keys.expectFocusOn(question.getByRole('button', { name: 'Cancel' }));
    await keys.press('Escape');
    await keys.expectFocusOn(restore);
    await keys.press('Enter');
    await keys.activate(question.getByRole('button', { name: 'Replace it' }));
    await expect(question).toBeHidden();
    await keys.expectFocusOn(letterhead.field('business_phone'));
  });

  await test.step('entries of a field are edited, added, renamed, removed and restored', async () => {
    await openRefreshed(letterhead, standin, withEntries);
    await keys.activate(letterhead.foldedMetadata);
    const entry = (name: string) =>
      page.getByRole('textbox', { name: `${name}, External metadata`, exact: true });
    const menu = (name: string) => letterhead.button(`More actions for ${name}, External metadata`);

    await keys.expectFocusOn(entry('vat'));
    await keys.typeInto(entry('vat'), 'GB2');
    await keys.tabTo(page.getByRole('checkbox', { name: /^active/ }));
    await keys.press('Space');

    await keys.activate(letterhead.button(/^Add an entry/));
    await keys.expectFocusOn(page.getByRole('textbox', { name: /^Name of the new entry/ }));
    await keys.type('code');
    await keys.press('Enter');
    await keys.expectFocusOn(entry('code'));
    await keys.type('7');

    await keys.tabTo(menu('code'));
    await keys.openMenuAt(page.getByRole('menuitem', { name: 'Rename' }));
    await keys.press('Enter');
    await keys.expectFocusOn(page.getByRole('textbox', { name: /^New name of code/ }));
    await keys.type('kind');
    await keys.press('Enter');
    await keys.expectFocusOn(entry('kind'));
    await keys.tabTo(menu('kind'));
    await keys.openMenuAt(page.getByRole('menuitem', { name: 'Remove' }));
    await keys.press('Enter');
    await expect(entry('kind')).toBeHidden();
    await keys.expectVisibleFocus();
    await keys.tabTo(letterhead.button('Put it back'));
    await keys.press('Enter');
    await keys.expectFocusOn(entry('kind'));
    await keys.activate(letterhead.asText('external_metadata'));
    const metadata = letterhead.field('external_metadata');
    await keys.expectFocusOn(metadata);
    await expect(metadata).toHaveValue('{"vat":"GB2","active":false,"kind":"7"}');
  });

  await test.step('a waiting change is retried, discarded, and restored from History', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    await standin.goOffline();
    await savePhone(keys, letterhead, '+44 waits');
    await letterhead.expectWaiting();
    await keys.expectFocusOn(letterhead.field('business_phone'));
    await keys.activate(letterhead.button('Try again now'));
    await keys.expectVisibleFocus();
    await keys.activate(letterhead.button('Details'));
    await expect(letterhead.button('Details')).toHaveAttribute('aria-expanded', 'true');

    const discard = letterhead.button('Discard waiting change');
    const question = letterhead.dialog('Discard waiting change');
    await keys.tabTo(discard);
    await keys.press('Enter');
    await expect(question).toBeVisible();
    await keys.press('Enter');
    await expect(question).toBeHidden();
    await keys.expectFocusOn(discard);
    await keys.press('Enter');
    await keys.activate(question.getByRole('button', { name: 'Discard it' }));
    await expect(letterhead.status).toContainText('The text is in History');
    await keys.expectFocusOn(letterhead.heading(first.name));

    await keys.tabTo(page.getByRole('tab', { name: 'Profile' }));
    await keys.press('ArrowRight');
    await keys.expectFocusOn(page.getByRole('tab', { name: 'History' }));
    await expect(page.getByRole('list', { name: 'Revisions' })).toContainText('+44 waits');
    await keys.activate(letterhead.button('Restore this version').first());
    await keys.expectFocusOn(letterhead.field('business_phone'));
    await expect(letterhead.field('business_phone')).toHaveValue('+44 waits');

    // The button may disappear automatically once Cloudflare answers. The focus must survive both.
    await keys.tabTo(letterhead.connection.getByRole('button', { name: 'Try now' }));
    await standin.goOnline();
    await keys.press('Enter');
    await expect(letterhead.connection).toContainText('Online');
    await keys.expectVisibleFocus();
  });
});
