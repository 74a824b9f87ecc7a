/** The system's information about running processes. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A running process. */
export interface Process {
  pid: number;
  /** The command line. Chromium separates the arguments with spaces. */
  commandLine: string;
  /** All environment variables, as one text. */
  environment: string;
  /** The values in /proc/PID/status by name, such as `Seccomp`. */
  status: Record<string, string>;
  /** The link that identifies the user namespace. */
  userNamespace: string;
}

/** All processes of an executable, except those that exit while this function runs. */
export function processesOf(executable: string): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const read = (file: string): string => readFileSync(`/proc/${name}/${file}`, 'utf8');
    try {
      if (readlinkSync(`/proc/${name}/exe`) !== executable) continue;
      const lines = read('status').split('\n');
      found.push({
        pid: Number(name),
        commandLine: read('cmdline').replaceAll('\0', ' '),
        environment: read('environ'),
        status: Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2))),
        userNamespace: readlinkSync(`/proc/${name}/ns/user`),
      });
    } catch {
      // The process exited in the meantime, or is a kernel thread.
    }
  }
  return found;
}

/** The native modules of Node that the processes of an executable have loaded, as absolute paths. */
export function loadedAddons(executable: string): string[] {
  const maps = processesOf(executable).map(({ pid }) => readIfRunning(`/proc/${pid}/maps`));
  const paths = maps.join('\n').match(/(?<= )\/.*\.node$/gm) ?? [];
  return [...new Set(paths)].sort();
}

/** Reads a file of a process; empty if it has ended. */
export function readIfRunning(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The listening ports of this network namespace, sorted. */
export function listeningPorts(): number[] {
  const LISTENING = '0A';
  const ports = ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTENING)
      .map((fields) => Number.parseInt(fields[1]!.split(':')[1]!, 16)),
  );
  return [...new Set(ports)].sort((a, b) => a - b);
}
