/** A local server that the app must never contact. It records every request. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForbiddenServer {
  /** Without a trailing slash. */
  origin: string;
  /** `METHOD path` of each request, in order. */
  requests: string[];
  close(): Promise<void>;
}

/** Starts the server on a free port. `/redirect` redirects to `/target`. */
export async function startForbiddenServer(): Promise<ForbiddenServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url === '/redirect') response.writeHead(302, { location: '/target' }).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Elsewhere</h1>');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
