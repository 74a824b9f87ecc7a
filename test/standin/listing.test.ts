/** The list of organizations, and how an organization appears in answers. */
import { describe, expect, it } from 'vitest';
import type { OrganizationState, Standin } from './index';
import { envelope, expectRefusal, idAt, officialClient, send, startForTest } from './support';

interface Item {
  id: string;
  name: string;
  create_time: string;
  meta: Record<string, unknown>;
  parent?: { id: string; name: string } | null;
  profile?: Record<string, string>;
}

const page = async (standin: Standin, query: string) => {
  const body = await envelope(send(standin, `/organizations?${query}`));
  return { items: body.result as Item[], info: body.result_info };
};

async function allPages(standin: Standin, query: string): Promise<Item[][]> {
  const pages: Item[][] = [];
  let token: string | undefined;
  do {
    const suffix = token === undefined ? '' : `&page_token=${encodeURIComponent(token)}`;
    const { items, info } = await page(standin, query + suffix);
    pages.push(items);
    token = info?.next_page_token;
  } while (token !== undefined);
  return pages;
}

describe('pages', () => {
  it('have ten items by default, and the official client reads only the first page', async () => {
    const standin = await startForTest({ organizations: 25 });
    const first = await officialClient(standin).organizations.list();
    expect(first.result).toHaveLength(10);
    expect(first.hasNextPage()).toBe(false);
    expect(standin.violations).toEqual([]);
  });

  it('cover all organizations by their page tokens; the last page has no token', async () => {
    const standin = await startForTest({ organizations: 25 });
    const pages = await allPages(standin, '');
    expect(pages.map((items) => items.length)).toEqual([10, 10, 5]);
    expect(pages.flat().map(({ id }) => id)).toEqual([...standin.organizations.keys()]);
    expect((await page(standin, 'page_size=25')).info).toEqual({ total_size: 25 });
  });

  it('may change in size, but not in filters', async () => {
    const standin = await startForTest({ organizations: 25 });
    const { info } = await page(standin, 'page_size=2&name.contains=e');
    const token = encodeURIComponent(info?.next_page_token ?? '');
    const good = await page(standin, `page_size=3&name.contains=e&page_token=${token}`);
    expect(good.items).toHaveLength(3);
    for (const query of [
      `page_size=2&page_token=${token}`,
      `name.contains=a&page_token=${token}`,
    ]) {
      await expectRefusal(send(standin, `/organizations?${query}`), 400, 1004);
    }
    await expectRefusal(send(standin, '/organizations?page_token=MC5mb3JnZWQ'), 400, 1004);
    expect(standin.violations).toHaveLength(3);
  });

  it('skip and repeat nothing if organizations are added or removed in between', async () => {
    const standin = await startForTest({ organizations: 12 });
    const { items, info } = await page(standin, 'page_size=5');
    standin.removeOrganization(items[4]?.id ?? '');
    standin.removeOrganization(items[0]?.id ?? '');
    const added = standin.addOrganization({ name: 'Late' });
    const token = encodeURIComponent(info?.next_page_token ?? '');
    const next = await page(standin, `page_size=1000&page_token=${token}`);
    const kept = [...standin.organizations.keys()].slice(3);
    expect(next.items.map(({ id }) => id)).toEqual(kept);
    expect(kept.at(-1)).toBe(added.id);
  });

  it.each(['-1', '1001', 'ten', '1.5', ''])('refuse the size "%s"', async (size) => {
    const standin = await startForTest();
    await expectRefusal(send(standin, `/organizations?page_size=${size}`), 400, 1004);
    expect(standin.violations).toEqual(['page_size outside 0 to 1000']);
  });

  it('have the default size for 0, and at most 1000 items', async () => {
    const standin = await startForTest({ organizations: 1001 });
    expect((await page(standin, 'page_size=0')).items).toHaveLength(10);
    const pages = await allPages(standin, 'page_size=1000');
    expect(pages.map((items) => items.length)).toEqual([1000, 1]);
  });

  it('refuse an unknown query and record a violation', async () => {
    const standin = await startForTest();
    await expectRefusal(send(standin, '/organizations?page=2'), 400, 1004);
    expect(standin.violations).toEqual(['an unknown query parameter, page']);
  });
});

describe('filters', () => {
  const family = async () => {
    const standin = await startForTest({ organizations: 0 });
    const add = (name: string, more: Partial<OrganizationState> = {}) =>
      standin.addOrganization({ name, ...more });
    const root = add('Alder Group', { accounts: ['acc-1'], members: ['usr-1'] });
    const child = add('Alder Mills', {
      parent: { id: root.id, name: root.name },
      accounts: ['acc-2'],
    });
    const grandchild = add('Old Mills', { parent: { id: child.id, name: child.name } });
    return { standin, root, child, grandchild };
  };
  const names = async (standin: Standin, query: object) => {
    const list = await officialClient(standin).organizations.list(query);
    return list.result.map(({ name }) => name);
  };

  it('match names regardless of case', async () => {
    const { standin } = await family();
    expect(await names(standin, { name: { contains: 'DER m' } })).toEqual(['Alder Mills']);
    expect(await names(standin, { name: { startsWith: 'alder' } })).toHaveLength(2);
    expect(await names(standin, { name: { endsWith: 'MILLS' } })).toEqual([
      'Alder Mills',
      'Old Mills',
    ]);
    expect(await names(standin, { name: { startsWith: 'old', endsWith: 'group' } })).toEqual([]);
  });

  it('match repeated ids', async () => {
    const { standin, root, grandchild } = await family();
    expect(await names(standin, { id: [root.id, grandchild.id] })).toEqual([
      'Alder Group',
      'Old Mills',
    ]);
    expect(standin.requests[0]?.query.getAll('id')).toEqual([root.id, grandchild.id]);
  });

  it('match the parent, or organizations without one', async () => {
    const { standin, root } = await family();
    expect(await names(standin, { parent: { id: root.id } })).toEqual(['Alder Mills']);
    expect(await names(standin, { parent: { id: 'null' } })).toEqual(['Alder Group']);
  });

  it('match contained accounts, users and organizations', async () => {
    const { standin, grandchild } = await family();
    expect(await names(standin, { containing: { account: 'acc-2' } })).toEqual(['Alder Mills']);
    expect(await names(standin, { containing: { user: 'usr-1' } })).toEqual(['Alder Group']);
    expect(await names(standin, { containing: { organization: grandchild.id } })).toEqual([
      'Alder Group',
      'Alder Mills',
    ]);
    expect(standin.violations).toEqual([]);
  });
});

describe('items', () => {
  it('vary like those in public sources: flags, parent, profile, unknown keys', async () => {
    const standin = await startForTest({ organizations: 12 });
    const { items } = await page(standin, 'page_size=1000');
    const some = (test: (item: Item) => boolean) => {
      expect(items.some(test)).toBe(true);
      expect(items.every(test)).toBe(false);
    };
    some(({ meta }) => 'flags' in meta);
    some(({ meta }) => 'tenant_flags' in meta);
    some((item) => 'profile' in item);
    some((item) => 'parent' in item);
    some((item) => item.parent === null);
    for (const { meta, create_time: created } of items) {
      expect(meta).toHaveProperty('rollout_ring');
      expect(new Date(created).getTime()).not.toBeNaN();
    }
  });

  it('contain a profile always or never, as configured, if there is one', async () => {
    const standin = await startForTest({ organizations: 4, embedProfiles: true });
    standin.setProfile(idAt(standin, 1), null);
    const carrying = async () =>
      (await page(standin, '')).items.map((item) => item.profile !== undefined);
    expect(await carrying()).toEqual([true, false, true, true]);
    standin.settings.embedProfiles = false;
    expect(await carrying()).toEqual([false, false, false, false]);
  });

  it('are the same in GET as in the list', async () => {
    const standin = await startForTest({ organizations: 6 });
    const { items } = await page(standin, '');
    for (const item of items) {
      expect(await officialClient(standin).organizations.get(item.id)).toEqual(item);
    }
  });
});

describe('invisible organizations', () => {
  it('are neither listed nor found', async () => {
    const standin = await startForTest({ organizations: 2 });
    const hidden = standin.addOrganization({ name: 'Hidden', visibleTo: ['somebody'] });
    expect((await page(standin, '')).items).toHaveLength(2);
    await expectRefusal(send(standin, `/organizations/${hidden.id}`), 404, 1002);
    hidden.visibleTo = [standin.signIns[0]?.userId ?? ''];
    expect((await send(standin, `/organizations/${hidden.id}`)).status).toBe(200);
  });

  it('answer 403 or 404, as configured, for the organization and its profile', async () => {
    const standin = await startForTest({ unknownOrganization: 403 });
    const path = `/organizations/${'0'.repeat(32)}`;
    await expectRefusal(send(standin, path), 403, 9109);
    await expectRefusal(send(standin, `${path}/profile`), 403, 9109);
    standin.settings.unknownOrganization = 404;
    await expectRefusal(send(standin, path), 404, 1002);
    await expectRefusal(send(standin, `${path}/profile`), 404, 1002);
  });

  it('the list is refused if organizations are not enabled, while the sign-in works', async () => {
    const standin = await startForTest({ organizationsEnabled: false });
    await expectRefusal(send(standin, '/organizations'), 403, 10000);
    expect((await send(standin, '/user')).status).toBe(200);
    expect((await send(standin, `/organizations/${idAt(standin, 0)}`)).status).toBe(200);
  });
});

describe('paths', () => {
  it.each([
    `/organizations/${'A'.repeat(32)}`,
    '/organizations/not-an-id/profile',
    '/organizations//profile',
    '/organizations/%20/profile',
    '/account',
    '/accounts/',
    '/accounts/not-an-id/profile',
    `/accounts/${'A'.repeat(32)}`,
    `/accounts/${'a'.repeat(32)}/members`,
    '/organizations/',
  ])('answer 7003 to %s', async (path) => {
    const standin = await startForTest();
    const body = await expectRefusal(send(standin, path), 404, 7003);
    expect(body.errors[0]?.message).toBe(
      `Could not route to /client/v4${path}, perhaps your object identifier is invalid?`,
    );
    expect(standin.violations).toEqual([]);
  });
});
