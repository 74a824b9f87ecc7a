/**
 * Where hostile surroundings lead: a server whose one port takes whatever comes, TLS, a request to a proxy
 * or a plain one, and keeps all of it.
 */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { mkdirSync } from 'node:fs';
import { selfSigned } from '../../standin/self-signed';
import type { Trap } from '../hostile';

/** The trap, open. */
export interface OpenTrap extends Trap {
  /** How each connection and request began, such as `TLS` or `CONNECT api.cloudflare.com:443`. */
  arrived: string[];
  /** All that came, as it came and, where it was for the trap, as it could be read. */
  seen(): Buffer;
  /** From now on tunnels lead to this port, as an honest proxy's do; with null into the trap. */
  tunnelTo(port: number | null): void;
  close(): Promise<void>;
}

/** The first byte of a TLS connection. */
const HANDSHAKE = 0x16;

/**
 * Opens one. Its certificate says api.cloudflare.com and nobody trusts it.
 * @param folder where the surroundings are to write; made here, and empty
 */
export async function openTrap(folder: string): Promise<OpenTrap> {
  mkdirSync(folder, { mode: 0o777 });
  const tls = selfSigned('api.cloudflare.com');
  const arrived: string[] = [];
  const seen: Buffer[] = [];
  const sockets = new Set<Socket>();
  let honest: number | null = null;

  // As if all were well, so that whoever falls into it goes on.
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    arrived.push(`${request.method} ${request.url}`);
    seen.push(Buffer.from(`${request.rawHeaders.join('\n')}\n`));
    request.on('data', (chunk: Buffer) => seen.push(chunk));
    if (request.url === '/proxy.pac') {
      response.setHeader('content-type', 'application/x-ns-proxy-autoconfig');
      return void response.end(`function FindProxyForURL() { return 'PROXY 127.0.0.1:${port}'; }`);
    }
    response.end(JSON.stringify({ success: true, errors: [], messages: [], result: {} }));
  };
  const secure = createHttps(tls, answer);
  const plain = createHttp(answer);
  plain.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    arrived.push(`CONNECT ${request.url}`);
    seen.push(Buffer.from(request.rawHeaders.join('\n')));
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.unshift(head);
    if (honest === null) return void secure.emit('connection', client);
    const target = connect(honest, '127.0.0.1');
    target.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('data', (data: Buffer) => seen.push(data)).on('close', () => target.destroy());
    client.pipe(target).pipe(client);
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.once('data', (first) => {
      socket.pause();
      seen.push(first);
      const isTls = first[0] === HANDSHAKE;
      if (isTls) arrived.push('TLS');
      socket.unshift(first);
      (isTls ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ folder, port, cert: tls.cert, arrived },
    seen: () => Buffer.concat(seen),
    tunnelTo: (to) => {
      honest = to;
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
