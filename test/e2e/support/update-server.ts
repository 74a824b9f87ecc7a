/** An update server of a test's own: what it announces, the file it gives, and everything it was asked. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
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
  /** How many requests are still waiting for their end. */
  open(): number;
  announced: Announced;
  /** The hashes that its file really has. */
  readonly rightSums: Announced['sums'];
  /** One that it really has, too, of an older kind. */
  readonly weakSums: Announced['sums'];
  /** At which request it says no more: half of the file is given then. */
  stallsAt: 'look' | 'file' | null;
  /** Whether half of the file is all there is. */
  breaksOff: boolean;
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
  const open = new Set<ServerResponse>();
  const rightSums = { sha512: sha512(content) };
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url!, 'http://127.0.0.1');
    asked.push({ path: pathname, headers: request.headers });
    open.add(answer);
    answer.once('close', () => open.delete(answer));
    if (made.sentOnTo !== null) {
      answer.writeHead(302, { location: `${made.sentOnTo}${pathname}` }).end();
    } else if (made.stallsAt === 'look') {
      // Not a word.
    } else if (pathname === '/latest-linux.yml') {
      const lines = Object.entries(made.announced.sums).map(([name, sum]) => `    ${name}: ${sum}`);
      const files = ['files:', `  - url: ${FILE}`, ...lines, `    size: ${content.length}`];
      answer.end([`version: ${made.announced.version}`, ...files, ''].join('\n'));
    } else if (pathname === `/${FILE}` && (made.breaksOff || made.stallsAt === 'file')) {
      answer.writeHead(200, { 'content-length': content.length });
      answer.write(content.subarray(0, content.length / 2), () => {
        if (made.breaksOff) answer.destroy();
      });
    } else if (pathname === `/${FILE}`) {
      answer.end(content);
    } else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const made: UpdateServer = {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    asked,
    files: () => asked.map(({ path }) => path),
    open: () => open.size,
    announced: { version, sums: rightSums },
    rightSums,
    weakSums: { sha2: createHash('sha256').update(content).digest('hex') },
    stallsAt: null,
    breaksOff: false,
    sentOnTo: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return made;
}
