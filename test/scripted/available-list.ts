/** What a scripted main answers about the list of a sign-in: the list itself is main's own. */
import { FoundList } from '../../src/main/organizations/add/available-list';
import type { Listed } from '../../src/shared/additions';
import { failed, success } from '../../src/shared/failure';
import type { ScriptedMain } from './main';

/** An organization that Cloudflare lists. */
export interface ListedOrganization {
  id: string;
  name: string;
  saved: boolean;
}

/** What is scripted. */
export interface FoundScript {
  /** What Cloudflare lists at the time. */
  organizations: () => readonly ListedOrganization[];
  /** Adds what is ticked and answers one of it that can be opened. */
  add: (ids: string[]) => string | null;
  /** How listing ends, if not completely. */
  end?: () => Partial<Listed>;
  /** Listing ends when this does. */
  until?: () => Promise<unknown>;
  /** Whether main refuses this call. */
  refuses?: (call: 'page' | 'tick') => boolean;
}

/** Scripts listing, filtering, ticking and adding. */
export function answerFound(main: ScriptedMain, script: FoundScript): void {
  let list = new FoundList(false);
  main
    .answer('adding', 'list', async ({ onlyNew }) => {
      await script.until?.();
      list = new FoundList(onlyNew);
      list.add(script.organizations());
      await list.order(() => Promise.resolve());
      const { found, saved } = list;
      const listed = { found, saved, isComplete: true, failure: null, ...script.end?.() };
      if (listed.isComplete) list.preselect();
      return success(listed);
    })
    .answer('adding', 'page', ({ filter, offset, limit }) =>
      script.refuses?.('page') ? failed('app.stopping') : success(list.page(filter, offset, limit)),
    )
    .answer('adding', 'tick', ({ which, ticked, filter }) => {
      if (script.refuses?.('tick')) return failed('app.stopping');
      list.tick(which, ticked, filter);
      return success(list.summary(filter));
    })
    .answer('adding', 'add', () =>
      success({ first: script.add(list.chosen().map(({ id }) => id)) }),
    )
    .answer('adding', 'stopListing', () => success(null))
    .answer('adding', 'leave', () => success(null));
}
