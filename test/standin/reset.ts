/** Resets connections. Node can only reset TCP sockets, so for TLS the underlying TCP socket is remembered. */
import type { Socket } from 'node:net';

/** The TCP socket of each TLS socket. */
const tcpSockets = new WeakMap<Socket, Socket>();

/** Registers the TCP socket of a TLS socket. */
export function registerTls(secure: Socket, tcp: Socket): void {
  tcpSockets.set(secure, tcp);
}

/** Resets a TCP or TLS connection immediately. */
export function reset(socket: Socket): void {
  (tcpSockets.get(socket) ?? socket).resetAndDestroy();
}
