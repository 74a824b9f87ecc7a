/**
 * Registers the app:// scheme with Electron. The answers come from app-protocol.ts, which has no Electron in it:
 * the tests in a plain Chromium serve the page with it, too.
 */
import { protocol } from 'electron';
import { answerFor } from './app-protocol';

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
 * Serves the page's files from `root`, and 404 for everything else. Not with `protocol.handle`: Electron would
 * load all of Node's fetch before the first answer (docs/adr/0035-the-window-opens-first.md).
 * @param listening scripts are held back until this resolves
 */
export function serveScheme(root: string, listening: Promise<void>): void {
  protocol.registerBufferProtocol('app', (request, answer) => {
    void answerFor(root, request, listening).then(({ status, headers, body }) =>
      answer({ statusCode: status, headers, data: body }),
    );
  });
}
