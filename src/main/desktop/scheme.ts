/** The app:// scheme, from which the window's page comes; what it gives is in page-files.ts. */
import { protocol } from 'electron';
import { answerFor } from './page-files';

/** Tells Chromium about the scheme; must run before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the window's files from `root`; anything else is 404. */
export function serveScheme(root: string): void {
  protocol.handle('app', (request) => answerFor(root, request));
}
