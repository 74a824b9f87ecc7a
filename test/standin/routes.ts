/** Answers a request that no fault has struck: who asks, for what, and what they may have. */
import type { IncomingMessage } from 'node:http';
import { judge, type Caller } from './auth';
import { failure, jsonReply, notRouted, success, type Reply } from './envelope';
import { listPage, type PageTokens } from './listing';
import { idShape, maySee, shownOrganization, unknownOrganization } from './organizations';
import { getProfile, putProfile, type SentExtras } from './profile';
import type {
  ApiToken,
  Credential,
  OrganizationState,
  ProfileFields,
  RecordedRequest,
  Settings,
} from './types';

/** What the routes work on. */
export interface World {
  settings: Settings;
  users: Credential[];
  tokens: ApiToken[];
  organizations: Map<string, OrganizationState>;
  pageTokens: PageTokens;
  sent: SentExtras;
  violate: (sentence: string) => void;
}

/** A request with its bytes as they came. */
export interface Arrival {
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

/** Success here carries a message whose code 10000 is also an error code (a real habit). */
function verified(caller: Caller): Reply {
  const message = { code: 10000, message: 'This API Token is valid and active', type: null };
  const result = { id: caller.userId, status: 'active' };
  return jsonReply(200, { success: true, errors: [], messages: [message], result });
}

function list(world: World, caller: Caller, query: URLSearchParams): Reply {
  const { organizations, settings, pageTokens, sent } = world;
  if (!settings.organizationsEnabled || caller.owner === 'account') return forbidden();
  const visible = [...organizations.values()].filter((one) => maySee(one, caller.userId));
  const page = listPage(visible, organizations, query, caller.userId, pageTokens, (one) =>
    shownOrganization(one, pageTokens.place(one.id), settings, sent),
  );
  if (page.violation !== undefined) world.violate(page.violation);
  return page.reply;
}

function one(
  world: World,
  caller: Caller,
  id: string,
  part: string | undefined,
  { request, recorded, raw }: Arrival,
  alter: (fields: ProfileFields) => ProfileFields,
): Reply {
  const { organizations, settings, sent } = world;
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
    return success(shownOrganization(organization, index, settings, sent));
  }
  if (recorded.method === 'GET') return getProfile(organization, sent);
  if (recorded.method !== 'PUT') return notAllowed();
  const outcome = putProfile(organization, request.headers['content-type'], raw, sent, alter);
  outcome.violations.forEach(world.violate);
  return outcome.reply;
}

/** Code and text are our choice. */
const notAllowed = () => failure(405, [{ code: 10405, message: 'Method not allowed' }]);

/**
 * @param alter what happens to the fields of a PUT on their way in
 */
export function answer(
  world: World,
  arrival: Arrival,
  alter: (fields: ProfileFields) => ProfileFields,
): Reply {
  const { request, recorded } = arrival;
  const { route, path, method } = recorded;
  if (route === '') return notRouted(path);
  const { caller, refusal } = judge(
    request.headers,
    world.users,
    world.tokens,
    route === verifyRoute,
  );
  if (!caller) return refusal ?? forbidden();
  if (route === '/user' || route === verifyRoute || route === '/organizations') {
    if (method !== 'GET') return notAllowed();
    if (route === '/user') return user(caller);
    return route === verifyRoute ? verified(caller) : list(world, caller, recorded.query);
  }
  const [, id, part] = /^\/organizations\/([^/]*)(?:\/(profile))?$/.exec(route) ?? [];
  if (id === undefined) return notRouted(path);
  return one(world, caller, id, part, arrival, alter);
}
