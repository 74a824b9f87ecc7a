/** The HTTP or HTTPS server of the stand-in, which can go offline and come back on the same port. */
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { registerTls } from './reset';

/** Key and certificate (PEM), and whether to offer HTTP/2. */
export interface Certificate {
  key: string;
  cert: string;
  http2?: boolean;
}

function createListener(tls: Certificate | undefined, handler: RequestListener): Server {
  if (tls?.http2 === true) {
    // Node's HTTP/2 requests and responses have all properties of HTTP/1.1 that the stand-in uses.
    const server: unknown = createSecureServer({ ...tls, allowHTTP1: true }, handler as never);
    return server as Server;
  }
  const server = tls ? createHttps(tls, handler) : createHttp(handler);
  // Longer than any client keeps an idle connection, because closing it would look like a fault.
  server.keepAliveTimeout = 120_000;
  return server;
}

/**
 * Keeps a port, on which no one listens, from being given to another server: it would get the requests of an app that tries
 * again while this stand-in is offline. Returns what ends that.
 */
async function reserve(host: string, port: number): Promise<() => void> {
  // A connection from the port does that, and whoever connects to the port is still refused.
  const other = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((listening) => other.listen(0, host, listening));
  const address = { host, port: (other.address() as AddressInfo).port };
  const socket = connect({ ...address, localAddress: host, localPort: port });
  await new Promise<void>((settled) =>
    socket.once('connect', settled).on('error', () => settled()),
  );
  return () => {
    // Without waiting for its end, in which the port could not be used.
    socket.resetAndDestroy();
    other.close();
  };
}

/** A server that can go offline and come back. */
export class Listener {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  readonly scheme: 'http' | 'https';
  #port: number;
  #generation = 0;
  #release = (): void => undefined;

  constructor(host: string, port: number, tls: Certificate | undefined, handler: RequestListener) {
    this.#host = host;
    this.#port = port;
    this.scheme = tls ? 'https' : 'http';
    this.#server = createListener(tls, handler);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('secureConnection', (secure: Socket) => {
      const tcp = [...this.#sockets].find(({ remotePort }) => remotePort === secure.remotePort);
      if (tcp) registerTls(secure, tcp);
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Increases each time the connections are cut. A request of an older generation can no longer be answered. */
  get generation(): number {
    return this.#generation;
  }

  async open(): Promise<void> {
    if (this.#server.listening) return;
    this.#release();
    await new Promise<void>((listening, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(this.#port, this.#host, () => {
        this.#server.off('error', failed);
        listening();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and closes every connection, until `open`. */
  async goOffline(): Promise<void> {
    await this.close();
    this.#release = await reserve(this.#host, this.#port);
  }

  /** Stops listening and closes every connection. Resolves when the port is free. */
  async close(): Promise<void> {
    this.#generation += 1;
    this.#release();
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
