/** Cloudflare's official client in a separate process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Standin } from '../standin';

/** A task for the official client. */
export type Task =
  | { does: 'list'; organizations: number }
  | { does: 'save'; ids: readonly [string]; phone: string }
  | { does: 'read'; ids: readonly string[] };

/** The running client. */
export interface Official {
  /** Runs a task and returns its time in ms. */
  time(task: Task): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the official client for a stand-in (a fake Cloudflare API server), with the stand-in's first sign-in. */
export function startOfficial(standin: Standin): Official {
  const { email, key } = standin.signIns[0]!;
  const child = fork(resolve('test/bench/official-client.mjs'), {
    env: {
      ...process.env,
      BENCH_URL: standin.url,
      BENCH_EMAIL: email,
      BENCH_KEY: key,
      // The stand-in's certificate is self-signed. Node warns about this setting on stderr.
      ...(standin.url.startsWith('https') ? { NODE_TLS_REJECT_UNAUTHORIZED: '0' } : {}),
      NODE_NO_WARNINGS: '1',
    },
  });
  return {
    async time(task) {
      const answered = once(child, 'message');
      child.send(task);
      const [{ ms, error }] = (await answered) as [{ ms?: number; error?: string }];
      if (ms === undefined) throw new Error(`The official client failed: ${error}`);
      return ms;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
