/** A server that takes the place of Cloudflare's API and redirects every request. */
import { createServer } from 'node:https';
import type { Socket } from 'node:net';

/** The running server. */
export interface Redirecting {
  /** Sets the status of its answers, and the address to which they redirect. */
  sends(status: number, to: string): void;
  /** The number of requests with a key since the last call of `sends`. */
  keys(): number;
  close(): Promise<void>;
}

/** Starts a redirecting server on port 443 with this certificate. */
export async function startRedirecting(tls: { key: string; cert: string }): Promise<Redirecting> {
  let answer = { status: 307, to: '' };
  let keys = 0;
  const sockets = new Set<Socket>();
  const server = createServer(tls, (request, response) => {
    if ('x-auth-key' in request.headers) keys += 1;
    response.writeHead(answer.status, { location: answer.to + request.url }).end();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(443, '127.0.0.1', listening));
  return {
    sends(status, to) {
      answer = { status, to };
      keys = 0;
    },
    keys: () => keys,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
