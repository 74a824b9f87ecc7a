/** Resets connections. Node can only reset TCP sockets, so a TLS connection needs the socket under it. */
import type { Socket } from 'node:net';

/** The TCP socket of each TLS socket. */
const tcpSockets = new WeakMap<Socket, Socket>();

/** Registers the TCP socket of a TLS socket. */
export function registerTls(secure: Socket, tcp: Socket): void {
  tcpSockets.set(secure, tcp);
}

/** Resets a connection at once. */
export function reset(socket: Socket): void {
  (tcpSockets.get(socket) ?? socket).resetAndDestroy();
}
