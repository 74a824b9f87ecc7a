/** Pictures of a submitted change: saving, waiting, refused, stored differently, in conflict. */
import type { FaultMode, Standin } from '../standin';
import { expect, test } from './support/fixtures';
import type { LocalizedLetterhead } from './support/localized-letterhead';

const CHANGE = {
  business_phone: '+44 20 7946 0123',
  business_email: 'reception@brightwater.example',
};

/** Adds two organizations, opens the first, and types a change. */
async function edit(letterhead: LocalizedLetterhead, standin: Standin): Promise<void> {
  const [first, second] = [...standin.organizations.values()];
  await letterhead.setUp([first!, second!]);
  await letterhead.openProfile(first!);
  await letterhead.typeDraft(CHANGE);
}

test('saving', async ({ launchLetterhead, standin }) => {
  const letterhead = await launchLetterhead();
  await edit(letterhead, standin);
  const hold = standin.hold({ method: 'PUT' });
  await letterhead.save(letterhead.messages.organization_status_saving());
  await hold.arrived;
  await letterhead.capture('saving');
  hold.release();
  await expect(letterhead.status).toContainText(
    letterhead.messages.organization_status_confirmed(),
  );
});

test('offline', async ({ launchLetterhead, standin }) => {
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await edit(letterhead, standin);
  await standin.goOffline();
  await letterhead.button(messages.organization_refresh()).click();
  await letterhead.expectText(messages.organization_refresh_failed());
  await letterhead.capture('offline');
  await letterhead.review();
  await letterhead.capture('review-offline');
  await letterhead.closeDialog();
  await letterhead.save(messages.organization_status_waiting());
  await letterhead.capture('waiting', { guide: 'waiting' });
  await letterhead.button(messages.organization_discard_waiting()).click();
  await expect(letterhead.dialog(messages.organization_discard_waiting_title())).toBeVisible();
  await letterhead.capture('give-up');
});

test('a conflict', async ({ launchLetterhead, standin }) => {
  const [first] = [...standin.organizations.values()];
  const letterhead = await launchLetterhead();
  const { messages } = letterhead;
  await edit(letterhead, standin);
  standin.setProfile(first!.id, { business_phone: '+44 20 7946 0999' });
  await letterhead.save(messages.organization_status_conflict());
  await letterhead.expectText(messages.conflict_title());
  await letterhead.capture('conflict', { guide: 'conflict' });
  await letterhead.button(messages.conflict_save()).click();
  await letterhead.capture('conflict-choice-missing');
});

const OUTCOMES: readonly [string, FaultMode, (letterhead: LocalizedLetterhead) => string][] = [
  ['refused', 'validation-error', ({ messages }) => messages.organization_status_refused()],
  [
    'stored-differently',
    'stores-differently',
    ({ messages }) => messages.organization_status_stored_differently(),
  ],
  ['rate-limited', '429-retry-300', ({ messages }) => messages.organization_status_waiting()],
  [
    'cloudflare-trouble',
    '502-branded-html',
    ({ messages }) => messages.organization_status_waiting(),
  ],
  ['network-sign-in', '200-portal-html', ({ messages }) => messages.organization_status_waiting()],
];
/** Outcomes that the guide shows. */
const IN_GUIDE = new Set(['refused', 'stored-differently']);

for (const [name, mode, outcome] of OUTCOMES) {
  test(name, async ({ launchLetterhead, standin }) => {
    const letterhead = await launchLetterhead();
    await edit(letterhead, standin);
    standin.faults.add({ mode, match: { method: 'PUT' } });
    await letterhead.save(outcome(letterhead));
    const details = letterhead.button(letterhead.messages.common_details());
    await expect(details.first()).toBeVisible();
    await letterhead.capture(name, { guide: IN_GUIDE.has(name) ? name : undefined });
    await details.first().click();
    await letterhead.capture(`${name}-details`);
  });
}

test('a sign-in that stopped working', async ({ launchLetterhead, standin }) => {
  const letterhead = await launchLetterhead();
  await edit(letterhead, standin);
  standin.faults.add({ mode: '403-9103' });
  await letterhead.save(letterhead.messages.organization_status_waiting());
  await expect(letterhead.button(letterhead.messages.sign_ins_replace_key()).first()).toBeVisible();
  await letterhead.capture('sign-in-issue', { guide: 'sign-in-issue' });
});
