/** The way of one request through the stand-in: record, wait, hooks, limits, faults, answer, hooks, delivery. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { judge } from './auth';
import { deliver } from './delivery';
import { jsonReply, success, tooManyRequests, type Reply } from './envelope';
import type { FaultMode } from './fault-modes';
import { faultReply, sampleMessages, storedDifferently, type FaultSwitches } from './faults';
import type { RateLimiter } from './limits';
import type { Listener } from './listener';
import type { Hooks } from './matching';
import { violations, record } from './recording';
import { answer, verifyRoute, type Arrival, type World } from './routes';
import type { RecordedRequest } from './types';

/** Everything a request meets on its way. */
export interface Way {
  world: World;
  faults: FaultSwitches;
  limiter: RateLimiter;
  before: Hooks;
  after: Hooks;
  requests: RecordedRequest[];
  arrived: (request: RecordedRequest) => void;
  /** Keys that were right once are secrets still. */
  secrets: () => string[];
  elsewhere: () => string;
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Counts the request; the refusal when it is over a limit, and the headers every answer carries. */
function limit(way: Way, recorded: RecordedRequest, address: string) {
  const { limits } = way.world.settings;
  const ray = `${randomBytes(8).toString('hex')}-FRA`;
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
  const who = `user ${recorded.userId ?? 'nobody'}`;
  const waits = [way.limiter.take(`address ${address}`, perAddress, perAddressWindowMs, blockMs)];
  if (recorded.userId !== null)
    waits.push(way.limiter.take(who, perUser, perUserWindowMs, blockMs));
  const wait = Math.max(...waits.map((seconds) => seconds ?? -1));
  if (wait >= 0 && !limits.provoked) {
    way.world.violate(`rate limit exceeded: ${recorded.method}`);
  }
  return {
    refusal: wait < 0 ? null : tooManyRequests(wait),
    ray,
    common: { ...common, ...way.limiter.headers(who, perUser, perUserWindowMs) },
  };
}

/** The answer under a fault that lets the request have its effect, or takes the real answer apart. */
function afterEffect(way: Way, arrival: Arrival, mode: FaultMode | null): Reply {
  const plain = () => answer(way.world, arrival, (fields) => fields);
  const isPut = arrival.recorded.method === 'PUT';
  switch (mode) {
    case 'put-reply-lost':
      return { ...plain(), delivery: 'reset' };
    case 'put-reply-stalled':
      return { ...plain(), delivery: 'silence' };
    case 'stores-differently':
      return answer(way.world, arrival, storedDifferently);
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
      // A PUT is not applied: its real answer has no body that could break.
      const reply = isPut ? success({ note: 'an answer that breaks off' }) : plain();
      if (mode !== 'truncated-json')
        return { ...reply, delivery: mode === 'cut-body' ? 'half' : 'stall' };
      return { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) };
    }
    default:
      return plain();
  }
}

function decide(way: Way, arrival: Arrival, ray: string): Reply {
  const { recorded } = arrival;
  const mode = way.faults.strike(recorded);
  recorded.fault = mode;
  if (mode === null) return afterEffect(way, arrival, null);
  const fixed = faultReply(mode, ray, way.elsewhere() + (arrival.request.url ?? ''));
  if (mode === 'put-applied-502') {
    const real = afterEffect(way, arrival, null);
    return real.status === 204 && fixed ? fixed : real;
  }
  return fixed ?? afterEffect(way, arrival, mode);
}

/** The wait alone keeps no process alive: the listener does, until it is closed. */
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms).unref());

/** Handles one request from its first byte to its last. */
export async function handle(
  way: Way,
  listener: Listener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { generation } = listener;
  const { world } = way;
  const raw = await bytesOf(request);
  const recorded = record(request, new TextDecoder().decode(raw));
  const verify = recorded.route === verifyRoute;
  const { userId, keyMatches, violation } = judge(
    request.headers,
    world.users,
    world.tokens,
    verify,
  );
  Object.assign(recorded, { userId, keyMatches });
  way.requests.push(recorded);
  if (violation !== undefined) world.violate(`${violation}: ${recorded.method}`);
  for (const violation of violations(request, recorded, way.secrets())) {
    world.violate(`${violation}: ${recorded.method}`);
  }
  way.arrived(recorded);
  if (world.settings.latency > 0) await pause(world.settings.latency);
  await way.before.run(recorded);
  // The line was cut meanwhile: the request never got here.
  if (generation !== listener.generation) return;
  const { refusal, ray, common } = limit(way, recorded, request.socket.remoteAddress ?? '');
  const reply = refusal ?? decide(way, { request, recorded, raw }, ray);
  await way.after.run(recorded);
  if (generation !== listener.generation) return;
  recorded.status = deliver(request, response, reply, common);
}
