/**
 * Lets Playwright connect to a packaged app, which removes the `--remote-debugging-port` switch at startup.
 * The test package has the Node inspector fuse on, so we stop it before its first line and patch
 * `removeSwitch`.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';

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

/** Whether this TCP port is free right now. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (isListening) await new Promise((closed) => server.close(closed));
  return isListening;
}

/**
 * Finds a TCP port that is free right now. Below those that the system gives to whoever asks for any
 * (`net.ipv4.ip_local_port_range`), so that it still is when a test uses it, which may be half a minute later.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    if (await isFree(port)) return port;
  }
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

/** Waits for the app's inspector, makes the app keep its debugging switch, and lets it run. */
export async function attachDebugger(port: number, isOver: () => boolean): Promise<void> {
  const path = await waitForInspector(port, isOver);
  if (path === null) return;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  const send = (id: number, method: string, params = {}): void =>
    socket.send(JSON.stringify({ id, method, params }));
  socket.on('open', () => {
    send(1, 'Debugger.enable');
    send(2, 'Runtime.runIfWaitingForDebugger');
  });
  socket.on('message', (data) => {
    const { id, method, params } = JSON.parse(String(data)) as Message;
    if (method === 'Debugger.paused') {
      const { callFrameId } = params!.callFrames![0]!;
      send(3, 'Debugger.evaluateOnCallFrame', { callFrameId, expression: KEEP_DEBUGGING_SWITCH });
    }
    if (id === 3) send(4, 'Debugger.disable');
    if (id === 4) socket.close();
  });
  await once(socket, 'close');
}
