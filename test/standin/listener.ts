/** The listening socket: on, off (as a network that is down), on again at the same port, and gone. */
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { runsOn } from './reset';

/** Key and certificate (PEM), and whether HTTP/2 is spoken with clients that can. */
export interface Certificate {
  key: string;
  cert: string;
  http2?: boolean;
}

function createListener(tls: Certificate | undefined, handler: RequestListener): Server {
  if (tls?.http2 === true) {
    // Its requests and answers have the properties of those of HTTP/1.1 that are used here.
    const server: unknown = createSecureServer({ ...tls, allowHTTP1: true }, handler as never);
    return server as Server;
  }
  const server = tls ? createHttps(tls, handler) : createHttp(handler);
  // Longer than any client keeps an idle connection: a close of ours would look like a fault.
  server.keepAliveTimeout = 120_000;
  return server;
}

/** A listener that can go away and come back; `generation` tells before and after apart. */
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
      if (tcp) runsOn(secure, tcp);
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Grows each time the line is cut; a request of an older generation has lost its caller. */
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

  /** Resolves when the port is free and every connection is gone. */
  async cut(): Promise<void> {
    this.#generation += 1;
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
