/** What a run prints: a table of what was done and measured, and everything about a violation. */
import { cpus } from 'node:os';
import type { Complaint } from '../oracle';
import type { KillCounts } from './kill-loop';
import type { OutsideCounts } from './outside';
import { COUNTED, type PersonCounts } from './run';
import type { Known } from './record';

/** Lines of an organization's history that are printed with a violation. */
const LINES = 200;

/** A Markdown table of what was done. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
  return ['| what | how much |', '| --- | --- |', ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join(
    '\n',
  );
}

/** The rows for one run of the kill loop. */
export function rowsOf(
  seed: number,
  kills: KillCounts,
  person: PersonCounts,
  outside: OutsideCounts,
  known: readonly Known[],
): [string, string | number][] {
  const writes = known.flatMap((one) => one.writes);
  const faults = [...outside.faults.values()].reduce((sum, count) => sum + count, 0);
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return [
    ['seed', seed],
    ['processors, Node', `${cpus().length}, ${process.versions.node}`],
    ['lives', kills.kills],
    ['… killed while starting', kills.whileStarting],
    ['… of which the main process alone was killed', kills.mainAlone],
    ['… killed in the middle of a call about a job', kills.duringJobs],
    ['… in which the window was closed right after a key', kills.closed],
    ['… of which it closed in order, without a kill', kills.closedInOrder],
    ['time until the last process was gone, longest', ms(kills.longestGone)],
    ['start until the list is there, median', ms(median(kills.starts))],
    ['times everything was let settle', kills.settled],
    ...COUNTED.map((what): [string, number] => [what, person[what]]),
    ['newest text lost to a kill: its age, longest', ms(kills.oldestLost)],
    ['edits by somebody else', outside.elsewhere],
    ['requests to Cloudflare', outside.requests],
    ['… that met a fault', faults],
    ['… of kinds', outside.faults.size],
    ['… refused by the rate limit', outside.refusedByLimit],
    ['broken lines', outside.outages],
    ['PUTs', writes.length],
    ['… applied', writes.filter(({ applied }) => applied).length],
    ['… applied with the answer lost', writes.filter(isLost).length],
    ['duration', `${Math.round(kills.seconds)} s`],
  ];
}

function isLost({ applied, fault }: Known['writes'][number]): boolean {
  return applied && (fault?.startsWith('put-') ?? false);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Everything a person needs to look for the fault behind a complaint. */
export function violation(
  complaints: readonly Complaint[],
  where: { seed: number; cycle: number },
): string {
  const about = new Set(complaints.map(({ known }) => known).filter((known) => known !== null));
  const histories = [...about].map(({ id, name, history }) =>
    [`History of ${name} (${id}):`, ...history.slice(-LINES)].join('\n  '),
  );
  return [
    `Seed ${where.seed}, kill ${where.cycle}:`,
    ...complaints.map(({ known, text }) => `- ${known?.name ?? 'The whole'}: ${text}`),
    ...histories,
  ].join('\n');
}
