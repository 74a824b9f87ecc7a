/** Which rows of a list are fetched, and which stay loaded. */
import { expect, it } from 'vitest';
import { PagedList } from '../../../src/renderer/state/paged-list.svelte';
import { failed, success } from '../../../src/shared/result';
import { deferred } from '../fake-api';

/** A list of this many rows, each its own number; `asked` collects what was fetched. */
function listOf(length: number, isMoreMissing: () => boolean = () => false) {
  const asked: [number, number][] = [];
  const state = { isFailing: false, isEmpty: false, until: Promise.resolve() };
  const list = new PagedList<number>({
    async fetch({ first, end }) {
      asked.push([first, end]);
      const { isFailing, isEmpty } = state;
      await state.until;
      if (isFailing) return failed('app.unexpected');
      const count = isEmpty ? 0 : Math.max(0, Math.min(end, length) - first);
      return success(Array.from({ length: count }, (_, n) => first + n));
    },
    length: () => length,
    isMoreMissing,
  });
  return {
    list,
    asked,
    state,
    async view(...runs: [number, number][]) {
      list.setInView(runs.map(([first, end]) => ({ first, end })));
      await list.fetch();
    },
  };
}

it('fetches what is missing in view, and nothing once it is there', async () => {
  const { asked, list, view } = listOf(1_000);
  await view([40, 60]);
  expect(asked).toEqual([[0, 150]]);
  expect(list.rows.get(45)).toBe(45);
  expect(list.rows.get(150)).toBeUndefined();
  await view([60, 90]);
  expect(asked).toHaveLength(1);
});

it('fetches ahead in the direction of scrolling, and not behind the end', async () => {
  const { asked, list, view } = listOf(1_000);
  list.reset(
    Array.from({ length: 130 }, (_, n) => 200 + n),
    200,
  );
  await view([300, 320]);
  await view([210, 230]);
  expect(asked).toEqual([
    [330, 480],
    [50, 200],
  ]);
  await view([980, 1_000]);
  expect(asked[2]).toEqual([930, 1_080]);
  expect(asked).toHaveLength(3);
});

it('fetches the rows beside a folded group, and not those in it', async () => {
  const { asked, view } = listOf(9_000);
  await view([0, 3], [5_000, 5_010]);
  expect(asked).toEqual([
    [0, 150],
    [5_000, 5_150],
  ]);
});

it('fetches again what changed, also during the request, and keeps it until then', async () => {
  const { asked, list, state, view } = listOf(5);
  await view([0, 5]);
  const answer = deferred<undefined>();
  state.until = answer.promise;
  const refreshed = list.refresh();
  await expect.poll(() => asked.length).toBe(2);
  expect(list.rows.size).toBe(5);
  void list.refresh();
  answer.resolve(undefined);
  await refreshed;
  expect(asked).toEqual(Array(3).fill([0, 150]));
});

it('fetches a row for what else is missing', async () => {
  const { asked, view } = listOf(10, () => asked.length < 2);
  await view();
  expect(asked).toEqual([
    [0, 1],
    [0, 1],
  ]);
});

it('ignores the rows of an earlier list', async () => {
  const { asked, list, state, view } = listOf(1_000);
  const answer = deferred<undefined>();
  state.until = answer.promise;
  const viewed = view([500, 510]);
  await expect.poll(() => asked.length).toBe(1);
  list.reset();
  answer.resolve(undefined);
  await viewed;
  expect(asked).toEqual([[450, 600]]);
  expect(list.rows.size).toBe(0);
});

it('stops when a request fails or main has none of the rows, and continues when asked', async () => {
  const { asked, list, state, view } = listOf(1_000);
  state.isFailing = true;
  await view([0, 10]);
  expect(list.failure).toEqual({ code: 'app.unexpected' });
  Object.assign(state, { isFailing: false, isEmpty: true });
  await list.fetch();
  expect(list.failure).toBeNull();
  state.isEmpty = false;
  await list.fetch();
  expect(asked).toHaveLength(3);
  expect(list.rows.get(9)).toBe(9);
});

it('drops rows that are far away once there are many', async () => {
  const { list, view } = listOf(10_000);
  for (let first = 0; first < 3_000; first += 100) await view([first, first + 10]);
  expect(list.rows.size).toBeLessThan(2_200);
  expect(list.rows.has(0)).toBe(false);
});

it('fetches what single rows need together, and no row twice', async () => {
  const { asked, list } = listOf(1_000);
  for (let row = 0; row < 60; row += 1) list.need(row);
  await list.fetch();
  list.need(900);
  await list.fetch();
  expect(asked).toEqual([
    [0, 150],
    [850, 1_000],
  ]);
});
