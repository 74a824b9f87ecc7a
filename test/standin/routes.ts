/** The answer to a request if it meets no fault: authentication, routing, permissions. */
import { oneAccount } from './account-routes';
import { listAccounts } from './accounts';
import { auditAnswer, auditRoute } from './audit-route';
import { authenticate, type Caller } from './auth';
import { notRouted, success, type Reply } from './envelope';
import { listPage } from './listing';
import { idShape, maySee, organizationItem, unknownOrganization } from './organizations';
import { getProfile, noProfile, putProfile } from './profile';
import { forbidden, notAllowed, unauthorized, type IncomingRequest } from './requests';
import { logPut, type StandinState } from './state';
import { verifyAnswer } from './tokens';
import type { ProfileFields } from './types';

export const verifyRoute = '/user/tokens/verify';

/** Whether a caller is a user, with a key or with a token that may read the user's details. */
const mayReadUser = ({ owner, token }: Caller) =>
  owner === 'user' && (token === null || token.permissions.userDetails === 'read');

function user(caller: Caller): Reply {
  if (!mayReadUser(caller)) return unauthorized();
  return success({
    id: caller.userId,
    email: caller.email,
    first_name: null,
    last_name: null,
    two_factor_authentication_enabled: true,
    suspended: false,
    organizations: [],
    betas: [],
  });
}

function list(state: StandinState, caller: Caller, query: URLSearchParams): Reply {
  const { organizations, settings, pageTokens } = state;
  if (!settings.organizationsEnabled || !mayReadUser(caller)) return forbidden();
  const visible = [...organizations.values()].filter((one) => maySee(one, caller.userId));
  const page = listPage(visible, organizations, query, caller.userId, pageTokens, (one) =>
    organizationItem(one, pageTokens.position(one.id), state),
  );
  if (page.violation !== undefined) state.violate(page.violation);
  return page.reply;
}

function accountList(state: StandinState, caller: Caller, query: URLSearchParams): Reply {
  const { reply, violation } = listAccounts(state.accounts, caller, query, state.settings);
  if (violation !== undefined) state.violate(violation);
  return reply;
}

function oneOrganization(
  state: StandinState,
  caller: Caller,
  id: string,
  part: string | undefined,
  incoming: IncomingRequest,
  alter: (fields: ProfileFields) => ProfileFields,
): Reply {
  const { organizations, settings, sent, records } = state;
  const { method, path } = incoming.recorded;
  if (!idShape.test(id)) return notRouted(path);
  if (caller.scheme === 'token' && (settings.bearer === 'reject' || caller.owner === 'account')) {
    return forbidden();
  }
  const organization = organizations.get(id);
  if (!organization || !maySee(organization, caller.userId)) {
    return unknownOrganization(settings.unknownOrganization);
  }
  if (part === undefined) {
    if (method !== 'GET') return notAllowed();
    const index = [...organizations.keys()].indexOf(id);
    return success(organizationItem(organization, index, state));
  }
  if (method === 'GET') {
    return getProfile(organization, records, sent) ?? noProfile('Organization');
  }
  if (method !== 'PUT') return notAllowed();
  const { reply, violations } = putProfile({
    entry: organization,
    records,
    sent,
    contentType: incoming.request.headers['content-type'],
    raw: incoming.raw,
    keepsEmpty: settings.emptyLeavesUnchanged.organization,
    alter,
  });
  violations.forEach(state.violate);
  if (reply.status === 204) logPut(state, caller, id, incoming, 204);
  return reply;
}

/**
 * Answers a request.
 * @param alter changes the fields of a PUT before they are stored
 */
export function answer(
  state: StandinState,
  incoming: IncomingRequest,
  alter: (fields: ProfileFields) => ProfileFields,
): Reply {
  const { request, recorded } = incoming;
  const { route, path, method, query } = recorded;
  if (route === '') return notRouted(path);
  const verify = route === verifyRoute;
  const { caller, refusal } = authenticate(request.headers, state, incoming.address, verify);
  if (!caller) return refusal ?? forbidden();
  if (['/user', verifyRoute, '/organizations', '/accounts'].includes(route)) {
    if (method !== 'GET') return notAllowed();
    if (route === '/user') return user(caller);
    if (route === '/organizations') return list(state, caller, query);
    if (route === '/accounts') return accountList(state, caller, query);
    return caller.token ? verifyAnswer(caller.token, state.settings, state.now()) : forbidden();
  }
  const [, owner = '', audited] = auditRoute.exec(route) ?? [];
  if (audited !== undefined) return auditAnswer(state, caller, owner, audited, incoming);
  const [, kind, id, part] =
    /^\/(organizations|accounts)\/([^/]*)(?:\/(profile))?$/.exec(route) ?? [];
  if (id === undefined) return notRouted(path);
  const one = kind === 'accounts' ? oneAccount : oneOrganization;
  return one(state, caller, id, part, incoming, alter);
}
