/** Collects the details for support: facts about app, computer and data, nothing that the person typed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { locale } from '../../shared/messages/locale';
import { DATABASE_FILE, isSetAsideFile, type Database } from '../database';
import type { About, Environment } from '../desktop';
import { readPreferences } from '../settings';
import { logFiles } from './log';
import { redactedLines } from './redact';
import { databaseFacts } from './report-data';
import { supportText, type SupportFacts } from './report-text';

/** Number of log lines in the details. */
const LOG_LINES = 60;

/** Sources of the facts. */
export interface SupportSources extends Pick<SupportFacts, 'app' | 'system'> {
  now: () => number;
  /** Absolute path of the folder with database and log. */
  userData: string;
  /** Absolute path of the build output. */
  out: string;
  database: Database;
  connection: () => SupportFacts['connection'];
  banners: () => { kind: string }[];
}

/** The content of a file; empty if it cannot be read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Total size in bytes of the matching files in a folder; 0 if the folder cannot be read. */
function sizeOf(folder: string, isMatch: (name: string) => boolean): number {
  try {
    const names = readdirSync(folder).filter(isMatch);
    const sizes = names.map(
      (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size,
    );
    return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  } catch {
    return 0;
  }
}

/** The names of the files in a folder, without those in its folders; empty if it cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The last lines of the log, redacted. */
function logLines({ userData, out }: Pick<SupportSources, 'userData' | 'out'>): string[] {
  const files = ['main', 'main/chunks'].flatMap((folder) => namesIn(join(out, folder)));
  return redactedLines(logFiles(userData).map(textOf).join('\n'), LOG_LINES, new Set(files));
}

/** Collects the facts. Unreadable files and a failing database are part of the result, not errors. */
export function gatherFacts(options: SupportSources): SupportFacts {
  const { now, userData, database, connection, banners, app, system } = options;
  const databaseOutcome = databaseFacts(database);
  return {
    at: now(),
    app,
    system,
    database: databaseOutcome.ok ? databaseOutcome.value : databaseOutcome.failure,
    settings: readPreferences(database),
    connection: connection(),
    banners: banners().map(({ kind }) => kind),
    sizes: {
      database: sizeOf(userData, (name) => name.startsWith(DATABASE_FILE)),
      setAside: sizeOf(userData, isSetAsideFile),
      log: sizeOf(join(userData, 'logs'), (name) => name.startsWith('main')),
    },
    log: logLines(options),
  };
}

/** Facts about the computer; they identify neither the computer nor its user. */
function systemFacts() {
  return {
    platform: process.platform,
    arch: process.arch,
    version: process.getSystemVersion(),
    locale: locale().formats,
  };
}

/** The text of the details, as the window shows it before it is copied. */
export function supportDetails(
  { userData, out }: Environment,
  app: About['facts'],
  sources: Pick<SupportSources, 'now' | 'database' | 'connection' | 'banners'>,
): string {
  return supportText(gatherFacts({ ...sources, app, userData, out, system: systemFacts() }));
}
