/**
 * A company's HTTP proxy on this machine: opens tunnels (CONNECT) to the stand-in whatever name is asked
 * for, hands out a PAC file, keeps all that it was told, and can begin and cease to ask for a password.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** The proxy, running. */
export interface CompanyProxy {
  /** Its address. */
  url: string;
  /** Address of a PAC file that names this proxy for everything. */
  pacUrl: string;
  /** Whom a tunnel was asked to, in order. */
  tunnels: string[];
  /** Paths of plain requests: the PAC file's, and whatever the proxy was asked for without a tunnel. */
  plain: string[];
  /** All that went from the app through the proxy, as it saw it. */
  seen(): Buffer;
  /** From now on every tunnel needs a password, with this challenge; null: none. Tunnels so far are cut. */
  askForPassword(challenge: string | null): void;
  close(): Promise<void>;
}

/** Starts one whose tunnels all lead to this port of 127.0.0.1. */
export async function startCompanyProxy(targetPort: () => number): Promise<CompanyProxy> {
  const tunnels: string[] = [];
  const plain: string[] = [];
  const seen: Buffer[] = [];
  const open = new Set<Socket>();
  let wanted: string | null = null;

  const server = createServer((request, response) => {
    plain.push(request.url ?? '');
    if (request.url !== '/proxy.pac') return response.writeHead(502).end();
    response.setHeader('content-type', 'application/x-ns-proxy-autoconfig');
    return response.end(`function FindProxyForURL() { return 'PROXY ${new URL(url).host}'; }`);
  });
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    tunnels.push(request.url ?? '');
    seen.push(Buffer.from(request.rawHeaders.join('\n')), head);
    open.add(client);
    client.on('error', () => client.destroy()).on('close', () => open.delete(client));
    if (wanted !== null) {
      client.end(
        `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${wanted}\r\n` +
          'Content-Length: 0\r\nConnection: close\r\n\r\n',
      );
      return;
    }
    const target = connect(targetPort(), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      client.on('data', (data: Buffer) => seen.push(data));
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const cut = (): void => open.forEach((socket) => socket.destroy());
  return {
    ...{ url, pacUrl: `${url}/proxy.pac`, tunnels, plain },
    seen: () => Buffer.concat(seen),
    askForPassword(challenge) {
      wanted = challenge;
      cut();
    },
    close: async () => {
      cut();
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
    },
  };
}
