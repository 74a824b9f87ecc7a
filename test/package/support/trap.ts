/**
 * The trap: the attacker's server, to which hostile environments try to send requests. Its one port accepts anything
 * (TLS, proxy requests, plain HTTP) and records all of it.
 */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { mkdirSync } from 'node:fs';
import { selfSigned } from '../../standin/self-signed';
import type { Trap } from '../hostile';

/** The running trap. */
export interface OpenTrap extends Trap {
  /** The start of each connection and request, such as `TLS` or `CONNECT api.cloudflare.com:443`. */
  arrived: string[];
  /** All bytes received so far, and the decrypted ones of TLS connections that ended in the trap. */
  seen(): Buffer;
  /** Makes proxy tunnels lead to this port, as with an honest proxy. With null, the trap intercepts them. */
  tunnelTo(port: number | null): void;
  close(): Promise<void>;
}

/** The first byte of a TLS connection. */
const HANDSHAKE = 0x16;

/**
 * Starts a trap. Its certificate is for api.cloudflare.com and untrusted.
 * @param folder the folder the environment writes to; created empty
 */
export async function openTrap(folder: string): Promise<OpenTrap> {
  mkdirSync(folder, { mode: 0o777 });
  const tls = await selfSigned('api.cloudflare.com');
  const arrived: string[] = [];
  const seen: Buffer[] = [];
  const sockets = new Set<Socket>();
  let honest: number | null = null;

  // Answers successfully, so that a client that falls into the trap continues.
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
    folder,
    port,
    cert: tls.cert,
    arrived,
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
