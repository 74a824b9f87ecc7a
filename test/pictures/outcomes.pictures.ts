/** Where a saved change can stand: on its way, waiting, refused, stored differently, to be decided. */
import type { FaultMode, Standin } from '../standin';
import { expect, test } from './support/fixtures';
import type { Person } from './support/person';

const CHANGE = {
  business_phone: '+44 20 7946 0123',
  business_email: 'reception@brightwater.example',
};

/** Adds two organizations, opens the first, and types a change. */
async function edit(person: Person, standin: Standin): Promise<void> {
  const [first, second] = [...standin.organizations.values()];
  await person.setUp([first!, second!]);
  await person.read(first!);
  await person.type(CHANGE);
}

test('saving', async ({ arrive, standin }) => {
  const person = await arrive();
  await edit(person, standin);
  const hold = standin.hold({ method: 'PUT' });
  await person.save(person.words.organization_status_saving());
  await hold.arrived;
  await person.take('saving');
  hold.release();
  await expect(person.status).toContainText(person.words.organization_status_confirmed());
});

test('offline', async ({ arrive, standin }) => {
  const person = await arrive();
  const { words } = person;
  await edit(person, standin);
  await standin.goOffline();
  await person.button(words.organization_refresh()).click();
  await person.sees(words.organization_refresh_failed());
  await person.take('offline');
  await person.review();
  await person.take('review-offline');
  await person.escape();
  await person.save(words.organization_status_waiting());
  await person.take('waiting', { guide: 'waiting' });
  await person.button(words.organization_discard_waiting()).click();
  await expect(person.dialog(words.organization_give_up_title())).toBeVisible();
  await person.take('give-up');
});

test('a conflict', async ({ arrive, standin }) => {
  const [first] = [...standin.organizations.values()];
  const person = await arrive();
  const { words } = person;
  await edit(person, standin);
  standin.setProfile(first!.id, { business_phone: '+44 20 7946 0999' });
  await person.save(words.organization_status_conflict());
  await person.sees(words.conflict_title());
  await person.take('conflict', { guide: 'conflict' });
  await person.button(words.conflict_save()).click();
  await person.take('conflict-choice-missing');
});

const OUTCOMES: readonly [string, FaultMode, (person: Person) => string][] = [
  ['refused', 'validation-error', ({ words }) => words.organization_status_refused()],
  [
    'stored-differently',
    'stores-differently',
    ({ words }) => words.organization_status_stored_differently(),
  ],
  ['rate-limited', '429-retry-300', ({ words }) => words.organization_status_waiting()],
  ['cloudflare-trouble', '502-branded-html', ({ words }) => words.organization_status_waiting()],
  ['network-sign-in', '200-portal-html', ({ words }) => words.organization_status_waiting()],
];
/** Those the guide shows. */
const IN_GUIDE = new Set(['refused', 'stored-differently']);

for (const [name, mode, outcome] of OUTCOMES) {
  test(name, async ({ arrive, standin }) => {
    const person = await arrive();
    await edit(person, standin);
    standin.faults.add({ mode, match: { method: 'PUT' } });
    await person.save(outcome(person));
    const details = person.button(person.words.common_details());
    await expect(details.first()).toBeVisible();
    await person.take(name, { guide: IN_GUIDE.has(name) ? name : undefined });
    await details.first().click();
    await person.take(`${name}-details`);
  });
}

test('a sign-in that stopped working', async ({ arrive, standin }) => {
  const person = await arrive();
  await edit(person, standin);
  standin.faults.add({ mode: '403-9103' });
  await person.save(person.words.organization_status_waiting());
  await expect(person.button(person.words.sign_ins_replace_key()).first()).toBeVisible();
  await person.take('sign-in-issue', { guide: 'sign-in-issue' });
});
