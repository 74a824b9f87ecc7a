/**
 * A strict stand-in for Cloudflare's API on this machine, for tests, the demo and development.
 * `startStandin()` starts one; it knows sign-ins and organizations, answers as the API does, shows
 * faults on demand, and calls out what a correct client must never do (`violations`).
 */
import { startElsewhere } from './edit-elsewhere';
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
import type { World } from './routes';
import { sampleAccountToken, sampleCredential, sampleOrganizations, sampleToken } from './samples';
import type {
  OrganizationState,
  RecordedRequest,
  Settings,
  Standin,
  StandinOptions,
} from './types';

export { faultModes, neverEnding, putOnly, type FaultMode } from './fault-modes';
export { defaultLimits } from './limits';
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

function worldFrom(options: StandinOptions, violations: string[]): World {
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

/** The part of a stand-in that looks at and changes what it keeps. */
function stateOf(world: World, formerKeys: string[]) {
  const { organizations, users } = world;
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
 * Starts a stand-in. Fails when the port is taken.
 * A hook that throws is noted in `violations`, and its request is reset.
 */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
  const { host = '127.0.0.1', port = 0, tls, now = Date.now } = options;
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  const strayRequests: Standin['strayRequests'] = [];
  const formerKeys: string[] = [];
  const world = worldFrom(options, violations);
  const faults = new FaultSwitches();
  const [before, after, arrivals] = [
    new Hooks(),
    new Hooks(),
    new Set<(r: RecordedRequest) => void>(),
  ];
  const elsewhere = await startElsewhere(host, tls, (stray) => {
    strayRequests.push(stray);
    if (stray.credentials) violations.push(`credentials after a redirect: ${stray.method}`);
    if (stray.body !== '') violations.push(`a body after a redirect: ${stray.method}`);
  });
  const way = {
    world,
    faults,
    limiter: new RateLimiter(now),
    before,
    after,
    requests,
    arrived: (request: RecordedRequest) => arrivals.forEach((tell) => tell(request)),
    secrets: () => [
      ...formerKeys,
      ...world.users.map(({ key }) => key),
      ...world.tokens.map(({ token }) => token),
    ],
    elsewhere: () => elsewhere.origin,
  };
  const listener: Listener = new Listener(host, port, tls, (request, response) => {
    handle(way, listener, request, response).catch((error: unknown) => {
      // A caller that hangs up while sending is nobody's fault here.
      if (request.complete) violations.push(`the stand-in or a hook failed: ${String(error)}`);
      reset(request.socket);
    });
  });
  try {
    await listener.open();
  } catch (error) {
    await elsewhere.close();
    throw error;
  }
  return {
    get url() {
      return `${listener.scheme}://${host}:${listener.port}${prefix}`;
    },
    get port() {
      return listener.port;
    },
    settings: world.settings,
    credentials: world.users,
    tokens: world.tokens,
    requests,
    strayRequests,
    violations,
    organizations: world.organizations,
    faults,
    ...stateOf(world, formerKeys),
    beforeAnswer: (match, hook) => before.add(match, hook),
    afterAnswer: (match, hook) => after.add(match, hook),
    hold: (match, when = 'before') => (when === 'before' ? before : after).hold(match),
    nextRequest: (match) => {
      const next = deferred<RecordedRequest>();
      const count = counter(match);
      const tell = (request: RecordedRequest) => {
        if (count(request) !== (match.nth ?? 1)) return;
        arrivals.delete(tell);
        next.resolve(request);
      };
      arrivals.add(tell);
      return next.promise;
    },
    goOffline: () => listener.cut(),
    goOnline: () => listener.open(),
    close: async () => {
      await Promise.all([listener.cut(), elsewhere.close()]);
    },
  };
}
