/** The server to which the fault `redirect-307` redirects. It records whether it receives credentials. */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { noContent, success } from './envelope';
import { profileKeys, type StrayRequest } from './types';

export interface RedirectTarget {
  origin: string;
  close(): Promise<void>;
}

/**
 * Starts the server. It answers with success, like Cloudflare.
 * @param report called for every request
 */
export async function startRedirectTarget(
  host: string,
  tls: { key: string; cert: string } | undefined,
  report: (request: StrayRequest) => void,
): Promise<RedirectTarget> {
  const server = tls ? createHttps(tls) : createHttp();
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { headers } = request;
      const credentials = ['x-auth-key', 'x-auth-email', 'authorization'].some(
        (name) => name in headers,
      );
      report({ method: request.method ?? '', path: request.url ?? '', credentials, body });
      const profile = Object.fromEntries(profileKeys.map((key) => [key, 'from elsewhere']));
      const reply = request.method === 'PUT' ? noContent() : success(profile);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(0, host, listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls ? 'https' : 'http'}://${host}:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
