/** Paging through the history: no gaps, no duplicates, and failed pages can be retried. */
import { describe, expect, it } from 'vitest';
import { createApi } from '../../../../src/renderer/state/api.svelte';
import { RevisionList } from '../../../../src/renderer/features/organization/history/revision-list.svelte';
import { failed, success, type Result } from '../../../../src/shared/result';
import { REVISIONS_PER_PAGE, type Revision } from '../../../../src/shared/history';
import { deferred, FakeApi } from '../../fake-api';
import { ENTRY_ID } from '../samples';
import { phones } from './samples';

/** Creates a list over a history of `count` revisions that can grow, paged like in main. */
function createList(count: number) {
  const api = new FakeApi();
  const history = { count };
  const page = (before: number | null) => {
    const all = phones(history.count, 1).filter(({ id }) => id < (before ?? Infinity));
    return success({
      revisions: all.slice(0, REVISIONS_PER_PAGE),
      more: all.length > REVISIONS_PER_PAGE,
    });
  };
  api.answer('history', 'list', ({ before }) => page(before));
  const list = new RevisionList(createApi(api.bridge), ENTRY_ID);
  return { api, history, page, list, ids: () => list.items.map(({ id }) => id) };
}
const descending = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => from - index);

describe('the list of revisions', () => {
  it('loads the newest page first, then older ones until there are no more', async () => {
    const { list, ids } = createList(45);
    await list.refresh();
    expect(ids()).toEqual(descending(45, 26));
    expect((await list.loadOlder())?.id).toBe(25);
    await list.loadOlder();
    expect(ids()).toEqual(descending(45, 1));
    expect(list.hasOlder).toBe(false);
  });

  it.each([1, 20, 21, 40, 45])(
    'adds %i newer revisions without gaps or duplicates',
    async (newer) => {
      const { list, ids, history } = createList(30);
      await list.refresh();
      history.count = 30 + newer;
      await list.refresh();
      expect(ids()).toEqual(descending(30 + newer, 11));
      expect(list.hasOlder).toBe(true);
      await list.loadOlder();
      expect(ids()).toEqual(descending(30 + newer, 1));
      expect(list.hasOlder).toBe(false);
    },
  );

  it('shows revisions that a recovery added between those it has', async () => {
    const { api, list, ids, page } = createList(10);
    await list.refresh();
    const [recovered] = phones(99, 99);
    api.answer('history', 'list', ({ before }) => {
      const { revisions, more } = page(before).value;
      return success({ revisions: revisions.toSpliced(4, 0, recovered!), more });
    });
    await list.refresh();
    expect(ids()).toEqual([...descending(10, 7), recovered!.id, ...descending(6, 1)]);
    expect(list.hasOlder).toBe(false);
  });

  it('updates the authors of the revisions that it loads again, and keeps older ones', async () => {
    const { api, list, page } = createList(45);
    await list.refresh();
    await list.loadOlder();
    const author = { who: 'erika@b.example', via: 'api' as const, at: 1 };
    api.answer('history', 'list', ({ before }) => {
      const { value } = page(before);
      const revisions = value.revisions.map((one) => ({ ...one, author }));
      return success({ ...value, revisions });
    });
    await list.refresh();
    expect(list.items.map(({ id }) => id)).toEqual(descending(45, 6));
    const known = list.items.filter((one) => one.author !== null).map(({ id }) => id);
    expect(known).toEqual(descending(45, 26));
  });

  it('loads revisions after the history was empty', async () => {
    const { list, ids, history } = createList(0);
    await list.refresh();
    expect([list.loaded, list.hasOlder, ids()]).toEqual([true, false, []]);
    history.count = 2;
    await list.refresh();
    expect(ids()).toEqual([2, 1]);
  });

  it('loads once more when it changes during a request, one call at a time', async () => {
    const { api, list, ids, history, page } = createList(3);
    const first = deferred<Result<{ revisions: Revision[]; more: boolean }>>();
    api.answer('history', 'list', () => first.promise);
    const loading = list.refresh();
    const old = page(null);
    history.count = 4;
    await list.refresh();
    expect(api.requests('history.list')).toHaveLength(1);
    api.answer('history', 'list', ({ before }) => page(before));
    first.resolve(old);
    await loading;
    expect(ids()).toEqual(descending(4, 1));
  });

  it('reports which end failed to load, keeps what it has, and continues on retry', async () => {
    const { api, list, ids, page } = createList(45);
    await list.refresh();
    api.answer('history', 'list', () => failed('database.busy'));
    expect(await list.loadOlder()).toBeNull();
    expect(list.failed).toEqual({ end: 'older', failure: { code: 'database.busy' } });
    expect(ids()).toEqual(descending(45, 26));
    api.answer('history', 'list', ({ before }) => page(before));
    expect((await list.loadOlder())?.id).toBe(25);
    expect(list.failed).toBeNull();
  });
});
