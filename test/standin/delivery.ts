/** Sends a reply, or the part of it that a fault lets through. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './envelope';
import { reset } from './reset';

/**
 * Sends a reply as its `delivery` demands.
 * @param common headers of all replies of Cloudflare (rate limits, ray ID)
 * @returns the HTTP status that was sent; `null` if none was
 */
export function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  common: Record<string, string>,
): number | null {
  const delivery = reply.delivery ?? 'complete';
  if (delivery === 'silence' || response.destroyed) return null;
  if (delivery === 'reset') {
    reset(request.socket);
    return null;
  }
  const body = Buffer.from(reply.body);
  // 204 has neither body nor content-length: RFC 9110, section 8.6.
  const length = reply.status === 204 ? {} : { 'content-length': String(body.length) };
  const headers = { ...(reply.fromIntermediary ? {} : common), ...reply.headers, ...length };
  response.writeHead(reply.status, headers);
  if (delivery === 'complete') {
    response.end(body);
    return reply.status;
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
    if (delivery === 'truncate') request.socket.destroy();
  });
  return reply.status;
}
