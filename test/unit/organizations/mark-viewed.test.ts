/**
 * Opening a page of an organization that someone else has changed. It removes the mark "changed
 * elsewhere", and reports once what has changed.
 */
import { describe, expect, it, vi } from 'vitest';
import { createOrganizations } from '../../../src/main/organizations/handlers';
import { createSendStatus } from '../../../src/main/changes/send-status';
import { success } from '../../../src/shared/result';
import { isRemoteCopy } from '../../../src/shared/history';
import type { OrganizationView } from '../../../src/shared/organization';
import { EMPTY_PROFILE, type Profile } from '../../../src/shared/profile';
import type { RevisionRow } from '../../../src/main/database/revision-table';
import { PublishedIds, smallCloudflare } from '../sign-ins/harness';
import {
  addOrganization,
  freshDatabase,
  NOW,
  entryId,
  read,
  write,
} from '../database/temporary-database';

const ID = entryId(1);
const OTHER = entryId(2);
const FIRST: Profile = { ...EMPTY_PROFILE, business_name: 'A', business_phone: '1' };

type Copy = [kind: RevisionRow['kind'], at: number, fields: Partial<Profile>];

/** Creates an organization with this history. The newest copy is the saved copy. */
function harness(
  copies: readonly Copy[],
  { viewedAt = null as number | null, marked = true } = {},
) {
  const database = freshDatabase();
  write(database, (tables) => {
    for (const number of [1, 2]) addOrganization(tables, number);
    if (viewedAt !== null) tables.organizations.markViewed(ID, viewedAt);
    let fields = FIRST;
    for (const [kind, at, changes] of copies) {
      const text = { ...fields, ...changes };
      if (isRemoteCopy({ kind })) fields = text;
      tables.revisions.add({ entryId: ID, at, kind, texts: text, author: null });
    }
    const times = { confirmedAt: NOW, checkedAt: NOW };
    tables.profiles.put({ entryId: ID, fields, ...times, changedElsewhere: marked });
  });
  const sendStatus = createSendStatus(database.changes);
  const published = new PublishedIds(database);
  const refreshOnOpen = vi.fn();
  const organizations = createOrganizations({
    database,
    cloudflare: smallCloudflare().cloudflare,
    authorizationOf: async () =>
      success({ kind: 'key' as const, email: 'e', key: 'k', userId: 'u' }),
    now: () => NOW,
    justSaved: { reasonToWait: () => null },
    sendStatus,
    refresh: async () => undefined,
    refreshOnOpen,
    removeSignIn: async () => success(null),
    rememberOpenPage: () => undefined,
    copy: async () => {},
    openDashboard: async () => {},
  });
  const open = async (id = ID): Promise<OrganizationView> => {
    const outcome = await organizations.open({ entryId: id });
    if (!outcome.ok) throw new Error(outcome.failure.code);
    return outcome.value;
  };
  const mark = () => read(database, (tables) => tables.profiles.get(ID)?.changedElsewhere);
  return { database, sendStatus, published, refreshOnOpen, organizations, open, mark };
}

it('removes the mark and publishes the row; what was found is gone when the page is opened again or left', async () => {
  const { open, mark, published, sendStatus, database } = harness([
    ['observed', 1, {}],
    ['observed', NOW - 5, { business_phone: '2' }],
  ]);
  const changedElsewhere = { at: NOW - 5, fields: ['business_phone'] };
  await Promise.resolve();
  published.clear();
  expect((await open()).changedElsewhere).toEqual(changedElsewhere);
  expect(mark()).toBe(false);
  expect(published.organizations).toContain(ID);
  expect(read(database, (tables) => tables.organizations.get(ID)?.viewedAt)).toBe(NOW);
  expect(sendStatus.of(ID).changedElsewhere).toEqual(changedElsewhere);
  expect((await open()).changedElsewhere).toBeNull();

  sendStatus.set(ID, { changedElsewhere: { at: 1, fields: ['business_name'] } });
  await open(OTHER);
  expect(sendStatus.of(ID).changedElsewhere).toBeNull();
});

it('reports what was found since instead of the confirmation of the last save', async () => {
  const { open, sendStatus } = harness([
    ['saved', 1, {}],
    ['observed', NOW - 5, { business_phone: '2' }],
  ]);
  sendStatus.set(ID, {
    confirmed: { at: 1, alsoUpdated: [], replaced: {}, texts: {}, messages: [] },
  });
  expect(await open()).toMatchObject({ changedElsewhere: { at: NOW - 5 }, confirmed: null });
  // If nothing was found since the next save, its confirmation stays.
  sendStatus.set(ID, {
    confirmed: { at: NOW, alsoUpdated: [], replaced: {}, texts: {}, messages: [] },
  });
  expect(await open()).toMatchObject({ changedElsewhere: null, confirmed: { at: NOW } });
});

it('an edit ends the report of what was found', async () => {
  const { open, sendStatus } = harness([
    ['observed', 1, {}],
    ['observed', NOW - 5, { business_phone: '2' }],
  ]);
  await open();
  sendStatus.edited(ID);
  expect(sendStatus.of(ID).changedElsewhere).toBeNull();
});

describe('what is reported', () => {
  const reported = async (...given: Parameters<typeof harness>) =>
    (await harness(...given).open()).changedElsewhere;

  it('nothing without a mark', async () => {
    const copies: Copy[] = [
      ['observed', 1, {}],
      ['observed', 2, { business_phone: '2' }],
    ];
    expect(await reported(copies, { marked: false })).toBeNull();
  });

  it('everything found since the page was last viewed, not only the latest', async () => {
    const copies: Copy[] = [
      ['observed', 1, {}],
      ['observed', 10, { business_address: 'viewed' }],
      ['observed', 20, { business_phone: '2' }],
      ['discarded', 25, { business_email: 'mine' }],
      ['observed', 30, { business_name: 'B' }],
    ];
    expect(await reported(copies, { viewedAt: 15 })).toEqual({
      at: 30,
      fields: ['business_name', 'business_phone'],
    });
  });

  it('not what we saved ourselves', async () => {
    const copies: Copy[] = [
      ['observed', 1, {}],
      ['saved', 10, { business_address: 'ours' }],
      ['observed', 20, { business_phone: '2' }],
    ];
    expect((await reported(copies, { viewedAt: 5 }))?.fields).toEqual(['business_phone']);
  });

  it('the newest change, even if it seems to be viewed because the clock was set', async () => {
    const copies: Copy[] = [
      ['observed', 1, {}],
      ['observed', 20, { business_phone: '2' }],
    ];
    expect((await reported(copies, { viewedAt: NOW * 2 }))?.fields).toEqual(['business_phone']);
  });

  it('the first profile: its fields that are not empty', async () => {
    expect((await reported([['observed', 20, {}]]))?.fields).toEqual([
      'business_name',
      'business_phone',
    ]);
  });

  it('nothing if a field was changed and changed back', async () => {
    const copies: Copy[] = [
      ['observed', 1, {}],
      ['observed', 20, { business_phone: '2' }],
      ['observed', 30, { business_phone: '1' }],
    ];
    expect(await reported(copies, { viewedAt: 10 })).toBeNull();
  });
});

it('does not open an organization that is not saved here', async () => {
  const { organizations, refreshOnOpen } = harness([]);
  const outcome = await organizations.open({ entryId: entryId(9) });
  expect(outcome).toMatchObject({ ok: false, failure: { code: 'organization.not-saved-here' } });
  expect(refreshOnOpen).not.toHaveBeenCalled();
});

it('removes the marks and the advice of many organizations, and publishes their rows', async () => {
  const { organizations, database, published, mark } = harness([
    ['observed', NOW - 5, { business_phone: '1' }],
  ]);
  const advice = () => read(database, (tables) => tables.profiles.advice(ID));
  expect(advice()).toEqual(['business_phone']);
  await Promise.resolve();
  published.clear();
  const marked = organizations.markViewed({ entryIds: [ID, OTHER, entryId(9)] });
  expect(marked).toMatchObject({ ok: true });
  expect(mark()).toBe(false);
  expect(advice()).toEqual([]);
  expect(read(database, (tables) => tables.organizations.get(ID)?.viewedAt)).toBe(NOW);
  await Promise.resolve();
  expect(published.organizations).toEqual(expect.arrayContaining([ID, OTHER]));
});
