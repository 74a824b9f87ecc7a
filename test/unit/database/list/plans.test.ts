/** The query plans of the list: every filter and order uses an index, and needs no sorting. */
import { expect, test } from 'vitest';
import { list } from '../../../../src/main/database/list/list-queries';
import { LIST_FILTERS, LIST_ORDERS, type ListQuery } from '../../../../src/shared/list-query';
import {
  contextOver,
  explaining,
  opened,
  organizationId,
  signInId,
  temporaryFolder,
} from '../temporary-store';

const QUERIES: ListQuery[] = LIST_FILTERS.flatMap((filter) =>
  LIST_ORDERS.flatMap((order) =>
    [null, 'none' as const, signInId(1)].map((signIn) => ({ search: '', filter, order, signIn })),
  ),
);

/** The query plans of the statements that `ask` makes the list execute. */
function plansOf(ask: (tables: ReturnType<typeof list>) => void): string[] {
  const folder = temporaryFolder();
  opened(folder).store.close();
  const { sql, plans, close } = explaining(folder);
  ask(list(contextOver(sql), { sql, isBuilt: true, revision: 0, building: () => null }));
  close();
  return plans;
}

test.each(QUERIES)('a page of $filter by $order, sign-in $signIn', (query) => {
  const [plan] = plansOf(({ ids }) => ids(query, 100, 50));
  expect(plan).toMatch(/organization_row USING (COVERING )?INDEX/);
  expect(plan).not.toContain('B-TREE');
  if (query.filter !== 'all') expect(plan).toMatch(/(attention|draft|waiting)_by_/);
  else if (query.signIn !== null) expect(plan).toContain('credential_id=?');
});

test('reads stored counts instead of counting rows', () => {
  const plans = plansOf(({ counts, total, saved, unread, bySignIn }) => {
    for (const signIn of [null, 'none' as const, signInId(1)]) {
      counts(signIn);
      total({ search: '', filter: 'drafts', signIn, order: 'name' });
    }
    saved();
    unread();
    bySignIn();
  });
  for (const plan of plans) expect(plan).toMatch(/^(SCAN|SEARCH) list_count/);
});

test('finds names and ids in an index', () => {
  const ids = [organizationId(1)];
  const plans = plansOf(({ inOrder, unviewed, countMatching }) => {
    inOrder(ids);
    unviewed(ids);
    countMatching(ids, { search: '', filter: 'attention', signIn: null, order: 'name' });
  });
  const ofRows = plans.filter((plan) => !plan.includes('list_count'));
  for (const plan of ofRows) expect(plan).toMatch(/(SEARCH|SCAN) organization_row USING/);
});
