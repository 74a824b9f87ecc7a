/** The steps of processing a request: record, limits, delay, hooks, faults, answer, hooks, delivery. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { auditRoute } from './audit-route';
import { newRay } from './audit-log';
import { authenticate } from './auth';
import { deliver } from './delivery';
import { jsonReply, success, tooManyRequests, type Reply } from './envelope';
import type { FaultMode } from './fault-modes';
import { faultReply, sampleMessages, storedDifferently, type FaultSwitches } from './faults';
import type { RateLimiter } from './limits';
import type { Listener } from './listener';
import type { Hooks } from './matching';
import { violations, record } from './recording';
import type { IncomingRequest } from './requests';
import { answer, verifyRoute } from './routes';
import type { StandinState } from './state';
import type { RecordedRequest } from './types';

/** Everything involved in processing a request. */
export interface Pipeline {
  state: StandinState;
  faults: FaultSwitches;
  limiter: RateLimiter;
  before: Hooks;
  after: Hooks;
  requests: RecordedRequest[];
  arrived: (request: RecordedRequest) => void;
  /** All keys and tokens, including former keys, which are still secret. */
  secrets: () => string[];
  redirectTarget: () => string;
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Counts a request. Returns the refusal if a limit is exceeded, and the headers that every answer has.
 * @param countsFor whose limit it counts for; `null` if the user is unknown
 */
function limit(
  pipeline: Pipeline,
  recorded: RecordedRequest,
  address: string,
  countsFor: string | null,
) {
  const { limits } = pipeline.state.settings;
  const ray = newRay();
  const common = { 'cf-ray': ray, server: 'cloudflare' };
  if (limits === false) {
    return {
      refusal: null,
      ray,
      common: {
        ...common,
        Ratelimit: '"default";r=1200;t=300',
        'Ratelimit-Policy': '"default";q=1200;w=300',
      },
    };
  }
  const { perUser, perUserWindowMs, perAddress, perAddressWindowMs, blockMs } = limits;
  const user = countsFor ?? 'user unknown';
  const waits = [
    pipeline.limiter.take(`address ${address}`, perAddress, perAddressWindowMs, blockMs),
  ];
  if (countsFor !== null)
    waits.push(pipeline.limiter.take(user, perUser, perUserWindowMs, blockMs));
  const wait = Math.max(...waits.map((seconds) => seconds ?? -1));
  if (wait >= 0 && !limits.provoked) {
    pipeline.state.violate(`rate limit exceeded: ${recorded.method}`);
  }
  return {
    refusal: wait < 0 ? null : tooManyRequests(wait),
    ray,
    common: { ...common, ...pipeline.limiter.headers(user, perUser, perUserWindowMs) },
  };
}

/** The answer of a fault that lets the request take effect or modifies the real answer. */
function afterEffect(pipeline: Pipeline, incoming: IncomingRequest, mode: FaultMode | null): Reply {
  const plain = () => answer(pipeline.state, incoming, (fields) => fields);
  const isPut = incoming.recorded.method === 'PUT';
  switch (mode) {
    case 'put-reply-lost':
      return { ...plain(), delivery: 'reset' };
    case 'put-reply-stalled':
      return { ...plain(), delivery: 'silence' };
    case 'stores-differently':
      return answer(pipeline.state, incoming, storedDifferently);
    case 'success-messages': {
      const reply = plain();
      if (reply.status === 204) {
        return jsonReply(200, {
          success: true,
          errors: [],
          messages: sampleMessages,
          result: null,
        });
      }
      if (reply.status !== 200) return reply;
      const envelope = { ...(JSON.parse(reply.body) as object), messages: sampleMessages };
      return jsonReply(200, envelope);
    }
    case 'truncated-json':
    case 'cut-body':
    case 'stalled-body': {
      // The real answer to a PUT has no body to cut, so it is replaced and the PUT is not applied.
      const reply = isPut ? success({ note: 'an answer that is cut off' }) : plain();
      if (mode !== 'truncated-json')
        return { ...reply, delivery: mode === 'cut-body' ? 'truncate' : 'stall' };
      return { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) };
    }
    default:
      return plain();
  }
}

function decide(pipeline: Pipeline, incoming: IncomingRequest): Reply {
  const { recorded, ray } = incoming;
  const fault = pipeline.faults.faultFor(recorded);
  const mode = fault?.mode ?? null;
  recorded.fault = mode;
  if (!fault) return afterEffect(pipeline, incoming, null);
  const { url = '', headers } = incoming.request;
  const fixed = faultReply(fault, ray, pipeline.redirectTarget() + url, headers.accept ?? '');
  if (mode === 'put-applied-502') {
    const real = afterEffect(pipeline, incoming, null);
    return recorded.method === 'PUT' && real.status < 300 && fixed ? fixed : real;
  }
  return fixed ?? afterEffect(pipeline, incoming, mode);
}

/** Waits without keeping the process alive. */
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms).unref());

/** Receives and answers a request. */
export async function handle(
  pipeline: Pipeline,
  listener: Listener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { generation } = listener;
  const { state } = pipeline;
  const raw = await bytesOf(request);
  const recorded = record(request, new TextDecoder().decode(raw));
  const verify = recorded.route === verifyRoute;
  const address = request.socket.remoteAddress ?? '';
  const { userId, tokenId, countsFor, keyMatches, violation } = authenticate(
    request.headers,
    state,
    address,
    verify,
  );
  Object.assign(recorded, { userId, tokenId, keyMatches });
  pipeline.requests.push(recorded);
  if (violation !== undefined) state.violate(`${violation}: ${recorded.method}`);
  for (const violation of violations(request, recorded, pipeline.secrets())) {
    state.violate(`${violation}: ${recorded.method}`);
  }
  pipeline.arrived(recorded);
  // Counted when it arrives: one that a test holds longer than the app waits must not count later than the app assumes.
  const { refusal, ray, common } = limit(pipeline, recorded, address, countsFor);
  const { latency, audit } = state.settings;
  const delay = latency + (auditRoute.test(recorded.route) ? audit.delay : 0);
  if (delay > 0) await pause(delay);
  await pipeline.before.run(recorded);
  // The connection was cut while the request waited: treat it as never received.
  if (generation !== listener.generation) return;
  const reply = refusal ?? decide(pipeline, { request, recorded, raw, address, ray });
  await pipeline.after.run(recorded);
  if (generation !== listener.generation) return;
  recorded.status = deliver(request, response, reply, common);
}
