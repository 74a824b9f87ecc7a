/** Breaking a connection off, as a broken line does: also one that speaks TLS, by what lies below it. */
import type { Socket } from 'node:net';

/** The TCP connections below those that speak TLS. */
const below = new WeakMap<Socket, Socket>();

/** Notes on which TCP connection one with TLS runs; Node resets only the former. */
export function runsOn(secure: Socket, tcp: Socket): void {
  below.set(secure, tcp);
}

/** Breaks a connection off at once. */
export function reset(socket: Socket): void {
  (below.get(socket) ?? socket).resetAndDestroy();
}
