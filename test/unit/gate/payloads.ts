/**
 * Requests that a hostile window could send. Most are generated from the schema of a call and are
 * almost valid, with one or more errors. The rest are arbitrary values.
 */
import * as v from 'valibot';
import type { Random } from '../../faults/support/random';

/** The properties of valibot schemas from which requests are generated. */
interface Shape {
  type: string;
  entries?: Record<string, v.GenericSchema>;
  item?: v.GenericSchema;
  wrapped?: v.GenericSchema;
  options?: readonly unknown[];
  literal?: unknown;
  key?: v.GenericSchema;
  value?: v.GenericSchema;
}

/** Well-formed ids of an organization and a sign-in that do not exist. */
const FOREIGN = { organization: 'f'.repeat(32), signIn: 'f'.repeat(16) };

const TEXTS = [FOREIGN.organization, FOREIGN.signIn, 'text', ''];

/** A request that fits a schema and contains unknown ids. */
export function sampleOf(schema: v.GenericSchema, random: Random): unknown {
  const shape = schema as unknown as Shape;
  switch (shape.type) {
    case 'object':
    case 'strict_object':
      return Object.fromEntries(
        Object.entries(shape.entries ?? {}).map(([name, one]) => [name, sampleOf(one, random)]),
      );
    case 'array':
      return Array.from({ length: random.between(0, 3) }, () => sampleOf(shape.item!, random));
    case 'record': {
      const key = sampleOf(shape.key!, random) as string;
      return { [key]: sampleOf(shape.value!, random) };
    }
    case 'picklist':
      return random.pick(shape.options!);
    case 'literal':
      return shape.literal;
    case 'union':
    case 'variant':
      return sampleOf(random.pick(shape.options as readonly v.GenericSchema[]), random);
    case 'nullable':
    case 'optional':
    case 'exact_optional':
      return sampleOf(shape.wrapped!, random);
    case 'string':
      return TEXTS.find((text) => v.is(schema, text));
    case 'number':
      return random.between(0, 9);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'instance':
      // The contract has no other class.
      return new ArrayBuffer(random.between(0, 9));
    default:
      throw new Error(`The contract has a schema of a new kind: ${shape.type}`);
  }
}

function deep(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}

function cyclic(): unknown {
  const one: Record<string, unknown> = {};
  one['entryId'] = one['edits'] = one['entryIds'] = one;
  return one;
}

const HUGE = 'x'.repeat(3_000_000);
const MANY = Array.from({ length: 20_000 }, () => FOREIGN.organization);
const WRONG_MANY = Array.from({ length: 20_000 }, () => 'x');
const POLLUTING: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{}}');

/** Unexpected values that Electron's structured clone can carry. */
const VALUES: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, 1, -1, 1.5, 2 ** 53, Number.MAX_VALUE],
  ...[Number.NaN, Infinity, -Infinity, 0n, 10n ** 40n],
  ...['', ' ', '\0', '..', '../../etc/passwd', '%2e%2e%2f', 'null', '[object Object]'],
  ...['\ud800', '\udfff\ud800', '\u202e', 'é', "'; DROP TABLE organizations; --"],
  ...['F'.repeat(32), `${FOREIGN.organization}\n`, `${FOREIGN.organization}/profile`],
  ...['https://api.cloudflare.com/', 'javascript:alert(1)', '__proto__', 'constructor'],
  ...[[], {}, [[]], [null], [undefined], { length: 3 }, { then: 'later' }, POLLUTING],
  ...[new Date(0), new Date(Number.NaN), /x/, new Map([[1, 2]]), new Set([1]), new Error('x')],
  ...[new Uint8Array(8), new ArrayBuffer(8), new Float64Array(2), Array(100)],
  ...[deep(50), cyclic(), Object.create(null)],
];

/** Large unexpected values. Used rarely, because copying and comparing them is slow. */
const LARGE: readonly unknown[] = [HUGE, MANY, WRONG_MANY, deep(5_000)];

/** Chooses an unexpected value. */
export function wrongValue(random: Random): unknown {
  const values = random.chance(0.002) ? LARGE : VALUES;
  return values[random.between(0, values.length - 1)];
}

/** Keys that main uses elsewhere, or that every object has. */
const EXTRAS = ['save', 'attempted', 'business_fax', '__proto__', 'constructor', 'toString'];

/** A copy of a request with one error somewhere: a wrong value, a missing key or an extra key. */
function withError(request: unknown, random: Random): unknown {
  if (typeof request !== 'object' || request === null || random.chance(0.1)) {
    return wrongValue(random);
  }
  if (Array.isArray(request)) {
    const at = random.between(0, request.length);
    return [...request.slice(0, at), withError(request[at], random), ...request.slice(at + 1)];
  }
  const entries = Object.entries(request);
  if (entries.length === 0) return wrongValue(random);
  const at = random.between(0, entries.length - 1);
  const [name, value] = entries[at]!;
  const others = Object.fromEntries(entries.filter(([other]) => other !== name));
  if (random.chance(0.15)) return others;
  if (random.chance(0.15)) return { ...others, [name.toUpperCase()]: value };
  if (random.chance(0.1)) return entries;
  const extra = random.pick([`extra ${at}`, ...EXTRAS]);
  return { [extra]: wrongValue(random), ...others, [name]: withError(value, random) };
}

/** A request that the schema refuses. */
export function malformed(schema: v.GenericSchema, random: Random): unknown {
  for (;;) {
    let request = sampleOf(schema, random);
    for (let times = random.between(1, 3); times > 0; times -= 1)
      request = withError(request, random);
    if (!v.is(schema, request)) return request;
  }
}
