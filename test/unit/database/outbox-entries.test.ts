/** Listing pending changes (the outbox) and changing their state: by save, by sign-in, by state. */
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { Database, Tables } from '../../../src/main/database/tables';
import { CHANGE_STATES } from '../../../src/shared/organization';
import { FIELD_NAMES } from '../../../src/shared/profile';
import {
  addOrganization,
  addSignIns,
  change,
  freshDatabase,
  NOW,
  entryId,
  profile,
  read,
  signIn,
  signInId,
  write,
} from './temporary-database';

let open: Database | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

const SIGN_INS = [null, signInId(1), signInId(2)] as const;

test('a change can get the priority of another save or of the person', () => {
  open = freshDatabase();
  const turn = () => read(open!, ({ outbox }) => outbox.get(entryId(1))?.saveId);
  write(open, (tables) => {
    tables.outbox.put(change(addOrganization(tables, 1), profile('a'), { saveId: 'a' }));
    tables.outbox.put(change(addOrganization(tables, 2), profile('a'), { saveId: 'a' }));
  });
  const before = read(open, ({ outbox }) => outbox.get(entryId(1)));
  write(open, ({ outbox }) => outbox.setSendingSave(entryId(1), 'b'));
  expect(turn()).toBe('b');
  write(open, ({ outbox }) => outbox.setSendingSave(entryId(1), null));
  expect(read(open, ({ outbox }) => outbox.get(entryId(1)))).toEqual({
    ...before,
    saveId: null,
  });
  expect(read(open, ({ outbox }) => outbox.get(entryId(2))?.saveId)).toBe('a');
});

test('finds the changes of a save by its fields', () => {
  const edit = fc.record({
    base: fc.constant(null),
    text: fc.constant('a'),
    save: fc.constantFrom(undefined, 'a', 'b', 'aa'),
  });
  const patch = fc.dictionary(fc.constantFrom(...FIELD_NAMES), edit, { minKeys: 1 });
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 8 }), (patches) => {
      const database = freshDatabase();
      write(database, (tables) => {
        for (const [index, one] of patches.entries()) {
          const id = addOrganization(tables, index);
          tables.outbox.put({ ...change(id, {}), patch: { ...one } });
        }
      });
      const saves = patches.map((one) => new Set(Object.values(one).map(({ save }) => save)));
      const idsWhere = (requested: (of: Set<string | undefined>) => boolean): string[] =>
        saves.flatMap((of, index) => (requested(of) ? entryId(index) : []));
      read(database, ({ outbox }) => {
        for (const save of ['a', 'b', 'aa', 'none']) {
          expect(outbox.ofSave(save)).toEqual(idsWhere((of) => of.has(save)));
          const others = (of: Set<string | undefined>): boolean =>
            [...of].some((one) => one !== undefined && one !== save);
          expect(outbox.ofSeveralSaves(save)).toEqual(idsWhere((of) => of.has(save) && others(of)));
        }
      });
      database.close();
    }),
    { numRuns: 60 },
  );
});

test('returns the sign-in of each entry; changes the state of many, but not their texts', () => {
  open = freshDatabase();
  const failure = { code: 'sign-in.unknown' as const };
  const unmoved = change(entryId(2), profile('c'));
  const before = write(open, (tables: Tables) => {
    const id = signInId(1);
    tables.signIns.put(signIn(1));
    for (const number of [1, 2]) addOrganization(tables, number);
    const record = tables.organizations.get(entryId(1));
    if (record) tables.organizations.put({ ...record, signInId: id });
    const waits = { state: 'waiting', attempts: 3, nextTryAt: NOW, failure } as const;
    const one = change(entryId(1), profile('a'), { ...waits, attempted: profile('b') });
    tables.outbox.put(one);
    tables.outbox.put(unmoved);
    return one;
  });
  const saveId = null;
  const one = { entryId: entryId(1), signInId: signInId(1), saveId };
  const two = { entryId: entryId(2), signInId: null, saveId };
  expect(read(open, ({ outbox }) => outbox.entries())).toEqual([
    { ...one, state: 'waiting', failure },
    { ...two, state: 'queued', failure: null },
  ]);
  write(open, ({ outbox }) => outbox.move([entryId(1)], 'paused', failure));
  read(open, ({ outbox }) => {
    const paused = { ...before, state: 'paused', nextTryAt: null };
    expect(outbox.get(entryId(1))).toEqual(paused);
    expect(outbox.get(entryId(2))).toEqual(unmoved);
  });
});

test('returns the changes that match a condition', () => {
  open = freshDatabase();
  write(open, (tables) => {
    addSignIns(tables);
    for (const [index, state] of [...CHANGE_STATES, 'queued' as const].entries()) {
      const id = addOrganization(tables, index);
      const record = tables.organizations.get(id)!;
      tables.organizations.put({ ...record, signInId: SIGN_INS[index % 3]! });
      tables.outbox.put(
        change(id, profile('a'), { state, saveId: index % 2 === 0 ? null : 'save' }),
      );
    }
  });
  const condition = fc.record(
    {
      signInId: fc.constantFrom(...SIGN_INS),
      states: fc.subarray([...CHANGE_STATES]),
      own: fc.constant(true as const),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(condition, (only) => {
      const { signInId, states, own } = only;
      read(open!, ({ outbox }) => {
        const fitting = outbox
          .entries()
          .filter((entry) => signInId === undefined || entry.signInId === signInId)
          .filter((entry) => !own || entry.saveId === null)
          .filter(({ state }) => !states || states.includes(state));
        expect(outbox.entries(only)).toEqual(fitting);
      });
    }),
  );
});

test('keeps an abandoned write until its organization is removed', () => {
  open = freshDatabase();
  const id = entryId(1);
  write(open, (tables) => {
    addOrganization(tables, 1);
    tables.abandoned.put(id, profile('c'));
    tables.abandoned.put(id, { business_phone: '1' });
  });
  read(open, ({ abandoned }) => {
    expect(abandoned.ids()).toEqual([id]);
    expect(abandoned.get(id)).toEqual({ business_phone: '1' });
    expect(abandoned.get(entryId(2))).toEqual({});
  });
  write(open, (tables) => tables.organizations.remove(id));
  expect(read(open, ({ abandoned }) => abandoned.ids())).toEqual([]);
});
