/**
 * Loosens every part of every request's schema, one at a time, and expects the list written by hand (requests.ts) to
 * contain a request that is then accepted. Takes away every word of every choice, too, and expects a well-formed request
 * that is then refused: a word that is only in the schema fails. So an entry of the list cannot be too generous.
 */
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { calls } from '../../../src/shared/contract/index';
import type { Kind } from './kinds';
import { accepted, notPassedOn } from './recording-gate';
import { REQUESTS } from './requests';

/** The properties of valibot schemas and actions that are loosened here. */
interface Part {
  type: string;
  '~run': unknown;
  pipe?: Part[];
  entries?: Record<string, Part>;
  item?: Part;
  wrapped?: Part;
  options?: unknown[];
  key?: Part;
  value?: Part;
  requirement?: unknown;
}

/** A change of a schema; `change` returns a function that undoes it. */
type Change = [what: string, change: () => () => void];

/** Looks for a request for which the contract and the list differ. */
type Finder = (name: string, kind: Kind) => AsyncGenerator<unknown>;

/** Replaces a property. */
function put<K extends keyof Part>(part: Part, name: K, value: Part[K]): () => void {
  const before = part[name];
  part[name] = value;
  return () => void (part[name] = before);
}

const acceptAs = (part: Part, schema: v.GenericSchema): (() => void) =>
  put(part, '~run', schema['~run'].bind(schema));

/** The ways to loosen the requirement of one action of a pipe. */
function requirements(action: Part): [string, unknown][] {
  const { type, requirement } = action;
  if (requirement instanceof RegExp) {
    const { source } = requirement;
    const looser: [string, RegExp][] = [
      ['no start', new RegExp(source.replace('^', ''))],
      ['no end', new RegExp(source.replace('$', ''))],
      ['capitals', new RegExp(source, 'i')],
      ['any line', new RegExp(source, 'm')],
      ['any letter', new RegExp(source.replace('a-f', 'a-z'))],
      ['any character', new RegExp(source.replace(/\[.*\]/, '[^]'))],
      ['longer', new RegExp(source.replace('}', ',}'))],
      ['any length', new RegExp(source.replace(/\{.*\}/, '*'))],
    ];
    return looser.filter(([, other]) => String(other) !== String(requirement));
  }
  if (typeof requirement !== 'number') return [];
  return [['by one', type.startsWith('max') ? requirement + 1 : requirement - 1]];
}

/** The schemas that a schema chooses from. */
const alternativesOf = ({ type, options }: Part): Part[] =>
  type === 'union' || type === 'variant' ? (options as Part[]) : [];

/** All ways to loosen a schema, from the outside to the inside. `isNullable`: `null` fits already. */
function* loosenings(part: Part, path: string, isNullable = false): Generator<Change> {
  yield [`${path} is anything`, () => acceptAs(part, v.any())];
  const mayBeNull = isNullable || part.type === 'null' || part.type === 'nullable';
  if (!mayBeNull) {
    const schema = v.nullable({ ...part } as unknown as v.GenericSchema);
    yield [`${path} may be null`, () => acceptAs(part, schema)];
  }
  if (part.type === 'picklist' || part.type === 'literal') {
    yield [`${path} is any text`, () => acceptAs(part, v.string())];
  }
  if (part.type === 'strict_object') {
    const others = v.looseObject(part.entries as unknown as v.ObjectEntries);
    yield [`${path} may have other keys`, () => acceptAs(part, others)];
  }
  for (const action of part.pipe?.slice(1) ?? []) {
    yield [`${path} without ${action.type}`, () => acceptAs(action, v.any())];
    for (const [what, requirement] of requirements(action)) {
      yield [`${path}: ${action.type}, ${what}`, () => put(action, 'requirement', requirement)];
    }
  }
  for (const [name, entry] of Object.entries(part.entries ?? {})) {
    yield* loosenings(entry, `${path}.${name}`);
    if (entry.type === 'optional') continue;
    yield [`${path}.${name} may be missing`, () => put(entry, 'type', 'optional')];
  }
  const key = part.type === 'record' ? part.key : undefined;
  if (key) yield [`${path} may have other keys`, () => acceptAs(key, v.any())];
  for (const inner of [part.item, part.wrapped, part.value, ...alternativesOf(part)]) {
    // A variant chooses among objects only, so `null` reaches none of them.
    const neverNull = mayBeNull || part.type === 'variant';
    if (inner) yield* loosenings(inner, `${path}[${inner.type}]`, neverNull);
  }
}

/** All ways to take one word away from a schema. */
function* missingWords(part: Part, path: string): Generator<Change> {
  const words = part.type === 'picklist' ? part.options! : [];
  for (const word of words) {
    const others = words.filter((one) => one !== word);
    yield [`${path} is never ${String(word)}`, () => put(part, 'options', others)];
  }
  const inner = [part.item, part.wrapped, part.value, ...alternativesOf(part)];
  inner.push(...Object.values(part.entries ?? {}));
  for (const one of inner) if (one) yield* missingWords(one, `${path}[${one.type}]`);
}

const KINDS = new Map(REQUESTS);

const schemas = Object.entries(calls).flatMap(([namespace, inNamespace]) =>
  Object.entries(inNamespace as Record<string, { request: unknown }>).map(
    ([name, { request }]) => [`${namespace}.${name}`, request as Part] as const,
  ),
);

it.each(schemas)('%s: the list notices every change of its schema', async (name, request) => {
  const kind = KINDS.get(name)!;
  const unnoticed: string[] = [];
  const attempt = async ([what, change]: Change, find: Finder): Promise<void> => {
    const undo = change();
    try {
      const { done } = await find(name, kind).next();
      if (done) unnoticed.push(what);
    } finally {
      undo();
    }
  };
  for (const one of loosenings(request, 'request')) await attempt(one, accepted);
  for (const one of missingWords(request, 'request')) await attempt(one, notPassedOn);
  expect(unnoticed).toEqual([]);
});
