/**
 * The kinds of values in requests, described by hand: what is well-formed, and what must be refused. Nothing here
 * is taken from the contract, so a schema that becomes looser does not loosen the test with it (refused.test.ts).
 */
import { isDeepStrictEqual } from 'node:util';

/** Examples of well-formed values, and values that must be refused, each with what is wrong with it. */
export interface Kind {
  /** At least one. */
  valid: readonly unknown[];
  wrong: readonly (readonly [what: string, value: unknown])[];
  /** Values with a key too many, and the same without it. They must be refused, or arrive without it. */
  extra?: readonly (readonly [what: string, value: unknown, rest: unknown])[];
  /** Whether the value may be missing. */
  optional?: boolean;
}

/** Adds an own property, even `__proto__`, as structured clone can. */
function withKey(object: object, name: string, value: unknown): object {
  return Object.defineProperty({ ...object }, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Values of every type that structured clone can carry. */
const TYPES = {
  undefined,
  null: null,
  true: true,
  zero: 0,
  NaN: Number.NaN,
  bigint: 1n,
  text: 'text',
  object: {},
  array: [],
  date: new Date(0),
  expression: /x/,
  map: new Map([['entryId', 'x']]),
  set: new Set(['x']),
  bytes: new Uint8Array(32),
  error: new Error('x'),
  'String object': new String('all'),
  'Number object': new Number(1),
  'Boolean object': new Boolean(true),
} as const;

/** Values of every type except these. */
const notOf = (...types: (keyof typeof TYPES)[]): Kind['wrong'] =>
  Object.entries(TYPES).filter(([name]) => !types.includes(name as keyof typeof TYPES));

const mutable = ([what, value]: readonly [string, unknown]): [string, unknown] => [what, value];

const notText: Kind['wrong'] = [
  ...notOf('text'),
  ['a text in an array', ['text']],
  ['an object that reads like a text', { toString: 'text', length: 32 }],
];

/** A text of `min` to `max` UTF-16 code units. Any character may be in it: the gate changes no text. */
export function text(max: number, min = 0): Kind {
  const short = 'x'.repeat(min);
  const valid = [
    `${short}a`,
    'Zoë \0\ud800\r\n<b>',
    '../?%2e',
    '__proto__',
    short,
    'x'.repeat(max),
  ];
  const wrong: [string, unknown][] = [['one too long', 'x'.repeat(max + 1)]];
  wrong.push(['three million characters', 'x'.repeat(3_000_000)]);
  // Characters outside the basic plane are two code units.
  wrong.push(['one too long in emoji', '\u{1f680}'.repeat(max / 2 + 1)]);
  if (min > 0) wrong.push(['too short', 'x'.repeat(min - 1)]);
  return { valid: valid.filter((one) => one.length <= max), wrong: [...notText, ...wrong] };
}

/** An id of this many lower-case hexadecimal digits. */
export function hexId(length: number): Kind {
  const id = '0123456789abcdef'.repeat(length / 16);
  const instead = (part: string): string => id.slice(0, length - part.length - 1) + part + 'f';
  const characters = [
    ...['/', '\\', '.', '?', '%', '#', '@', ':', '&', ';', '"', "'", '*', '-', '_', ' ', '\t'],
    ...['\0', '\n', '\r', '\x7f', '\u0085', '\u00a0', '\u2028', '\ufeff', '\u202e', '\ud800'],
    // Digits and letters that look like ASCII, or become ASCII when normalized.
    ...['\uff11', '\u0663', '\u00b2', '\u0430', '\uff41', '\u00e4', 'g', 'z', 'A', 'F'],
  ];
  const parts = ['../', '%2e', '%2F', '?x=', '\r\n', '//', '..\\', '%00'];
  const before = ['x', '0', ' ', '\n', '/', '../', 'https://evil.example/', 'x\n', '\ufeff'];
  const after = [
    ...['x', '0', ' ', '\n', '\r\n', '\0', '%00', '/', '/..', '/../x', '?', '?x=1', '#x', '\nx'],
    ...['\r\nX-Evil: 1', '.json', '@evil.example', `\n${id}`, id, '\ufeff'],
  ];
  const texts = [
    ...['', '0', '__proto__', 'constructor', '../../..', 'null', '-1', 'none', 'shown'],
    ...[id.slice(1), id.slice(0, -1), id.toUpperCase(), `${id.slice(0, -1)}F`],
    ...['\uff11'.repeat(length), '\u0663'.repeat(length), ' '.repeat(length), '.'.repeat(length)],
    // The length of the other kind of id.
    '0123456789abcdef'.repeat(length === 32 ? 1 : 2),
    '01234567-89ab-cdef-0123-456789abcdef',
    ...[...characters, ...parts].map(instead),
    ...characters.map((character) => character + id.slice(1)),
    ...before.map((part) => part + id),
    ...after.map((part) => id + part),
    id.repeat(100_000),
  ];
  const shown = (one: string): string => JSON.stringify(one.slice(0, 80));
  return {
    valid: [id, 'f'.repeat(length), '0'.repeat(length)],
    wrong: [
      ...notText,
      ...texts.map((one) => [shown(one), one] as const),
      ['an id in an array', [id]],
      ['a String object', new String(id)],
    ],
  };
}

/** One of these words, exactly. */
export function word(...words: string[]): Kind {
  const others = words.flatMap((one) => [
    ...[one.toUpperCase(), `${one} `, ` ${one}`, `${one}\n`, `${one}\0`, `${one}s`, one.slice(1)],
  ]);
  others.push('', 'x', '0', '__proto__', 'constructor', 'toString', 'length', words.join());
  return {
    valid: words,
    wrong: [
      ...notOf(),
      ...others
        .filter((one) => !words.includes(one))
        .map((one) => [JSON.stringify(one), one] as const),
      ['a word in an array', [words[0]]],
    ],
  };
}

/** Yes or no. */
export const boolean: Kind = {
  valid: [true, false],
  wrong: [...notOf('true'), ['one', 1], ['a text', 'true'], ['no text', '']],
};

/** Any number, also a fraction or an infinite one; the features handle those. */
export const number: Kind = {
  valid: [1, 0, -1, 1.5, 2 ** 53, Infinity],
  wrong: [...notOf('zero'), ['a digit', '1'], ['a number in an array', [1]]],
};

/** A whole number from `min` to `max`. */
export const whole = (min: number, max = Number.MAX_SAFE_INTEGER): Kind => ({
  valid: [min, min + 1, max],
  wrong: [
    ...number.wrong,
    ['one too small', min - 1],
    ['negative', -1],
    ['one too large', max + 1],
    ['a fraction', min + 0.5],
    ['a tiny fraction', Number.MIN_VALUE],
    ['huge', Number.MAX_VALUE],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
  ],
});

/** Nothing at all: `null`. */
export const nothing: Kind = {
  valid: [null],
  wrong: [
    ...notOf('null'),
    ['no text', ''],
    ['a request', { entryId: 'f'.repeat(32) }],
    ['null in an array', [null]],
  ],
};

/** The content of a file: at most `max` bytes. */
export const bytes = (max: number): Kind => ({
  valid: [new ArrayBuffer(0), Uint8Array.of(0, 255, 10).buffer, new ArrayBuffer(max)],
  wrong: [
    ...notOf(),
    ['one byte too many', new ArrayBuffer(max + 1)],
    ['a list of bytes', [1, 2, 3]],
    ['a view', new DataView(new ArrayBuffer(3))],
    ['an object that reads like a buffer', { byteLength: 3 }],
    ['a buffer in an array', [new ArrayBuffer(3)]],
    ['memory that the window can still change', new SharedArrayBuffer(3)],
  ],
});

/** The value or `null`. */
export const nullable = (kind: Kind): Kind => ({
  ...kind,
  valid: [...kind.valid, null],
  wrong: kind.wrong.filter(([, value]) => value !== null),
});

/** The value, or no property. */
export const optional = (kind: Kind): Kind => ({
  ...kind,
  wrong: kind.wrong.filter(([, value]) => value !== undefined),
  optional: true,
});

/** A value of one of these kinds. */
export function either(...kinds: Kind[]): Kind {
  const valid = kinds.flatMap((kind) => kind.valid);
  const isValid = (value: unknown): boolean => valid.some((one) => isDeepStrictEqual(one, value));
  return {
    valid,
    // What one kind refuses may be an example of another.
    wrong: kinds.flatMap((kind) => kind.wrong).filter(([, value]) => !isValid(value)),
    extra: kinds.flatMap((kind) => kind.extra ?? []),
  };
}

/** From `min` to `max` values. */
export function list(item: Kind, max: number, min = 0): Kind {
  const [first] = item.valid;
  const many = (length: number): unknown[] => Array.from({ length }, () => first);
  return {
    valid: [[first], [...item.valid], ...(min === 0 ? [[]] : []), many(max)],
    wrong: [
      ...notOf('array'),
      ['an array-like object', { length: 1, 0: first }],
      ['a set', new Set([first])],
      ['a map', new Map([[0, first]])],
      ['a value alone', first],
      ['a hole', Array(1)],
      ['a list in a list', [[first]]],
      ['one too many', many(max + 1)],
      ...(min === 0 ? [] : [['one too few', many(min - 1)] as const]),
      ...item.wrong.flatMap(([what, value]) => [
        [`the first: ${what}`, [value, first]] as const,
        [`the last: ${what}`, [first, value]] as const,
      ]),
    ],
  };
}

/** Keys that no request has. Some are in every object, some mean something elsewhere. */
const EXTRA_KEYS = [
  ...['extra', 'save', 'attempted', 'key', 'apiUrl', 'business_fax', 'BUSINESS_NAME', '0', ''],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON'],
];

/** The object with one more key, for each of `EXTRA_KEYS`: with a value that fits the other keys, and with another. */
const withExtraKeys = (plain: object): (readonly [string, object])[] =>
  EXTRA_KEYS.filter((name) => !Object.hasOwn(plain, name)).flatMap((name) =>
    [Object.values(plain)[0] as unknown, { base: 'x', text: 'x', polluted: true }].map(
      (value) => [`the extra key ${JSON.stringify(name)}`, withKey(plain, name, value)] as const,
    ),
  );

/** An object with these properties. */
export function object(properties: Record<string, Kind>): Kind {
  const entries = Object.entries(properties);
  const isEmptyValid = entries.every(([, kind]) => kind.optional);
  const example = (at: number): object =>
    Object.fromEntries(entries.map(([name, { valid }]) => [name, valid[at % valid.length]]));
  const base = example(0);
  const without = (name: string): object =>
    Object.fromEntries(Object.entries(base).filter(([other]) => other !== name));
  const wrong: [string, unknown][] = [['JSON', JSON.stringify(base)]];
  // If no property is required, the gate takes an object of any type for one without properties.
  const typeIsWrong = (value: unknown): boolean =>
    !isEmptyValid || typeof value !== 'object' || value === null;
  wrong.push(
    ...notOf()
      .filter(([, value]) => typeIsWrong(value))
      .map(mutable),
  );
  if (!isEmptyValid) {
    wrong.push(['an object in an array', [base]], ['entries', Object.entries(base)]);
    wrong.push(['a map', new Map(Object.entries(base))]);
  }
  for (const [name, kind] of entries) {
    if (!kind.optional) {
      const [value] = kind.valid;
      wrong.push([`no ${name}`, without(name)]);
      wrong.push([`${name} in capitals`, { ...without(name), [name.toUpperCase()]: value }]);
      wrong.push([`${name} in __proto__`, withKey(without(name), '__proto__', { [name]: value })]);
    }
    for (const [what, value] of kind.wrong) {
      wrong.push([`${name}: ${what}`, { ...base, [name]: value }]);
    }
  }
  const most = Math.max(...entries.map(([, kind]) => kind.valid.length));
  const valid = Array.from({ length: most }, (_, at) => example(at));
  for (const [name, kind] of entries) if (kind.optional) valid.push(without(name));
  if (isEmptyValid) valid.push({});
  const inside = entries.flatMap(([name, kind]) =>
    (kind.extra ?? []).map(
      ([what, value, rest]) =>
        [`${name}: ${what}`, { ...base, [name]: value }, { ...base, [name]: rest }] as const,
    ),
  );
  const extra = withExtraKeys(base).map(([what, value]) => [what, value, base] as const);
  return { valid, wrong, extra: [...extra, ...inside] };
}

/** An object with these properties, in which any other property must be refused. */
export function strictObject(properties: Record<string, Kind>): Kind {
  const { valid, wrong, extra } = object(properties);
  return { valid, wrong: [...wrong, ...withExtraKeys(valid[0] as object)], extra: extra! };
}
