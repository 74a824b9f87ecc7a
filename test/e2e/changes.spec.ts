/** *Changes*: many drafts reviewed and saved in one act, with the mouse alone and with the keyboard alone. */
import { MAX_FIELD_LENGTH } from '../../src/shared/limits';
import { createCalls } from '../faults/support/calls';
import type { Standin } from '../standin';
import {
  fillSelected,
  makeDrafts,
  pressFill,
  saveButton,
  selectAll,
} from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';

const PHONE = '+49 30 5550 100';
const OTHER = '+49 30 5550 200';
/** Above the numbers of the edits that were typed before. */
const FIRST_NUMBER = 1_000;

/** Number of organizations that have this phone number at Cloudflare. */
const savedCount = (standin: Standin, phone: string): number =>
  [...standin.organizations.values()].filter(({ profile }) => profile?.business_phone === phone)
    .length;

test.describe('with 40 organizations', () => {
  test.use({ standinOptions: { organizations: 40 } });

  test('forty drafts are saved in one act, with the keyboard and with the mouse, and undone', async ({
    launch,
    seed,
    standin,
  }) => {
    seed();
    const running = await launch();
    const { page, letterhead } = running;
    const keys = new Keyboard(running);
    const all = [...standin.organizations.values()];
    await keys.tabTo(letterhead.list);
    await keys.press('Home');
    const typed = new Set<string>();
    for (let count = 0; count < 2; count += 1) {
      await keys.press('Enter');
      // The list may look up the row first; until then, the page before is still there.
      await keys.expectFocusOn(letterhead.field('business_name'));
      await keys.typeInto(letterhead.field('business_phone'), PHONE);
      typed.add(await page.locator('main h1').innerText());
      await keys.tabBackTo(letterhead.list);
      await keys.press('ArrowDown');
    }
    const calls = createCalls(page);
    const [first, ...others] = [...all].sort(
      (one, other) => Number(typed.has(other.name)) - Number(typed.has(one.name)),
    );
    /** Makes drafts as the pages of these organizations save what is typed there. */
    const typeInto = async (some: typeof all, text: string, number: number): Promise<void> => {
      for (const { id: entryId, profile } of some) {
        const edits = { business_phone: { text, base: profile!.business_phone } };
        await calls.value('drafts', 'save', { entryId, edits, number });
      }
    };
    await typeInto(
      all.filter(({ name }) => !typed.has(name)),
      PHONE,
      FIRST_NUMBER,
    );
    // Ctrl+S on a page reviews that page, and leads to all of them, also when the focus is in the list.
    await keys.tabBackTo(letterhead.list);
    await keys.shortcut('CmdOrCtrl+S');
    await keys.activate(letterhead.button('Review all 40'));
    await keys.expectFocusOn(letterhead.heading('Changes'));
    await expect(page.getByText('40 changes in 40 organizations', { exact: true })).toBeVisible();
    await expect(page.getByRole('checkbox', { name: 'Typed 40' })).toBeChecked();
    await keys.shortcut('CmdOrCtrl+S');
    await expect.poll(() => savedCount(standin, PHONE)).toBe(40);
    await letterhead.expectText('Nothing to save: there are no drafts, and nothing is waiting.');
    await keys.expectVisibleFocus();

    await letterhead.button('Undo this save').click();
    await letterhead.expectText('The old texts of 40 organizations are drafts now.');
    // It is not offered again after a visit of another page.
    await letterhead.openProfile(first!);
    await page.getByRole('radio', { name: 'Changes' }).click();
    const saves = page.getByRole('region', { name: 'Current saves' });
    await expect(saves).toContainText('40 organizations saved and confirmed');
    await expect(saves.getByRole('button', { name: 'Undo this save' })).toHaveCount(0);
    await saveButton(letterhead, 40).click();
    await expect.poll(() => savedCount(standin, PHONE)).toBe(0);
    await letterhead.expectText('Nothing to save: there are no drafts, and nothing is waiting.');

    // One of those that were typed with keys: its page counts its edits.
    await page.getByRole('radio', { name: 'All' }).click();
    await letterhead.openProfile(first!);
    await letterhead.typeDraft({ business_phone: OTHER });
    await typeInto(others, OTHER, FIRST_NUMBER + 1);
    await page.getByRole('radio', { name: 'Changes' }).click();
    await expect(page.getByRole('checkbox', { name: 'Typed 40' })).toBeChecked();
    await saveButton(letterhead, 40).click();
    await expect.poll(() => savedCount(standin, OTHER)).toBe(40);
  });
});

test.describe('with 26 organizations', () => {
  test.use({ standinOptions: { organizations: 26 } });

  // With the mouse it is in frequent-tasks.spec.ts, which counts the clicks.
  test('one phone number for 26 branches takes six actions with the keyboard alone', async ({
    launch,
    seed,
    standin,
  }) => {
    seed();
    const running = await launch();
    const { letterhead } = running;
    await letterhead.expectRows(26);
    const keys = new Keyboard(running);
    const fill = letterhead.dialog('Fill');
    await keys.tabTo(letterhead.list);
    await keys.press('Control+a');
    await keys.activate(letterhead.button('Fill…'));
    await keys.tick(fill.getByRole('checkbox', { name: 'Business phone' }));
    await keys.expectFocusOn(fill.getByRole('textbox'));
    await keys.type(PHONE);
    await keys.activate(fill.getByRole('button', { name: makeDrafts(letterhead, 26) }));
    await expect(saveButton(letterhead, 26)).toBeEnabled();
    await keys.shortcut('CmdOrCtrl+S');
    expect(keys.actions).toBeLessThanOrEqual(6);
    await expect.poll(() => savedCount(standin, PHONE)).toBe(26);
    await keys.expectVisibleFocus();
  });

  test('what a fill made is undone; what was changed since stays, and some of it is left out', async ({
    launch,
    seed,
    standin,
  }) => {
    seed();
    const [first, second] = [...standin.organizations.values()];
    const { page, letterhead } = await launch();
    await letterhead.openProfile(first!);
    await letterhead.typeDraft({ business_phone: '+44 1' });
    await selectAll(letterhead);
    await pressFill(letterhead, 26);
    const fill = letterhead.dialog('Fill');
    await fill.getByRole('checkbox', { name: 'Business phone' }).check();
    await expect(fill.getByRole('checkbox', { name: 'Also replace 1 edited field' })).toBeEnabled();
    const text = fill.getByRole('textbox');
    const make = fill.getByRole('button', { name: makeDrafts(letterhead, 26) });
    await text.fill('1'.repeat(MAX_FIELD_LENGTH + 1));
    await make.click();
    await expect(text).toHaveAccessibleDescription(/too long/);
    await expect(text).toBeFocused();
    const NUL = 0;
    const LONE_SURROGATE = 0xd800;
    for (const code of [NUL, LONE_SURROGATE]) {
      await text.fill('');
      // Set in the page, because Playwright cannot send such texts.
      await text.evaluate((control: HTMLInputElement, hidden) => {
        control.value = `1${String.fromCharCode(hidden)}`;
        control.dispatchEvent(new Event('input', { bubbles: true }));
      }, code);
      await expect(text).toHaveAccessibleDescription(/There is an invisible character here/);
    }
    await text.fill(PHONE);
    await make.click();
    const line = page.getByRole('group', { name: 'Fill Business phone' });
    await expect(line).toContainText(
      'Drafts in 25 organizations · Your earlier edit was kept in 1 organization',
    );
    await expect(saveButton(letterhead, 26)).toBeEnabled();

    await page
      .getByRole('link', { name: second!.name })
      .or(letterhead.button(second!.name))
      .click();
    await letterhead.typeDraft({ business_phone: '+44 2' });
    await letterhead.review();
    await letterhead.button('Review all 26').click();
    await line.getByRole('button', { name: 'Undo: Fill Business phone' }).click();
    await expect(line).toContainText(
      '1 no longer had this draft: it was saved, discarded or changed.',
    );
    await expect(saveButton(letterhead, 2)).toBeEnabled();
    await page.getByRole('checkbox', { name: first!.name }).uncheck();
    // Makes a newer review, so that the one on screen is outdated.
    await createCalls(page).value('changes', 'review');
    await saveButton(letterhead, 1).click();
    await letterhead.expectText(letterhead.messages.changes_outdated());
    expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    await saveButton(letterhead, 1).click();
    await expect.poll(() => savedCount(standin, '+44 2')).toBe(1);
    await page.getByRole('checkbox', { name: first!.name }).check();
    await letterhead.button('Discard…').click();
    await letterhead
      .dialog('Discard 1 change in 1 organization?')
      .getByRole('button', { name: 'Discard' })
      .click();
    await letterhead.expectText('Nothing to save: there are no drafts, and nothing is waiting.');
    await letterhead.openProfile(first!);
    await letterhead.openTab('History');
    await letterhead.expectText('+44 1');
  });
});

test.describe('with unread profiles', () => {
  test.use({ standinOptions: { organizations: 12 } });

  test('profiles that were never read are read first, which can be stopped, then filled: with the mouse, then with the keyboard', async ({
    launch,
    standin,
  }) => {
    const all = [...standin.organizations.values()];
    // Nothing needs attention among those that are read.
    const incomplete = all.find(({ profile }) => profile!.business_phone === '')!;
    standin.setProfile(incomplete.id, {
      business_email: 'office@harbor.example',
      business_phone: OTHER,
    });
    // Every third comes with the list. These are fewer than are read at the same time, so the others are read.
    const reads = all
      .filter((_, index) => index % 3 !== 0)
      .slice(-3)
      .map(({ id }) => standin.hold({ method: 'GET', path: `/organizations/${id}/profile` }));
    const running = await launch();
    const { page, letterhead } = running;
    await letterhead.setUp(all.map(({ name }) => name));
    await page.getByRole('radio', { name: 'Check' }).click();
    await expect(page.getByText('Nothing so far. 3 still to be read.')).toBeVisible();
    await page.getByRole('radio', { name: 'All' }).click();
    await selectAll(letterhead);
    await fillSelected(letterhead, 12, 'business_phone', PHONE, 9);
    // The lines of later fills are above it.
    const line = page.getByRole('group', { name: 'Fill Business phone' }).last();
    const bar = line.getByRole('progressbar', { name: 'Reading profiles' });
    const read = line.getByRole('button', { name: 'Read these first' });
    const fillRead = line.getByRole('button', { name: 'Fill these' });
    await expect(line).toContainText('Drafts in 9 organizations · 3 not read yet');

    await read.click();
    await expect(bar).toHaveAttribute('aria-valuetext', '0 of 3');
    reads[0]!.release();
    await expect(bar).toHaveAttribute('aria-valuetext', '1 of 3');
    await line.getByRole('button', { name: 'Stop' }).click();
    await expect(bar).toBeHidden();
    await expect(line).toContainText('1 read');
    await fillRead.click();
    await expect(saveButton(letterhead, 10)).toBeEnabled();
    await expect(line).toContainText('Drafts in 9 organizations · 2 not read yet');

    const keys = new Keyboard(running);
    await keys.activate(read);
    await expect(bar).toHaveAttribute('aria-valuetext', '0 of 2');
    await keys.activate(line.getByRole('button', { name: 'Stop' }));
    await keys.activate(read);
    await expect(bar).toHaveAttribute('aria-valuetext', '0 of 2');
    for (const hold of reads) hold.release();
    await expect(line).toContainText('2 read');
    await keys.activate(fillRead);
    await expect(saveButton(letterhead, 12)).toBeEnabled();
    await expect(line).not.toContainText('not read yet');
    await keys.shortcut('CmdOrCtrl+S');
    await expect.poll(() => savedCount(standin, PHONE)).toBe(12);
    await keys.expectVisibleFocus();
  });
});
