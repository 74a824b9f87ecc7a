/** The commands that can be typed while the stand-in runs as a program. */
import { faultModes, type FaultMode } from './fault-modes';
import type { Standin } from './types';

export const isFaultMode = (text: string | undefined): text is FaultMode =>
  (faultModes as readonly (string | undefined)[]).includes(text);

const help = `Commands:
  fault <mode> [method] [path end]   enable a fault
  clear                              disable all faults
  offline, online                    disconnect and reconnect the network
  organizations, accounts            ids and names
  status                             requests so far, and protocol violations
  help, quit
Modes: ${faultModes.join(', ')}`;

/** The result of a command: the text to print, and whether the program ends. */
export interface Outcome {
  output: string;
  quit?: true;
}

/** Runs a typed command. An empty line does nothing. */
export async function command(standin: Standin, line: string): Promise<Outcome> {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  switch (word) {
    case '':
      return { output: '' };
    case 'fault': {
      const [mode, method, path] = rest;
      if (!isFaultMode(mode)) return { output: `No such fault. Modes: ${faultModes.join(', ')}` };
      const match = { ...(method && { method }), ...(path && { path }) };
      standin.faults.add({ mode, match });
      return {
        output: `${mode} is on for ${method ?? 'every method'} ${path ?? 'and every path'}.`,
      };
    }
    case 'clear':
      standin.faults.clear();
      return { output: 'All faults are off.' };
    case 'offline':
      await standin.goOffline();
      return { output: 'Offline.' };
    case 'online':
      await standin.goOnline();
      return { output: 'Online.' };
    case 'organizations':
    case 'accounts': {
      const lines = [...standin[word].values()].map(({ id, name }) => `${id}  ${name}`);
      return { output: lines.join('\n') };
    }
    case 'status': {
      const count = standin.requests.length;
      return {
        output: [`Requests: ${count}`, ...standin.violations.map((v) => `Violation: ${v}`)].join(
          '\n',
        ),
      };
    }
    case 'help':
      return { output: help };
    case 'quit':
      return { output: 'Goodbye.', quit: true };
    default:
      return { output: `Unknown command ${word}. Try help.` };
  }
}
