/** The query plans of the list: every filter and order uses an index, and needs no sorting. */
import { expect, test } from 'vitest';
import { list } from '../../../../src/main/database/list/list-queries';
import {
  LIST_FILTERS,
  LIST_GROUPS,
  LIST_ORDERS,
  WHOLE_LIST,
  type ListQuery,
} from '../../../../src/shared/list-query';
import {
  contextOver,
  explaining,
  opened,
  entryId,
  signInId,
  temporaryFolder,
} from '../temporary-database';

const SIGN_INS = [null, 'none' as const, signInId(1)];
const queriesWith = (more: Partial<ListQuery>): ListQuery[] =>
  LIST_FILTERS.flatMap((filter) =>
    LIST_ORDERS.flatMap((order) =>
      SIGN_INS.map((signIn) => ({ ...WHOLE_LIST, filter, order, signIn, ...more })),
    ),
  );

/** The query plans of the statements that `ask` makes the list execute. */
function plansOf(ask: (tables: ReturnType<typeof list>) => void): string[] {
  const folder = temporaryFolder();
  opened(folder).database.close();
  const { sql, plans, close } = explaining(folder);
  const index = {
    sql,
    isBuilt: true,
    revision: 0,
    parentsRevision: 0,
    labelsRevision: 0,
    builds: 0,
    building: () => null,
  };
  ask(list(contextOver(sql), index));
  close();
  return plans;
}

test.each(queriesWith({}))('a page of $filter by $order, sign-in $signIn', (query) => {
  const [plan] = plansOf(({ ids }) => ids(query, 100, 50));
  expect(plan).toMatch(/organization_row USING (COVERING )?INDEX/);
  expect(plan).not.toContain('B-TREE');
  if (query.filter !== 'all') expect(plan).toMatch(/(attention|changed)_by_/);
  else if (query.signIn !== null) expect(plan).toContain('sign_in_id=?');
});

test.each(queriesWith({ parent: entryId(1) }))(
  'a page of one parent, $filter by $order, sign-in $signIn',
  (query) => {
    const [head, below] = plansOf(({ ids }) => ids(query, 0, 50));
    expect(head).toContain('SEARCH organization_row USING INDEX row_by_entry');
    const index = query.filter === 'all' ? 'parent_by_' : /(attention|changed)_by_/;
    expect(below).toMatch(/organization_row USING (COVERING )?INDEX/);
    expect(below).toMatch(index);
    expect(below).not.toContain('B-TREE');
  },
);

test.each(queriesWith({ group: 'parent' }))(
  'a page of groups, $filter by $order, sign-in $signIn',
  (query) => {
    const [plan] = plansOf(({ ids }) => ids(query, 100, 50));
    expect(plan).toContain('SCAN organization_parent USING INDEX parent_in_order');
    expect(plan).toMatch(/SEARCH organization_row USING INDEX group_by_\w+ \(group_id=\?\)/);
    expect(plan).not.toContain('B-TREE');
  },
);

test.each(queriesWith({ label: 'VIP' }))(
  'a page of one label, $filter by $order, sign-in $signIn',
  (query) => {
    const [plan] = plansOf(({ ids }) => ids(query, 100, 50));
    expect(plan).toMatch(/(SCAN|SEARCH) organization_row USING (COVERING )?INDEX \w+_by_/);
    expect(plan).not.toContain('B-TREE');
  },
);

test('reads stored counts instead of counting rows', () => {
  const plans = plansOf(({ counts, total, saved, unread, accounts, bySignIn }) => {
    for (const signIn of SIGN_INS) {
      for (const parent of [null, entryId(1)]) {
        counts({ signIn, parent, label: null });
        for (const group of LIST_GROUPS) {
          total({ ...WHOLE_LIST, filter: 'changes', signIn, parent, group });
        }
      }
    }
    for (const signIn of SIGN_INS) counts({ signIn, parent: null, label: 'VIP' });
    saved();
    unread();
    accounts();
    bySignIn();
  });
  for (const plan of plans) expect(plan).toMatch(/^(SCAN|SEARCH) list_count/);
});

test('adds up the stored counts of groups in their order', () => {
  const plans = SIGN_INS.flatMap((signIn) =>
    plansOf(({ groups }) => groups({ ...WHOLE_LIST, signIn, group: 'parent' })),
  );
  expect(plans).toHaveLength(SIGN_INS.length);
  for (const plan of plans) {
    expect(plan).toContain('SCAN organization_parent USING INDEX parent_in_order');
    expect(plan).toContain('SEARCH list_count USING PRIMARY KEY');
    expect(plan).not.toMatch(/B-TREE|organization_row/);
  }
});

test('finds parents and their names without reading all rows', () => {
  const ids = [entryId(1)];
  const plans = plansOf(({ parents, parentsRevision, groupsOf, matches }) => {
    parents();
    parentsRevision();
    groupsOf(ids, { ...WHOLE_LIST, group: 'parent' });
    matches(ids, 'x');
  });
  expect(plans).not.toHaveLength(0);
  for (const plan of plans) expect(plan).not.toMatch(/SCAN (own|organization_row)|B-TREE/);
});

test('finds names and ids in an index', () => {
  const ids = [entryId(1)];
  const plans = plansOf(({ inOrder, unviewed, countMatching }) => {
    inOrder(ids);
    unviewed(ids);
    countMatching(ids, { ...WHOLE_LIST, filter: 'attention' });
    countMatching(ids, { ...WHOLE_LIST, parent: entryId(2) });
  });
  const ofRows = plans.filter((plan) => !plan.includes('list_count'));
  for (const plan of ofRows) expect(plan).toMatch(/(SEARCH|SCAN) organization_row USING/);
});

test('reads what has a draft or waits for a decision in the order of an index', () => {
  const plans = plansOf(({ deciding, withDraft }) => {
    deciding(100, 50);
    withDraft();
  });
  expect(plans).toHaveLength(2);
  for (const plan of plans) {
    expect(plan).toMatch(/(SCAN|SEARCH) \w+ USING (COVERING )?INDEX changed_by_place/);
    expect(plan).not.toContain('B-TREE');
  }
});
