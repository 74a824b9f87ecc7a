/** Saves of many: running, paused, canceled, ended and closed; what waits and what has to be decided. */
import { expect } from '@playwright/test';
import { fillSelected, selectAll } from '../e2e/support/fill-and-save';
import type { Letterhead } from '../e2e/support/letterhead';
import type { Scene } from './scene';
import { addAndFetch, ALL_SIZES, organizationsOf } from './steps';

const COUNT = 24;
const FEW = 6;

type Field = 'business_phone' | 'business_address';
const TEXTS: Record<Field, string> = {
  business_phone: '+49 30 5550 100',
  business_address: 'Am Alten Speicher 4\n23552 Lübeck\nDeutschland',
};

/** Fills a new text into all organizations, and saves it. */
async function saveAll(letterhead: Letterhead, count: number, field: Field): Promise<void> {
  await selectAll(letterhead);
  const save = await fillSelected(letterhead, count, field, TEXTS[field]);
  await save.click();
}

const tab = ({ page }: Letterhead, name: string) => page.getByRole('tab', { name, exact: true });

const one: Scene = {
  name: 'a save of many',
  standin: { organizations: COUNT },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const [first, second] = all;
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await letterhead.openProfile(first!);
    const path = `/organizations/${second!.id}/profile`;
    standin.faults.add({ mode: 'validation-error', match: { method: 'PUT', path } });
    const hold = standin.hold({ method: 'PUT', nth: 8 });
    await saveAll(letterhead, COUNT, 'business_phone');
    await hold.arrived;
    const current = page.getByRole('region', { name: messages.saves_open() });
    const close = current.getByRole('button', { name: messages.common_close() });
    const saving = page.getByRole('progressbar', { name: messages.saves_saving() });
    // All but the held and the refused one.
    await expect(saving).toHaveAttribute('aria-valuetext', /^22 /);
    await show('save', { sizes: ALL_SIZES, guide: 'save' });
    await letterhead.button(messages.saves_pause()).click();
    await expect(letterhead.button(messages.saves_resume())).toBeVisible();
    await show('save-paused', { sizes: ALL_SIZES });
    await letterhead.button(messages.saves_cancel()).click();
    await expect(letterhead.dialog(messages.saves_cancel_title())).toBeVisible();
    await show('save-cancel', { sizes: ALL_SIZES });
    await letterhead.button(messages.saves_cancel_back_paused()).click();
    await letterhead.button(messages.saves_resume()).click();
    hold.release();
    await expect(close).toBeVisible({ timeout: 60_000 });
    await show('save-ended', { sizes: ALL_SIZES });
    await letterhead.button(messages.saves_show_unsaved({ shown: '1' })).click();
    const results = page.getByRole('list', { name: messages.saves_results_table() });
    await expect(results.getByRole('listitem').nth(3)).toBeVisible();
    await show('results');
    await close.click();
    await tab(letterhead, messages.common_saved()).click();
    await expect(page.getByRole('list', { name: messages.saves_list() })).toBeVisible();
    await show('changes-saved', { sizes: ALL_SIZES });
    await letterhead.button(messages.common_undo_save()).click();
    await letterhead.expectText(messages.saves_undo_review());
    await show('changes-undone');
  },
};

const pending: Scene = {
  name: 'two saves at once, and what waits or has to be decided',
  standin: { organizations: FEW },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const [first, second, third] = all;
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await letterhead.openProfile(first!);
    await standin.goOffline();
    for (const field of ['business_phone', 'business_address'] as const) {
      await saveAll(letterhead, FEW, field);
      await letterhead.button(messages.saves_pause()).click();
      await expect(letterhead.button(messages.saves_pause())).toBeHidden();
    }
    await show('saves', { sizes: ALL_SIZES });
    await tab(letterhead, `${messages.changes_waiting()} ${FEW}`).click();
    await expect(page.getByRole('list', { name: messages.waiting_list() })).toBeVisible();
    await show('changes-waiting', { sizes: ALL_SIZES });

    standin.setProfile(first!.id, { business_phone: '+44 20 7946 0999' });
    standin.faults.add({
      mode: 'validation-error',
      match: { method: 'PUT', path: `/organizations/${second!.id}/profile` },
    });
    standin.faults.add({
      mode: 'stores-differently',
      match: { method: 'PUT', path: `/organizations/${third!.id}/profile` },
    });
    await standin.goOnline();
    const resume = letterhead.button(messages.saves_resume());
    for (let left = 2; left > 0; left -= 1) {
      await resume.first().click();
      // The same button now pauses.
      await expect(resume).toHaveCount(left - 1);
    }
    const decide = tab(letterhead, `${messages.changes_decide()} 3`);
    await expect(decide).toBeVisible({ timeout: 60_000 });
    // The rest of both saves is at Cloudflare, too.
    await expect(letterhead.button(messages.saves_pause())).toHaveCount(0, { timeout: 60_000 });
    await letterhead.openProfile(second!);
    await letterhead.typeDraft({ business_name: `${second!.profile!.business_name} & Co` });
    await page.getByRole('radio', { name: messages.changes_title() }).check();
    await decide.click();
    await letterhead.expectText(messages.decide_has_draft());
    await show('decide', { sizes: ALL_SIZES });

    // A message comes while the page is open.
    standin.faults.add({ mode: '403-9103' });
    const list = page.getByRole('list', { name: messages.decide_list() });
    await list.getByRole('button', { name: messages.conflict_keep_mine() }).first().click();
    await expect(page.getByRole('region', { name: messages.sign_ins_region() })).toBeVisible();
    await show('decide-messages');
  },
};

export const saves: readonly Scene[] = [one, pending];
