/** Screens that stress the layout: long texts, right-to-left scripts, and 400 organizations. */
import { expect } from '@playwright/test';
import type { Scene } from './scene';
import { addAndFetch, ALL_SIZES, organizationsOf } from './steps';

/** About 400 characters in one line, with and without break opportunities. */
const LONG_ADDRESS = `${'Gebäude 7, Aufgang C, 3. Stock links, Zimmer 314, hinter dem Innenhof der alten Spinnerei, '.repeat(4)}23552 Lübeck`;
const UNBROKEN = 'x'.repeat(400);

const long: Scene = {
  name: 'long texts and right-to-left scripts',
  standin: { organizations: 9 },
  async walk({ launch, show, standin }) {
    const all = organizationsOf(standin);
    const [first, , , fourth, , arabic, hebrew, german, last] = all;
    standin.setProfile(german!.id, {
      business_address: LONG_ADDRESS,
      business_email: `${'sehr-langer-name-'.repeat(5)}@wasserwirtschaft.example`,
      business_phone: '+49 30 23125 904 Durchwahl 1234, Zentrale 0, Telefax 905',
      external_metadata: UNBROKEN,
    });
    const { page, letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, [german!, first!, fourth!, arabic!, hebrew!, last!], {
      label: 'Hauptverwaltung der Wasserwirtschaftsgesellschaft',
    });
    await letterhead.open(german!.name);
    await letterhead.openMetadata();
    await expect(letterhead.field('external_metadata')).toHaveValue(UNBROKEN);
    await show('long-texts', { sizes: ALL_SIZES });
    await letterhead.typeDraft({
      business_address: `${LONG_ADDRESS}, Deutschland`,
      external_metadata: 'y'.repeat(400),
    });
    await show('long-texts-edited');
    await letterhead.review();
    await show('long-texts-review');
    await letterhead.closeDialog();
    await letterhead.openTab(messages.history_tab());
    await expect(page.getByRole('list', { name: messages.history_revisions() })).toBeVisible();
    await show('long-texts-history');
    await letterhead.chooseMoreAction(messages.organization_remove());
    await expect(letterhead.dialog(messages.organization_remove())).toBeVisible();
    await show('long-texts-remove');
    await letterhead.closeDialog();

    await letterhead.openProfile(hebrew!);
    await show('hebrew');
    await letterhead.openProfile(arabic!);
    await show('arabic');
    await letterhead.typeDraft({
      business_name: 'شركة النخيل الأخضر',
      business_address: 'شارع الميناء ١٤\nدبي',
    });
    await show('arabic-edited');
    await letterhead.review();
    await show('arabic-review');
    await letterhead.closeDialog();
    standin.setProfile(arabic!.id, { business_name: 'شركة النخيل' });
    await letterhead.save(messages.organization_status_conflict());
    await letterhead.expectText(messages.conflict_title());
    await show('arabic-conflict');
  },
};

const many: Scene = {
  name: 'four hundred organizations',
  standin: { organizations: 400 },
  async walk({ launch, show, standin }) {
    const { letterhead } = await launch();
    const { messages } = letterhead;
    await letterhead.openAdd();
    await letterhead.signIn();
    standin.settings.latency = 1_000;
    await letterhead.chooseAll();
    await letterhead.expectText(messages.list_count({ shown: '400' }));
    await expect(letterhead.initialFetchStatus).toBeVisible();
    await show('initial-fetch');
    standin.settings.latency = 0;
    await letterhead.waitUntilFetched();
    await letterhead.options.nth(3).click();
    await expect(letterhead.field('business_name')).not.toHaveValue('');
    await show('four-hundred', { sizes: ALL_SIZES });
  },
};

export const texts: readonly Scene[] = [long, many];
