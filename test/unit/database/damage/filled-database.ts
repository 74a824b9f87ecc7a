/** Databases full of organizations with all their rows, for the recovery tests. */
import type { Tables } from '../../../../src/main/database/tables';
import {
  change,
  copy,
  draftOf,
  opened,
  entryId,
  profile,
  signIn,
  signInId,
  temporaryFolder,
  write,
} from '../temporary-database';
import { ORGANIZATION } from '../../samples';

/** Stores a row in every table, and this many organizations with theirs. All have the same sign-in. */
export function fillTables(tables: Tables, count: number): void {
  tables.signIns.put(signIn(1));
  tables.settings.put('place', { width: 800 });
  tables.rateLimits.put({ userId: 'user', state: { used: 1 } });
  tables.additions.put(signInId(1), [{ ...ORGANIZATION, id: entryId(999), name: 'New' }]);
  tables.batches.put({
    id: 'batch',
    kind: 'fill',
    at: 1,
    fields: ['business_phone'],
    titleTexts: [],
    stage: 'done',
    done: 1,
    total: 1,
    made: 1,
    leftOut: { unread: 1 },
    source: { title: 'list.csv', hasCheck: true },
  });
  tables.batches.addNotImported('batch', {
    ...({ number: 2, value: 'x', field: null, reason: 'no-match' } as const),
  });
  tables.saves.add({
    id: 'save',
    at: 1,
    fields: ['business_phone'],
    stage: 'sending',
    paused: false,
  });
  for (let number = 1; number <= count; number++) {
    const id = entryId(number);
    tables.organizations.put({
      ...ORGANIZATION,
      id,
      name: `Org ${number}`,
      signInId: signInId(1),
      addedAt: 1,
      viewedAt: null,
    });
    tables.profiles.put(copy(id, profile(`saved ${number}`)));
    tables.abandoned.put(id, profile(`abandoned ${number}`));
    tables.ownRequests.add(id, number, number);
    tables.saves.addSubmitted('save', id, []);
    tables.drafts.put(draftOf(id, { business_name: `draft ${number}` }));
    tables.labels.change(id, ['VIP', `Label ${number}`], []);
    tables.outbox.put(change(id, { business_phone: `desired ${number}` }));
    tables.revisions.add({
      entryId: id,
      at: number,
      kind: 'saved',
      texts: profile(`old ${number}`),
      author: null,
    });
  }
}

/** Creates and closes a database with `count` organizations; returns its path. */
export function filledDatabase(count: number): string {
  const folder = temporaryFolder();
  const { database } = opened(folder);
  write(database, (tables) => fillTables(tables, count));
  database.close();
  return folder;
}
