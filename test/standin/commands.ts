/** The commands a person types while the stand-in runs alone. */
import { faultModes, type FaultMode } from './fault-modes';
import type { Standin } from './types';

export const isFaultMode = (text: string | undefined): text is FaultMode =>
  (faultModes as readonly (string | undefined)[]).includes(text);

export const help = `Commands:
  fault <mode> [method] [path end]   switch a fault on
  clear                              switch all faults off
  offline, online                    take the network away, give it back
  organizations                      ids and names
  status                             requests so far, and what a client did wrong
  help, quit
Modes: ${faultModes.join(', ')}`;

/** What to do, and what to say; `quit` ends the program. */
export interface Outcome {
  say: string;
  quit?: true;
}

/** Carries out one typed line. An empty one says nothing. */
export async function command(standin: Standin, line: string): Promise<Outcome> {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  switch (word) {
    case '':
      return { say: '' };
    case 'fault': {
      const [mode, method, path] = rest;
      if (!isFaultMode(mode)) return { say: `No such fault. Modes: ${faultModes.join(', ')}` };
      const match = { ...(method && { method }), ...(path && { path }) };
      standin.faults.add({ mode, match });
      return { say: `${mode} is on for ${method ?? 'every method'} ${path ?? 'and every path'}.` };
    }
    case 'clear':
      standin.faults.clear();
      return { say: 'All faults are off.' };
    case 'offline':
      await standin.goOffline();
      return { say: 'Offline.' };
    case 'online':
      await standin.goOnline();
      return { say: 'Online.' };
    case 'organizations': {
      const lines = [...standin.organizations.values()].map(({ id, name }) => `${id}  ${name}`);
      return { say: lines.join('\n') };
    }
    case 'status': {
      const count = standin.requests.length;
      return {
        say: [`Requests: ${count}`, ...standin.violations.map((v) => `Wrong: ${v}`)].join('\n'),
      };
    }
    case 'help':
      return { say: help };
    case 'quit':
      return { say: 'Goodbye.', quit: true };
    default:
      return { say: `Unknown command ${word}. Try help.` };
  }
}
