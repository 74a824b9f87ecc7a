/** The activity of all entries on a real database: order, filters, pages by key, texts, and the exported file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createActivity, type ActivityTexts } from '../../../src/main/changes/activity';
import { revisions } from '../../../src/main/database/revision-table';
import type { ActivityPlace, ActivityQuery } from '../../../src/shared/activity';
import { REVISION_KINDS } from '../../../src/shared/history';
import {
  contextOver,
  entryId,
  explaining,
  opened,
  profile,
  temporaryFolder,
} from '../database/temporary-database';
import { valueOf } from '../results';
import { closeHarnesses, SavesHarness } from '../saves/harness';

afterEach(closeHarnesses);

const ALL: ActivityQuery = { kind: null, since: null, entryId: null };
const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A harness without revisions in which nothing happens by itself, and the handlers over its database. */
async function start() {
  const harness = await SavesHarness.start({ organizations: 2 });
  await harness.sync.standin.goOffline();
  await harness.sync.stop();
  harness.chosenFile = join(harness.folder, 'activity.csv');
  const [one, two] = harness.ids as [string, string];
  const { database } = harness.sync;
  harness.sync.write((tables) => {
    for (const id of [one, two]) {
      const organization = tables.organizations.get(id)!;
      tables.organizations.remove(id);
      tables.organizations.put(organization);
    }
  });
  const activity = createActivity({ database, save: harness.csv.saveActivity, yieldToEventLoop });
  const list = (query: Partial<ActivityQuery> = {}, before: ActivityPlace | null = null) =>
    valueOf(activity.list({ query: { ...ALL, ...query }, before }) as never) as {
      rows: { id: number; at: number; entryId: string; kind: string; fields: string[] }[];
      more: boolean;
    };
  return { harness, activity, list, one, two };
}

test('shows what happened in all entries, newest first, with what differs, by whom and in which save', async () => {
  const { harness, activity, list, one, two } = await start();
  const author = { who: 'erika@example.com', via: 'dashboard', at: 2 } as const;
  harness.sync.write(({ revisions, saves }) => {
    revisions.add({ entryId: one, at: 1, kind: 'observed', texts: profile('a'), author: null });
    revisions.add({
      ...{ entryId: one, at: 2, kind: 'observed', author },
      texts: { ...profile('a'), business_phone: '2' },
    });
    revisions.add({
      ...{ entryId: two, at: 3, kind: 'discarded', author: null },
      texts: { business_name: 'typed' },
    });
    revisions.add({
      ...{ entryId: one, at: 4, kind: 'saved', author: null },
      texts: { ...profile('a'), business_phone: '3' },
    });
    const fields = ['business_phone'] as const;
    saves.add({
      ...{ id: 'save', at: 3.5, fields: [...fields] },
      ...{ stage: 'sending', paused: false },
    });
    saves.addSubmitted('save', one, fields);
    saves.end('save', one, 'business_phone', 'done', revisions.latest(one));
  });
  const { rows, more } = list();
  expect(more).toBe(false);
  expect(rows.map(({ at, entryId: id, kind, fields }) => [at, id, kind, fields])).toEqual([
    [4, one, 'saved', ['business_phone']],
    [3, two, 'discarded', ['business_name']],
    [2, one, 'observed', ['business_phone']],
    [1, one, 'observed', Object.keys(profile('a'))],
  ]);
  expect(rows[0]).toMatchObject({ saveStartedAt: 3.5, isFirst: false });
  expect(rows[2]).toMatchObject({ author, isFirst: false, saveStartedAt: null });
  expect(rows[3]).toMatchObject({ author: null, isFirst: true });
  expect(list({ kind: 'observed' }).rows.map(({ at }) => at)).toEqual([2, 1]);
  expect(list({ since: 3 }).rows.map(({ at }) => at)).toEqual([4, 3]);
  expect(list({ entryId: one, kind: 'observed', since: 2 }).rows.map(({ at }) => at)).toEqual([2]);

  expect(valueOf(activity.texts({ revisionId: rows[0]!.id }) as never)).toMatchObject({
    differences: [{ field: 'business_phone', before: '2', after: '3' }],
  });
  harness.sync.write((tables) => tables.organizations.remove(two));
  expect(list().rows.map(({ at }) => at)).toEqual([4, 2, 1]);
  expect(valueOf(activity.texts({ revisionId: rows[1]!.id }) as never)).toBeNull();
});

test('reads every row once, page by page, also where many have the same time', async () => {
  const { harness, list, one, two } = await start();
  harness.sync.write(({ revisions }) => {
    for (let number = 0; number < 170; number++) {
      revisions.add({
        entryId: number % 3 === 0 ? two : one,
        at: Math.floor(number / 60),
        kind: REVISION_KINDS[number % REVISION_KINDS.length]!,
        texts: profile(String(number)),
        author: null,
      });
    }
  });
  for (const query of [{}, { kind: 'saved' }, { entryId: two }] as Partial<ActivityQuery>[]) {
    const read: { at: number; id: number }[] = [];
    for (let before: ActivityPlace | null = null, hasMore = true; hasMore;) {
      const { rows, more } = list(query, before);
      expect(rows.length).toBeLessThanOrEqual(50);
      read.push(...rows);
      before = { at: rows.at(-1)!.at, id: rows.at(-1)!.id };
      hasMore = more;
    }
    const expected = 'kind' in query ? 34 : 'entryId' in query ? 57 : 170;
    expect(new Set(read.map(({ id }) => id)).size).toBe(expected);
    expect(read).toHaveLength(expected);
    expect(read).toEqual(read.toSorted((a, b) => b.at - a.at || b.id - a.id));
  }
});

test('reads pages of an index, whatever the filters are', () => {
  const folder = temporaryFolder();
  opened(folder).database.close();
  const { sql, plans, close } = explaining(folder);
  const { newest } = revisions(contextOver(sql));
  newest(ALL, { at: 5, id: 5 }, 51);
  newest({ ...ALL, kind: 'saved', since: 3 }, null, 51);
  newest({ ...ALL, entryId: entryId(1), kind: 'saved' }, null, 51);
  close();
  expect(plans).toHaveLength(3);
  expect(plans[0]!.match(/USING COVERING INDEX revision_by_kind/g)).toHaveLength(5);
  expect(plans[1]).toMatch(/USING COVERING INDEX revision_by_kind \(kind=\? AND at>\? AND at<\?\)/);
  expect(plans[2]).toMatch(/USING INDEX revision_by_time/);
  for (const plan of plans) expect(plan).not.toMatch(/SCAN revision/);
});

test('exports a row per field, and guards cells as every export does', async () => {
  const { harness, activity, one } = await start();
  harness.sync.write(({ revisions }) => {
    revisions.add({ entryId: one, at: 0, kind: 'observed', texts: profile('a'), author: null });
    const texts = { ...profile('a'), business_phone: '=1+1', business_name: 'New' };
    const author = { who: '=erika', via: 'api', at: 1 } as const;
    revisions.add({ entryId: one, at: 1_000, kind: 'observed', texts, author });
  });
  const saved = valueOf(await activity.export({ query: { ...ALL, since: 1 }, format: 'xlsx' }));
  // The name that was chosen decides.
  expect(harness.suggestedNames.at(-1)).toMatch(/\.xlsx$/);
  expect(saved.format).toBe('csv');
  expect(saved.exportId).not.toBeNull();
  const lines = readFileSync(harness.chosenFile!, 'utf8').trim().split('\r\n');
  expect(lines[0]).toMatch(/^"Time \(UTC\)","Organization ID","Organization","What happened"/);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(`"1970-01-01T00:00:01Z","${one}"`);
  expect(lines[1]).toContain('"Business name","a business_name","New","\'=erika",""');
  expect(lines[2]).toContain('"Business phone","a business_phone","\'=1+1"');

  harness.sync.write(({ revisions }) => {
    const texts = { ...profile('a'), business_name: '\u0000'.repeat(9_000) };
    revisions.add({ entryId: one, at: 2_000, kind: 'saved', texts, author: null });
  });
  harness.chosenFile = join(harness.folder, 'activity.xlsx');
  expect(await activity.export({ query: ALL, format: 'csv' })).toEqual({
    ok: false,
    failure: { code: 'export.text-too-long' },
  });
  harness.chosenFile = null;
  expect(await activity.export({ query: ALL, format: 'csv' })).toEqual({
    ok: true,
    value: { exportId: null, format: 'csv' },
  });
});

test('exports no workbook with more rows than one can have', async () => {
  const { harness } = await start();
  harness.chosenFile = join(harness.folder, 'activity.xlsx');
  const row: ActivityTexts['row'] = {
    ...{ id: 1, at: 0, entryId: entryId(1), name: '', organizationName: null, kind: 'saved' },
    ...{ fields: [], isFirst: false, author: null, saveStartedAt: null },
  };
  const difference = { field: 'business_name', before: '', after: '' } as const;
  async function* rows(): AsyncGenerator<ActivityTexts[]> {
    yield [{ row, differences: new Array(1_048_576).fill(difference) }];
  }
  expect(await harness.csv.saveActivity(rows, 'xlsx')).toEqual({
    ok: false,
    failure: { code: 'export.too-many-rows' },
  });
  expect(existsSync(harness.chosenFile)).toBe(false);
});
