/** An update server of a test's own: what it announces, the file it gives, and everything it was asked. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request it got. */
export interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
}

/** What it announces; every part may be wrong on purpose. */
export interface Announced {
  version: string;
  /** The hashes of the file in latest-linux.yml. */
  sums: Readonly<Record<string, string>>;
}

/** The server. */
export interface UpdateServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Names of the files that were asked for. */
  files(): string[];
  announced: Announced;
  /** The hashes that its file really has. */
  readonly rightSums: Announced['sums'];
  /** Address to which every request is sent on, or null. */
  sentOnTo: string | null;
  close(): Promise<void>;
}

const FILE = 'letterhead-new.AppImage';

/** The hash of a file, as electron-builder announces it. */
export const sha512 = (content: Buffer): string =>
  createHash('sha512').update(content).digest('base64');

/** Starts one on loopback that announces `version` and gives `content` for it, rightly so. */
export async function startUpdateServer(
  version: string,
  content: Buffer,
  host = '127.0.0.1',
): Promise<UpdateServer> {
  const asked: Asked[] = [];
  const rightSums = { sha512: sha512(content) };
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url!, 'http://127.0.0.1');
    asked.push({ path: pathname, headers: request.headers });
    if (made.sentOnTo !== null) {
      answer.writeHead(302, { location: `${made.sentOnTo}${pathname}` }).end();
    } else if (pathname === '/latest-linux.yml') {
      const lines = Object.entries(made.announced.sums).map(([name, sum]) => `    ${name}: ${sum}`);
      const files = ['files:', `  - url: ${FILE}`, ...lines, `    size: ${content.length}`];
      answer.end([`version: ${made.announced.version}`, ...files, ''].join('\n'));
    } else if (pathname === `/${FILE}`) {
      answer.end(content);
    } else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const made: UpdateServer = {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    asked,
    files: () => asked.map(({ path }) => path),
    announced: { version, sums: rightSums },
    rightSums,
    sentOnTo: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return made;
}
