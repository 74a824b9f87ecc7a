/** Adding an organization by its id. It never gets a sign-in that has been or is being removed. */
import { expect, it, onTestFinished } from 'vitest';
import { addById } from '../../../../src/main/organizations/add';
import { createOrganizations } from '../../../../src/main/organizations/handlers';
import { createSendStatus } from '../../../../src/main/changes/send-status';
import { failed, success } from '../../../../src/shared/result';
import { sampleToken, startStandin } from '../../../standin';
import { clientFor, smallCloudflare } from '../../sign-ins/harness';
import {
  freshDatabase,
  NOW,
  entryId,
  profile,
  read,
  signInId,
  write,
} from '../../database/temporary-database';
import { KEY_SIGN_IN, ORGANIZATION } from '../../samples';

const ID = entryId(1);
const SIGN_IN = signInId(1);

function harness() {
  const database = freshDatabase();
  const put = (state: 'stored' | 'removing') =>
    write(database, ({ signIns }) =>
      signIns.put({
        ...KEY_SIGN_IN,
        id: SIGN_IN,
        label: 'Office',
        email: 'office@brightwater.example',
        userId: 'u',
        state,
        checkedAt: null,
        issue: null,
        issueSince: null,
      }),
    );
  put('stored');
  let whileAsking = (): void => undefined;
  let requests = 0;
  const options = {
    database,
    cloudflare: {
      ...smallCloudflare().cloudflare,
      readProfile: async () => {
        requests += 1;
        whileAsking();
        return success({ value: { fields: profile('a'), extra: {} }, messages: [] });
      },
      entry: async () => failed('organization.forbidden'),
    },
    authorizationOf: async () =>
      success({ kind: 'key' as const, email: 'e', key: 'k', userId: 'u' }),
    now: () => NOW,
    justSaved: { reasonToWait: () => null },
  };
  return {
    database,
    put,
    options,
    requests: () => requests,
    ask: (meanwhile: () => void) => {
      whileAsking = meanwhile;
      return addById(options, SIGN_IN, ID);
    },
  };
}

it('saves an organization with a sign-in that works', async () => {
  const { database, ask } = harness();
  expect(await ask(() => undefined)).toEqual(success({ entryId: ID }));
  expect(read(database, (tables) => tables.organizations.get(ID)?.signInId)).toBe(SIGN_IN);
});

it.each([
  [
    'saves it by its business name if the sign-in may not read the organization',
    'organization.forbidden',
  ],
  ['saves nothing if Cloudflare could not say which organization it is', 'cloudflare.unavailable'],
] as const)('%s', async (_name, code) => {
  const { database, put, options } = harness();
  put('stored');
  const cloudflare = { ...options.cloudflare, entry: async () => failed(code) };
  const added = await addById({ ...options, cloudflare }, SIGN_IN, ID);
  expect(added).toEqual(
    code === 'organization.forbidden' ? success({ entryId: ID }) : failed(code),
  );
  const name = read(database, ({ organizations }) => organizations.get(ID)?.name);
  expect(name).toBe(added.ok ? profile('a').business_name : undefined);
});

it('requests nothing for an organization already saved, or for an invalid ID', async () => {
  const { options, ask, requests } = harness();
  await ask(() => undefined);
  expect(await ask(() => undefined)).toEqual(failed('organization.already-added'));
  expect(await addById(options, SIGN_IN, 'Albrecht')).toEqual(failed('organization.invalid-id'));
  expect(requests()).toBe(1);
});

it.each([
  [
    'removed',
    (one: ReturnType<typeof harness>) => write(one.database, (t) => t.signIns.remove(SIGN_IN)),
  ],
  ['being removed', (one: ReturnType<typeof harness>) => one.put('removing')],
])('refuses a sign-in that is %s', async (_state, end) => {
  const one = harness();
  const none = failed('sign-in.not-found');
  expect(await one.ask(() => end(one))).toEqual(none);
  expect(read(one.database, (tables) => tables.organizations.ids())).toEqual([]);

  write(one.database, ({ organizations }) =>
    organizations.put({
      ...ORGANIZATION,
      id: ID,
      name: 'A',
      signInId: null,
      addedAt: NOW,
      viewedAt: null,
    }),
  );
  const sendStatus = createSendStatus(one.database.changes);
  const { changeSignIn } = createOrganizations({
    ...one.options,
    sendStatus,
    refresh: async () => {},
    refreshOnOpen: () => {},
    removeSignIn: async () => success(null),
    rememberOpenPage: () => undefined,
    copy: async () => {},
    openDashboard: async () => {},
  });
  expect(await changeSignIn({ entryId: ID, signInId: SIGN_IN })).toEqual(none);
  expect(read(one.database, (tables) => tables.organizations.get(ID)?.signInId)).toBe(null);
});

it('adds the account of a token, with the organization to which it belongs', async () => {
  const { database, put, options } = harness();
  put('stored');
  write(database, ({ signIns }) => {
    signIns.put({ ...signIns.get(SIGN_IN)!, kind: 'token', email: '', tokenId: 't' });
  });
  const standin = await startStandin({ limits: false });
  onTestFinished(() => standin.close());
  const [account] = standin.accounts.values();
  const { value: key, userId } = sampleToken;
  const withToken = {
    ...options,
    cloudflare: clientFor(standin.url),
    authorizationOf: async () => success({ kind: 'token' as const, email: '', key, userId }),
  };
  const { id, name, managedBy } = account!;
  expect(await addById(withToken, SIGN_IN, ` ${id.toUpperCase()} `)).toEqual(
    success({ entryId: id }),
  );
  expect(read(database, (tables) => tables.organizations.get(id))).toMatchObject({
    kind: 'account',
    name,
    parent: { id: managedBy?.parentOrgId, name: managedBy?.parentOrgName },
    createdAt: Date.parse(account!.createdOn),
    signInId: SIGN_IN,
  });
  expect(read(database, (tables) => tables.profiles.get(id)?.fields)).toEqual(
    standin.profileOf(id),
  );
  expect(standin.violations).toEqual([]);
  // The organization itself is none of the accounts that the token opens.
  const [organization = ''] = standin.organizations.keys();
  expect(await addById(withToken, SIGN_IN, organization)).toMatchObject(
    failed('account.forbidden'),
  );
  expect(await addById(withToken, SIGN_IN, 'Albrecht')).toEqual(failed('account.invalid-id'));
});
