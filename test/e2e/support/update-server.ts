/** An update server with faults. Records every request. */
import { createHash } from 'node:crypto';
import {
  createServer as createHttp,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
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
  /** The file. */
  readonly content: Buffer;
  release: Release;
  /** The correct hashes of the file. */
  readonly correctHashes: Release['hashes'];
  /** A correct hash of an older kind, which the app must not accept. */
  readonly weakHashes: Release['hashes'];
  /** Which request never ends. The file stalls halfway. */
  stallsAt: 'metadata' | 'file' | null;
  /** Whether the connection breaks halfway through the file. */
  breaksOff: boolean;
  /** Origin to which every request is redirected once, or null. May be the server's own. */
  redirectTo: string | null;
  /** The URL of the file in latest-linux.yml; may name another server. */
  fileUrl: string;
  close(): Promise<void>;
}

/** Name of the offered file. */
export const FILE = 'letterhead-new.exe';
/** The folder to which requests are redirected; it has the same files. */
const MOVED = '/moved';

/** Returns the hash of a file as electron-builder writes it. */
export const sha512 = (content: Buffer): string =>
  createHash('sha512').update(content).digest('base64');

/**
 * Starts a server on 127.0.0.1 that correctly offers `content` as `version`.
 * @param tls makes it an HTTPS server under this name; without it, it uses HTTP
 */
export async function startUpdateServer(
  version: string,
  content: Buffer,
  tls?: { host: string; key: string; cert: string },
): Promise<UpdateServer> {
  const requests: UpdateRequest[] = [];
  const open = new Set<ServerResponse>();
  const correctHashes = { sha512: sha512(content) };
  const listener: RequestListener = (request, answer) => {
    const { pathname: path } = new URL(request.url!, 'http://127.0.0.1');
    const pathname = path.replace(new RegExp(`^${MOVED}`), '');
    requests.push({ path, headers: request.headers });
    open.add(answer);
    answer.once('close', () => open.delete(answer));
    if (self.redirectTo !== null && path === pathname) {
      answer.writeHead(302, { location: `${self.redirectTo}${MOVED}${pathname}` }).end();
    } else if (self.stallsAt === 'metadata') {
      // Never answers.
    } else if (pathname === '/latest-linux.yml') {
      const { version: offered, hashes } = self.release;
      const lines = Object.entries(hashes).map(([name, hash]) => `    ${name}: ${hash}`);
      const files = ['files:', `  - url: ${self.fileUrl}`, ...lines, `    size: ${content.length}`];
      answer.end([`version: ${offered}`, ...files, ''].join('\n'));
    } else if (pathname === `/${FILE}` && (self.breaksOff || self.stallsAt === 'file')) {
      answer.writeHead(200, { 'content-length': content.length });
      answer.write(content.subarray(0, content.length / 2), () => {
        if (self.breaksOff) answer.destroy();
      });
    } else if (pathname === `/${FILE}`) {
      answer.end(content);
    } else answer.writeHead(404).end();
  };
  const server = tls ? createHttps(tls, listener) : createHttp(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const self: UpdateServer = {
    url: `${tls ? `https://${tls.host}` : 'http://127.0.0.1'}:${(server.address() as AddressInfo).port}`,
    requests,
    paths: () => requests.map(({ path }) => path),
    openCount: () => open.size,
    content,
    release: { version, hashes: correctHashes },
    correctHashes,
    weakHashes: { sha2: createHash('sha256').update(content).digest('hex') },
    stallsAt: null,
    breaksOff: false,
    redirectTo: null,
    fileUrl: FILE,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return self;
}
