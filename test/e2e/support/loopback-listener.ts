/** A UDP and a TCP listener on loopback that record whatever arrives. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface LoopbackListener {
  udpPort: number;
  tcpPort: number;
  /** `udp` for each packet, `tcp` for each connection, in order. */
  received: string[];
  close(): Promise<void>;
}

/** Starts both listeners on free ports. */
export async function startLoopbackListener(): Promise<LoopbackListener> {
  const received: string[] = [];
  const udp = createSocket('udp4', () => received.push('udp'));
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    received.push('tcp');
    sockets.add(socket);
    // A client that gives up resets the connection.
    socket.on('error', () => undefined);
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  return {
    udpPort: udp.address().port,
    tcpPort: (tcp.address() as AddressInfo).port,
    received,
    close: async () => {
      udp.close();
      for (const socket of sockets) socket.destroy();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}
