/** The answer to a request if it meets no fault: authentication, routing, permissions. */
import type { IncomingMessage } from 'node:http';
import { authenticate, type Caller } from './auth';
import { failure, jsonReply, notRouted, success, type Reply } from './envelope';
import { listPage, type PageTokens } from './listing';
import { idShape, maySee, organizationItem, unknownOrganization } from './organizations';
import { getProfile, putProfile, type SentExtras } from './profile';
import type {
  ApiToken,
  Credential,
  OrganizationState,
  ProfileFields,
  RecordedRequest,
  Settings,
} from './types';

/** The state of a stand-in. */
export interface StandinState {
  settings: Settings;
  users: Credential[];
  tokens: ApiToken[];
  organizations: Map<string, OrganizationState>;
  pageTokens: PageTokens;
  sent: SentExtras;
  violate: (sentence: string) => void;
}

/** A request with its raw body. */
export interface IncomingRequest {
  request: IncomingMessage;
  recorded: RecordedRequest;
  raw: Uint8Array;
}

export const verifyRoute = '/user/tokens/verify';
const forbidden = () => failure(403, [{ code: 10000, message: 'Authentication error' }]);

function user(caller: Caller): Reply {
  if (caller.owner === 'account') {
    return failure(403, [{ code: 9109, message: 'Unauthorized to access requested resource' }]);
  }
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

/** As in reality, this success has a message whose code, 10000, is also an error code. */
function tokenStatus(caller: Caller): Reply {
  const message = { code: 10000, message: 'This API Token is valid and active', type: null };
  const result = { id: caller.userId, status: 'active' };
  return jsonReply(200, { success: true, errors: [], messages: [message], result });
}

function list(state: StandinState, caller: Caller, query: URLSearchParams): Reply {
  const { organizations, settings, pageTokens, sent } = state;
  if (!settings.organizationsEnabled || caller.owner === 'account') return forbidden();
  const visible = [...organizations.values()].filter((one) => maySee(one, caller.userId));
  const page = listPage(visible, organizations, query, caller.userId, pageTokens, (one) =>
    organizationItem(one, pageTokens.position(one.id), settings, sent),
  );
  if (page.violation !== undefined) state.violate(page.violation);
  return page.reply;
}

function oneOrganization(
  state: StandinState,
  caller: Caller,
  id: string,
  part: string | undefined,
  { request, recorded, raw }: IncomingRequest,
  alter: (fields: ProfileFields) => ProfileFields,
): Reply {
  const { organizations, settings, sent } = state;
  if (!idShape.test(id)) return notRouted(recorded.path);
  if (caller.scheme === 'token' && (settings.bearer === 'reject' || caller.owner === 'account')) {
    return forbidden();
  }
  const organization = organizations.get(id);
  if (!organization || !maySee(organization, caller.userId)) {
    return unknownOrganization(settings.unknownOrganization);
  }
  if (part === undefined) {
    if (recorded.method !== 'GET') return notAllowed();
    const index = [...organizations.keys()].indexOf(id);
    return success(organizationItem(organization, index, settings, sent));
  }
  if (recorded.method === 'GET') return getProfile(organization, sent);
  if (recorded.method !== 'PUT') return notAllowed();
  const outcome = putProfile(organization, request.headers['content-type'], raw, sent, alter);
  outcome.violations.forEach(state.violate);
  return outcome.reply;
}

/** The answer to a wrong method. Code and text are our choice. */
const notAllowed = () => failure(405, [{ code: 10405, message: 'Method not allowed' }]);

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
  const { route, path, method } = recorded;
  if (route === '') return notRouted(path);
  const { caller, refusal } = authenticate(
    request.headers,
    state.users,
    state.tokens,
    route === verifyRoute,
  );
  if (!caller) return refusal ?? forbidden();
  if (route === '/user' || route === verifyRoute || route === '/organizations') {
    if (method !== 'GET') return notAllowed();
    if (route === '/user') return user(caller);
    return route === verifyRoute ? tokenStatus(caller) : list(state, caller, recorded.query);
  }
  const [, id, part] = /^\/organizations\/([^/]*)(?:\/(profile))?$/.exec(route) ?? [];
  if (id === undefined) return notRouted(path);
  return oneOrganization(state, caller, id, part, incoming, alter);
}
