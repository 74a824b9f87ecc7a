/** The stand-in as a program: reads its options, then commands from standard input, until it is stopped. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { command, isFaultMode } from './commands';
import {
  faultModes,
  sampleSignIn,
  sampleToken,
  startStandin,
  type FaultMode,
  type Standin,
} from './index';

const usage = `npm run standin -- [--organizations 25] [--accounts 2] [--latency 80] [--port 0] [--faults MODE]…
Modes: ${faultModes.join(', ')}`;

const say = (text: string) => void process.stdout.write(`${text}\n`);

interface Options {
  organizations: number;
  accounts: number;
  latency: number;
  port: number;
  faults: FaultMode[];
}

/** Parses the options; returns an error text if they are wrong. */
export function parseOptions(args: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        organizations: { type: 'string', default: '25' },
        accounts: { type: 'string', default: '2' },
        latency: { type: 'string', default: '0' },
        port: { type: 'string', default: '0' },
        faults: { type: 'string', multiple: true, default: [] },
      },
    });
    const { organizations, accounts, latency, port } = values;
    const wrong = Object.entries({ organizations, accounts, latency, port }).find(
      ([, text]) => !/^\d+$/.test(text),
    );
    if (wrong) return `--${wrong[0]} takes a whole number.`;
    const faults = values.faults.filter(isFaultMode);
    if (faults.length < values.faults.length) return 'No such fault.';
    return {
      organizations: Number(organizations),
      accounts: Number(accounts),
      latency: Number(latency),
      port: Number(port),
      faults,
    };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options could not be read.';
  }
}

/** Runs typed commands; resolves on `quit`, SIGINT or SIGTERM. The end of standard input is ignored. */
function untilStopped(standin: Standin): Promise<void> {
  return new Promise((ended) => {
    process.once('SIGINT', () => ended());
    process.once('SIGTERM', () => ended());
    const lines = createInterface({ input: process.stdin });
    let previous = Promise.resolve();
    lines.on('line', (line) => {
      previous = previous.then(async () => {
        const { output, quit } = await command(standin, line).catch((error: unknown) => ({
          output: `That failed: ${String(error)}`,
          quit: undefined,
        }));
        if (output !== '') say(output);
        if (quit) ended();
      });
    });
  });
}

/** Runs the program until it is stopped. Returns its exit code. */
export async function main(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}\n`);
    return 2;
  }
  let standin: Standin;
  try {
    standin = await startStandin(options);
  } catch (error) {
    process.stderr.write(`The stand-in could not start: ${(error as Error).message}\n`);
    return 1;
  }
  for (const mode of options.faults) standin.faults.add({ mode });
  // Keeps the process alive. Without standard input only the listener would, and `offline` closes it.
  const alive = setInterval(() => undefined, 60_000);
  say(`Address: ${standin.url}`);
  say(`Email:   ${sampleSignIn.email}`);
  say(`Key:     ${sampleSignIn.key}`);
  say(`Token:   ${sampleToken.value}`);
  say(
    `Organizations: ${standin.organizations.size}. Accounts: ${standin.accounts.size}. Type help for the commands.`,
  );
  await untilStopped(standin);
  clearInterval(alive);
  await standin.close();
  return 0;
}
