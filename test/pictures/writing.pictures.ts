/** Texts that try a window: long names, long addresses, and scripts that run from right to left. */
import { sampleOrganizations } from '../standin';
import { expect, test } from './support/fixtures';

test.use({ standinOptions: { organizations: 9 } });

/** About 400 characters in one line, and as many without any place to break. */
const LONG_ADDRESS = `${'Gebäude 7, Aufgang C, 3. Stock links, Zimmer 314, hinter dem Innenhof der alten Spinnerei, '.repeat(4)}23552 Lübeck`;
const UNBROKEN = 'x'.repeat(400);

test('long texts', async ({ arrive, standin }) => {
  const [first, , , , , , long] = [...standin.organizations.values()];
  standin.setProfile(long!.id, {
    business_address: LONG_ADDRESS,
    business_email: `${'sehr-langer-name-'.repeat(5)}@wasserwirtschaft.example`,
    business_phone: '+49 30 23125 904 Durchwahl 1234, Zentrale 0, Telefax 905',
    external_metadata: UNBROKEN,
  });
  const person = await arrive();
  const { words } = person;
  await person.setUp([long!, first!], {
    label: 'Hauptverwaltung der Wasserwirtschaftsgesellschaft',
  });
  await person.open(long!);
  await expect(person.field('external_metadata')).toHaveValue(UNBROKEN);
  await person.take('long-texts', { sizes: ['small', 'usual', 'huge'] });
  await person.type({
    business_address: `${LONG_ADDRESS}, Deutschland`,
    external_metadata: 'y'.repeat(400),
  });
  await person.take('long-texts-edited');
  await person.review();
  await person.take('long-texts-review');
  await person.escape();
  await person.openTab(words.history_tab());
  await expect(
    person.button(words.history_restore()).or(person.page.getByRole('listitem')).first(),
  ).toBeVisible();
  await person.take('long-texts-history');
  await person.more(words.organization_remove());
  await person.take('long-texts-remove');
});

test('from right to left', async ({ arrive, standin }) => {
  const all = [...standin.organizations.values()];
  const [arabic, hebrew] = [all[5]!, all[7]!];
  const person = await arrive();
  const { words } = person;
  await person.setUp([arabic, hebrew, all[3]!, all[8]!]);
  await person.read(hebrew);
  await person.take('hebrew');
  await person.read(arabic);
  await person.take('arabic');
  await person.type({
    business_name: 'شركة النخيل الأخضر',
    business_address: 'شارع الميناء ١٤\nدبي',
  });
  await person.take('arabic-edited');
  await person.review();
  await person.take('arabic-review');
  await person.escape();
  standin.setProfile(arabic.id, { business_name: 'شركة النخيل' });
  await person.save(words.organization_status_conflict());
  await person.sees(words.conflict_title());
  await person.take('arabic-conflict');
});

test('as many as a partner has', async ({ arrive, standin }) => {
  for (const organization of sampleOrganizations(400).slice(9))
    standin.addOrganization(organization);
  const person = await arrive();
  const { page, words } = person;
  await person.openAdd();
  await person.signIn();
  await page.getByRole('checkbox', { name: words.add_select_all() }).check();
  standin.settings.latency = 1_000;
  await person.button(words.add_selected()).click();
  await person.sees(words.list_count({ shown: '400' }));
  await expect(page.getByRole('status', { name: words.list_initial_fetch() })).toBeVisible();
  await person.take('reading');
  standin.settings.latency = 0;
  await person.untilAllRead();
  await person.list.getByRole('option').nth(3).click();
  await expect(person.field('business_name')).not.toHaveValue('');
  await person.take('four-hundred', { sizes: ['small', 'usual', 'huge'] });
});
