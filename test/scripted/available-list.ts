/** Scripts the list of available organizations of a sign-in, using main's real `AvailableList`. */
import { AvailableList } from '../../src/main/organizations/add/available-list';
import type { AvailableFetchResult } from '../../src/shared/additions';
import type { EntryKind, Parent } from '../../src/shared/organization';
import { failed, success } from '../../src/shared/result';
import type { ScriptedMain } from './scripted-main';

/** An organization or account that Cloudflare lists. */
export interface ListedOrganization {
  id: string;
  name: string;
  /** Default: an organization. */
  kind?: EntryKind;
  parent?: Parent | null;
  saved: boolean;
}

export interface AvailableScript {
  /** What Cloudflare currently lists. */
  organizations: () => readonly ListedOrganization[];
  /** Adds the selected organizations. Returns the id of one that can be opened, or null. */
  add: (ids: string[]) => string | null;
  /** Overrides the result of listing; complete by default. */
  end?: () => Partial<AvailableFetchResult>;
  /** Listing waits for this promise. */
  until?: () => Promise<unknown>;
  /** Whether main fails this call. */
  refuses?: (call: 'rows' | 'tick') => boolean;
}

/** What is known of an organization about which Cloudflare says little. */
const UNKNOWN = {
  kind: 'organization',
  parent: null,
  createdAt: null,
} as const;

/** Scripts listing, filtering, selecting and adding. */
export function answerAvailable(main: ScriptedMain, script: AvailableScript): void {
  let list = new AvailableList(false);
  main
    .answer('additions', 'list', async ({ onlyNew }) => {
      await script.until?.();
      list = new AvailableList(onlyNew);
      list.add(
        script.organizations().map((listed) => ({ ...UNKNOWN, isShown: listed.saved, ...listed })),
      );
      await list.sort(() => Promise.resolve());
      const { found, saved } = list;
      const listed = { found, saved, isComplete: true, failure: null, ...script.end?.() };
      if (listed.isComplete) list.preselect();
      return success(listed);
    })
    .answer('additions', 'rows', ({ filter, offset, limit }) =>
      script.refuses?.('rows') ? failed('app.stopping') : success(list.rows(filter, offset, limit)),
    )
    .answer('additions', 'tick', ({ which, ticked, filter }) => {
      if (script.refuses?.('tick')) return failed('app.stopping');
      list.tick(which, ticked, filter);
      return success(list.summary(filter));
    })
    .answer('additions', 'open', ({ id, isOpen }) => {
      list.open(id, isOpen);
      return success(null);
    })
    .answer('additions', 'add', () =>
      success({ first: script.add(list.chosen().map(({ id }) => id)) }),
    )
    .answer('additions', 'stopFetching', () => success(null))
    .answer('additions', 'leave', () => success(null));
}
