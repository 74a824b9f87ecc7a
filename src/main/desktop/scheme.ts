/** The app:// scheme, from which the window's page comes; what it gives is in app-protocol.ts. */
import { protocol } from 'electron';
import { answerFor } from './app-protocol';

/** Tells Chromium about the scheme; must run before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/**
 * Serves the window's files from `root`; anything else is 404. With `protocol.handle` Electron would read
 * Node's whole fetch before the first answer (docs/adr/0035-the-window-opens-first.md).
 * @param listening until this resolves no script of the page is given out
 */
export function serveScheme(root: string, listening: Promise<void>): void {
  protocol.registerBufferProtocol('app', (request, answer) => {
    void answerFor(root, request, listening).then(({ status, headers, body }) =>
      answer({ statusCode: status, headers, data: body }),
    );
  });
}
