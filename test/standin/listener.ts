/** The HTTP or HTTPS server of the stand-in, which can go offline and come back on the same port. */
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
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

/** A server that can go offline and come back. */
export class Listener {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  readonly scheme: 'http' | 'https';
  #port: number;
  #generation = 0;

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
    await new Promise<void>((listening, failed) => {
      this.#server.once('error', failed);
      this.#server.listen(this.#port, this.#host, () => {
        this.#server.off('error', failed);
        listening();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and closes every connection. Resolves when the port is free. */
  async cut(): Promise<void> {
    this.#generation += 1;
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
