/** Writes an answer, or as much of it as a fault lets through. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './envelope';
import { reset } from './reset';

/**
 * @param common headers of every answer of Cloudflare's (rate limits, ray)
 * @returns the status that went out, `null` when none did
 */
export function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  common: Record<string, string>,
): number | null {
  const delivery = reply.delivery ?? 'whole';
  if (delivery === 'silence' || response.destroyed) return null;
  if (delivery === 'reset') {
    reset(request.socket);
    return null;
  }
  const body = Buffer.from(reply.body);
  // 204 has neither body nor content-length: RFC 9110, section 8.6.
  const length = reply.status === 204 ? {} : { 'content-length': String(body.length) };
  const headers = { ...(reply.foreign ? {} : common), ...reply.headers, ...length };
  response.writeHead(reply.status, headers);
  if (delivery === 'whole') {
    response.end(body);
    return reply.status;
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
    if (delivery === 'half') request.socket.destroy();
  });
  return reply.status;
}
