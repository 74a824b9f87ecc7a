/** What the author lookup stores: our own requests, and questions to audit logs. */
import { expect, test } from 'vitest';
import type { Author } from '../../../src/shared/history';
import type { Store, Tables } from '../../../src/main/database/tables';
import {
  addOrganization,
  addSignIns,
  freshStore,
  organizationId,
  profile,
  read,
  signInId,
  write,
} from './temporary-store';

const [ONE, TWO] = [organizationId(1), organizationId(2)];
const LOG = { logId: ONE, credentialId: signInId(1) };
const DAY = 86_400_000;

/** Adds a change found at Cloudflare, and returns the id of its revision. */
function addFound(tables: Tables, id: string, at: number): number {
  tables.revisions.add({
    organizationId: id,
    at,
    kind: 'observed',
    texts: profile(String(at)),
    author: null,
  });
  return tables.revisions.latest(id)!;
}

/** A store with two organizations, each with this many questions to its own log. */
function storeWithQuestions(count: number): { store: Store; ids: number[] } {
  const store = freshStore();
  const ids: number[] = [];
  write(store, (tables) => {
    addSignIns(tables);
    for (const number of [1, 2]) {
      const id = addOrganization(tables, number);
      const row = tables.organizations.get(id)!;
      tables.organizations.put({ ...row, credentialId: signInId(1) });
      for (let at = 1; at <= count; at += 1) {
        const revisionId = addFound(tables, id, at);
        tables.authorQuestions.add({ revisionId, logId: id, since: at - 1 });
        ids.push(revisionId);
      }
    }
  });
  return { store, ids };
}
const logs = (store: Store, now: number) =>
  read(store, (tables) => tables.authorQuestions.logs(now, DAY));
const questions = (store: Store, limit = 9) =>
  read(store, (tables) => tables.authorQuestions.of(LOG, limit));

test('lists the logs to ask, oldest question first, and the newest questions to each', () => {
  const { store, ids } = storeWithQuestions(3);
  expect(logs(store, 1)).toEqual([LOG, { ...LOG, logId: TWO }]);
  expect(questions(store, 2)).toEqual([
    { revisionId: ids[2], organizationId: ONE, since: 2, readAt: 3 },
    { revisionId: ids[1], organizationId: ONE, since: 1, readAt: 2 },
  ]);
  write(store, (tables) => ids.slice(0, 3).forEach((id) => tables.authorQuestions.remove(id)));
  expect(logs(store, 1)).toEqual([{ ...LOG, logId: TWO }]);
});

test('forgets a question with its organization, and asks none without a sign-in', () => {
  const { store } = storeWithQuestions(1);
  write(store, (tables) => tables.organizations.remove(TWO));
  expect(logs(store, 1)).toEqual([LOG]);
  write(store, (tables) => tables.organizations.release(signInId(1)));
  expect(logs(store, 1)).toEqual([]);
});

test('counts a question as asked although its sign-in was removed meanwhile', () => {
  const { store, ids } = storeWithQuestions(1);
  const first = ids[0]!;
  write(store, (tables) => {
    tables.organizations.release(signInId(1));
    tables.credentials.remove(signInId(1));
  });
  const backOff = () =>
    write(store, (tables) => tables.authorQuestions.backOff(LOG, { now: 1, at: 1 + DAY }, [first]));
  backOff();
  backOff();
  write(store, (tables) => {
    addSignIns(tables);
    tables.organizations.put({ ...tables.organizations.get(ONE)!, credentialId: signInId(1) });
  });
  expect(logs(store, 2)).toEqual([]);
});

test('does not ask a log that is backed off, and drops a question that was asked twice', () => {
  const { store, ids } = storeWithQuestions(2);
  const [first, second] = [ids[0]!, ids[1]!];
  const backOff = (now: number, asked: number[]) =>
    write(store, (tables) => tables.authorQuestions.backOff(LOG, { now, at: now + DAY }, asked));
  backOff(1_000, [first]);
  expect(logs(store, 1_000 + DAY - 1)).toEqual([{ ...LOG, logId: TWO }]);
  expect(logs(store, 1_000 + DAY)).toHaveLength(2);
  // The clock was set back.
  expect(logs(store, 999)).toHaveLength(2);
  backOff(1_000 + DAY, [first, second]);
  expect(questions(store).map(({ revisionId }) => revisionId)).toEqual([second]);
});

test('backs off one sign-in, and asks the log with another', () => {
  const { store } = storeWithQuestions(1);
  const other = { logId: ONE, credentialId: signInId(2) };
  write(store, (tables) => {
    const id = addOrganization(tables, 3);
    tables.organizations.put({ ...tables.organizations.get(id)!, credentialId: signInId(2) });
    const revisionId = addFound(tables, id, 1);
    tables.authorQuestions.add({ revisionId, logId: ONE, since: 0 });
    tables.authorQuestions.backOff(LOG, { now: 1, at: 1 + DAY }, []);
  });
  expect(logs(store, 2)).toEqual([{ ...LOG, logId: TWO }, other]);
});

test('keeps the newest 5,000 questions', () => {
  const { store, ids } = storeWithQuestions(2_501);
  expect(questions(store, 9_999)).toHaveLength(2_499);
  expect(questions(store, 9_999).at(-1)?.revisionId).toBe(ids[2]);
});

test('records the author of a revision, and keeps the revision', () => {
  const { store, ids } = storeWithQuestions(1);
  const author: Author = { by: 'person', who: 'erika@b.example', via: 'dashboard', at: 7 };
  write(store, (tables) => {
    tables.revisions.setAuthor(ids[0]!, author);
    tables.revisions.setAuthor(9_999, author);
  });
  expect(read(store, (tables) => tables.revisions.of(ONE))).toEqual([
    {
      id: ids[0],
      organizationId: ONE,
      at: 1,
      kind: 'observed',
      texts: profile('1'),
      author,
    },
  ]);
});

test('keeps the last twenty requests of each entry, and the id of each answer', () => {
  const store = freshStore();
  write(store, (tables) => {
    addOrganization(tables, 1);
    addOrganization(tables, 2);
    tables.ownRequests.add(TWO, 5);
    for (let at = 1; at <= 25; at += 1) tables.ownRequests.add(ONE, at);
    tables.ownRequests.answered(ONE, 'ab');
    tables.ownRequests.add(ONE, 26);
  });
  const [one, two] = read(store, ({ ownRequests }) => [ownRequests.of(ONE), ownRequests.of(TWO)]);
  expect(one).toHaveLength(20);
  expect(one![0]).toEqual({ at: 7, ray: null });
  expect(one!.slice(-2)).toEqual([
    { at: 25, ray: 'ab' },
    { at: 26, ray: null },
  ]);
  expect(two).toEqual([{ at: 5, ray: null }]);
});
