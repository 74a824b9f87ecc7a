/** The scripts of helper processes in tests: bundled as for the app, and started as processes of Node. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { build } from 'vite';
import type { HelperProcess } from '../../src/main/lib/helper-link';

/** A bundled script. */
export interface BuiltScript {
  /** Starts it with these variables. */
  start(env?: NodeJS.ProcessEnv): ChildProcess;
  /** Every process started so far, including those that have exited. */
  started: ChildProcess[];
  /** Ends all processes and removes the built file. */
  remove(): void;
}

/** Bundles a script into one file that Node can run, in a folder from which the packages in `external` can be loaded. */
export async function buildScript(path: string, external: string[] = []): Promise<BuiltScript> {
  const name = basename(path, '.ts');
  const outDir = resolve(`node_modules/.cache/letterhead/${name}-${process.pid}`);
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: resolve(path),
      outDir,
      target: 'node20.18',
      rolldownOptions: { external, output: { entryFileNames: `${name}.mjs` } },
    },
    ssr: { noExternal: true },
  });
  const started: ChildProcess[] = [];
  return {
    started,
    start(env = {}) {
      const child = fork(resolve(outDir, `${name}.mjs`), {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        serialization: 'advanced',
      });
      started.push(child);
      return child;
    },
    remove() {
      for (const child of started) child.kill('SIGKILL');
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

/** Gives a process of Node the interface of a helper. */
export function forked<Request>(child: ChildProcess): HelperProcess<Request> {
  // A process that cannot be started emits `error` as well as `exit`; only `exit` is used.
  child.on('error', () => {});
  return {
    send: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
