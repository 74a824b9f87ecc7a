/**
 * A company's HTTP proxy. Opens tunnels (CONNECT) to the stand-in for every host name, serves a PAC file,
 * records all traffic, and can start and stop requiring a password.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A running proxy. */
export interface CompanyProxy {
  url: string;
  /** Address of a PAC file that names this proxy for everything. */
  pacUrl: string;
  /** The target (`host:port`) of each tunnel, in order. */
  tunnels: string[];
  /** Paths of requests without a tunnel, the PAC file included. */
  plainRequests: string[];
  /** All bytes the app sent, as the proxy saw them. */
  received(): Buffer;
  /** Requires a password for new tunnels, with this challenge; null requires none. Cuts open tunnels. */
  requirePassword(challenge: string | null): void;
  close(): Promise<void>;
}

/** Starts a proxy whose tunnels all lead to this port of 127.0.0.1. */
export async function startCompanyProxy(targetPort: () => number): Promise<CompanyProxy> {
  const tunnels: string[] = [];
  const plainRequests: string[] = [];
  const received: Buffer[] = [];
  const clients = new Set<Socket>();
  let requiredChallenge: string | null = null;

  const server = createServer((request, response) => {
    plainRequests.push(request.url ?? '');
    if (request.url !== '/proxy.pac') return response.writeHead(502).end();
    response.setHeader('content-type', 'application/x-ns-proxy-autoconfig');
    return response.end(`function FindProxyForURL() { return 'PROXY ${new URL(url).host}'; }`);
  });
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    tunnels.push(request.url ?? '');
    received.push(Buffer.from(request.rawHeaders.join('\n')), head);
    clients.add(client);
    client.on('error', () => client.destroy()).on('close', () => clients.delete(client));
    if (requiredChallenge !== null) {
      client.end(
        `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${requiredChallenge}\r\n` +
          'Content-Length: 0\r\nConnection: close\r\n\r\n',
      );
      return;
    }
    const target = connect(targetPort(), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      client.on('data', (data: Buffer) => received.push(data));
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const cutTunnels = (): void => clients.forEach((socket) => socket.destroy());
  return {
    url,
    pacUrl: `${url}/proxy.pac`,
    tunnels,
    plainRequests,
    received: () => Buffer.concat(received),
    requirePassword(challenge) {
      requiredChallenge = challenge;
      cutTunnels();
    },
    close: async () => {
      cutTunnels();
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
    },
  };
}
