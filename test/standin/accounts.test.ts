/** The list of accounts, and how an account appears in answers. */
import { describe, expect, it } from 'vitest';
import { sampleAccountToken, sampleSignIn, type Standin } from './index';
import {
  accountAt,
  bearer,
  envelope,
  expectRefusal,
  idAt,
  officialClient,
  officialClientWith,
  send,
  startForTest,
  tokenOf,
} from './support';

interface Item {
  id: string;
  name: string;
  managed_by?: { parent_org_id: string; parent_org_name: string };
}

/** A page as the first token receives it. */
const page = async (standin: Standin, query = '') => {
  const headers = bearer(tokenOf(standin));
  const body = await envelope(send(standin, `/accounts${query}`, { headers }));
  return { items: body.result as Item[], info: body.result_info };
};

describe('samples', () => {
  it('are two accounts of the first organization by default', async () => {
    const standin = await startForTest();
    const parent = standin.organizations.get(idAt(standin, 0));
    const { items } = await page(standin);
    expect(items.map(({ name }) => name)).toEqual([
      'Brightwater Bristol',
      'Brightwater Online Shop',
    ]);
    for (const { id, managed_by: parentOrganization } of items) {
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect(parentOrganization).toEqual({
        parent_org_id: parent?.id,
        parent_org_name: parent?.name,
      });
      expect(parent?.accounts).toContain(id);
    }
    const again = await startForTest();
    expect([...again.accounts]).toEqual([...standin.accounts]);
  });

  it('are as many as wanted, with distinct ids and names; some have no parent', async () => {
    const standin = await startForTest({ organizations: 150, accounts: 160 });
    const all = [...standin.accounts.values()];
    expect(all).toHaveLength(160);
    expect(new Set(all.map(({ name }) => name)).size).toBe(160);
    const parents = all.map(({ managedBy }) => managedBy?.parentOrgId);
    expect(new Set(parents).size).toBeGreaterThan(100);
    expect(parents[4]).toBeUndefined();
    expect(parents[155]).toBeUndefined();
    const lonely = await startForTest({ organizations: 0 });
    expect([...lonely.accounts.values()].map(({ managedBy }) => managedBy)).toEqual([null, null]);
  });
});

describe('pages', () => {
  it('are numbered, and tell how many there are', async () => {
    const standin = await startForTest({ accounts: 120 });
    const sizes: number[] = [];
    for (const number of [1, 2, 3, 4]) {
      const { items, info } = await page(standin, `?page=${number}&per_page=50`);
      sizes.push(items.length);
      expect(info).toEqual({
        page: number,
        per_page: 50,
        total_pages: 3,
        count: items.length,
        total_count: 120,
      });
    }
    expect(sizes).toEqual([50, 50, 20, 0]);
    expect((await page(standin)).items).toHaveLength(20);
    expect(standin.violations).toEqual([]);
  });

  it('are followed to the end by the official client', async () => {
    const standin = await startForTest({ accounts: 7 });
    const client = officialClientWith(tokenOf(standin), standin);
    const names: string[] = [];
    for await (const { name } of client.accounts.list({ per_page: 3 })) names.push(name);
    expect(names).toEqual([...standin.accounts.values()].map(({ name }) => name));
    const found = await client.accounts.list({ name: names[2] ?? '' });
    expect(found.result.map(({ name }) => name)).toEqual([names[2]]);
    const reversed = await client.accounts.list({ direction: 'desc' });
    expect(reversed.result.map(({ name }) => name)).toEqual([...names].reverse());
    expect(standin.violations).toEqual([]);
  });

  it.each([
    'per_page=51',
    'per_page=0',
    'per_page=ten',
    'per_page=',
    'page=0',
    'page=-1',
    'size=5',
  ])('refuse %s, and record a violation', async (query) => {
    const standin = await startForTest();
    await expectRefusal(send(standin, `/accounts?${query}`), 400, 1004);
    expect(standin.violations).toHaveLength(1);
  });

  it('contain only what the user and the token may see', async () => {
    const standin = await startForTest({ accounts: 3 });
    const other = standin.addAccount({ name: 'Not in the token' });
    const hidden = standin.addAccount({ name: 'Hidden', visibleTo: ['somebody'] });
    tokenOf(standin).accounts = [accountAt(standin, 1), hidden.id];
    expect((await page(standin)).items.map(({ id }) => id)).toEqual([accountAt(standin, 1)]);
    const withKey = await officialClient(standin).accounts.list();
    expect(withKey.result.map(({ id }) => id)).toEqual([
      ...[0, 1, 2].map((index) => accountAt(standin, index)),
      other.id,
    ]);
    hidden.visibleTo = [sampleSignIn.userId];
    expect((await page(standin)).items).toHaveLength(2);
    standin.removeAccount(hidden.id);
    expect((await page(standin)).items).toHaveLength(1);
    expect(() => standin.removeAccount(hidden.id)).toThrow(hidden.id);
  });
});

describe('the list', () => {
  it('is refused to tokens of accounts', async () => {
    const standin = await startForTest();
    const list = send(standin, '/accounts', { headers: bearer(sampleAccountToken) });
    const { errors } = await expectRefusal(list, 400, 1001);
    expect(errors[0]?.message).toBe(
      'List accounts endpoint does not support account owned tokens.',
    );
  });

  it('is refused if accounts are not enabled, while the token and its accounts work', async () => {
    const standin = await startForTest({ accountsEnabled: false });
    const headers = bearer(tokenOf(standin));
    await expectRefusal(send(standin, '/accounts', { headers }), 403, 9109);
    for (const path of ['/user/tokens/verify', `/accounts/${accountAt(standin, 0)}/profile`]) {
      expect((await send(standin, path, { headers })).status).toBe(200);
    }
  });

  it('omits the parent organization if configured', async () => {
    const standin = await startForTest({ showManagedBy: false });
    for (const item of (await page(standin)).items) expect(item).not.toHaveProperty('managed_by');
    standin.settings.showManagedBy = true;
    for (const item of (await page(standin)).items) expect(item).toHaveProperty('managed_by');
  });
});

describe('one account', () => {
  it('is the same as in the list', async () => {
    const standin = await startForTest({ accounts: 5 });
    const client = officialClientWith(tokenOf(standin), standin);
    for (const item of (await page(standin)).items) {
      expect(await client.accounts.get({ account_id: item.id })).toEqual(item);
    }
  });

  it('needs Account Settings', async () => {
    const standin = await startForTest();
    const token = tokenOf(standin);
    const get = () =>
      send(standin, `/accounts/${accountAt(standin, 0)}`, { headers: bearer(token) });
    token.permissions.accountSettings = 'none';
    await expectRefusal(get(), 403, 10000);
    token.permissions.accountSettings = 'read';
    expect((await get()).status).toBe(200);
  });
});
