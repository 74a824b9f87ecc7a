/** The windows on the screen, dialogs of the system included, as xdotool sees them. */
import { execFileSync } from 'node:child_process';
import type { ElectronApplication } from '@playwright/test';

/** Runs a program and returns what it printed; throws where it failed. */
export type Run = (command: string, args: string[]) => string;

const run: Run = (command, args) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/**
 * Returns the ids of the visible windows that match.
 * @param criteria as xdotool's `search` takes them
 * @param runProgram runs it as another user, say
 * @throws where xdotool fails for another reason than that no window matches
 */
export function searchWindows(criteria: string[], runProgram: Run = run): string[] {
  for (;;) {
    try {
      return runProgram('xdotool', ['search', '--onlyvisible', ...criteria])
        .trim()
        .split('\n');
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      // It exits with 1 and says nothing where no window matches.
      if (stderr === '') return [];
      // A window closed while xdotool looked at it.
      if (!stderr?.includes('BadWindow')) throw error;
    }
  }
}

/** Returns the ids of an app's visible windows, its dialogs included. */
export const windowsOf = (app: ElectronApplication): string[] =>
  searchWindows(['--all', '--pid', String(app.process().pid), '--name', '.']);
