/** The app:// scheme, from which the window's page comes; what it gives is in page-files.ts. */
import { protocol } from 'electron';
import type { Locale } from '../../shared/language';
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

/**
 * Serves the window's files from `root`; anything else is 404.
 * @param locale the language of the page, once everything it asks for is listened to: until it resolves
 *   the page is not given out
 */
export function serveScheme(root: string, locale: () => Promise<Locale>): void {
  protocol.handle('app', (request) => answerFor(root, request, locale));
}
