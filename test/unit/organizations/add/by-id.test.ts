/** Adding an organization by its id. It never gets a sign-in that has been or is being removed. */
import { expect, it, onTestFinished } from 'vitest';
import { addById } from '../../../../src/main/organizations/add';
import { createOrganizations } from '../../../../src/main/organizations/handlers';
import { createSendStatus } from '../../../../src/main/changes/send-status';
import { failed, success } from '../../../../src/shared/outcome';
import { sampleToken, startStandin } from '../../../standin';
import { clientFor, smallCloudflare } from '../../sign-ins/harness';
import {
  freshStore,
  NOW,
  organizationId,
  profile,
  read,
  signInId,
  write,
} from '../../database/temporary-store';
import { KEY_SIGN_IN, ORGANIZATION } from '../../samples';

const ID = organizationId(1);
const SIGN_IN = signInId(1);

function harness() {
  const store = freshStore();
  const put = (state: 'stored' | 'removing') =>
    write(store, ({ credentials }) =>
      credentials.put({
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
    store,
    cloudflare: {
      ...smallCloudflare().cloudflare,
      readProfile: async () => {
        requests += 1;
        whileAsking();
        return success({ value: { fields: profile('a'), extra: {} }, messages: [] });
      },
    },
    authorizationOf: async () =>
      success({ kind: 'key' as const, email: 'e', key: 'k', userId: 'u' }),
    now: () => NOW,
  };
  return {
    store,
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
  const { store, ask } = harness();
  expect(await ask(() => undefined)).toEqual(success({ organizationId: ID }));
  expect(read(store, (tables) => tables.organizations.get(ID)?.credentialId)).toBe(SIGN_IN);
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
    (one: ReturnType<typeof harness>) => write(one.store, (t) => t.credentials.remove(SIGN_IN)),
  ],
  ['being removed', (one: ReturnType<typeof harness>) => one.put('removing')],
])('refuses a sign-in that is %s', async (_state, end) => {
  const one = harness();
  const none = failed('sign-in.not-found');
  expect(await one.ask(() => end(one))).toEqual(none);
  expect(read(one.store, (tables) => tables.organizations.ids())).toEqual([]);

  write(one.store, ({ organizations }) =>
    organizations.put({
      ...ORGANIZATION,
      id: ID,
      name: 'A',
      credentialId: null,
      addedAt: NOW,
      viewedAt: null,
    }),
  );
  const sendStatus = createSendStatus(one.store.changes);
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
  expect(await changeSignIn({ organizationId: ID, signInId: SIGN_IN })).toEqual(none);
  expect(read(one.store, (tables) => tables.organizations.get(ID)?.credentialId)).toBe(null);
});

it('adds the account of a token, with the organization to which it belongs', async () => {
  const { store, put, options } = harness();
  put('stored');
  write(store, ({ credentials }) => {
    credentials.put({ ...credentials.get(SIGN_IN)!, kind: 'token', email: '', tokenId: 't' });
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
    success({ organizationId: id }),
  );
  expect(read(store, (tables) => tables.organizations.get(id))).toMatchObject({
    kind: 'account',
    name,
    parent: { id: managedBy?.parentOrgId, name: managedBy?.parentOrgName },
    createdAt: Date.parse(account!.createdOn),
    credentialId: SIGN_IN,
  });
  expect(read(store, (tables) => tables.profiles.get(id)?.fields)).toEqual(standin.profileOf(id));
  expect(standin.violations).toEqual([]);
  // The organization itself is none of the accounts that the token opens.
  const [organization = ''] = standin.organizations.keys();
  expect(await addById(withToken, SIGN_IN, organization)).toMatchObject(
    failed('account.forbidden'),
  );
  expect(await addById(withToken, SIGN_IN, 'Albrecht')).toEqual(failed('account.invalid-id'));
});
