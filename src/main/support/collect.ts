/** *Copy details for support*: what is known of app, computer and data, without a person's words. */
import { locale } from '../../shared/messages/locale';
import { gatherFacts, type GatherOptions } from './gather';
import { supportText } from './report-text';
import type { About } from '../desktop/about';
import type { Place } from '../desktop/environment';

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
