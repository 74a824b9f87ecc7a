/** Cloudflare's official client as a process that can be told what to do. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Standin } from '../standin';

/** What it can do. */
export type Task =
  | { does: 'list'; organizations: number }
  | { does: 'save'; ids: readonly [string]; phone: string }
  | { does: 'read'; ids: readonly string[] };

/** The running client. */
export interface Official {
  /** Does something, and gives the ms it took. */
  time(task: Task): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it for a stand-in, with its first sign-in. */
export function startOfficial(standin: Standin): Official {
  const { email, key } = standin.credentials[0]!;
  const child = fork(resolve('test/bench/official-client.mjs'), {
    env: {
      ...process.env,
      BENCH_URL: standin.url,
      BENCH_EMAIL: email,
      BENCH_KEY: key,
      // The stand-in's certificate is its own. Node warns of this on stderr.
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
