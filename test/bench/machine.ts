/** The machine and the versions of a run. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { executable } from '../e2e/support/executable';

function distribution(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

function electron(): string {
  try {
    return readFileSync(join(dirname(executable()), 'version'), 'utf8').trim();
  } catch {
    return 'of unknown version';
  }
}

/** The commit, and whether there are uncommitted changes. */
function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    const changed = git('status', '--porcelain', '--', 'src', 'build') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' with changes' : '');
  } catch {
    return 'unknown';
  }
}

/** The machine's load at the start; idle is well below 1. */
export const loadAtStart = loadavg()[0]!;

/** Facts, one per line. */
export function machineFacts(runs: number, args: readonly string[]): string[] {
  const [first] = cpus();
  const sandbox = process.getuid?.() === 0 ? 'off (root)' : 'on';
  return [
    `Command: \`npm run bench${args.length > 0 ? ` -- ${args.join(' ')}` : ''}\`, ${runs} round${runs === 1 ? '' : 's'}`,
    `Machine: ${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 1e9)} GB, ${distribution()}, kernel ${release()}; load at the start ${loadAtStart.toFixed(1)}`,
    `Electron ${electron()}, Node ${process.version}, virtual screen without a GPU, Chromium's sandbox ${sandbox}`,
    `Letterhead at commit ${commit()}`,
  ];
}
