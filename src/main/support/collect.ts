/** *Copy details for support*: collects what is known of app, computer and data, without a person's words. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { locale } from '../../shared/messages/locale';
import { DATABASE_FILE, isSetAsideFile } from '../database';
import type { Store } from '../database/tables';
import type { About } from '../desktop/about';
import type { Place } from '../desktop/environment';
import { readPreferences } from '../settings/settings';
import { logFiles } from './log';
import { reducedLines } from './redact';
import { storeFacts } from './report-data';
import { supportText, type SupportFacts } from './report-text';

/** Lines of the log that go along. */
const LOG_LINES = 60;

/** What it needs. */
export interface GatherOptions extends Pick<SupportFacts, 'app' | 'system'> {
  now: () => number;
  /** The folder of database and log. */
  userData: string;
  store: Store;
  connection: () => SupportFacts['connection'];
  banners: () => { kind: string }[];
}

/** What stands in a file, or '' where there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Bytes of the files of this kind in a folder; a folder that cannot be read has none. */
function bytesOf(folder: string, isWanted: (name: string) => boolean): number {
  try {
    const names = readdirSync(folder).filter(isWanted);
    const sizes = names.map(
      (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size,
    );
    return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  } catch {
    return 0;
  }
}

/** The last lines of the log, reduced to what may leave this computer. */
export function logLines(userData: string): string[] {
  return reducedLines(logFiles(userData).map(textOf).join('\n'), LOG_LINES);
}

/** Gathers it all. */
export function gatherFacts(options: GatherOptions): SupportFacts {
  const { now, userData, store, connection, banners, app, system } = options;
  const facts = storeFacts(store);
  return {
    at: now(),
    app,
    system,
    store: facts.ok ? facts.value : facts.failure,
    settings: readPreferences(store),
    connection: connection(),
    banners: banners().map(({ kind }) => kind),
    sizes: {
      database: bytesOf(userData, (name) => name.startsWith(DATABASE_FILE)),
      setAside: bytesOf(userData, isSetAsideFile),
      log: bytesOf(join(userData, 'logs'), (name) => name.startsWith('main')),
    },
    log: logLines(userData),
  };
}

/** The computer as support may know it: names no person and no computer. */
function systemFacts() {
  return {
    platform: process.platform,
    arch: process.arch,
    version: process.getSystemVersion(),
    locale: locale().formats,
  };
}

/** The text, as it is shown before it is copied. */
export function supportDetails(
  { userData }: Place,
  app: About['facts'],
  facts: Pick<GatherOptions, 'now' | 'store' | 'connection' | 'banners'>,
): string {
  return supportText(gatherFacts({ ...facts, app, userData, system: systemFacts() }));
}
