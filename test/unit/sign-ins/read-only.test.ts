/** Whether a sign-in is read-only, while its key is stored and while someone else may have changed its row. */
import { expect, test } from 'vitest';
import { RowMacs } from '../../../src/main/database/row-macs';
import type { Database } from '../../../src/main/database/tables';
import { createSignIns } from '../../../src/main/sign-ins';
import {
  opened,
  read,
  signIn,
  signInId,
  temporaryFolder,
  withRawDatabase,
  write,
} from '../database/temporary-database';
import { keychainOn } from '../keychain/memory-keychain';
import { MemoryKeyring } from '../keychain/memory-keyring';
import { EMAIL, KEY, NEW_KEY, checked, smallCloudflare } from './harness';

const FOLDER_KEY = Buffer.alloc(32, 1);
const id = signInId(1);

/** A sign-in that the person made read-only, in a database that someone changed afterwards, at the next launch. */
async function launched(altered = 'SELECT 1', { isKeyRead = true } = {}) {
  const folder = temporaryFolder();
  const first = opened(folder, { macs: new RowMacs(FOLDER_KEY) }).database;
  write(first, ({ signIns }) =>
    signIns.put({ ...signIn(1), email: EMAIL, userId: 'user-1', readOnly: 'chosen' }),
  );
  first.close();
  withRawDatabase(folder, (db) => db.exec(altered));
  const macs = new RowMacs();
  const { database } = opened(folder, { macs });
  const checkRows = (): void => {
    macs.use(FOLDER_KEY.toString('hex'));
    write(database, ({ signIns }) => signIns.checkMacs(true));
  };
  if (isKeyRead) checkRows();
  const keychain = keychainOn(new MemoryKeyring());
  await keychain.set(id, () => ({ ok: true, value: KEY }));
  const signIns = createSignIns({
    database,
    keychain,
    cloudflare: smallCloudflare().cloudflare,
    verification: checked,
    now: () => 1,
    elapsed: () => 1,
    ask: () => Promise.resolve(true),
  });
  /** Does this while the keychain prompts. */
  const whilePrompting = (method: 'get' | 'set', work: () => void): void => {
    const call = keychain[method].bind(keychain) as (...parameters: unknown[]) => Promise<unknown>;
    const prompting = (...parameters: unknown[]): Promise<unknown> => {
      work();
      return call(...parameters);
    };
    Object.assign(keychain, { [method]: prompting });
  };
  return { folder, database, signIns, checkRows, whilePrompting };
}

const rowOf = (database: Database) => read(database, ({ signIns }) => signIns.get(id));

test('a read-only that someone else removed is not signed, even if work on the sign-in waits for the key', async () => {
  const altered = `UPDATE sign_in SET read_only = NULL, state = 'storing'`;
  const app = await launched(altered, { isKeyRead: false });
  app.whilePrompting('get', app.checkRows);
  await app.signIns.finishInterrupted();
  expect(rowOf(app.database)).toMatchObject({ state: 'stored', readOnly: 'chosen' });
});

test('what the person chooses while the keychain prompts is kept', async () => {
  const { database, signIns, whilePrompting } = await launched(`SELECT 1`);
  await signIns.handlers.setReadOnly({ signInId: id, readOnly: false });
  whilePrompting('set', () => void signIns.handlers.setReadOnly({ signInId: id, readOnly: true }));
  const entered = { key: NEW_KEY, keep: 'keychain' } as const;
  expect(await signIns.handlers.replaceKey({ signInId: id, ...entered })).toMatchObject({
    ok: true,
    value: { readOnly: 'chosen' },
  });
  await signIns.handlers.setReadOnly({ signInId: id, readOnly: false });
  const again = { kind: 'key', label: '', email: EMAIL, readOnly: false, ...entered } as const;
  expect(await signIns.handlers.add(again)).toMatchObject({ ok: true });
  expect(rowOf(database)).toMatchObject({ readOnly: 'chosen' });
});

test.each(['replaceKey', 'add'] as const)(
  'a key that is entered before the row can be checked does not sign what it says: %s',
  async (how) => {
    const altered = 'UPDATE sign_in SET read_only = NULL';
    const { database, signIns, checkRows } = await launched(altered, { isKeyRead: false });
    const entered = { key: NEW_KEY, keep: 'session' } as const;
    const done =
      how === 'add'
        ? signIns.handlers.add({
            kind: 'key',
            label: '',
            email: EMAIL,
            readOnly: false,
            ...entered,
          })
        : signIns.handlers.replaceKey({ signInId: id, ...entered });
    expect(await done).toMatchObject({ ok: true });
    checkRows();
    expect(rowOf(database)).toMatchObject({ readOnly: 'chosen' });
  },
);

test('an answer of Cloudflare does not sign what someone else wrote', async () => {
  const altered = `UPDATE sign_in SET read_only = 'refused'`;
  const lifted = await launched(altered, { isKeyRead: false });
  lifted.signIns.writeSucceeded(id);
  lifted.checkRows();
  expect(rowOf(lifted.database)).toMatchObject({ readOnly: 'chosen' });
  const refused = await launched('UPDATE sign_in SET read_only = NULL', { isKeyRead: false });
  refused.signIns.report(id, { code: 'sign-in.read-only' });
  refused.checkRows();
  refused.signIns.writeSucceeded(id);
  expect(rowOf(refused.database)).toMatchObject({ readOnly: 'chosen' });
});

test('a key that is entered again lifts no read-only, also if the database says that the key was only in memory', async () => {
  const altered = `UPDATE sign_in SET read_only = NULL, state = 'session-only', mac = NULL`;
  const { folder, database, signIns } = await launched(altered);
  const entered = { key: NEW_KEY, keep: 'keychain' } as const;
  await signIns.handlers.replaceKey({ signInId: id, ...entered });
  database.close();
  const macs = new RowMacs(FOLDER_KEY);
  macs.use(FOLDER_KEY.toString('hex'));
  const next = opened(folder, { macs }).database;
  write(next, (tables) => tables.signIns.checkMacs(true));
  expect(rowOf(next)).toMatchObject({ state: 'stored', readOnly: 'chosen' });
});
