/** What becomes of a submitted change: saving, waiting, refused, stored differently, in conflict. */
import { expect } from '@playwright/test';
import type { Letterhead } from '../e2e/support/letterhead';
import type { FaultMode, OrganizationState } from '../standin';
import type { Scene, Stage } from './scene';
import { sharedRecords } from './shared-records';
import { addAndFetch, ALL_SIZES, organizationsOf } from './steps';

const CHANGE = {
  business_phone: '+44 20 7946 0123',
  business_email: 'reception@brightwater.example',
};

const pathOf = ({ id }: OrganizationState): string => `/organizations/${id}/profile`;

async function edit(letterhead: Letterhead, organization: OrganizationState): Promise<void> {
  await letterhead.openProfile(organization);
  await letterhead.typeDraft(CHANGE);
}

/** Saves a change while sending ends with a fault, and shows the outcome without and with its details. */
async function saveWithFault(
  { show, standin }: Stage,
  letterhead: Letterhead,
  organization: OrganizationState,
  { mode, status, name, guide }: { mode: FaultMode; status: string; name: string; guide?: string },
): Promise<void> {
  await edit(letterhead, organization);
  const match = { method: 'PUT', path: pathOf(organization) } as const;
  const removeFault = standin.faults.add({ mode, match });
  await letterhead.save(status);
  const details = letterhead.page
    .getByRole('main')
    .getByRole('button', { name: letterhead.messages.common_details(), exact: true })
    .first();
  await expect(details).toBeVisible();
  await show(name, { ...(guide && { guide }) });
  await details.click();
  await show(`${name}-details`);
  removeFault();
}

const decided: Scene = {
  name: 'a conflict, and changes that were refused, stored differently, or are being saved',
  async walk(stage) {
    const { launch, show, standin } = stage;
    const all = organizationsOf(standin);
    const [first, second, third, fourth, fifth] = all;
    const { letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await edit(letterhead, first!);
    standin.setProfile(first!.id, { business_phone: '+44 20 7946 0999' });
    await letterhead.save(messages.organization_status_conflict());
    await letterhead.expectText(messages.conflict_title());
    await show('conflict', { sizes: ALL_SIZES, guide: 'conflict' });
    await letterhead.button(messages.conflict_save()).click();
    await letterhead.expectText(messages.conflict_choose());
    await show('conflict-choice-missing');

    await saveWithFault(stage, letterhead, second!, {
      mode: 'validation-error',
      status: messages.saves_result_failed(),
      name: 'refused',
      guide: 'refused',
    });
    await saveWithFault(stage, letterhead, third!, {
      mode: 'stores-differently',
      status: messages.organization_status_stored_differently(),
      name: 'stored-differently',
      guide: 'stored-differently',
    });
    const accept = letterhead.button(messages.organization_accept());
    await accept.click();
    await expect(accept).toBeHidden();
    await show('accepted');

    await edit(letterhead, fourth!);
    const hold = standin.hold({ method: 'PUT', path: pathOf(fourth!) });
    await letterhead.save(messages.list_state_saving());
    await hold.arrived;
    await show('saving');
    hold.release();
    await letterhead.expectSaved();

    await saveWithFault(stage, letterhead, fifth!, {
      mode: '429-retry-300',
      status: messages.organization_status_waiting(),
      name: 'rate-limited',
    });
  },
};

const waiting: Scene = {
  name: 'changes that wait',
  async walk(stage) {
    const { launch, show, standin } = stage;
    const all = organizationsOf(standin).slice(0, 4);
    const [first, second, third, fourth] = all;
    const { letterhead } = await launch();
    const { messages } = letterhead;
    await addAndFetch(letterhead, all);
    await edit(letterhead, first!);
    await standin.goOffline();
    await letterhead.refresh();
    await letterhead.expectText(`${messages.list_connection_offline()}.`);
    await show('offline');
    await letterhead.review();
    await show('review-offline');
    await letterhead.closeDialog();
    await letterhead.save(messages.organization_status_waiting());
    // Once it was tried: until then, being online again would send it, and take its buttons away.
    const details = { name: messages.common_details(), exact: true };
    await expect(letterhead.page.locator('.dock').getByRole('button', details)).toBeVisible();
    await show('waiting', { guide: 'waiting' });
    await letterhead.button(messages.organization_discard_waiting()).click();
    await expect(letterhead.dialog(messages.organization_discard_waiting())).toBeVisible();
    await show('give-up');
    await letterhead.closeDialog();
    await standin.goOnline();
    await letterhead.tryAgain();
    await letterhead.expectSaved();

    for (const [organization, mode, name] of [
      [second!, '502-branded-html', 'cloudflare-trouble'],
      [third!, '200-portal-html', 'network-sign-in'],
    ] as const) {
      const status = messages.organization_status_waiting();
      await saveWithFault(stage, letterhead, organization, { mode, status, name });
      await letterhead.tryAgain();
      await letterhead.expectSaved();
    }

    await edit(letterhead, fourth!);
    standin.faults.add({ mode: '403-9103' });
    await letterhead.save(messages.organization_status_waiting());
    await expect(letterhead.button(messages.sign_ins_replace_key()).first()).toBeVisible();
    await show('sign-in-issue', { sizes: ALL_SIZES, guide: 'sign-in-issue' });
  },
};

export const outcomes: readonly Scene[] = [decided, waiting, ...sharedRecords];
