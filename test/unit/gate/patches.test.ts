/**
 * Malformed patches that the window might send, through the real IPC gate into the whole main
 * process. Each is refused and changes nothing. Well-formed but meaningless numbers have no effect.
 */
import { describe, expect, it, vi } from 'vitest';
import { FIELD_NAMES } from '../../../src/shared/profile';
import { profile } from '../database/temporary-database';
import { call, CONFLICT, DRAFT, mainForAllTests, QUEUED } from './whole-main';

vi.mock('electron', async () => (await import('./fake-electron')).electron);

const main = mainForAllTests();

const ALL = [DRAFT, QUEUED, CONFLICT];

const edit = { base: 'base', text: 'text' };
/** Parses JSON. Unlike in a literal, a key such as `__proto__` becomes an ordinary property. */
const json = (text: string): unknown => JSON.parse(text);

const EDITS: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'business_name'],
  ['a number', 1],
  ['an array', [edit]],
  ['an array of entries', [['business_name', edit]]],
  ['an unknown field', { business_fax: edit }],
  ['an unknown field beside a known one', { business_name: edit, business_fax: edit }],
  ['a field in capitals', { BUSINESS_NAME: edit }],
  ['a field with a space', { 'business_name ': edit }],
  ['a field by number', { 0: edit }],
  ['the key __proto__', json('{"__proto__":{"base":"base","text":"text"}}')],
  ['the key constructor', json('{"constructor":{"base":"base","text":"text"}}')],
  ['the key toString', json('{"toString":{"base":"base","text":"text"}}')],
  ['the key hasOwnProperty', json('{"hasOwnProperty":{"base":"base","text":"text"}}')],
];

const FIELD_EDITS: [string, unknown][] = [
  ['null', null],
  ['a text alone', 'text'],
  ['a number', 1],
  ['a boolean', true],
  ['an array', ['base', 'text']],
  ['an empty object', {}],
  ['no base', { text: 'text' }],
  ['no text', { base: 'base' }],
  ['a base that is undefined', { base: undefined, text: 'text' }],
  ['a base that is a number', { base: 1, text: 'text' }],
  ['a base that is an array', { base: ['base'], text: 'text' }],
  ['a base that is an object', { base: edit, text: 'text' }],
  ['a text that is null', { base: 'base', text: null }],
  ['a text that is undefined', { base: 'base', text: undefined }],
  ['a text that is a number', { base: 'base', text: 1 }],
  ['a text that is an array', { base: 'base', text: ['text'] }],
  ['a text that is an object', { base: 'base', text: { toString: 'text' } }],
  ['a text that is a String object', { base: 'base', text: new String('text') }],
  ['a text that is bytes', { base: 'base', text: new Uint8Array(4) }],
  ['a save', { ...edit, save: 'save' }],
  ['a save that is empty', { ...edit, save: '' }],
  ['a save that is null', { ...edit, save: null }],
  ['a save that is undefined', { ...edit, save: undefined }],
  ['an extra key', { ...edit, attempted: 'text' }],
  ['the key __proto__', json('{"base":"base","text":"text","__proto__":{"save":"run"}}')],
  ['the key __proto__ for all', json('{"__proto__":{"base":"base","text":"text"}}')],
  ['the key constructor', json('{"base":"base","text":"text","constructor":{}}')],
];

const NUMBERS: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['negative', -1],
  ['NaN', Number.NaN],
  ['a fraction', 1.5],
  ['a small fraction', Number.MIN_VALUE],
  ['beyond safe integers', 2 ** 53],
  ['huge', Number.MAX_VALUE],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['a text', '1'],
  ['a bigint', 1n],
  ['an array', [1]],
  ['a Number object', new Number(1)],
];

const { business_name: _name, ...four } = profile('remote');
const REMOTES: [string, unknown][] = [
  ['nothing', undefined],
  ['a text', 'remote'],
  ['an array', Object.values(profile('remote'))],
  ['a missing field', four],
  ['a field that is null', { ...four, business_name: null }],
  ['a field that is a number', { ...four, business_name: 1 }],
  ['a field of its prototype', json(`{"__proto__":${JSON.stringify(profile('remote'))}}`)],
];

const CHOICES: [string, unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'mine'],
  ['an array', ['mine']],
  ['an unknown choice', { business_name: 'ours' }],
  ['a choice that is null', { business_name: null }],
  ['an unknown field', { business_fax: 'mine' }],
  ['the key constructor beside a field', json('{"business_name":"mine","toString":"mine"}')],
];

/** Malformed requests: the call, what is wrong, and the request. */
const MALFORMED: [string, string, object][] = [
  ...['drafts.save', 'changes.submit'].flatMap((name): [string, string, object][] => [
    ...EDITS.map(([what, edits]): [string, string, object] => [name, what, { edits, number: 1 }]),
    ...FIELD_EDITS.flatMap(([what, one]): [string, string, object][] => [
      [name, `business_name: ${what}`, { edits: { business_name: one }, number: 1 }],
      [
        name,
        `external_metadata, beside a valid one: ${what}`,
        { edits: { business_name: edit, external_metadata: one }, number: 1 },
      ],
    ]),
    ...NUMBERS.map(([what, number]): [string, string, object] => [
      name,
      `number: ${what}`,
      { edits: { business_name: edit }, number },
    ]),
  ]),
  ...NUMBERS.map(([what, number]): [string, string, object] => [
    'drafts.discard',
    what,
    { number },
  ]),
  ...['changes.retry', 'changes.acceptAsStored', 'changes.resolve'].flatMap((name) => [
    ...REMOTES.map(([what, remote]): [string, string, object] => [
      name,
      `remote: ${what}`,
      { version: 1, remote, choices: {} },
    ]),
    ...[undefined, null, '1', 1n, Number.NaN, [1]].map((version): [string, string, object] => [
      name,
      `version: ${String(version)}`,
      { version, remote: profile('remote'), choices: {} },
    ]),
  ]),
  ...CHOICES.map(([what, choices]): [string, string, object] => [
    'changes.resolve',
    `choices: ${what}`,
    { version: 1, remote: profile('remote'), choices },
  ]),
];

it.each(MALFORMED)('%s refuses %s', async (name, _what, request) => {
  const before = main.everything();
  for (const id of ALL) {
    const answer = await call(name, { entryId: id, ...request });
    expect(answer).toEqual({ ok: false, failure: { code: 'gate.malformed' } });
  }
  expect(main.everything()).toBe(before);
});

describe('well-formed but meaningless numbers', () => {
  const MEANINGLESS = [-1, 1.5, 2 ** 53, Number.MAX_VALUE, Infinity, -Infinity];

  it.each(MEANINGLESS)('%d changes nothing', async (number) => {
    const before = main.everything();
    for (const id of ALL) {
      const request = { entryId: id, version: number, remote: profile('remote') };
      const choices = Object.fromEntries(FIELD_NAMES.map((field) => [field, 'mine']));
      const answers = [
        await call('changes.acceptAsStored', request),
        await call('changes.resolve', { ...request, choices }),
        await call('history.restore', {
          entryId: id,
          revisionId: number,
          replaceDraft: true,
        }),
      ];
      expect(answers.map((answer) => !answer.ok && answer.failure.code)).toEqual([
        'change.outdated',
        'change.outdated',
        'revision.not-found',
      ]);
      const page = await call('history.list', { entryId: id, before: number });
      expect(page).toMatchObject({ ok: true });
    }
    expect(main.everything()).toBe(before);
  });

  it('an empty edit and an empty choice do nothing', async () => {
    const before = main.everything();
    const decision = { entryId: CONFLICT, version: 1, remote: profile('remote') };
    for (const choices of [{}, [], json('{"__proto__":{"business_name":"mine"}}')]) {
      const answer = await call('changes.resolve', { ...decision, choices });
      expect(answer).toEqual({ ok: false, failure: { code: 'profile.conflict' } });
    }
    for (const edits of [{}, [], { business_name: undefined }]) {
      const submitted = { entryId: QUEUED, edits, number: 1 };
      expect(await call('changes.submit', submitted)).toEqual({
        ok: false,
        failure: { code: 'change.not-found' },
      });
    }
    expect(main.everything()).toBe(before);
  });
});
