/**
 * Deliberate mistakes about how Cloudflare's records behave: one record is written through several entries, and a
 * field may keep its text when it is written empty.
 */
import {
  fieldsKeptInsteadOfEmptied,
  isOnlyKeptInsteadOfEmptied,
  savedTexts,
} from '../../src/main/changes/machine';
import { isEmpty, omit, pick, rebase, touchedFields } from '../../src/shared/patch';
import { FIELD_NAMES, mapFields, type Edits, type Profile } from '../../src/shared/profile';
import {
  mistake,
  remoteOf,
  withPending,
  withState,
  type Mutation,
  type WrongRule,
} from './mistake';
import { EMPTY_KEPT, SIBLINGS, TWO_FIELDS_SIBLINGS, type Scope } from './scope';

/** The smallest scope in which a mistake about another entry of the record shows. */
const SMALL_SIBLINGS: Scope = { ...SIBLINGS, name: 'two entries, small', ours: 2, saves: 0 };

/** Bases drafts and changes on wrong texts of siblings, but reports the right news. */
const basedOn =
  (
    wrong: (siblings: readonly Edits[], remote: Profile) => Edits[],
    type?: 'read' | 'readBack',
  ): WrongRule =>
  (state, event, rules) => {
    if (!('siblings' in event) || !event.siblings) return null;
    if (type !== undefined && event.type !== type) return null;
    const { found, bySibling } = rules(state, event);
    const siblings = wrong(event.siblings, remoteOf(event));
    return { ...rules(state, { ...event, siblings }), found, bySibling };
  };

/** The texts of siblings as if each were in every field. */
const inEveryField = (siblings: readonly Edits[]): Edits[] =>
  siblings.flatMap((texts) => Object.values(texts).map((text = '') => mapFields(() => text)));

/** All mistakes about records. */
export const RECORD_MUTATIONS: readonly Mutation[] = [
  mistake(
    'what another entry wrote is ignored before a write',
    5,
    basedOn(() => [], 'read'),
    SMALL_SIBLINGS,
  ),

  mistake(
    'what another entry wrote is ignored after a write',
    5,
    basedOn(() => [], 'readBack'),
    SMALL_SIBLINGS,
  ),

  mistake(
    'what another entry wrote is reported as changed elsewhere',
    0,
    (state, event, rules) => {
      const result = rules(state, event);
      return { ...result, found: [...result.found, ...result.bySibling], bySibling: [] };
    },
    SMALL_SIBLINGS,
  ),

  mistake(
    'a draft is rebased onto the text of another entry only if the copy changed',
    5,
    (state, event, rules) => {
      if (!('siblings' in event) || !event.siblings) return null;
      const saved = savedTexts(state);
      const remote = remoteOf(event);
      const changed = FIELD_NAMES.filter((field) => saved?.[field] !== remote[field]);
      const siblings = event.siblings.map((texts) => pick(texts, changed));
      const { draft } = rules(state, { ...event, siblings }).state;
      return withState(rules(state, event), { draft });
    },
    SMALL_SIBLINGS,
  ),

  mistake(
    'the text of another entry counts as ours in every field',
    0,
    (state, event, rules) =>
      'siblings' in event && event.siblings
        ? rules(state, { ...event, siblings: inEveryField(event.siblings) })
        : null,
    TWO_FIELDS_SIBLINGS,
  ),

  mistake(
    'a change is rebased where another entry wrote the text in another field',
    4,
    basedOn(inEveryField),
    TWO_FIELDS_SIBLINGS,
  ),

  mistake(
    'a change is rebased onto any text once another entry wrote',
    4,
    basedOn((siblings, remote) => (siblings.length > 0 ? [remote] : [])),
    SMALL_SIBLINGS,
  ),

  mistake(
    'a decision ends when another entry writes',
    9,
    (state, event, rules) => {
      const result = rules(state, event);
      const isDecided = result.bySibling.some((field) => result.state.pending?.patch[field]);
      return isDecided ? withPending(result, { status: 'queued', remote: null }) : result;
    },
    SMALL_SIBLINGS,
  ),

  mistake(
    'the history lacks what another entry wrote',
    0,
    (state, event, rules) => {
      const result = rules(state, event);
      const isBySibling = result.bySibling.length > 0;
      return isBySibling ? { ...result, revisions: [] } : result;
    },
    SMALL_SIBLINGS,
  ),

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
