/**
 * Every text and every list of the contract has a limit, in requests, answers and events: without one, the window
 * or a database from elsewhere could make main keep, or send to the window, any amount.
 */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { calls, events } from '../../../src/shared/contract/index';
import { failureSchema } from '../../../src/shared/failure';

/** The properties of valibot schemas that the walk reads. */
interface Shape {
  type: string;
  pipe?: readonly { type: string; requirement?: unknown }[];
  entries?: Record<string, v.GenericSchema>;
  item?: v.GenericSchema;
  items?: readonly v.GenericSchema[];
  wrapped?: v.GenericSchema;
  options?: readonly v.GenericSchema[];
  key?: v.GenericSchema;
  value?: v.GenericSchema;
}

/** Schemas whose values have a fixed size. */
const FIXED = ['null', 'boolean', 'number', 'literal', 'picklist'];

/** Whether an action limits the length: a maximum, or a pattern of a fixed length such as `^[0-9a-f]{32}$`. */
function isLimit({ type, requirement }: { type: string; requirement?: unknown }): boolean {
  if (type === 'max_length') return true;
  return type === 'regex' && /^\^\[[^\]]+\]\{\d+\}\$$/.test((requirement as RegExp).source);
}

/** Whether a schema of a buffer refuses one that is larger than any file we read. */
const isByteLimit = (schema: v.GenericSchema): boolean =>
  v.is(schema, new ArrayBuffer(1)) && !v.is(schema, new ArrayBuffer(50_000_001));

/** The paths of all parts of a schema that have no limit. */
function unlimited(schema: v.GenericSchema, path: string): string[] {
  const shape = schema as unknown as Shape;
  const within = (one: v.GenericSchema | undefined, name: string): string[] =>
    one ? unlimited(one, `${path}.${name}`) : [`${path}.${name}`];
  switch (shape.type) {
    case 'string':
      return shape.pipe?.some(isLimit) ? [] : [path];
    case 'instance':
      return isByteLimit(schema) ? [] : [path];
    case 'array':
      return [...(shape.pipe?.some(isLimit) ? [] : [path]), ...within(shape.item, '[]')];
    case 'tuple':
      return (shape.items ?? []).flatMap((item, index) => within(item, String(index)));
    case 'record': {
      const hasFixedKeys = (shape.key as unknown as Shape).type === 'picklist';
      return [...(hasFixedKeys ? [] : [path]), ...within(shape.value, '*')];
    }
    case 'object':
    case 'strict_object':
      return Object.entries(shape.entries ?? {}).flatMap(([name, one]) => within(one, name));
    case 'union':
    case 'variant':
      return (shape.options ?? []).flatMap((option, index) => within(option, `|${index}`));
    case 'nullable':
    case 'optional':
    case 'exact_optional':
      return within(shape.wrapped, '?');
    default:
      return FIXED.includes(shape.type) ? [] : [`${path}: unknown schema ${shape.type}`];
  }
}

interface Call {
  request: v.GenericSchema;
  answer: v.GenericSchema;
}

describe.each(Object.entries(calls))('%s', (_namespace, inNamespace) => {
  it.each(Object.entries<Call>(inNamespace))('%s', (_name, { request, answer }) => {
    expect([...unlimited(request, 'request'), ...unlimited(answer, 'answer')]).toEqual([]);
  });
});

it.each(Object.entries(events))('event %s', (_name, payload) => {
  expect(unlimited(payload, 'payload')).toEqual([]);
});

it('a failure', () => {
  expect(unlimited(failureSchema, 'failure')).toEqual([]);
});

it('finds what has no limit', () => {
  const schema = v.object({
    text: v.string(),
    atLeast: v.pipe(v.string(), v.minLength(1)),
    pattern: v.pipe(v.string(), v.regex(/^a+$/)),
    list: v.array(v.nullable(v.string())),
    record: v.record(v.pipe(v.string(), v.maxLength(3)), v.boolean()),
    bytes: v.instance(ArrayBuffer),
    any: v.unknown(),
  });
  expect(unlimited(schema, 'x')).toEqual([
    'x.text',
    'x.atLeast',
    'x.pattern',
    'x.list',
    'x.list.[].?',
    'x.record',
    'x.bytes',
    'x.any: unknown schema unknown',
  ]);
});
