/** *Changes* after saving: a save paused, resumed, canceled and undone; changes withdrawn; conflicts decided about. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import Papa from 'papaparse';
import { createCalls } from '../faults/support/calls';
import type { Standin } from '../standin';
import { violations } from './support/axe';
import {
  confirmCancel,
  fillSelected,
  holdWrites,
  saveButton,
  selectAll,
} from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { Keyboard } from './support/keyboard';
import type { Letterhead } from './support/letterhead';
import { answerFileDialogs } from './support/native-ui';
import { makeSignIns } from './support/seed-user-data';

const PHONE = '+49 30 5550 100';
const OTHER = '+49 30 5550 200';
const THEIRS = '+44 20 7946 0999';

/** Number of organizations that have this phone number at Cloudflare. */
const savedCount = (standin: Standin, phone: string): number =>
  [...standin.organizations.values()].filter(({ profile }) => profile?.business_phone === phone)
    .length;

/** The phone number of each organization at Cloudflare, by id. */
const phonesOf = (standin: Standin): Map<string, string | undefined> =>
  new Map(
    [...standin.organizations.values()].map(({ id, profile }) => [id, profile?.business_phone]),
  );

/** A number as the window shows it. */
const shown = (count: number): string => count.toLocaleString('en');
/** For thousands of changes on a busy machine. */
const SLOW = { timeout: 90_000 };

/** The saves that are not closed. */
const currentSave = (page: Page): Locator => page.getByRole('region', { name: 'Current saves' });

const openTab = (page: Page, name: RegExp): Promise<void> =>
  page.getByRole('tab', { name }).click();

/** The row of a pending change. */
const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('listitem').getByRole('group', { name, exact: true });

/** The name of the organization whose page is open. */
const openName = (page: Page): Promise<string> =>
  page.getByRole('main').getByRole('heading', { level: 1 }).innerText();

/** Fills one phone number into all organizations, and saves it. */
async function savePhone(letterhead: Letterhead, count: number, phone: string): Promise<void> {
  await selectAll(letterhead);
  const save = await fillSelected(letterhead, count, 'business_phone', phone);
  await save.click();
}

test.describe('a save of 2,000', () => {
  const COUNT = 2_000;
  /** So many are saved before each cancel; all would take a minute of CPU time. */
  const SOME = 20;
  // Each has a limit of its own, so that none makes the save wait.
  test.use({ standinOptions: { organizations: COUNT, signIns: makeSignIns(20) } });

  test('is paused, resumed, canceled half-way, and its rest edited and saved again: with the mouse, then with the keyboard', async ({
    launch,
    seed,
    standin,
  }) => {
    test.slow();
    seed();
    const running = await launch();
    const { page, letterhead } = running;
    const save = currentSave(page);
    const bar = save.getByRole('progressbar', { name: 'Saving changes' });
    const rows = page.getByRole('list', { name: 'Drafts' });
    const canceled = rows.getByRole('checkbox', { name: /^Canceled / });
    const saved = (): number => savedCount(standin, PHONE) + savedCount(standin, OTHER);
    const press = (name: string): Promise<void> => save.getByRole('button', { name }).click();
    /** Waits until a canceled save is over. Resolves with how many organizations are not saved. */
    const restOf = async (total: number, before = 0): Promise<number> => {
      await expect(save.getByRole('button', { name: 'Close' })).toBeVisible(SLOW);
      const done = saved() - before;
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(total - 2);
      await expect(save).toContainText(`${shown(done)} of ${shown(total)} saved`);
      return total - done;
    };
    /** Waits until the edited text of an organization was submitted, and was not replaced by the one that was canceled. */
    const expectSubmitted = (name: string): Promise<void> => {
      const { id } = [...standin.organizations.values()].find((one) => one.name === name)!;
      return expect
        .poll(async () => {
          const view = await createCalls(page).value('organizations', 'view', { entryId: id });
          const { business_phone: atCloudflare } = standin.profileOf(id)!;
          return view.change?.patch.business_phone?.text ?? atCloudflare;
        }, SLOW)
        .toBe(OTHER);
    };
    let release = holdWrites(standin, SOME);

    const rest = await test.step('with the mouse', async () => {
      await letterhead.chooseListAction('Select all 2,000');
      await (await fillSelected(letterhead, COUNT, 'business_phone', PHONE)).click();
      // Sending starts when all 2,000 are submitted.
      await expect.poll(saved, SLOW).toBeGreaterThan(3);
      await expect(letterhead.button(/^Saving [\d,]+ of 2,000$/)).toBeVisible();
      await press('Pause');
      await expect(bar).toHaveAttribute('aria-valuetext', /paused/);
      await expect(letterhead.button('Saving paused')).toHaveAttribute(
        'title',
        /^[\d,]+ of 2,000 saved\./,
      );
      release();

      await openTab(page, /^Waiting [\d,]+$/);
      const waiting = page.getByRole('list', { name: 'Waiting changes' });
      const row = waiting.getByRole('listitem').last().getByRole('group').first();
      await expect(row).toContainText('Paused');
      expect(await violations(page), 'waiting').toEqual([]);
      const withdrawn = (await row.getAttribute('aria-label'))!;
      await rowOf(page, withdrawn).getByRole('button', { name: 'Withdraw' }).click();
      await expect(rowOf(page, withdrawn)).toContainText('Withdrawn.');
      await expect(page.getByRole('tab', { name: 'To save 1', exact: true })).toBeVisible();

      const sent = saved();
      release = holdWrites(standin, 2 * SOME);
      await press('Resume');
      await expect.poll(saved, SLOW).toBeGreaterThan(sent + SOME);
      await press('Cancel…');
      await confirmCancel(letterhead, 'keep');
      release();
      const left = await restOf(COUNT);
      await press('Close');
      await expect(save).toBeHidden();

      await openTab(page, /^To save/);
      await expect(canceled).not.toBeChecked();
      await rows.getByRole('listitem').nth(4).getByRole('button').first().click();
      await expect(letterhead.field('business_phone')).toHaveValue(PHONE);
      await letterhead.field('business_phone').fill(OTHER);
      const edited = await openName(page);
      await letterhead.review();
      await letterhead.button(`Review all ${shown(left)}`).click();
      await canceled.check();
      for (const group of await rows.getByRole('checkbox', { name: /^Typed / }).all())
        await group.check();
      release = holdWrites(standin, SOME);
      await saveButton(letterhead, left).click();
      await expectSubmitted(edited);
      return left;
    });

    await test.step('with the keyboard', async () => {
      const keys = new Keyboard(running);
      const before = COUNT - rest;
      await expect(save.getByRole('group')).toBeFocused(SLOW);
      await keys.activate(save.getByRole('button', { name: 'Pause' }));
      await expect(bar).toHaveAttribute('aria-valuetext', /paused/);
      release();
      const sent = saved();
      await keys.expectFocusOn(save.getByRole('button', { name: 'Resume' }));
      release = holdWrites(standin, 2 * SOME);
      await keys.press('Enter');
      await expect.poll(saved, SLOW).toBeGreaterThan(sent + SOME);
      await keys.activate(save.getByRole('button', { name: 'Cancel…' }));
      const question = letterhead.dialog('Cancel remaining changes');
      await keys.activate(question.getByRole('button', { name: 'Keep as drafts' }));
      release();
      const left = await restOf(rest, before);
      await keys.activate(save.getByRole('button', { name: 'Close' }));
      await expect(save).toBeHidden();

      await expect(canceled).not.toBeChecked();
      await keys.activate(rows.getByRole('listitem').nth(4).getByRole('button').first());
      await keys.typeInto(letterhead.field('business_phone'), OTHER);
      const editedNext = await openName(page);
      await keys.shortcut('CmdOrCtrl+S');
      await keys.activate(letterhead.button(`Review all ${shown(left)}`));
      await keys.tick(canceled);
      await expect(saveButton(letterhead, left)).toBeEnabled();
      await keys.shortcut('CmdOrCtrl+S');
      await expect(page.getByRole('tab', { name: 'To save 0', exact: true })).toBeVisible(SLOW);
      await expect.poll(saved, SLOW).toBeGreaterThan(COUNT - left + SOME);
      await expectSubmitted(editedNext);
      await expect(save).toContainText(`of ${shown(left)} saved`);
      await keys.activate(save.getByRole('button', { name: 'Pause' }));
      await expect(bar).toHaveAttribute('aria-valuetext', /paused/);

      // Two of what is left are saved to the end.
      await keys.activate(save.getByRole('button', { name: 'Cancel…' }));
      await keys.activate(question.getByRole('button', { name: 'Keep as drafts' }));
      await keys.activate(save.getByRole('button', { name: 'Close' }));
      await expect(save).toBeHidden();
      await expect(canceled).not.toBeChecked();
      for (const at of [4, 5])
        await keys.tick(rows.getByRole('listitem').nth(at).getByRole('checkbox'));
      await expect(saveButton(letterhead, 2)).toBeEnabled();
      await keys.shortcut('CmdOrCtrl+S');
      await expect(save).toContainText('2 organizations saved and confirmed', SLOW);
      await keys.expectVisibleFocus();
    });
  });
});

test.describe('a save of 26', () => {
  test.use({ standinOptions: { organizations: 26 } });

  test('is undone while one of them was changed since: with the mouse, then with the keyboard', async ({
    launch,
    seed,
    standin,
  }) => {
    seed();
    const before = phonesOf(standin);
    const [, , , changed] = [...standin.organizations.values()];
    const first = await launch();
    await savePhone(first.letterhead, 26, PHONE);
    await expect(currentSave(first.page)).toContainText('26 organizations saved and confirmed');
    await first.letterhead.openProfile(changed!);
    await first.letterhead.saveField('business_phone', OTHER);
    await first.letterhead.expectSaved();
    await first.close();

    // Also after a restart.
    const running = await launch();
    const { page, letterhead } = running;
    await page.getByRole('radio', { name: 'Changes' }).click();
    const save = currentSave(page);
    await save.getByRole('button', { name: 'Undo this save' }).click();
    await expect(save).toContainText('The old texts of 25 organizations are drafts now.');
    await expect(save).toContainText('1 organization keeps its newer texts');
    await expect(save).toContainText(changed!.name);
    await save.getByRole('button', { name: 'Review them' }).click();
    await saveButton(letterhead, 25).click();
    await expect.poll(() => savedCount(standin, PHONE)).toBe(0);
    expect(phonesOf(standin)).toEqual(new Map(before).set(changed!.id, OTHER));

    // The save that undid it is undone in turn.
    await expect(save).toContainText('25 organizations saved and confirmed');
    const keys = new Keyboard(running);
    await keys.tabBackTo(page.getByRole('radio', { name: 'Changes' }));
    await keys.press('ArrowRight');
    await keys.tabTo(letterhead.list);
    await keys.press('Home', 'Enter');
    await keys.expectFocusOn(letterhead.field('business_name'));
    await keys.typeInto(letterhead.field('business_phone'), THEIRS);
    await keys.shortcut('CmdOrCtrl+S');
    await keys.expectFocusOn(letterhead.button('Save changes'));
    await keys.press('Enter');
    await letterhead.expectSaved();
    await keys.tabBackTo(page.getByRole('radio', { name: 'All' }));
    await keys.press('ArrowLeft');
    await keys.activate(save.getByRole('button', { name: 'Undo this save' }).first());
    await expect(save).toContainText('The old texts of 24 organizations are drafts now.');
    await keys.activate(save.getByRole('button', { name: 'Review them' }));
    await expect(saveButton(letterhead, 24)).toBeEnabled();
    await keys.shortcut('CmdOrCtrl+S');
    await expect.poll(() => savedCount(standin, PHONE)).toBe(24);
    expect(savedCount(standin, THEIRS)).toBe(1);
    await keys.expectVisibleFocus();
  });

  test('lists what was not saved, and retries it; it is exported and closed', async ({
    launch,
    seed,
    standin,
    userData,
  }) => {
    seed();
    const [refused] = [...standin.organizations.values()];
    const repair = standin.faults.add({
      mode: 'validation-error',
      match: { method: 'PUT', path: `/organizations/${refused!.id}/profile` },
    });
    const { app, page, letterhead } = await launch();
    await savePhone(letterhead, 26, PHONE);
    const save = currentSave(page);
    await expect(save).toContainText('25 of 26 saved · 1 not saved');
    await save.getByRole('button', { name: 'Results (1 not saved)' }).click();
    const results = save.getByRole('list', { name: 'Result of each organization' });
    await expect(results.getByRole('listitem').first()).toContainText(refused!.name);
    await expect(results.getByRole('listitem').first()).toContainText(
      'Cloudflare says: “Business email must be a valid email address.”',
    );
    const file = join(userData, 'results.csv');
    await answerFileDialogs(app, file);
    await save.getByRole('button', { name: 'Export this list' }).click();
    await expect(save).toContainText('List exported.');
    const { data } = Papa.parse<string[]>(await readFile(file, 'utf8'), { skipEmptyLines: true });
    const [heading, ...rows] = data;
    expect(heading).toEqual(['Organization ID', 'Organization', 'Result', 'Reason']);
    expect(rows.filter(([, , result]) => result === 'Saved')).toHaveLength(25);
    expect(rows.filter(([, , result]) => result !== 'Saved')).toEqual([
      [
        refused!.id,
        refused!.name,
        'Not saved',
        expect.stringContaining('Cloudflare did not accept the change'),
      ],
    ]);
    await openTab(page, /^Decide 1$/);
    await expect(rowOf(page, refused!.name)).toContainText(
      'Cloudflare says: “Business email must be a valid email address.”',
    );
    repair();
    await save.getByRole('button', { name: 'Retry those not saved' }).click();
    await expect(save).toContainText('26 organizations saved and confirmed');
    const tab = page.getByRole('tab', { name: 'Decide 0' });
    await expect(tab).toBeVisible();
    // If the last control of a tab can no longer have the focus, it moves on, but shows no other tab.
    await page.getByRole('tabpanel').evaluate((panel) => {
      const control = panel.appendChild(document.createElement('button'));
      control.focus();
      control.disabled = true;
    });
    await expect(tab).toBeFocused();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    await save.getByRole('button', { name: 'Close' }).click();
    await openTab(page, /^Saved$/);
    const kept = page.getByRole('list', { name: 'Saved changes' });
    await expect(kept).toContainText('26 organizations saved and confirmed');
    await expect(kept.getByRole('button', { name: 'Undo this save' })).toBeVisible();
  });
});

test.describe('300 conflicts', () => {
  test.use({ standinOptions: { organizations: 300 } });

  test('that a stranger wrote while the app was offline are settled in Decide: with the mouse, then with the keyboard', async ({
    launch,
    seed,
    standin,
  }) => {
    seed();
    const running = await launch();
    const { page, letterhead } = running;
    await standin.goOffline();
    await savePhone(letterhead, 300, PHONE);
    await expect(page.getByRole('tab', { name: 'Waiting 300' })).toBeVisible();
    for (const { id } of standin.organizations.values())
      standin.setProfile(id, { business_phone: THEIRS });
    await standin.goOnline();
    await expect(page.getByRole('tab', { name: 'Decide 300' })).toBeVisible({ timeout: 120_000 });

    await openTab(page, /^Decide/);
    const list = page.getByRole('list', { name: 'Changes to decide about' });
    const nameAt = async (index: number): Promise<string> => {
      const group = list.getByRole('listitem').nth(index).getByRole('group').first();
      return (await group.getAttribute('aria-label'))!;
    };
    const names = [await nameAt(0), await nameAt(1), await nameAt(2)] as const;
    const ticked = [names[1], await nameAt(3), await nameAt(4), await nameAt(5)];
    const row = rowOf(page, names[0]);
    await expect(row).toContainText(THEIRS);
    await expect(row).toContainText(PHONE);
    // What is settled keeps its size: the next row does not come under the pointer.
    const next = list.getByRole('listitem').nth(1).getByRole('button', { name: 'Keep mine' });
    // The buttons of an ended save come a moment later, above the rows.
    await expect(currentSave(page).getByRole('button', { name: 'Close' })).toBeVisible();
    const place = await next.boundingBox();
    await row.getByRole('button', { name: 'Keep mine' }).click();
    await expect(row).toContainText('Your text will be sent.');
    expect(await next.boundingBox()).toEqual(place);
    await expect.poll(() => savedCount(standin, PHONE)).toBe(1);

    const all = page.getByRole('checkbox', { name: 'All changes to decide about' });
    const useTheirs = letterhead.button('Use theirs in the ticked rows');
    await all.check();
    await expect(page.getByText('299 ticked')).toBeVisible();
    await all.uncheck();
    for (const name of ticked) await rowOf(page, name).getByRole('checkbox').check();
    await useTheirs.click();
    const result = page.locator('.result');
    await expect(result).toHaveText(
      'Cloudflare’s texts stay in 4 organizations. Yours are in History.',
    );

    const keys = new Keyboard(running);
    const third = rowOf(page, names[2]);
    await keys.activate(third.getByRole('button', { name: 'Keep mine' }));
    await expect(third).toContainText('Your text will be sent.');
    await expect.poll(() => savedCount(standin, PHONE)).toBe(2);
    await keys.tabBackTo(all);
    await keys.press('Space');
    await expect(page.getByText('294 ticked')).toBeVisible();
    await keys.activate(useTheirs);
    await expect(result).toHaveText(
      'Cloudflare’s texts stay in 294 organizations. Yours are in History.',
    );
    // All controls of the tab are disabled now: the focus moves on, and must not show another tab.
    await expect(useTheirs).toBeDisabled();
    await expect(page.getByRole('tab', { name: 'Decide 0', selected: true })).toBeVisible();
    expect([savedCount(standin, PHONE), savedCount(standin, THEIRS)]).toEqual([2, 298]);
    const second = [...standin.organizations.values()].find(({ name }) => name === names[1]);
    await letterhead.openProfile(second!);
    await expect(letterhead.field('business_phone')).toHaveValue(THEIRS);
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('list', { name: 'Revisions' })).toContainText(PHONE);
  });
});
