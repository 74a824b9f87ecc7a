/** A server on this computer that is not ours to visit: it notes whoever comes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A place the app must never go to. */
export interface Elsewhere {
  /** Its address, without a slash at the end. */
  origin: string;
  /** What was asked for, in order. */
  visits: string[];
  close(): Promise<void>;
}

/** Starts it. `/redirect` answers with a way to `/target`. */
export async function startElsewhere(): Promise<Elsewhere> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url}`);
    if (request.url === '/redirect') response.writeHead(302, { location: '/target' }).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Elsewhere</h1>');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    visits,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
