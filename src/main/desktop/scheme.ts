/**
 * Registers the app:// scheme with Electron. The responses come from app-protocol.ts, which does not import
 * Electron, because the tests in a plain Chromium use it, too.
 */
import { protocol, session } from 'electron';
import { answerFor, type Site } from './app-protocol';
import { WINDOW_PARTITION } from './security-restrictions';

/** Registers the scheme with Chromium; must run before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/**
 * Serves a window's files from `root` in its session, and 404 for everything else. It does not use
 * `protocol.handle`, for which Electron loads all of Node's fetch before the first response
 * (docs/adr/0035-the-window-opens-first.md).
 * @param listening resolves when main listens to the page's calls; scripts are not delivered before
 * @param other the partition and the site of another window than the main one
 */
export function serveScheme(
  root: string,
  listening: Promise<void>,
  other?: { partition: string; site: Site },
): void {
  session
    .fromPartition(other?.partition ?? WINDOW_PARTITION)
    .protocol.registerBufferProtocol('app', (request, answer) => {
      void answerFor(root, request, listening, other?.site).then(({ status, headers, body }) =>
        answer({ statusCode: status, headers, data: body }),
      );
    });
}
