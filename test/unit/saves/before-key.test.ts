/** Saves that are submitted, or were left by an earlier run, before the key of the data folder has been read. */
import { afterEach, expect, test } from 'vitest';
import { RECOVERED } from '../../../src/main/database';
import { RowMacs } from '../../../src/main/database/row-macs';
import { NEW_PHONE, SavesHarness, closeHarnesses } from './harness';

afterEach(closeHarnesses);

/** Launches the app again; no key is read. Returns what reads it: that of the run before, or another one. */
async function relaunch(harness: SavesHarness) {
  const { sync } = harness;
  const { own } = sync.macs;
  const macs = new RowMacs();
  Object.assign(sync, { macs });
  await harness.restart();
  await sync.stop();
  return (key = own): void => {
    macs.use(key);
    sync.write(({ saves }) => saves.checkMacs(true));
    harness.service.start();
  };
}

const draft = (harness: SavesHarness, id: string) =>
  harness.sync.read(({ drafts }) => drafts.get(id)?.patch) ?? {};
const waiting = (harness: SavesHarness, id: string) => harness.sync.row(id)?.patch ?? {};

test('an import makes drafts where no one can tell yet whose change waits, and can be canceled', async () => {
  const harness = await SavesHarness.start({ organizations: 3 });
  const { sync } = harness;
  const [first, second] = harness.ids as [string, string];
  await sync.stop();
  sync.submit({ business_name: 'Mine' }, second);
  const readKey = await relaunch(harness);
  const save = await harness.submitOnly(await harness.plan(NEW_PHONE));
  await harness.applied();
  expect(harness.save(save)).toMatchObject({ total: 3, waiting: 2 });
  expect(waiting(harness, first)).toMatchObject({ business_phone: { save } });
  expect(waiting(harness, second)).not.toHaveProperty('business_phone');
  expect(draft(harness, second)).toMatchObject({ business_phone: { text: '+49 30 7' } });
  await harness.cancel(save, 'keep');
  expect(waiting(harness, first)).toEqual({});
  readKey();
  await harness.applied();
  expect(waiting(harness, second)).toMatchObject({ business_name: { text: 'Mine' } });
  for (const id of harness.ids) {
    expect(draft(harness, id)).toMatchObject({ business_phone: { text: '+49 30 7' } });
  }
});

test('an import that is not ours becomes drafts, over which nothing typed is lost', async () => {
  const harness = await SavesHarness.start({ organizations: 4 });
  const { sync } = harness;
  const [typed, waits, plain, unreadable] = harness.ids as [string, string, string, string];
  await sync.stop();
  const submit = (text: string, id: string) => sync.submit({ business_phone: text }, id);
  sync.write(({ saves }) => {
    const fields = ['business_phone' as const];
    saves.add({ id: 'save', kind: 'import', at: 1, fields, stage: 'applying', paused: false });
    const seen = '';
    const plan = { business_phone: { text: NEW_PHONE.business_phone, seen } };
    saves.addItems(
      'save',
      harness.ids.map((entryId) => ({ entryId, plan: entryId === unreadable ? {} : plan })),
    );
  });
  const readKey = await relaunch(harness);
  submit('1', waits);
  submit('3', unreadable);
  sync.type({ business_phone: '2' }, typed);
  readKey('ab'.repeat(32));
  await harness.applied();
  const drafts = (id: string) =>
    sync.read((tables) =>
      tables.drafts
        .summariesOf(id)
        .map(({ origin }) => ({ origin, ...tables.drafts.get(id)?.patch })),
    );
  const base = sync.saved(plain)!.business_phone;
  const text = NEW_PHONE.business_phone;
  expect(drafts(plain)).toEqual([{ origin: RECOVERED, business_phone: { base, text } }]);
  expect(drafts(waits)).toEqual([{ origin: RECOVERED, business_phone: { base: '1', text } }]);
  expect(waiting(harness, waits)).toMatchObject({ business_phone: { text: '1' } });
  expect(drafts(typed)).toMatchObject([{ origin: null, business_phone: { text: '2' } }]);
  expect(harness.revisions(typed)[0]).toMatchObject({ kind: 'discarded', texts: NEW_PHONE });
  expect(harness.save('save')).toMatchObject({ canceled: 0, failed: 4 });
  expect(harness.result('save', plain)?.failure).toEqual({ code: 'change.made-draft' });
});

test('a save that is being submitted when the key is read goes on', async () => {
  const harness = await SavesHarness.start({ organizations: 3 });
  const { sync } = harness;
  const readKey = await relaunch(harness);
  const plan = await harness.plan(NEW_PHONE);
  const { writeSlice } = sync.database;
  sync.database.writeSlice = (work) => {
    sync.database.writeSlice = writeSlice;
    const written = writeSlice(work);
    readKey();
    return written;
  };
  const save = await harness.submitOnly(plan);
  await harness.applied();
  expect(harness.save(save)).toMatchObject({ total: 3, waiting: 3 });
});
