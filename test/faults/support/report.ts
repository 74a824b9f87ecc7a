/** The output of the kill loop: a table of counts and measurements, and the details of complaints. */
import { cpus } from 'node:os';
import type { Complaint } from '../oracle';
import type { KillCounts } from './kill-loop';
import type { OutsideCounts } from './outside';
import { COUNTED, type PersonCounts } from './app-run';
import type { Known } from './record';

/** Number of lines of an organization's history that are printed with a complaint. */
const LINES = 200;

/** A Markdown table. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
  return ['| what | how much |', '| --- | --- |', ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join(
    '\n',
  );
}

/** The rows of the table about a run of the kill loop. */
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
    ['app runs', kills.kills],
    ['… killed while starting', kills.whileStarting],
    ['… of which only the main process was killed', kills.onlyMain],
    ['… killed in the middle of a call about many', kills.duringMany],
    ['… in which the window was closed right after a key', kills.closed],
    ['… of which it closed normally, without a kill', kills.closedNormally],
    ['time until the last process was gone, longest', ms(kills.longestGone)],
    ['start until the list is shown, median', ms(median(kills.starts))],
    ['times everything settled', kills.settled],
    ...COUNTED.map((what): [string, number] => [what, person[what]]),
    ['newest text lost to a kill: greatest age', ms(kills.oldestLost)],
    ['edits by someone else', outside.elsewhere],
    ['requests to Cloudflare', outside.requests],
    ['… that met a fault', faults],
    ['… of kinds', outside.faults.size],
    ['… refused by the rate limit', outside.refusedByLimit],
    ['broken connections', outside.outages],
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

/** The text of a failure: the complaints, and what is needed to debug them. */
export function violation(
  complaints: readonly Complaint[],
  where: { seed: number; cycle: number },
): string {
  const about = new Set(
    complaints.flatMap(({ known }) => (known === null ? [] : [known, ...known.sharedWith])),
  );
  const histories = [...about].map(({ id, name, history }) =>
    [`History of ${name} (${id}):`, ...history.slice(-LINES)].join('\n  '),
  );
  return [
    `Seed ${where.seed}, kill ${where.cycle}:`,
    ...complaints.map(({ known, text }) => `- ${known?.name ?? 'The database'}: ${text}`),
    ...histories,
  ].join('\n');
}
