/**
 * Editing the entries (name and value) of a JSON object in its text. An edit changes the characters
 * of its entry and nothing else.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isNumber,
  readJsonEntries,
  renamed,
  sourceOf,
  withJsonEntrySet,
  withNewEntry,
  without,
  withSource,
  withValue,
  type JsonEntry,
} from '../../../src/shared/json-entries';
import { restoreLineEnds } from '../../../src/shared/profile';

/** The entries of a JSON text. Throws if the text has none. */
function entriesOf(text: string): readonly JsonEntry[] {
  const reading = readJsonEntries(text);
  if (typeof reading === 'string') throw new Error(`${reading}: ${text}`);
  return reading;
}

/** The names and values in a JSON text, in order. */
const pairs = (text: string) => entriesOf(text).map(({ name, value }) => [name, value]);
const entry = (text: string, name: string) => entriesOf(text).find((one) => one.name === name)!;

describe('reading', () => {
  it.each([
    ['', 'other'],
    ['12 Harbour Row', 'other'],
    ['[1, 2]', 'other'],
    ['"{}"', 'other'],
    ['null', 'other'],
    ['{', 'broken'],
    [' {"a": 1', 'broken'],
    ['{"a": 1,}', 'broken'],
    ["{'a': 1}", 'broken'],
    ['{"a": "1\n2"}', 'broken'],
    ['{"a": 1} // a remark', 'broken'],
    ['\ufeff{"a": 1}', 'broken'],
    ['{"a": 01}', 'broken'],
    ['{"a": 1}{"b": 2}', 'broken'],
  ])('classifies %j as %s', (text, reading) => {
    expect(readJsonEntries(text)).toBe(reading);
  });

  it('reports the type of each entry and decodes strings', () => {
    const text =
      ' {"line1":"M\\u00fchle \\"7\\"","n":-1.50e+2,"yes":true,"no":false,"none":null,"":"","in":{"a":[1,{"b":","}]},"list":[]}\r\n';
    expect(entriesOf(text).map(({ name, kind, value }) => [name, kind, value])).toEqual([
      ['line1', 'text', 'Mühle "7"'],
      ['n', 'number', '-1.50e+2'],
      ['yes', 'yes-no', 'true'],
      ['no', 'yes-no', 'false'],
      ['none', 'null', 'null'],
      ['', 'text', ''],
      ['in', 'nested', '{"a":[1,{"b":","}]}'],
      ['list', 'nested', '[]'],
    ]);
    expect(entriesOf('{}')).toEqual([]);
    expect(entriesOf('{ \n }')).toEqual([]);
  });

  it('keeps duplicate names, and names with a meaning in JavaScript', () => {
    expect(pairs('{"a": 1, "a": 2, "__proto__": 3, "constructor": 4}')).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['__proto__', '3'],
      ['constructor', '4'],
    ]);
  });

  it('keeps numbers as they are written', () => {
    expect(pairs('{"big": 12345678901234567890, "huge": 1e400, "zero": -0}')).toEqual([
      ['big', '12345678901234567890'],
      ['huge', '1e400'],
      ['zero', '-0'],
    ]);
  });

  it('survives very deep and very long texts', () => {
    const deep = `{"deep": ${'['.repeat(40_000)}${']'.repeat(40_000)}, "last": "x"}`;
    expect(entry(deep, 'last').value).toBe('x');
    const long = `{"long": "${'\\u00e4"'.slice(0, -1).repeat(15_000)}"}`;
    expect(entry(long, 'long').value).toHaveLength(15_000);
    const many = `{${Array.from({ length: 9_000 }, (_, n) => `"k${n}":${n}`).join()}}`;
    expect(entriesOf(many)).toHaveLength(9_000);
  });
});

describe('editing', () => {
  it('one value leaves everything else untouched, including escapes inside it', () => {
    const text = '{\r\n\t"city" :"M\\u00fcnchen\\/Ost",\r\n\t"n": 1.0 }\r\n';
    expect(withValue(text, entry(text, 'city'), 'München/West')).toBe(
      '{\r\n\t"city" :"M\\u00fcnchen\\/West",\r\n\t"n": 1.0 }\r\n',
    );
  });

  it('never leaves half a surrogate pair', () => {
    const text = '{"a": "🏠"}';
    const other = withValue(text, entry(text, 'a'), '🏡');
    expect(other).toBe('{"a": "🏡"}');
    // This character has the same low surrogate as 🏠.
    const third = withValue(text, entry(text, 'a'), '\u{1f7e0}');
    expect(third).toBe('{"a": "\u{1f7e0}"}');
  });

  it('leaves an unchanged value alone even if it could not be sent as it is', () => {
    const text = '{"a": "x\ud800"}';
    expect(withValue(text, entry(text, 'a'), 'x\ud800')).toBe(text);
  });

  it('escapes characters that cannot appear in a text unescaped', () => {
    const text = '{"a": "x"}';
    expect(withValue(text, entry(text, 'a'), 'x\u0000"\\\n\ud800')).toBe(
      '{"a": "x\\u0000\\"\\\\\\n\\ud800"}',
    );
  });

  it('changes only the chosen one of two entries with the same name', () => {
    const text = '{"a":1,"a":2}';
    expect(withSource(text, entriesOf(text)[1]!, '3')).toBe('{"a":1,"a":3}');
  });

  it('renames an entry in place', () => {
    const text = '{ "stra\\u00dfe": 1, "b": 2 }';
    expect(renamed(text, entriesOf(text)[0]!, 'straße 2')).toBe('{ "stra\\u00dfe 2": 1, "b": 2 }');
  });

  it.each([
    ['{}', '{"new": ""}'],
    ['{ }', '{"new": "" }'],
    ['{"a":1}', '{"a":1,"new":""}'],
    ['{"a": 1}', '{"a": 1, "new": ""}'],
    ['{ "a": 1 }', '{ "a": 1, "new": "" }'],
    ['{"a": 1, "b": [2]}', '{"a": 1, "b": [2], "new": ""}'],
    ['{\r\n  "a" : 1\r\n}\r\n', '{\r\n  "a" : 1,\r\n  "new" : ""\r\n}\r\n'],
  ])('adds an entry to %j', (text, added) => {
    expect(withNewEntry(text, entriesOf(text), 'new')).toBe(added);
  });

  it.each([
    [0, '{ "b": 2, "c": 3 }'],
    [1, '{ "a": 1, "c": 3 }'],
    [2, '{ "a": 1, "b": 2 }'],
  ])('removes entry %i together with one comma', (index, left) => {
    const text = '{ "a": 1, "b": 2, "c": 3 }';
    expect(without(text, entriesOf(text), index)).toBe(left);
  });
});

it.each([
  ['0', true],
  ['-12.50', true],
  ['1e400', true],
  ['', false],
  ['-', false],
  ['1,5', false],
  ['007', false],
  ['+1', false],
  ['.5', false],
  ['Infinity', false],
  ['1 2', false],
])('decides that %j as a number is %s', (text, number) => {
  expect(isNumber(text)).toBe(number);
});

/** Any whitespace between tokens. */
const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\r\n', '\t'), maxLength: 3 });

/** A JSON string as a person might write it: any character may be escaped. */
const quoted = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('"', '\\', '/', '\n', '\u0000', 'ü', '🏠', '\ud800', '\udc00', ','),
      ),
      fc.boolean(),
    ),
    { maxLength: 5 },
  )
  .map((characters) => {
    const written = characters.map(([character, escape]) => {
      if (!escape) return JSON.stringify(character).slice(1, -1);
      const codes = character.split('').map((unit) => unit.charCodeAt(0).toString(16));
      return codes.map((code) => `\\u${code.padStart(4, '0')}`).join('');
    });
    return `"${written.join('')}"`;
  });

/** A JSON value as a person might write it, with whitespace inside. */
const { value: anyValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    quoted,
    fc.constantFrom('true', 'false', 'null', '0', '-1.50', '1e400', '12345678901234567890'),
    fc
      .array(fc.tuple(space, tie('value'), space), { maxLength: 3 })
      .map((items) => `[${items.map((parts) => parts.join('')).join()}]`),
    fc
      .array(fc.tuple(space, quoted, space, space, tie('value'), space), { maxLength: 3 })
      .map((items) => `{${items.map(([a, b, c, d, e, f]) => `${a}${b}${c}:${d}${e}${f}`).join()}}`),
  ),
}));

/** The text of a JSON object, as the pieces of which it consists. */
const written = fc
  .record({
    before: space,
    after: space,
    inside: space,
    items: fc.array(fc.tuple(space, quoted, space, space, anyValue, space), { maxLength: 5 }),
  })
  .map(({ before, after, inside, items }) => {
    const body = items.map(([a, b, c, d, e, f]) => `${a}${b}${c}:${d}${e}${f}`).join();
    return {
      text: `${before}{${items.length > 0 ? body : inside}}${after}`,
      names: items.map(([, name]) => name),
      values: items.map(([, , , , value]) => value),
    };
  });

/** The name/value pairs of an object text, decoded by `JSON.parse`. */
const decoded = (names: readonly string[], values: readonly string[]) =>
  names.map((name, index) => [JSON.parse(name) as string, JSON.parse(values[index]!) as unknown]);
const read = (text: string) =>
  entriesOf(text).map(({ name, valueSpan }) => [
    name,
    JSON.parse(sourceOf(text, valueSpan)) as unknown,
  ]);

const someIndex = fc.nat({ max: 1_000 });
const someText = fc.string({ unit: 'binary', maxLength: 6 });

describe('an object in any valid notation', () => {
  it('is read completely, with every piece at its position', () => {
    fc.assert(
      fc.property(written, ({ text, names, values }) => {
        const entries = entriesOf(text);
        expect(entries.map(({ nameSpan }) => sourceOf(text, nameSpan))).toEqual(names);
        expect(entries.map(({ valueSpan }) => sourceOf(text, valueSpan))).toEqual(values);
      }),
    );
  });

  it('keeps every byte except those of the edited value', () => {
    fc.assert(
      fc.property(written, someIndex, someText, ({ text, names, values }, some, value) => {
        const entries = entriesOf(text);
        const texts = entries.filter(({ kind }) => kind === 'text');
        const chosen = texts[some % texts.length];
        if (!chosen) return;
        const index = entries.indexOf(chosen);
        const edited = withValue(text, chosen, value);
        const rest = text.length - chosen.valueSpan.end;
        expect(edited.slice(0, chosen.valueSpan.start)).toBe(text.slice(0, chosen.valueSpan.start));
        expect(edited.slice(edited.length - rest)).toBe(text.slice(text.length - rest));
        const expected = values.map((was, at) => (at === index ? JSON.stringify(value) : was));
        expect(read(edited)).toEqual(decoded(names, expected));
        expect(edited.isWellFormed()).toBe(true);
      }),
    );
  });

  it('stays the same text when a value is replaced with itself', () => {
    fc.assert(
      fc.property(written, ({ text }) => {
        for (const one of entriesOf(text)) {
          if (one.kind === 'text') expect(withValue(text, one, one.value)).toBe(text);
          expect(withSource(text, one, sourceOf(text, one.valueSpan))).toBe(text);
          expect(renamed(text, one, one.name)).toBe(text);
        }
      }),
    );
  });

  it('accepts a new name for one entry', () => {
    fc.assert(
      fc.property(written, someIndex, someText, ({ text, names, values }, some, name) => {
        const index = some % Math.max(1, names.length);
        const one = entriesOf(text)[index];
        if (!one) return;
        const expected = names.map((was, at) => (at === index ? JSON.stringify(name) : was));
        expect(read(renamed(text, one, name))).toEqual(decoded(expected, values));
      }),
    );
  });

  it('loses exactly the entry that is removed', () => {
    fc.assert(
      fc.property(written, someIndex, ({ text, names, values }, some) => {
        const index = some % Math.max(1, names.length);
        const left = (items: string[]) => items.filter((_, at) => at !== index);
        const removed = without(text, entriesOf(text), index);
        expect(read(removed)).toEqual(decoded(left(names), left(values)));
      }),
    );
  });

  it('is byte-for-byte unchanged after adding and removing an entry', () => {
    fc.assert(
      fc.property(written, someText, ({ text, names, values }, name) => {
        const added = withNewEntry(text, entriesOf(text), name);
        expect(read(added)).toEqual(decoded([...names, JSON.stringify(name)], [...values, '""']));
        expect(without(added, entriesOf(added), names.length)).toBe(text);
      }),
    );
  });

  it('keeps every byte but the value of the entry that is set by its name', () => {
    fc.assert(
      fc.property(written, someIndex, someText, ({ text, names, values }, some, value) => {
        const entries = entriesOf(text);
        const name = entries[some % Math.max(1, entries.length)]?.name ?? 'new';
        const index = entries.findLastIndex((one) => one.name === name);
        const made = withJsonEntrySet(text, name, value);
        if (entries[index]?.kind === 'nested') return void expect(made).toBe('nested');
        const edited = (made as { text: string }).text;
        if (index < 0) {
          expect(without(edited, entriesOf(edited), names.length)).toBe(text);
          return;
        }
        const { start, end } = entries[index]!.valueSpan;
        const rest = text.length - end;
        expect(edited.slice(0, start)).toBe(text.slice(0, start));
        expect(edited.slice(edited.length - rest)).toBe(text.slice(text.length - rest));
        const isText = entries[index]!.kind === 'text';
        const set = JSON.stringify(restoreLineEnds(isText ? entries[index]!.value : '', value));
        const expected = values.map((was, at) => (at === index ? set : was));
        if (isText) expect(read(edited)).toEqual(decoded(names, expected));
        else expect(String(read(edited)[index]![1])).toBe(String(value));
      }),
    );
  });
});

describe('setting an entry by its name', () => {
  it.each([
    ['{"a":"1","a":"2"}', 'a', '3', '{"a":"1","a":"3"}'],
    ['{"n": 12345678901234567890}', 'n', '1.50', '{"n": 1.50}'],
    ['{"n": 1}', 'n', 'one', '{"n": "one"}'],
    ['{"y": true}', 'y', 'false', '{"y": false}'],
    ['{"y": true}', 'y', 'null', '{"y": "null"}'],
    ['{"o": null}', 'o', 'x', '{"o": "x"}'],
    ['{"o": 007}', 'o', 'x', 'no-json'],
    [String.raw`{"\u0061": "\u00fc1"}`, 'a', 'ü2', String.raw`{"\u0061": "\u00fc2"}`],
    ['{\n  "a": "1"\n}', 'b', '2', '{\n  "a": "1",\n  "b": "2"\n}'],
    ['{"a": [1]}', 'a', '2', 'nested'],
    ['12 Harbour Row', 'a', '2', 'no-json'],
    ['', 'a', '2', 'no-json'],
    ['[{"a": 1}]', 'a', '2', 'no-json'],
  ])('in %j: %s to %s', (text, name, value, expected) => {
    const made = withJsonEntrySet(text, name, value);
    expect(typeof made === 'string' ? made : made.text).toBe(expected);
  });
});

it('returns a result for any text, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      expect(() => readJsonEntries(text)).not.toThrow();
    }),
  );
});
