/** The computer as support may know it: kind and version of the system, and the language of the app. */
import { locale } from '../../shared/messages/locale';

/** Names no person and no computer. */
export function systemFacts() {
  return {
    platform: process.platform,
    arch: process.arch,
    version: process.getSystemVersion(),
    locale: locale().formats,
  };
}
