/** An update server with faults. Records every request. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request the server received. */
export interface UpdateRequest {
  path: string;
  headers: IncomingHttpHeaders;
}

/** The offered release; tests may make any of it wrong. */
export interface Release {
  version: string;
  /** Hashes of the file, as listed in latest-linux.yml. */
  hashes: Readonly<Record<string, string>>;
}

export interface UpdateServer {
  readonly url: string;
  readonly requests: readonly UpdateRequest[];
  /** Paths of all requests. */
  paths(): string[];
  /** Number of requests that are not finished. */
  openCount(): number;
  release: Release;
  /** The correct hashes of the file. */
  readonly correctHashes: Release['hashes'];
  /** A correct hash of an older kind, which the app must not accept. */
  readonly weakHashes: Release['hashes'];
  /** Which request never ends. The file stalls halfway. */
  stallsAt: 'metadata' | 'file' | null;
  /** Whether the connection breaks halfway through the file. */
  breaksOff: boolean;
  /** Origin to which every request is redirected, or null. */
  redirectTo: string | null;
  close(): Promise<void>;
}

const FILE = 'letterhead-new.AppImage';

/** Returns the hash of a file as electron-builder writes it. */
export const sha512 = (content: Buffer): string =>
  createHash('sha512').update(content).digest('base64');

/** Starts a server on `host` that correctly offers `content` as `version`. */
export async function startUpdateServer(
  version: string,
  content: Buffer,
  host = '127.0.0.1',
): Promise<UpdateServer> {
  const requests: UpdateRequest[] = [];
  const open = new Set<ServerResponse>();
  const correctHashes = { sha512: sha512(content) };
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url!, 'http://127.0.0.1');
    requests.push({ path: pathname, headers: request.headers });
    open.add(answer);
    answer.once('close', () => open.delete(answer));
    if (self.redirectTo !== null) {
      answer.writeHead(302, { location: `${self.redirectTo}${pathname}` }).end();
    } else if (self.stallsAt === 'metadata') {
      // Never answers.
    } else if (pathname === '/latest-linux.yml') {
      const { version: offered, hashes } = self.release;
      const lines = Object.entries(hashes).map(([name, hash]) => `    ${name}: ${hash}`);
      const files = ['files:', `  - url: ${FILE}`, ...lines, `    size: ${content.length}`];
      answer.end([`version: ${offered}`, ...files, ''].join('\n'));
    } else if (pathname === `/${FILE}` && (self.breaksOff || self.stallsAt === 'file')) {
      answer.writeHead(200, { 'content-length': content.length });
      answer.write(content.subarray(0, content.length / 2), () => {
        if (self.breaksOff) answer.destroy();
      });
    } else if (pathname === `/${FILE}`) {
      answer.end(content);
    } else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const self: UpdateServer = {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    requests,
    paths: () => requests.map(({ path }) => path),
    openCount: () => open.size,
    release: { version, hashes: correctHashes },
    correctHashes,
    weakHashes: { sha2: createHash('sha256').update(content).digest('hex') },
    stallsAt: null,
    breaksOff: false,
    redirectTo: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return self;
}
