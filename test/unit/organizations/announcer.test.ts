/** What the window is told when much changes at once: the page a person looks at is always among it. */
import { expect, it, vi } from 'vitest';
import { createAnnouncer } from '../../../src/main/organizations/announcer';
import { failed } from '../../../src/shared/failure';
import { createProgress } from '../../../src/main/sync/progress';
import { NOW, change, freshStore, organizationId, profile, write } from '../store/temporary-store';

function world(count: number) {
  const store = freshStore();
  const ids = Array.from({ length: count }, (_, n) => organizationId(n + 1));
  write(store, ({ organizations }) => {
    for (const id of ids) {
      organizations.put({ id, name: 'One', credentialId: null, addedAt: NOW, seenAt: null });
    }
  });
  const told: string[] = [];
  /** How many rows each event told. */
  const rows: number[] = [];
  let work: (() => void) | null = null;
  let page: (() => void) | null = null;
  let again: (() => void) | null = null;
  /** Whether the database can be read. */
  let readable = true;
  const gone: string[] = [];
  const onTold = vi.fn();
  const announcer = createAnnouncer({
    store: {
      ...store,
      read: (look) => (readable ? store.read(look) : failed('store.busy')),
    },
    progress: createProgress(() => {}),
    emit: (event, payload) => {
      if (event === 'organizationChanged' && 'id' in payload!) told.push(payload.id);
      if (event === 'rowsChanged' && 'rows' in payload!) {
        rows.push(payload.rows.length);
        gone.push(...payload.removed);
      }
    },
    later: (next) => (work = next),
    atOnce: (next) => (page = next),
    afterWhile: (next) => (again = next),
    onTold,
  });
  const tell = (): void => {
    const due = work;
    work = null;
    due?.();
  };
  /** What needs only the end of the current piece of work. */
  const tellPage = (): void => {
    const due = page;
    page = null;
    due?.();
  };
  /** What is tried once more after a while. */
  const tellAgain = (): void => {
    const due = again;
    again = null;
    due?.();
  };
  const canRead = (can: boolean): void => void (readable = can);
  const tellings = { tell, tellPage, tellAgain };
  return { store, ids, announcer, told, rows, gone, onTold, canRead, ...tellings };
}

it('tells the page that is open and those with a conflict, the open one first', () => {
  const { store, ids, announcer, told, onTold, tell, tellPage } = world(50);
  write(store, ({ outbox }) => {
    for (const id of ids.slice(10, 40)) {
      outbox.put(change(id, profile('mine'), { state: 'conflict', remote: profile('remote') }));
    }
  });
  announcer.opened(ids[19]!);
  for (const id of ids) announcer.organization(id);
  tellPage();
  tell();
  expect(told[0]).toBe(ids[19]);
  expect(new Set(told).size).toBe(21);
  expect(told).toHaveLength(21);
  expect(ids.slice(10, 40)).toEqual(expect.arrayContaining(told));
  expect(onTold).toHaveBeenCalledTimes(1);
});

it('tells thousands in parts, the open page in the first, and of sign-ins once at the end', () => {
  const { ids, announcer, told, rows, onTold, tell } = world(2_500);
  announcer.opened(ids[2_400]!);
  announcer.everything();
  tell();
  expect(rows).toEqual([1_000]);
  expect(told).toEqual([ids[2_400]]);
  expect(onTold).not.toHaveBeenCalled();
  announcer.organization(ids[0]!);
  announcer.removed(ids[2_499]!);
  tell();
  tell();
  tell();
  // One told already is told again; one that is gone is not.
  expect(rows).toEqual([1_000, 1_000, 500]);
  expect(onTold).toHaveBeenCalledTimes(1);
});

it('tells the open page when a sign-in changed, and otherwise only when it did', () => {
  const { ids, announcer, told, tell } = world(3);
  announcer.opened(ids[1]!);
  announcer.everything();
  tell();
  expect(told).toEqual([ids[1]]);
  announcer.organization(ids[2]!);
  tell();
  expect(told).toEqual([ids[1]]);
});

it('tells the open page when it changed without waiting for the list, once for all of a piece of work', () => {
  const { ids, announcer, told, rows, tell, tellPage } = world(3);
  announcer.opened(ids[1]!);
  announcer.organization(ids[1]!);
  announcer.organization(ids[1]!);
  tellPage();
  expect(told).toEqual([ids[1]]);
  expect(rows).toEqual([]);
  announcer.organization(ids[1]!);
  tellPage();
  expect(told).toEqual([ids[1], ids[1]]);
  tell();
  // The list hears of the row; the page has been told.
  expect(rows).toEqual([1]);
  expect(told).toHaveLength(2);
});

it('what could not be read is told later, and nothing of it is forgotten', () => {
  const { ids, announcer, told, rows, gone, onTold, canRead, tell, tellAgain } = world(5);
  announcer.opened(ids[1]!);
  announcer.organization(ids[0]!);
  announcer.removed(ids[4]!);
  canRead(false);
  tell();
  announcer.organization(ids[2]!);
  // Not told sooner for that: the database is asked again only after a while.
  tell();
  tellAgain();
  expect([rows, gone]).toEqual([[], []]);
  canRead(true);
  tellAgain();
  expect([rows, gone]).toEqual([[2], [ids[4]]]);

  announcer.everything();
  canRead(false);
  tell();
  expect(onTold).toHaveBeenCalledTimes(1);
  canRead(true);
  tellAgain();
  expect(rows).toEqual([2, 5]);
  expect(told).toEqual([ids[1]]);
  expect(onTold).toHaveBeenCalledTimes(2);
});

it('an organization that is added again before the removal is published is not named as removed', () => {
  const { ids, announcer, rows, gone, tell } = world(3);
  announcer.removed(ids[0]!);
  announcer.removed(ids[1]!);
  announcer.organization(ids[0]!);
  tell();
  expect([rows, gone]).toEqual([[1], [ids[1]]]);
});
