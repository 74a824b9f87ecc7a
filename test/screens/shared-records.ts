/** Accounts that share a profile with their organization, and fields that Cloudflare does not empty. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { addEntries } from '../e2e/support/add-entries';
import { answerFileDialogs, chooseMenuItem } from '../e2e/support/native-ui';
import { createCalls } from '../faults/support/calls';
import type { Scene } from './scene';

const shared: Scene = {
  name: 'accounts that share a profile, and a text that Cloudflare kept',
  standin: { organizations: 3, accounts: 2 },
  async walk({ launch, show, standin, userData }) {
    const [company, other, another] = [...standin.organizations.values()];
    const [bristol, shop] = [...standin.accounts.values()];
    const { app, page, letterhead } = await launch();
    const { messages } = letterhead;
    await addEntries(letterhead, 'token', [bristol!.id, shop!.id]);
    const signInId = await addEntries(letterhead, 'key', [company!.id, other!.id, another!.id]);
    await letterhead.open(bristol!.name);
    await letterhead.typeDraft({ business_phone: '', business_address: '3 Quay Street\nBristol' });
    await letterhead.review();
    await show('review-account');
    await letterhead.closeDialog();
    await letterhead.save(messages.organization_kept_business_phone());
    await show('empty-kept');
    await letterhead.button(messages.organization_accept()).click();

    await createCalls(page).value('signIns', 'setReadOnly', { signInId, readOnly: true });
    const path = join(userData, 'Branches.csv');
    const rows = [
      'Organization ID,Business phone,Business email',
      `${bristol!.id},,bristol@brightwater.example`,
      `${shop!.id},+44 20 7946 0700,office@branches.example`,
      `${company!.id},+44 20 7946 0800,office@brightwater.example`,
      `${other!.id},+44 20 7946 0900,office@brightwater.example`,
    ];
    await writeFile(path, rows.join('\n'));
    await answerFileDialogs(app, path);
    await chooseMenuItem(app, 'import');
    const dialog = letterhead.dialog(messages.csv_import_title());
    await letterhead.expectText(messages.plan_row_read_only());
    await expect(dialog.getByRole('heading').first()).toBeFocused();
    await show('import-shared');
  },
};

export const sharedRecords: readonly Scene[] = [shared];
