/** Starting helper processes with Electron. */
import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startHelper, WITH_NOTHING } from '../../../src/main/desktop/start-helper';

const { fork } = vi.hoisted(() => ({ fork: vi.fn() }));
vi.mock('electron', () => ({
  app: { getAppMetrics: () => [{ pid: 7, memory: { workingSetSize: 3 } }] },
  utilityProcess: { fork },
}));

/** A process that can be ended only after it has started, as with Electron 33. */
function fakeProcess() {
  const child = Object.assign(new EventEmitter(), { pid: undefined as number | undefined });
  const kill = vi.fn(() => child.pid !== undefined);
  fork.mockReturnValueOnce(Object.assign(child, { kill }));
  return {
    child,
    kill,
    spawn() {
      child.pid = 7;
      child.emit('spawn');
    },
  };
}

test('ends a helper that was to be ended before it has started', () => {
  const { kill, spawn } = fakeProcess();
  startHelper('/helper.js', 'Helper').kill();
  expect(kill.mock.results.map(({ value }) => value as boolean)).toEqual([false]);
  spawn();
  expect(kill.mock.results.at(-1)?.value).toBe(true);
});

test('the end of a helper without memory throws nothing here', () => {
  const { child } = fakeProcess();
  startHelper('/helper.js', 'Helper');
  expect(() => child.emit('error', 'FatalError', 'v8', '{}')).not.toThrow();
});

test('measures the memory of a helper', () => {
  const { spawn, kill } = fakeProcess();
  const helper = startHelper('/helper.js', 'Helper');
  expect(helper.memoryBytes()).toBe(0);
  spawn();
  expect(helper.memoryBytes()).toBe(3_072);
  expect(kill).not.toHaveBeenCalled();
});

test('a helper that gets nothing gets none of our variables, and prints nothing', () => {
  fakeProcess();
  startHelper('/helper.js', 'Helper', WITH_NOTHING);
  expect(fork.mock.lastCall).toEqual([
    '/helper.js',
    [],
    {
      serviceName: 'Helper',
      stdio: 'ignore',
      // An empty one would mean all of ours.
      env: { LANG: 'C' },
      execArgv: ['--js-flags=--max-old-space-size=512'],
    },
  ]);
});
