/** Organizations in a tree, and the flags in their `meta`. */
import { expect, it } from 'vitest';
import type { Standin } from './index';
import { envelope, idAt, officialClient, send, startForTest } from './support';

interface Item {
  id: string;
  name: string;
  create_time: string;
  parent?: { id: string; name: string } | null;
  meta: { hierarchy_tags: string[]; flags?: object; tenant_flags?: object };
}

const list = async (standin: Standin) =>
  (await envelope(send(standin, '/organizations?page_size=1000'))).result as Item[];

it('has five levels, with the path from the root in each item', async () => {
  const standin = await startForTest({ tree: { levels: 5, children: 2 } });
  const items = await list(standin);
  const byId = new Map(items.map((item) => [item.id, item]));
  const depths = items.map(({ meta }) => meta.hierarchy_tags.length);
  expect([1, 2, 3, 4, 5].map((depth) => depths.filter((one) => one === depth).length)).toEqual([
    1, 2, 4, 8, 16,
  ]);
  for (const { id, parent, meta, create_time: created } of items) {
    expect(meta.hierarchy_tags.at(-1)).toBe(id);
    expect(meta.hierarchy_tags.at(-2)).toBe(parent?.id);
    expect(parent?.name).toBe(parent ? byId.get(parent.id)?.name : undefined);
    expect(new Date(created).getTime()).not.toBeNaN();
  }
  expect(new Set(items.map(({ name }) => name)).size).toBe(31);
  const root = items.find(({ parent }) => !parent);
  const inside = await officialClient(standin).organizations.list({
    parent: { id: root?.id ?? '' },
  });
  expect(inside.result).toHaveLength(2);
  expect(standin.violations).toEqual([]);
});

it('has accounts below its organizations', async () => {
  const standin = await startForTest({ tree: { levels: 2, children: 3 }, accounts: 4 });
  const parents = [...standin.accounts.values()].map(({ managedBy }) => managedBy?.parentOrgId);
  expect(parents).toEqual([0, 0, 1, 2].map((index) => idAt(standin, index)));
});

it('ends the path at a parent that no longer exists, or at a circle', async () => {
  const standin = await startForTest({ tree: { levels: 3, children: 1 } });
  const [root, middle, leaf] = [0, 1, 2].map((index) => idAt(standin, index));
  standin.removeOrganization(middle ?? '');
  const items = await list(standin);
  expect(items.find(({ id }) => id === leaf)?.meta.hierarchy_tags).toEqual([middle, leaf]);
  const top = standin.organizations.get(root ?? '');
  if (top) top.parent = { id: leaf ?? '', name: 'Circle' };
  standin.addOrganization({ id: middle ?? '', parent: { id: root ?? '', name: '' } });
  expect((await list(standin))[0]?.meta.hierarchy_tags).toEqual([middle, leaf, root]);
});

it('has the flags that are configured', async () => {
  const standin = await startForTest({ organizations: 4 });
  const kinds = async () =>
    (await list(standin)).map(
      ({ meta }) => ('flags' in meta ? 'f' : '') + ('tenant_flags' in meta ? 't' : ''),
    );
  expect(await kinds()).toEqual(['t', 'f', 't', 'f']);
  standin.settings.metaFlags = 'flags';
  expect(await kinds()).toEqual(['f', 'f', 'f', 'f']);
  standin.settings.metaFlags = 'tenant_flags';
  expect(await kinds()).toEqual(['t', 't', 't', 't']);
  standin.settings.metaFlags = 'none';
  expect(await kinds()).toEqual(['', '', '', '']);
});
