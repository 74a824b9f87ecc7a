/**
 * Marks: what a write says it has changed, for the change feed. The table below lists all methods of
 * the repositories that write, with their marks.
 */
import { expect, test } from 'vitest';
import type { Change } from '../../../src/main/database/change-feed';
import { ADDITION } from '../../../src/main/database/addition-table';
import { PREFERENCES_SETTING } from '../../../src/main/database/setting-table';
import type { BatchRow } from '../../../src/main/database/batch-table';
import type { Database, Tables } from '../../../src/main/database/tables';
import { ORGANIZATION } from '../samples';
import {
  addOrganization,
  addSignIns,
  change,
  copy,
  draftOf,
  freshDatabase,
  entryId,
  profile,
  read,
  signIn,
  signInId,
  write,
} from './temporary-database';

const [ONE, TWO] = [entryId(1), entryId(2)];
const S1 = signInId(1);
const ROW = {
  ...ORGANIZATION,
  id: ONE,
  name: 'Org 1',
  signInId: S1,
  addedAt: 1,
  viewedAt: null,
};

const BATCH: BatchRow = {
  id: 'batch',
  kind: 'fill',
  at: 1,
  fields: ['business_phone'],
  titleTexts: [],
  stage: 'done',
  done: 1,
  total: 1,
  made: 1,
  leftOut: {},
  source: null,
};

/** The change that one write publishes; null: none. */
async function marksOf(database: Database, work: (tables: Tables) => void): Promise<Change | null> {
  let received: Change | null = null;
  await new Promise((resolve) => setImmediate(resolve));
  const unsubscribe = database.changes.subscribe((change) => (received = change));
  write(database, work);
  await new Promise((resolve) => setImmediate(resolve));
  unsubscribe();
  return received;
}

/** Creates two organizations with every kind of row, a save for the first, and one to be added. */
function writtenDatabase(): Database {
  const database = freshDatabase();
  write(database, (tables) => {
    addSignIns(tables);
    tables.organizations.put(ROW);
    addOrganization(tables, 2);
    for (const id of [ONE, TWO]) {
      tables.profiles.put(copy(id, profile('a')));
      tables.drafts.put(draftOf(id, { business_phone: '1' }));
      const wait = id === TWO ? ({ state: 'waiting', nextTryAt: 11 } as const) : {};
      tables.outbox.put(change(id, { business_phone: '2' }, wait));
      tables.abandoned.put(id, { business_phone: '3' });
      tables.revisions.add({
        entryId: id,
        at: 1,
        kind: 'saved',
        texts: profile('a'),
        author: null,
      });
    }
    tables.saves.add({
      id: 'save',

      at: 1,
      fields: ['business_phone'],
      stage: 'sending',
      paused: false,
    });
    tables.saves.addSubmitted('save', ONE, ['business_phone']);
    tables.batches.put(BATCH);
    tables.additions.put(S1, [{ ...ORGANIZATION, id: entryId(3), name: 'Org 3' }]);
    tables.rateLimits.put({ userId: 'user', state: {} });
  });
  return database;
}

type Marks = {
  organizations?: string[];
  removed?: string[];
  signIns?: string[];
  topics?: string[];
};
/** No marks: only the module that writes these rows reads them. */
const NOTHING: Marks = {};

/** All writing methods with the marks that they must make, by repository. */
const WRITES: Record<string, [(tables: Tables) => void, Marks][]> = {
  'signIns.put': [[(t) => t.signIns.put(signIn(1)), { signIns: [S1] }]],
  'signIns.setReadOnly': [[(t) => t.signIns.setReadOnly(S1, 'chosen'), { signIns: [S1] }]],
  'signIns.remove': [
    [
      (t) => t.signIns.remove(S1),
      { signIns: [S1], organizations: [ONE], topics: ['additions', 'outbox'] },
    ],
    [(t) => t.signIns.remove(signInId(2)), { signIns: [signInId(2)] }],
  ],
  'organizations.put': [
    [(t) => t.organizations.put({ ...ROW, name: 'Other' }), { organizations: [ONE] }],
    [
      (t) => t.organizations.put({ ...ROW, signInId: signInId(2) }),
      { organizations: [ONE], signIns: [S1, signInId(2)], topics: ['outbox'] },
    ],
    [
      (t) => t.organizations.put({ ...ROW, id: entryId(3) }),
      { organizations: [entryId(3)], signIns: [S1] },
    ],
  ],
  'organizations.remove': [
    [
      (t) => t.organizations.remove(ONE),
      { removed: [ONE], signIns: [S1], topics: ['batches', 'drafts', 'outbox', 'saves'] },
    ],
  ],
  'organizations.markViewed': [
    [(t) => t.organizations.markViewed(ONE, 5), { organizations: [ONE] }],
  ],
  'organizations.release': [
    [
      (t) => void t.organizations.release(S1),
      { organizations: [ONE], signIns: [S1], topics: ['outbox'] },
    ],
  ],
  'profiles.put': [[(t) => t.profiles.put(copy(ONE, null)), { organizations: [ONE] }]],
  'profiles.markViewed': [[(t) => t.profiles.markViewed([ONE]), { organizations: [ONE] }]],
  'profiles.clearChangedElsewhere': [
    [(t) => t.profiles.clearChangedElsewhere(ONE), { organizations: [ONE] }],
  ],
  'organizations.tried': [[(t) => t.organizations.tried(ONE, true), {}]],
  'organizations.markUnread': [[(t) => t.organizations.markUnread([ONE]), {}]],
  'drafts.put': [
    [
      (t) => t.drafts.put(draftOf(ONE, { business_phone: '2' })),
      { organizations: [ONE], topics: ['drafts'] },
    ],
    [
      (t) => {
        const made = { origin: 'batch', isBatch: true };
        t.drafts.put(draftOf(ONE, { business_phone: '2' }), made);
      },
      { organizations: [ONE], topics: ['batches', 'drafts'] },
    ],
  ],
  'drafts.remove': [[(t) => t.drafts.remove(ONE), { organizations: [ONE], topics: ['drafts'] }]],
  'drafts.setOrigin': [
    [
      (t) => t.drafts.setOrigin(ONE, 'business_phone', { origin: null, replaced: null, notes: [] }),
      { topics: ['batches'] },
    ],
  ],
  'batches.put': [[(t) => t.batches.put({ ...BATCH, done: 2 }), { topics: ['batches'] }]],
  'batches.addNotImported': [
    [
      (t) =>
        t.batches.addNotImported('batch', {
          ...({ number: 2, value: 'x', field: null, reason: 'no-match' } as const),
        }),
      { topics: ['batches'] },
    ],
  ],
  'drafts.setNotes': [
    [(t) => t.drafts.setNotes(ONE, 'business_phone', ['number']), { topics: ['drafts'] }],
  ],
  'batches.close': [[(t) => t.batches.close('batch'), { topics: ['batches'] }]],
  'batches.startRun': [[(t) => t.batches.startRun(['batch']), { topics: ['batches'] }]],
  'outbox.put': [
    [
      (t) => t.outbox.put(change(ONE, profile('a'))),
      { organizations: [ONE], topics: ['outbox', 'saves'] },
    ],
    [(t) => t.outbox.put(change(TWO, profile('a'))), { organizations: [TWO], topics: ['outbox'] }],
  ],
  'outbox.remove': [
    [(t) => t.outbox.remove(ONE), { organizations: [ONE], topics: ['outbox', 'saves'] }],
  ],
  'outbox.setTiming': [
    [
      (t) =>
        t.outbox.setTiming(ONE, { state: 'waiting', failure: null, attempts: 1, nextTryAt: 1 }),
      { organizations: [ONE], topics: ['outbox', 'saves'] },
    ],
  ],
  // Nothing of it is shown.
  'outbox.checkMacs': [[(t) => t.outbox.checkMacs(0, 9), NOTHING]],
  'saves.checkMacs': [[(t) => t.saves.checkMacs(), { topics: ['outbox', 'saves'] }]],
  'abandoned.checkMacs': [[(t) => t.abandoned.checkMacs(), { topics: ['abandoned'] }]],
  'signIns.checkMacs': [[(t) => t.signIns.checkMacs(true), NOTHING]],
  'outbox.setSendingSave': [
    [(t) => t.outbox.setSendingSave(ONE, 'save'), { organizations: [ONE], topics: ['outbox'] }],
  ],
  'outbox.move': [
    [
      (t) => t.outbox.move([ONE], 'paused', null),
      { organizations: [ONE], topics: ['outbox', 'saves'] },
    ],
    [(t) => t.outbox.move([], 'paused', null), {}],
  ],
  'outbox.endWaitsAfter': [
    [(t) => t.outbox.endWaitsAfter(10), { organizations: [TWO], topics: ['outbox'] }],
    [(t) => t.outbox.endWaitsAfter(11), {}],
  ],
  'outbox.moveWaits': [
    [(t) => t.outbox.moveWaits(-1), { organizations: [TWO], topics: ['outbox'] }],
  ],
  'saves.add': [
    [
      (t) =>
        t.saves.add({
          id: 'other',

          at: 1,
          fields: [],
          stage: 'submitting',
          paused: false,
        }),
      { topics: ['outbox', 'saves'] },
    ],
  ],
  'saves.addSubmitted': [
    [(t) => t.saves.addSubmitted('save', TWO, ['business_phone']), { topics: ['saves'] }],
  ],
  'saves.setStage': [
    [(t) => t.saves.setStage('save', 'canceled'), { topics: ['outbox', 'saves'] }],
  ],
  'saves.remove': [[(t) => t.saves.remove('save'), { topics: ['outbox', 'saves'] }]],
  'saves.endSubmitting': [[(t) => t.saves.endSubmitting('save'), { topics: ['saves'] }]],
  'saves.setPaused': [[(t) => t.saves.setPaused('save', true), { topics: ['outbox', 'saves'] }]],
  'saves.close': [[(t) => t.saves.close('save'), { topics: ['outbox', 'saves'] }]],
  'saves.end': [[(t) => t.saves.end('save', ONE, 'business_phone', 'done'), { topics: ['saves'] }]],
  'abandoned.put': [
    [(t) => t.abandoned.put(ONE, {}), { organizations: [ONE], topics: ['abandoned'] }],
  ],
  'abandoned.remove': [[(t) => t.abandoned.remove(ONE), { organizations: [ONE] }]],
  'revisions.add': [
    [
      (t) => t.revisions.add({ entryId: ONE, at: 1, kind: 'saved', texts: {}, author: null }),
      { organizations: [ONE] },
    ],
  ],
  'revisions.addMissing': [
    [
      (t) =>
        t.revisions.addMissing({
          entryId: ONE,
          at: 9,
          kind: 'saved',
          texts: {},
          author: null,
        }),
      { organizations: [ONE] },
    ],
  ],
  'revisions.setAuthor': [
    [
      (t) => t.revisions.setAuthor(1, { who: 'erika', via: 'api', at: 1 }),
      { organizations: [ONE] },
    ],
  ],
  'labels.change': [
    [(t) => void t.labels.change(ONE, ['VIP'], []), { organizations: [ONE] }],
    [(t) => void t.labels.change(ONE, [], ['VIP']), {}],
  ],
  // No one shows them.
  'ownRequests.add': [[(t) => t.ownRequests.add(ONE, 1, 1), NOTHING]],
  'ownRequests.answered': [[(t) => t.ownRequests.answered(1, 'ab', true), NOTHING]],
  'ownRequests.remove': [[(t) => t.ownRequests.remove(1), NOTHING]],
  'ownRequests.forgetRemoved': [[(t) => t.ownRequests.forgetRemoved(1), NOTHING]],
  'rateLimits.put': [[(t) => t.rateLimits.put({ userId: 'user', state: 1 }), NOTHING]],
  'rateLimits.remove': [[(t) => t.rateLimits.remove('user'), NOTHING]],
  // As its table declares; recover.test.ts compares what comes back.
  'recovered.add': [[(t) => t.recovered.add(ADDITION, null!), NOTHING]],
  'additions.put': [[(t) => t.additions.put(S1, []), { topics: ['additions'] }]],
  'additions.remove': [[(t) => t.additions.remove(1), { topics: ['additions'] }]],
  'additions.clear': [[(t) => t.additions.clear(), { topics: ['additions'] }]],
  'settings.put': [
    [(t) => t.settings.put(PREFERENCES_SETTING, 1), { topics: ['settings'] }],
    [(t) => t.settings.put('window-place', 1), NOTHING],
  ],
};

/** The names of methods that only read. A new method must be added here or to the table above. */
const READS =
  /^(list\..*|saves\.startsByRevision|revisions\.newest|outbox\.(changeCounts|sentAutomatically|deciding)|saves\.written|saves\.isAnyUntouched|drafts\.(summaries|summariesOf|countNewer|fields|idsOf|madeBy|countByField|isTypedSince|sequence)|batches\.(open|countNotImported|notImported)|organizations\.(edited|keys|signInsOf|showsProfile|waiting)|profiles\.(among|containing|countAmong)|\w+\.(all|get|ids|useCounts|entries|of|advice|counts|toRead|countToRead|hasUnread|isUnread|lastTry|signIns|savesInOrder|next|nextDue|ofSave|ofSeveralSaves|loads|count|pausedCounts|waitingCounts|afterCancel|isSmall|inStage|mustWait|trust|isOurs|paused|notSending|results|rows|copyBefore|latest|lastAt|first|totals|hasUnreadableEdits|highestVersion|elsewhere|editFingerprints))$/;

test('lists every method as writing or only reading', () => {
  const names = read(freshDatabase(), (tables) =>
    Object.entries(tables).flatMap(([repository, methods]) =>
      Object.keys(methods).map((method) => `${repository}.${method}`),
    ),
  );
  const missing = names.filter((name) => !(name in WRITES) && !READS.test(name));
  expect(missing, 'Add each of these to WRITES with its marks; to READS if it only reads.').toEqual(
    [],
  );
  const gone = Object.keys(WRITES).filter((name) => !names.includes(name));
  expect(gone, 'Remove these from WRITES: there is no such method.').toEqual([]);
});

const CASES = Object.entries(WRITES).flatMap(([name, cases]) =>
  cases.map(([work, marks]) => [name, work, marks] as const),
);

test.each(CASES)('%s', async (_, work, marks) => {
  const received = await marksOf(writtenDatabase(), work);
  const sorted = (set: ReadonlySet<string> | 'all' | undefined) => [...(set ?? [])].sort();
  expect({
    organizations: sorted(received?.organizations),
    removed: sorted(received?.removed),
    signIns: sorted(received?.signIns),
    topics: sorted(received?.topics),
  }).toEqual({ organizations: [], removed: [], signIns: [], topics: [], ...marks });
});
