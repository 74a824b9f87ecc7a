/**
 * Plans in which several rows show the same record at Cloudflare, and rows whose sign-in is read-only. With the
 * stand-in, in which accounts share the record of their organization.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { clashesOf } from '../../../src/main/saves/shared-records';
import type { Plan, PlanRow } from '../../../src/shared/saves';
import type { Edits } from '../../../src/shared/profile';
import { valueOf } from '../outcomes';
import { untilState } from '../sync/helpers';
import { SIGN_IN } from '../sync/harness';
import { SavesHarness, closeHarnesses, NEW_PHONE } from './harness';

afterEach(closeHarnesses);

describe('the rows that clash', () => {
  const row = (
    entryId: string,
    record: string,
    texts: Edits,
    state: PlanRow['state'] = 'changes',
  ) => ({
    row: { entryId, name: entryId.toUpperCase(), state },
    record,
    edits: Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, { text }])),
  });
  const phone = (text: string): Edits => ({ business_phone: text });
  const clashes = (...rows: ReturnType<typeof row>[]): Record<string, string> =>
    Object.fromEntries(clashesOf(rows));

  test('have another text in the same field of the same record as an earlier row', () => {
    expect(
      clashes(
        row('a', 'r', phone('1')),
        row('b', 'r', phone('2')),
        row('c', 's', phone('3')),
        row('d', 'r', phone('1')),
        row('e', 'r', phone('3')),
        row('f', 'r', { business_name: 'F' }),
        row('g', 'r', { business_name: 'G', business_phone: '1' }),
      ),
    ).toEqual({ b: 'A', e: 'A', g: 'F' });
  });

  test('are none among rows that will not be sent', () => {
    const skipped = ['same', 'decide', 'read-only', 'unread'] as const;
    for (const state of skipped) {
      expect(clashes(row('a', 'r', phone('1'), state), row('b', 'r', phone('2')))).toEqual({});
    }
  });

  test('are those that are not ticked at first, if there is a choice', () => {
    expect(
      clashes(
        row('a', 'r', phone('1'), 'draft'),
        row('b', 'r', phone('2')),
        row('c', 'r', phone('1')),
      ),
    ).toEqual({ a: 'B', c: 'B' });
    expect(
      clashes(row('a', 'r', phone('1'), 'draft'), row('b', 'r', phone('2'), 'waiting')),
    ).toEqual({ b: 'A' });
  });

  test('do not spread: a row that clashes sets no text that others clash with', () => {
    expect(
      clashes(
        row('a', 'r', phone('1')),
        row('b', 'r', { business_phone: '2', business_name: 'B' }),
        row('c', 'r', { business_name: 'C' }),
      ),
    ).toEqual({ b: 'A' });
  });
});

/** A harness with an account of the first organization: both show one record. */
async function startShared(): Promise<SavesHarness & { shared: [string, string] }> {
  const harness = await SavesHarness.start({ organizations: 3, accounts: 1 });
  const { sync } = harness;
  const { id } = [...sync.standin.accounts.values()][0]!;
  const first = sync.id;
  sync.addAccount(id, first);
  return Object.assign(harness, { shared: [first, id] as [string, string] });
}

const nameOf = ({ sync }: SavesHarness, id: string): string =>
  sync.read((tables) => tables.organizations.get(id)!.name);

/** Plans an import with a phone number per entry. */
async function planImport(harness: SavesHarness, phones: Record<string, string>): Promise<Plan> {
  const path = join(harness.folder, 'phones.csv');
  const lines = Object.entries(phones).map(([id, phone]) => `${id},${phone}`);
  writeFileSync(path, ['id,business_phone', ...lines].join('\n'));
  harness.chosenFile = path;
  const read = valueOf(await harness.csv.handlers.import(null));
  return read!;
}

test('an import with two texts for one record points out the second row', async () => {
  const harness = await startShared();
  const [first, second] = harness.shared;
  const { rows } = await planImport(harness, { [first]: '111', [second]: '222' });
  expect(rows.map(({ state, clashesWith }) => [state, clashesWith])).toEqual([
    ['changes', null],
    ['changes', nameOf(harness, first)],
  ]);
});

test('a text that is in both rows, and a row that stays as it is, are no clash', async () => {
  const harness = await startShared();
  const [first, second] = harness.shared;
  const stays = harness.sync.saved(second)!.business_phone;
  for (const phone of ['111', stays]) {
    const { rows } = await planImport(harness, { [first]: '111', [second]: phone });
    expect(rows.map(({ clashesWith }) => clashesWith)).toEqual([null, null]);
  }
  const { rows } = await harness.plan(NEW_PHONE, harness.shared);
  expect(rows.map(({ clashesWith }) => clashesWith)).toEqual([null, null]);
});

test('ticked nevertheless, the second text asks the person, and both are kept', async () => {
  const harness = await startShared();
  const { sync } = harness;
  const [first, second] = harness.shared;
  const plan = await planImport(harness, { [first]: '111', [second]: '222' });
  valueOf(await harness.submitPlan(plan, harness.shared));
  await untilState(sync, 'conflict', second);
  expect(harness.remote(first)?.business_phone).toBe('111');
  expect(sync.row(first)).toBeNull();
  expect(sync.row(second)).toMatchObject({
    patch: { business_phone: { text: '222' } },
    remote: { business_phone: '111' },
  });
  valueOf(sync.resolve([], second));
  await sync.until(() => sync.row(second) === null && !sync.busy());
  expect(harness.remote(first)?.business_phone).toBe('222');
});

test('the same text in both rows is written once, and both are confirmed', async () => {
  const harness = await startShared();
  const { sync } = harness;
  const save = await harness.change(NEW_PHONE, harness.shared);
  expect(await harness.ended(save)).toMatchObject({ done: 2, failed: 0, state: 'ended' });
  expect(sync.standin.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test('texts in different fields of one record are all kept, because one is sent after the other', async () => {
  const harness = await startShared();
  const { sync } = harness;
  const [first, second] = harness.shared;
  sync.submit({ business_phone: '111' }, first);
  sync.submit({ business_name: 'Bristol' }, second);
  await sync.until(() => !sync.row(first) && !sync.row(second) && !sync.busy());
  expect(harness.remote(first)).toMatchObject({ business_phone: '111', business_name: 'Bristol' });
});

describe('an entry whose sign-in is read-only', () => {
  async function startReadOnly(): Promise<SavesHarness> {
    const harness = await SavesHarness.start({ organizations: 2 });
    harness.sync.write(({ signIns }) => signIns.setReadOnly(SIGN_IN, 'chosen'));
    return harness;
  }

  test('is left out, even if it is submitted', async () => {
    const harness = await startReadOnly();
    const plan = await harness.plan(NEW_PHONE);
    expect(plan.rows.map(({ state }) => state)).toEqual(['read-only', 'read-only']);
    expect(await harness.submitPlan(plan, harness.ids)).toMatchObject({ ok: false });
    expect(harness.ids.map((id) => harness.sync.row(id))).toEqual([null, null]);
  });

  test('is not mentioned if it has the texts already', async () => {
    const harness = await startReadOnly();
    const { business_phone } = harness.sync.saved()!;
    const { rows } = await harness.plan({ business_phone }, [harness.sync.id]);
    expect(rows.map(({ state }) => state)).toEqual(['same']);
  });
});

test('a text that Cloudflare keeps instead of emptying it is a failure with that reason', async () => {
  const harness = await startShared();
  const [, account] = harness.shared;
  const save = await harness.change({ business_phone: '' }, [account]);
  await harness.ended(save);
  expect(harness.result(save, account)).toMatchObject({
    state: 'failed',
    failure: { code: 'profile.empty-kept' },
  });
});
