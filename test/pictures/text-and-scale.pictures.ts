/** Pictures that stress the layout: long texts, right-to-left scripts, and 400 organizations. */
import { sampleOrganizations } from '../standin';
import { expect, test } from './support/fixtures';

test.use({ standinOptions: { organizations: 9 } });

/** About 400 characters in one line, with and without break opportunities. */
const LONG_ADDRESS = `${'Gebäude 7, Aufgang C, 3. Stock links, Zimmer 314, hinter dem Innenhof der alten Spinnerei, '.repeat(4)}23552 Lübeck`;
const UNBROKEN = 'x'.repeat(400);

test('long texts', async ({ launchLetterhead, standin }) => {
  const [first, , , , , , long] = [...standin.organizations.values()];
  standin.setProfile(long!.id, {
    business_address: LONG_ADDRESS,
    business_email: `${'sehr-langer-name-'.repeat(5)}@wasserwirtschaft.example`,
    business_phone: '+49 30 23125 904 Durchwahl 1234, Zentrale 0, Telefax 905',
    external_metadata: UNBROKEN,
  });
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await letterhead.setUp([long!, first!], {
    label: 'Hauptverwaltung der Wasserwirtschaftsgesellschaft',
  });
  await letterhead.open(long!);
  await expect(letterhead.field('external_metadata')).toHaveValue(UNBROKEN);
  await letterhead.capture('long-texts', { sizes: ['small', 'usual', 'huge'] });
  await letterhead.typeDraft({
    business_address: `${LONG_ADDRESS}, Deutschland`,
    external_metadata: 'y'.repeat(400),
  });
  await letterhead.capture('long-texts-edited');
  await letterhead.review();
  await letterhead.capture('long-texts-review');
  await letterhead.closeDialog();
  await letterhead.openTab(messages.history_tab());
  await expect(
    letterhead.button(messages.history_restore()).or(letterhead.page.getByRole('listitem')).first(),
  ).toBeVisible();
  await letterhead.capture('long-texts-history');
  await letterhead.chooseMoreAction(messages.organization_remove());
  await letterhead.capture('long-texts-remove');
});

test('right-to-left scripts', async ({ launchLetterhead, standin }) => {
  const all = [...standin.organizations.values()];
  const [arabic, hebrew] = [all[5]!, all[7]!];
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await letterhead.setUp([arabic, hebrew, all[3]!, all[8]!]);
  await letterhead.openProfile(hebrew);
  await letterhead.capture('hebrew');
  await letterhead.openProfile(arabic);
  await letterhead.capture('arabic');
  await letterhead.typeDraft({
    business_name: 'شركة النخيل الأخضر',
    business_address: 'شارع الميناء ١٤\nدبي',
  });
  await letterhead.capture('arabic-edited');
  await letterhead.review();
  await letterhead.capture('arabic-review');
  await letterhead.closeDialog();
  standin.setProfile(arabic.id, { business_name: 'شركة النخيل' });
  await letterhead.save(messages.organization_status_conflict());
  await letterhead.expectText(messages.conflict_title());
  await letterhead.capture('arabic-conflict');
});

test('four hundred organizations', async ({ launchLetterhead, standin }) => {
  for (const organization of sampleOrganizations(400).slice(9))
    standin.addOrganization(organization);
  const letterhead = await launchLetterhead();
  const { page, messages } = letterhead;
  await letterhead.openAdd();
  await letterhead.signIn();
  await page.getByRole('checkbox', { name: messages.add_select_all() }).check();
  standin.settings.latency = 1_000;
  await letterhead.button(messages.add_selected()).click();
  await letterhead.expectText(messages.list_count({ shown: '400' }));
  await expect(page.getByRole('status', { name: messages.list_initial_fetch() })).toBeVisible();
  await letterhead.capture('initial-fetch');
  standin.settings.latency = 0;
  await letterhead.waitForInitialFetch();
  await letterhead.list.getByRole('option').nth(3).click();
  await expect(letterhead.field('business_name')).not.toHaveValue('');
  await letterhead.capture('four-hundred', { sizes: ['small', 'usual', 'huge'] });
});
