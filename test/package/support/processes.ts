/** What the system knows of running processes. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A running process. */
export interface Process {
  pid: number;
  /** Its command line; Chromium puts spaces between the words. */
  commandLine: string;
  /** Its variables, as one text. */
  environment: string;
  /** Lines of its status by name, such as `Seccomp`. */
  status: Record<string, string>;
  /** Which user namespace it is in. */
  userNamespace: string;
}

/** All processes of an executable; those that end meanwhile are left out. */
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
      // It ended while we looked, or never belonged to a program.
    }
  }
  return found;
}

/** The ports on which anything in this network listens, sorted. */
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
