/**
 * The index: a keychain entry that lists the ids of all stored keys. It is always complete, whatever
 * interrupts a change.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_SIGN_INS } from '../../../src/main/keychain/key-index';
import { describeFailure } from '../../../src/shared/messages/describe-failure';
import { type Fate, MemoryKeyring } from './memory-keyring';
import { compact, fails, ID, idOf, INDEX, keychainOn, ok, OTHER } from './memory-keychain';

it('holds 200 ids in an entry of at most 2,560 bytes, and refuses the next before it stores anything', async () => {
  const keyring = new MemoryKeyring();
  const keychain = keychainOn(keyring);
  const ids = Array.from({ length: MAX_SIGN_INS }, (_, n) => idOf(n));
  for (const id of ids) expect(await keychain.set(id, 'key')).toEqual(ok(null));
  expect(await keychain.index()).toEqual(ok(ids));
  expect(keyring.entries.get(INDEX)!.length).toBeLessThanOrEqual(2_560);

  const before = new Map(keyring.entries);
  expect(await keychain.set(ID, 'key')).toEqual(fails('keychain.full'));
  expect(keyring.entries).toEqual(before);
  expect(MAX_SIGN_INS).toBe(200);
  expect(describeFailure({ code: 'keychain.full' }).what).toContain('two hundred');
  // One that is listed can still get another key.
  expect(await keychain.set(ids[0]!, 'another key')).toEqual(ok(null));
  await keychain.delete(ids[0]!);
  expect(await keychain.set(ID, 'key')).toEqual(ok(null));

  for (const id of [...ids, ID]) expect(await keychain.delete(id)).toEqual(ok(null));
  expect([...keyring.entries.keys()]).toEqual([]);
});

it('reads an index that is damaged, and keeps its ids', async () => {
  const keyring = new MemoryKeyring();
  const keychain = keychainOn(keyring);
  keyring.entries.set(INDEX, `,,${compact(ID)}",x${'y'.repeat(20)},${compact(OTHER)}]`);
  expect(await keychain.index()).toEqual(ok([ID, OTHER]));
  expect(await keychain.set(idOf(1), 'key')).toEqual(ok(null));
  expect(keyring.entries.get(INDEX)).toBe([ID, OTHER, idOf(1)].map(compact).join(','));
});

it('lists every key and loses none, whatever fails', async () => {
  const step = fc.record({
    operation: fc.constantFrom('set', 'delete', 'get', 'probe'),
    id: fc.constantFrom(ID, OTHER, idOf(1)),
    // Which requests of this step go wrong.
    from: fc.integer({ min: 1, max: 8 }),
    to: fc.integer({ min: 1, max: 8 }),
    fate: fc.constantFrom<Fate>('works', 'locked', 'absent', 'silent', 'die-before', 'die-after'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const keyring = new MemoryKeyring();
      const keychain = keychainOn(keyring);
      for (const { operation, id, from, to, fate } of steps) {
        const before = new Map(keyring.entries);
        let count = 0;
        keyring.fate = () => ((count += 1) >= from && count <= to ? fate : 'works');
        if (operation === 'set') await keychain.set(id, 'key');
        else if (operation === 'delete') await keychain.delete(id);
        else if (operation === 'get') await keychain.get(id);
        else await keychain.probe();

        const listed = keyring.entries.get(INDEX) ?? '';
        for (const account of keyring.entries.keys()) {
          if (account !== INDEX && account !== 'canary') {
            expect(listed).toContain(compact(account));
          }
        }
        for (const account of before.keys()) {
          if (account === INDEX || account === 'canary') continue;
          if (operation === 'delete' && account === id) continue;
          expect(keyring.entries.has(account)).toBe(true);
        }
      }
    }),
  );
});
