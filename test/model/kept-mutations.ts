/** Deliberate mistakes about a field that keeps its text when it is written empty. */
import {
  fieldsKeptInsteadOfEmptied,
  isOnlyKeptInsteadOfEmptied,
} from '../../src/main/changes/machine';
import { isEmpty, omit, rebase, touchedFields } from '../../src/shared/patch';
import { mistake, remoteOf, withPending, type Mutation } from './mistake';
import { EMPTY_KEPT } from './scope';

/** All mistakes about kept texts. */
export const KEPT_MUTATIONS: readonly Mutation[] = [
  mistake(
    'a text that Cloudflare kept instead of emptying is confirmed',
    1,
    (state, event, rules) => {
      if (event.type !== 'readBack') return null;
      const { pending } = rules(state, event).state;
      const fields = pending ? fieldsKeptInsteadOfEmptied(pending) : [];
      const sent = omit(event.sent.patch, fields);
      const patch = omit(state.pending?.patch ?? {}, fields);
      if (fields.length === 0) return null;
      const left = state.pending && !isEmpty(patch) ? { ...state.pending, patch } : null;
      return rules({ ...state, pending: left }, { ...event, sent: { ...event.sent, patch: sent } });
    },
    EMPTY_KEPT,
  ),

  mistake(
    'a text that Cloudflare kept instead of emptying is written again and again',
    7,
    (state, event, rules) => {
      const result = rules(state, event);
      const { pending } = result.state;
      const isKept = event.type === 'readBack' && pending && isOnlyKeptInsteadOfEmptied(pending);
      return isKept
        ? { ...withPending(result, { status: 'queued', remote: null }), stop: 'moved-on' }
        : result;
    },
    EMPTY_KEPT,
  ),

  mistake(
    'a text that Cloudflare kept instead of emptying conflicts',
    5,
    (state, event, rules) => {
      const { pending } = state;
      if (event.type !== 'read' || pending?.status !== 'queued') return null;
      const remote = remoteOf(event);
      const fields = touchedFields(pending.patch).filter(
        (field) => pending.attempted[field] === '' && remote[field] !== '',
      );
      const patch = rebase(pending.patch, fields, {});
      return rules({ ...state, pending: { ...pending, patch } }, event);
    },
    EMPTY_KEPT,
  ),
];
