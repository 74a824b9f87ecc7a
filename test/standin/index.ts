/**
 * The stand-in: a fake Cloudflare API server on this machine, for tests, the demo and development.
 * `startStandin()` starts one. It has sample sign-ins and organizations, answers like the API, simulates faults
 * on demand, and records everything that a correct client would not send (`violations`).
 */
import { startRedirectTarget } from './redirect-target';
import { FaultSwitches } from './faults';
import { handle } from './handler';
import { RateLimiter } from './limits';
import { Listener } from './listener';
import { counter, deferred, Hooks } from './matching';
import { prefix } from './recording';
import { reset } from './reset';
import { stateFrom, stateMethods } from './state';
import type { RecordedRequest, Standin, StandinOptions } from './types';

export { faultModes, neverEnding, putOnly, type FaultMode } from './fault-modes';
export { emptyProfile } from './organizations';
export {
  sampleAccountToken,
  sampleSignIn,
  sampleNewKey,
  sampleNewToken,
  sampleOrganizations,
  sampleReadOnlyToken,
  sampleToken,
} from './samples';
export * from './types';

/**
 * Starts a stand-in. Rejects if the port is taken. If a hook throws, the error is added to `violations` and the
 * connection of the request is reset.
 */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
  const { host = '127.0.0.1', port = 0, tls } = options;
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  const strayRequests: Standin['strayRequests'] = [];
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
    limiter: new RateLimiter(state.now),
    before,
    after,
    requests,
    arrived: (request: RecordedRequest) => arrivals.forEach((listener) => listener(request)),
    secrets: () => [
      ...state.formerSecrets,
      ...state.users.map(({ key }) => key),
      ...state.tokens.map(({ value }) => value),
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
    signIns: state.users,
    tokens: state.tokens,
    requests,
    strayRequests,
    violations,
    organizations: state.organizations,
    accounts: state.accounts,
    auditLog: state.auditLog,
    faults,
    ...stateMethods(state),
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
    goOffline: () => listener.goOffline(),
    goOnline: () => listener.open(),
    close: async () => {
      await Promise.all([listener.close(), redirectTarget.close()]);
    },
  };
}
