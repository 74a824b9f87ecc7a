/** The system's information about running processes. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A running process. */
export interface Process {
  pid: number;
  /** Its command line; Chromium separates the arguments with spaces. */
  commandLine: string;
  /** Its environment variables, as one text. */
  environment: string;
  /** Lines of its status by name, such as `Seccomp`. */
  status: Record<string, string>;
  /** Its user namespace. */
  userNamespace: string;
}

/** All processes of an executable, except those that exit meanwhile. */
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
      // It exited meanwhile, or is a kernel thread.
    }
  }
  return found;
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
