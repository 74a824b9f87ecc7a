/**
 * The stand-in: a fake Cloudflare API server on this machine, for tests, the demo and development.
 * `startStandin()` starts one. It has sample sign-ins and organizations, answers like the API, simulates faults
 * on demand, and records everything that a correct client would not send (`violations`).
 */
import { startRedirectTarget } from './redirect-target';
import { FaultSwitches } from './faults';
import { handle } from './handler';
import { defaultLimits, RateLimiter } from './limits';
import { Listener } from './listener';
import { PageTokens } from './listing';
import { counter, deferred, Hooks } from './matching';
import { completeOrganization, emptyProfile } from './organizations';
import { SentExtras } from './profile';
import { prefix } from './recording';
import { reset } from './reset';
import type { StandinState } from './routes';
import { sampleAccountToken, sampleCredential, sampleOrganizations, sampleToken } from './samples';
import type {
  OrganizationState,
  RecordedRequest,
  Settings,
  Standin,
  StandinOptions,
} from './types';

export { faultModes, neverEnding, putOnly, type FaultMode } from './fault-modes';
export { emptyProfile } from './organizations';
export {
  sampleAccountToken,
  sampleCredential,
  sampleNewKey,
  sampleOrganizations,
  sampleToken,
} from './samples';
export * from './types';

function settingsFrom(options: StandinOptions): Settings {
  return {
    latency: options.latency ?? 0,
    bearer: options.bearer ?? 'reject',
    unknownOrganization: options.unknownOrganization ?? 404,
    embedProfiles: options.embedProfiles ?? 'sometimes',
    organizationsEnabled: options.organizationsEnabled ?? true,
    limits: options.limits === false ? false : { ...defaultLimits, ...options.limits },
  };
}

function stateFrom(options: StandinOptions, violations: string[]): StandinState {
  const organizations = new Map<string, OrganizationState>();
  for (const one of sampleOrganizations(options.organizations ?? 5)) organizations.set(one.id, one);
  return {
    settings: settingsFrom(options),
    users: (options.credentials ?? [sampleCredential]).map((credential) => ({ ...credential })),
    tokens: (options.tokens ?? [sampleToken, sampleAccountToken]).map((token) => ({ ...token })),
    organizations,
    pageTokens: new PageTokens(),
    sent: new SentExtras(),
    violate: (sentence) => violations.push(sentence),
  };
}

/** Creates the methods of a stand-in that read and change its state. */
function stateMethods(state: StandinState, formerKeys: string[]) {
  const { organizations, users } = state;
  const get = (id: string): OrganizationState => {
    const found = organizations.get(id);
    if (!found) throw new Error(`The stand-in has no organization ${id}`);
    return found;
  };
  return {
    profileOf: (id) => structuredClone(get(id).profile),
    setProfile: (id, fields) => {
      const organization = get(id);
      organization.profile =
        fields === null ? null : { ...(organization.profile ?? emptyProfile()), ...fields };
    },
    setExtraFields: (id, fields) => {
      get(id).extraFields = structuredClone(fields);
    },
    withhold: (id, fields) => {
      get(id).withheld = { ...fields };
    },
    addOrganization: (given) => {
      const organization = completeOrganization(given);
      organizations.set(organization.id, organization);
      return organization;
    },
    removeOrganization: (id) => {
      organizations.delete(get(id).id);
    },
    setKey: (userId, newKey) => {
      const user = users.find((credential) => credential.userId === userId);
      if (!user) throw new Error(`The stand-in has no user ${userId}`);
      formerKeys.push(user.key);
      user.key = newKey;
    },
  } satisfies Partial<Standin>;
}

/**
 * Starts a stand-in. Rejects if the port is taken. If a hook throws, the error is added to `violations` and the
 * connection of the request is reset.
 */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
  const { host = '127.0.0.1', port = 0, tls, now = Date.now } = options;
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  const strayRequests: Standin['strayRequests'] = [];
  const formerKeys: string[] = [];
  const state = stateFrom(options, violations);
  const faults = new FaultSwitches();
  const [before, after, arrivals] = [
    new Hooks(),
    new Hooks(),
    new Set<(r: RecordedRequest) => void>(),
  ];
  const redirectTarget = await startRedirectTarget(host, tls, (stray) => {
    strayRequests.push(stray);
    if (stray.credentials) violations.push(`credentials after a redirect: ${stray.method}`);
    if (stray.body !== '') violations.push(`a body after a redirect: ${stray.method}`);
  });
  const pipeline = {
    state,
    faults,
    limiter: new RateLimiter(now),
    before,
    after,
    requests,
    arrived: (request: RecordedRequest) => arrivals.forEach((listener) => listener(request)),
    secrets: () => [
      ...formerKeys,
      ...state.users.map(({ key }) => key),
      ...state.tokens.map(({ token }) => token),
    ],
    redirectTarget: () => redirectTarget.origin,
  };
  const listener: Listener = new Listener(host, port, tls, (request, response) => {
    handle(pipeline, listener, request, response).catch((error: unknown) => {
      // A caller that disconnects while sending is not an error.
      if (request.complete) violations.push(`the stand-in or a hook failed: ${String(error)}`);
      reset(request.socket);
    });
  });
  try {
    await listener.open();
  } catch (error) {
    await redirectTarget.close();
    throw error;
  }
  return {
    get url() {
      return `${listener.scheme}://${host}:${listener.port}${prefix}`;
    },
    get port() {
      return listener.port;
    },
    settings: state.settings,
    credentials: state.users,
    tokens: state.tokens,
    requests,
    strayRequests,
    violations,
    organizations: state.organizations,
    faults,
    ...stateMethods(state, formerKeys),
    beforeAnswer: (match, hook) => before.add(match, hook),
    afterAnswer: (match, hook) => after.add(match, hook),
    hold: (match, when = 'before') => (when === 'before' ? before : after).hold(match),
    nextRequest: (match) => {
      const next = deferred<RecordedRequest>();
      const count = counter(match);
      const onArrival = (request: RecordedRequest) => {
        if (count(request) !== (match.nth ?? 1)) return;
        arrivals.delete(onArrival);
        next.resolve(request);
      };
      arrivals.add(onArrival);
      return next.promise;
    },
    goOffline: () => listener.cut(),
    goOnline: () => listener.open(),
    close: async () => {
      await Promise.all([listener.cut(), redirectTarget.close()]);
    },
  };
}
