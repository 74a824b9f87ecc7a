/** The stand-in as a program, started as `npm run standin` does it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseOptions } from './program';
import { command } from './commands';
import { sampleSignIn, sampleToken } from './index';
import { accountAt, idAt, send, startForTest } from './support';

const program = fileURLToPath(new URL('cli.mjs', import.meta.url));

/** Starts the program. `line()` resolves with its next line of output. */
function run(args: string[], input: 'pipe' | 'ignore' = 'pipe') {
  const child = spawn(process.execPath, [program, ...args], { stdio: [input, 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (!child.stdout) throw new Error('No output to read');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { child, line, ended };
}

/** Reads the first lines of output: the URL and the sign-in. */
async function greeting(line: () => Promise<string>) {
  const values: string[] = [];
  for (const name of ['Address', 'Email', 'Key', 'Token']) {
    const [, value] = new RegExp(`^${name}: +(\\S+)$`).exec(await line()) ?? [];
    values.push(value ?? '');
  }
  const [url = '', email = '', key = '', token = ''] = values;
  const headers = { 'x-auth-email': email, 'x-auth-key': key };
  return { url, headers, token, last: await line() };
}

describe('the program', () => {
  it('applies its options, runs typed commands and quits', { timeout: 60_000 }, async () => {
    const { child, line, ended } = run([
      '--organizations',
      '3',
      '--accounts',
      '4',
      '--faults',
      '503-text',
    ]);
    const { url, headers, token, last } = await greeting(line);
    expect(headers['x-auth-key']).toBe(sampleSignIn.key);
    expect(token).toBe(sampleToken.value);
    expect(last).toContain('Organizations: 3. Accounts: 4.');
    const status = async () => (await fetch(`${url}/user`, { headers })).status;
    expect(await status()).toBe(503);
    child.stdin?.write('clear\n');
    expect(await line()).toBe('All faults are off.');
    expect(await status()).toBe(200);
    const bearer = { authorization: `Bearer ${token}` };
    const list = await fetch(`${url}/accounts`, { headers: bearer });
    expect(await list.json()).toMatchObject({ result_info: { total_count: 4 } });
    child.stdin?.write('quit\n');
    expect(await line()).toBe('Goodbye.');
    expect(await ended).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'runs without standard input, and ends on %s even if a connection is open',
    { timeout: 60_000 },
    async (signal) => {
      const { child, line, ended } = run([], 'ignore');
      const { url, headers } = await greeting(line);
      expect((await fetch(`${url}/user`, { headers })).status).toBe(200);
      child.kill(signal);
      expect(await ended).toBe(0);
    },
  );

  it('reports wrong options', { timeout: 60_000 }, async () => {
    const { ended } = run(['--faults', 'nonsense'], 'ignore');
    expect(await ended).toBe(2);
  });
});

describe('options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({
      organizations: 25,
      accounts: 2,
      latency: 0,
      port: 0,
      faults: [],
    });
  });

  it('are parsed', () => {
    const args =
      '--organizations 7 --accounts 0 --latency=80 --port 9 --faults reset --faults 504-text';
    expect(parseOptions(args.split(' '))).toEqual({
      organizations: 7,
      accounts: 0,
      latency: 80,
      port: 9,
      faults: ['reset', '504-text'],
    });
  });

  it.each([['--port', 'x'], ['--latency', '-1'], ['--faults', 'x'], ['--what'], ['stray']])(
    'are refused with a message: %s %s',
    (...args) => {
      expect(typeof parseOptions(args)).toBe('string');
    },
  );
});

describe('commands', () => {
  it('enable faults for a method and a path', async () => {
    const standin = await startForTest();
    expect((await command(standin, 'fault 504-text GET /user')).output).toContain('504-text is on');
    expect((await send(standin, '/user')).status).toBe(504);
    expect((await send(standin, '/organizations')).status).toBe(200);
    await command(standin, 'fault 503-text');
    expect((await send(standin, '/organizations')).status).toBe(503);
    await command(standin, ' clear ');
    expect((await send(standin, '/user')).status).toBe(200);
    expect((await command(standin, 'fault nonsense')).output).toContain('No such fault');
  });

  it('disconnect and reconnect the network', async () => {
    const standin = await startForTest();
    await command(standin, 'offline');
    await expect(send(standin, '/user')).rejects.toThrow();
    await command(standin, 'online');
    expect((await send(standin, '/user')).status).toBe(200);
  });

  it('list organizations, accounts and requests', async () => {
    const standin = await startForTest();
    await fetch(`http://127.0.0.1:${standin.port}/`);
    expect((await command(standin, 'status')).output).toBe(
      'Requests: 1\nViolation: a path outside /client/v4: GET',
    );
    expect((await command(standin, 'organizations')).output).toContain(
      `${idAt(standin, 0)}  Brightwater Ltd`,
    );
    expect((await command(standin, 'accounts')).output).toContain(
      `${accountAt(standin, 0)}  Brightwater Bristol`,
    );
    expect((await command(standin, 'help')).output).toContain('offline');
    expect((await command(standin, 'what')).output).toContain('Unknown command what');
    expect(await command(standin, '')).toEqual({ output: '' });
    expect(await command(standin, 'quit')).toMatchObject({ quit: true });
  });
});
