/** Accounts that share a profile with their organization, and fields that Cloudflare does not empty. */
import { addEntries } from '../e2e/support/add-entries';
import type { Scene } from './scene';

const shared: Scene = {
  name: 'accounts that share a profile, and a text that Cloudflare kept',
  standin: { organizations: 3, accounts: 2 },
  async walk({ launch, show, standin }) {
    const [company, other, another] = [...standin.organizations.values()];
    const [bristol, shop] = [...standin.accounts.values()];
    const { letterhead } = await launch();
    const { messages } = letterhead;
    await addEntries(letterhead, 'token', [bristol!.id, shop!.id]);
    await addEntries(letterhead, 'key', [company!.id, other!.id, another!.id]);
    await letterhead.open(bristol!.name);
    await letterhead.typeDraft({ business_phone: '', business_address: '3 Quay Street\nBristol' });
    await letterhead.review();
    await show('review-account');
    await letterhead.closeDialog();
    await letterhead.save(messages.organization_kept_business_phone());
    await show('empty-kept');
    await letterhead.button(messages.organization_accept()).click();
  },
};

export const sharedRecords: readonly Scene[] = [shared];
