/** The stand-in as a program: options, first lines, commands from the standard input, clean end. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { command, isFaultMode } from './commands';
import {
  faultModes,
  sampleCredential,
  sampleToken,
  startStandin,
  type FaultMode,
  type Standin,
} from './index';

const usage = `npm run standin -- [--organizations 25] [--latency 80] [--port 0] [--faults MODE]…
Modes: ${faultModes.join(', ')}`;

const say = (text: string) => void process.stdout.write(`${text}\n`);

interface Wanted {
  organizations: number;
  latency: number;
  port: number;
  faults: FaultMode[];
}

/** Reads the options; a text instead says what is wrong with them. */
export function wanted(args: string[]): Wanted | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        organizations: { type: 'string', default: '25' },
        latency: { type: 'string', default: '0' },
        port: { type: 'string', default: '0' },
        faults: { type: 'string', multiple: true, default: [] },
      },
    });
    const { organizations, latency, port } = values;
    const wrong = Object.entries({ organizations, latency, port }).find(
      ([, text]) => !/^\d+$/.test(text),
    );
    if (wrong) return `--${wrong[0]} takes a whole number.`;
    const faults = values.faults.filter(isFaultMode);
    if (faults.length < values.faults.length) return 'No such fault.';
    return {
      organizations: Number(organizations),
      latency: Number(latency),
      port: Number(port),
      faults,
    };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options could not be read.';
  }
}

/** Resolves when the person quits or the process is asked to end. An ended input is no reason to. */
function untilAsked(standin: Standin): Promise<void> {
  return new Promise((ended) => {
    process.once('SIGINT', () => ended());
    process.once('SIGTERM', () => ended());
    const lines = createInterface({ input: process.stdin });
    let turn = Promise.resolve();
    lines.on('line', (line) => {
      turn = turn.then(async () => {
        const { say: text, quit } = await command(standin, line).catch((error: unknown) => ({
          say: `That failed: ${String(error)}`,
          quit: undefined,
        }));
        if (text !== '') say(text);
        if (quit) ended();
      });
    });
  });
}

/** Runs until asked to end; the result is the exit code. */
export async function main(args: string[]): Promise<number> {
  const options = wanted(args);
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
  // Without an input the event loop would have only the listener, which goes away when offline.
  const alive = setInterval(() => undefined, 60_000);
  say(`Address: ${standin.url}`);
  say(`E-mail:  ${sampleCredential.email}`);
  say(`Key:     ${sampleCredential.key}`);
  say(`Token:   ${sampleToken.token}`);
  say(`Organizations: ${standin.organizations.size}. Type help for the commands.`);
  await untilAsked(standin);
  clearInterval(alive);
  await standin.close();
  return 0;
}
