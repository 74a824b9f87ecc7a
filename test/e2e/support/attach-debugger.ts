/**
 * Lets Playwright connect to a packaged app, which removes the `--remote-debugging-port` switch at startup.
 * The test package has the Node inspector fuse on, so we stop it before its first line and patch
 * `removeSwitch`. Contains just enough of WebSocket (RFC 6455) to talk to the inspector.
 */
import { randomBytes } from 'node:crypto';
import { get, request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

const KEEP_DEBUGGING_SWITCH = `(() => {
  const line = process._linkedBinding('electron_common_command_line');
  const remove = line.removeSwitch;
  line.removeSwitch = (name) => name === 'remote-debugging-port' || remove.call(line, name);
})()`;

interface Message {
  id?: number;
  method?: string;
  params?: { callFrames?: { callFrameId: string }[] };
}

/** Finds a TCP port that is free right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Polls until an inspector listens on `port`; returns its path, or null once `isOver` says to stop. */
async function waitForInspector(port: number, isOver: () => boolean): Promise<string | null> {
  while (!isOver()) {
    const text = await new Promise<string>((resolve) => {
      get({ host: '127.0.0.1', port, path: '/json/list' }, async (answer) => {
        let all = '';
        for await (const chunk of answer) all += String(chunk);
        resolve(all);
      }).on('error', () => resolve(''));
    });
    if (text !== '') {
      const [{ webSocketDebuggerUrl }] = JSON.parse(text) as [{ webSocketDebuggerUrl: string }];
      return new URL(webSocketDebuggerUrl).pathname;
    }
    await pause(20);
  }
  return null;
}

/** Encodes a masked text frame with a 16-bit length. */
function encodeFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const mask = randomBytes(4);
  const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, mask, body.map((byte, at) => byte ^ mask[at % 4]!)]);
}

/** Calls `onMessage` for each message. The inspector neither masks nor fragments them. */
function readMessages(socket: Duplex, onMessage: (message: Message) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      if (rest.length < 10) return;
      const short = rest[1]!;
      const start = short < 126 ? 2 : short === 126 ? 4 : 10;
      const length =
        short < 126
          ? short
          : short === 126
            ? rest.readUInt16BE(2)
            : Number(rest.readBigUInt64BE(2));
      if (rest.length < start + length) return;
      const text = rest.toString('utf8', start, start + length);
      rest = rest.subarray(start + length);
      if (text.startsWith('{')) onMessage(JSON.parse(text) as Message);
    }
  });
}

/** Waits for the app's inspector, makes the app keep its debugging switch, and lets it run. */
export async function attachDebugger(port: number, isOver: () => boolean): Promise<void> {
  const path = await waitForInspector(port, isOver);
  if (path === null) return;
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
  const upgrade = request({ host: '127.0.0.1', port, path, headers }).end();
  await new Promise<void>((done, failed) => {
    upgrade.on('error', failed);
    upgrade.on('upgrade', (_answer, socket) => {
      const send = (id: number, method: string, params = {}): void =>
        void socket.write(encodeFrame(JSON.stringify({ id, method, params })));
      socket.on('error', failed).on('close', () => done());
      readMessages(socket, ({ id, method, params }) => {
        if (method === 'Debugger.paused') {
          const { callFrameId } = params!.callFrames![0]!;
          send(3, 'Debugger.evaluateOnCallFrame', {
            callFrameId,
            expression: KEEP_DEBUGGING_SWITCH,
          });
        }
        if (id === 3) send(4, 'Debugger.disable');
        if (id === 4) socket.end();
      });
      send(1, 'Debugger.enable');
      send(2, 'Runtime.runIfWaitingForDebugger');
    });
  });
}
