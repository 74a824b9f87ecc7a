/** Opening Cloudflare's dashboard from a page: only for a saved entry, and as the kind that is saved. */
import { expect, it, vi } from 'vitest';
import { createSendStatus } from '../../../src/main/changes/send-status';
import { createOrganizations } from '../../../src/main/organizations/handlers';
import { failed, success } from '../../../src/shared/result';
import { smallCloudflare } from '../sign-ins/harness';
import {
  addOrganization,
  freshDatabase,
  NOW,
  entryId,
  write,
} from '../database/temporary-database';

it('opens the page of the saved account, and none for an entry that is not saved', async () => {
  const database = freshDatabase();
  const id = write(database, (tables) => {
    const added = addOrganization(tables, 1);
    tables.organizations.put({ ...tables.organizations.get(added)!, kind: 'account' });
    return added;
  });
  const openDashboard = vi.fn(async () => {});
  const organizations = createOrganizations({
    database,
    cloudflare: smallCloudflare().cloudflare,
    authorizationOf: async () => failed('sign-in.not-found'),
    now: () => NOW,
    justSaved: { reasonToWait: () => null },
    sendStatus: createSendStatus(database.changes),
    refresh: async () => undefined,
    refreshOnOpen: () => undefined,
    removeSignIn: async () => success(null),
    rememberOpenPage: () => undefined,
    copy: async () => {},
    openDashboard,
  });
  expect(await organizations.openDashboard({ entryId: id })).toEqual(success(null));
  expect(openDashboard.mock.calls).toEqual([[{ id, kind: 'account' }]]);
  const stranger = entryId(2);
  expect(await organizations.openDashboard({ entryId: stranger })).toEqual(
    failed('organization.not-saved-here'),
  );
  expect(openDashboard).toHaveBeenCalledOnce();
});
