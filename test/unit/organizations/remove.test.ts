/** Removing one organization: nothing is lost that the person was not told about. */
import { expect, test } from 'vitest';
import { removalOf, removeOrganization } from '../../../src/main/organizations/remove';
import { failed, success } from '../../../src/shared/result';
import { valueOf } from '../results';
import {
  addOrganization,
  addSignIns,
  change,
  draftOf,
  freshDatabase,
  NOW,
  entryId,
  read,
  signInId,
  write,
} from '../database/temporary-database';

const id = entryId(1);

function setUp() {
  const database = freshDatabase();
  write(database, (tables) => {
    addSignIns(tables);
    addOrganization(tables, 1);
    tables.organizations.put({
      ...tables.organizations.get(id)!,
      signInId: signInId(1),
    });
  });
  let writing = false;
  const removedSignIns: string[] = [];
  return {
    database,
    removedSignIns,
    setWriting: (is: boolean) => void (writing = is),
    losses: () => valueOf(removalOf(database, id)).losses,
    remove: (losses: string | null, signIn: string | null = null) =>
      removeOrganization(
        {
          database,
          isWriting: () => writing,
          async removeSignIn(signIn) {
            removedSignIns.push(signIn);
            return success(null);
          },
        },
        { entryId: id, losses, signInId: signIn },
      ),
    isSaved: () => read(database, (tables) => tables.organizations.get(id) !== null),
    type: (text: string, at: number) =>
      write(database, (tables) =>
        tables.drafts.put(draftOf(id, { business_phone: text }, null, at)),
      ),
    submit: (version: number) =>
      write(database, (tables) =>
        tables.outbox.put(change(id, { business_phone: 'waiting' }, { version })),
      ),
  };
}

test('removes what has no edits, and its sign-in on request', async () => {
  const { remove, losses, isSaved, removedSignIns } = setUp();
  expect(losses()).toBeNull();
  expect(await remove(null, signInId(1))).toEqual(success(null));
  expect(isSaved()).toBe(false);
  expect(removedSignIns).toEqual([signInId(1)]);
});

test('removes edits that the person was told about', async () => {
  const { remove, losses, isSaved, type, submit, removedSignIns } = setUp();
  type('typed', NOW);
  submit(1);
  expect(await remove(losses())).toEqual(success(null));
  expect(isSaved()).toBe(false);
  expect(removedSignIns).toEqual([]);
});

test('removes it after its edits are gone', async () => {
  const { database, remove, losses, isSaved, type } = setUp();
  type('typed', NOW);
  const seen = losses();
  write(database, (tables) => tables.drafts.remove(id));
  expect(await remove(seen)).toEqual(success(null));
  expect(isSaved()).toBe(false);
});

test.each<[string, (harness: ReturnType<typeof setUp>) => void]>([
  ['a draft', ({ type }) => type('another text', NOW + 1)],
  ['a change', ({ submit }) => submit(2)],
])('keeps it, with its sign-in, when %s came up after the preview', async (_, comeUp) => {
  for (const isEdited of [false, true]) {
    const harness = setUp();
    const { remove, losses, isSaved, type, submit, removedSignIns } = harness;
    if (isEdited) {
      type('typed', NOW);
      submit(1);
    }
    const seen = losses();
    comeUp(harness);
    expect(await remove(seen, signInId(1))).toEqual(failed('change.outdated'));
    expect(isSaved()).toBe(true);
    expect(removedSignIns).toEqual([]);
    expect(await remove(losses())).toEqual(success(null));
  }
});

test('keeps it, and every sign-in, when its sign-in is another one than was seen, or others use it by now', async () => {
  const { database, remove, isSaved, removedSignIns } = setUp();
  const seen = signInId(1);
  const put = (n: number, signIn: string) =>
    write(database, (tables) => {
      addOrganization(tables, n);
      tables.organizations.put({ ...tables.organizations.get(entryId(n))!, signInId: signIn });
    });
  put(2, seen);
  expect(await remove(null, seen)).toEqual(failed('change.outdated'));
  write(database, (tables) => tables.organizations.remove(entryId(2)));
  put(1, signInId(2));
  expect(await remove(null, seen)).toEqual(failed('change.outdated'));
  expect(isSaved()).toBe(true);
  expect(removedSignIns).toEqual([]);
});

test('keeps it while its change is being written', async () => {
  const { remove, losses, isSaved, submit, setWriting } = setUp();
  submit(1);
  setWriting(true);
  expect(await remove(losses())).toEqual(failed('change.outdated'));
  expect(isSaved()).toBe(true);
  setWriting(false);
  expect(await remove(losses())).toEqual(success(null));
});
