/**
 * When the person is asked to confirm a sign-in, how little a hostile page can annoy them with it, and how many tokens it
 * gets verified without them.
 */
import { describe, expect, it } from 'vitest';
import {
  createConfirmation,
  type EmailQuestion,
  type SignInQuestion,
} from '../../../src/main/sign-ins/confirm';
import { fails } from './real-harness';

const confirmed = { ok: true, value: null };
const later = fails('sign-in.confirm-later');
const refused = fails('sign-in.not-confirmed');
const MINUTE_MS = 60_000;

/** A confirmation with a clock, and a person who answers like `answer`. */
function withPerson(answer: (question: EmailQuestion) => Promise<boolean>) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const { confirm, used } = createConfirmation({
    elapsed: () => clock.ms,
    ask: (question) => {
      if (question.about !== 'email') throw new Error('not about an email');
      asked.push(question.email);
      return answer(question);
    },
  });
  const add = (email: string) => confirm({ about: 'email', email, replaces: null });
  return { clock, asked, confirm, used, add };
}

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

it('a confirmed email is not asked about again until it is used', async () => {
  const { asked, add, used } = withPerson(yes);
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(asked).toHaveLength(1);
  used();
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(asked).toHaveLength(2);
});

it('confirms exactly what was asked', async () => {
  const { asked, add, confirm } = withPerson(yes);
  await add('a@b.example');
  await confirm({ about: 'email', email: 'a@b.example', replaces: 'old@b.example' });
  await confirm({ about: 'email', email: 'a@b.example', replaces: 'other@b.example' });
  // Only the last answer counts.
  await add('a@b.example');
  expect(asked).toHaveLength(4);
});

it('a refused question takes back an earlier confirmation', async () => {
  const { clock, asked, add } = withPerson(({ email }) =>
    Promise.resolve(email === 'a@b.example' && asked.length === 1),
  );
  expect(await add('a@b.example')).toEqual(confirmed);
  expect(await add('evil@b.example')).toEqual(refused);
  clock.ms += MINUTE_MS;
  expect(await add('a@b.example')).toEqual(refused);
});

it('asks one question at a time', async () => {
  let answerNow: (answer: boolean) => void = () => undefined;
  const { asked, add } = withPerson(() => new Promise((resolve) => (answerNow = resolve)));
  const first = add('a@b.example');
  expect(await add('evil@b.example')).toEqual(later);
  expect(await add('a@b.example')).toEqual(later);
  answerNow(true);
  expect(await first).toEqual(confirmed);
  expect(asked).toEqual(['a@b.example']);
});

it('pauses after each Cancel, four times as long as before, up to ten minutes', async () => {
  const { clock, asked, add } = withPerson(no);
  const askedAt: number[] = [];
  // A page that asks again and again for an hour.
  for (; clock.ms < 60 * MINUTE_MS; clock.ms += 1_000) {
    const before = asked.length;
    expect(await add(`evil-${clock.ms}@b.example`)).toEqual(
      asked.length > before ? refused : later,
    );
    if (asked.length > before) askedAt.push(clock.ms / 1_000);
  }
  expect(askedAt).toEqual([0, 1, 5, 21, 85, 341, 941, 1541, 2141, 2741, 3341]);
});

it('the pause is short again after a confirmation, and after ten quiet minutes', async () => {
  let answer = no;
  const { clock, add } = withPerson(() => answer());
  const cancel = async (): Promise<void> => {
    answer = no;
    expect(await add('a@b.example')).toEqual(refused);
  };
  await cancel();
  clock.ms += 1_000;
  await cancel();
  clock.ms += 4_000;
  answer = yes;
  expect(await add('b@b.example')).toEqual(confirmed);
  await cancel();
  clock.ms += 1_000;
  await cancel();
  clock.ms += 4_000 + 10 * MINUTE_MS + 1;
  await cancel();
  clock.ms += 1_000;
  await cancel();
});

it('can ask again after the question could not be shown', async () => {
  let isBroken = true;
  const { add } = withPerson(() => (isBroken ? Promise.reject(new Error('no window')) : yes()));
  await expect(add('a@b.example')).rejects.toThrow('no window');
  isBroken = false;
  expect(await add('a@b.example')).toEqual(confirmed);
});

describe('tokens that the person has not confirmed', () => {
  /** A confirmation with a person who answers like `answer`. */
  function withTokens(answer = yes) {
    const clock = { ms: 0 };
    const asked: string[] = [];
    const ask = (question: SignInQuestion) => {
      asked.push(question.about);
      return answer();
    };
    return { clock, asked, ...createConfirmation({ elapsed: () => clock.ms, ask }) };
  }
  const token = (tokenId: string) =>
    ({
      about: 'token',
      tokenId,
      accounts: [],
      total: null,
      readOnly: true,
      replaces: null,
    }) as const;

  it('the first three of a run are let through, then the person is asked before each', async () => {
    const { asked, beforeUnconfirmed } = withTokens();
    for (let count = 0; count < 3; count += 1) expect((await beforeUnconfirmed()).ok).toBe(true);
    expect(asked).toEqual([]);
    // An honest person goes on as long as they want.
    for (let count = 0; count < 3; count += 1) expect((await beforeUnconfirmed()).ok).toBe(true);
    expect(asked).toEqual(['check', 'check', 'check']);
  });

  it('the same token counts each time, because the time of its use would tell something, too', async () => {
    const { asked, beforeUnconfirmed } = withTokens(no);
    for (let count = 0; count < 4; count += 1) await beforeUnconfirmed();
    expect(asked).toEqual(['check']);
  });

  it('none is let through while a question is open, nor right after Cancel', async () => {
    let answerNow: (answer: boolean) => void = () => undefined;
    const { clock, asked, confirm, beforeUnconfirmed } = withTokens(
      () => new Promise((resolve) => (answerNow = resolve)),
    );
    expect((await beforeUnconfirmed()).ok).toBe(true);
    const answer = confirm(token('first'));
    expect(await beforeUnconfirmed()).toEqual(later);
    answerNow(false);
    expect(await answer).toEqual(refused);
    expect(await beforeUnconfirmed()).toEqual(later);
    clock.ms += 1_000;
    expect((await beforeUnconfirmed()).ok).toBe(true);
    expect(asked).toEqual(['token']);
  });

  it('a page that verifies tokens without end gets three, and as many questions as pauses allow', async () => {
    const { clock, asked, beforeUnconfirmed } = withTokens(no);
    let passed = 0;
    for (; clock.ms < 60 * MINUTE_MS; clock.ms += 1_000) {
      if ((await beforeUnconfirmed()).ok) passed += 1;
    }
    expect(passed).toBe(3);
    expect(asked).toHaveLength(11);
  });

  it('one that the person confirms no longer counts; confirming it twice makes no further room', async () => {
    const { asked, confirm, beforeUnconfirmed } = withTokens();
    for (let count = 0; count < 10; count += 1) {
      const unconfirmed = await beforeUnconfirmed();
      if (!unconfirmed.ok) throw new Error(unconfirmed.failure.code);
      expect(await confirm(token(String(count)))).toEqual(confirmed);
      unconfirmed.value();
      unconfirmed.value();
    }
    expect(asked).toEqual(Array(10).fill('token'));
    for (let count = 0; count < 4; count += 1) await beforeUnconfirmed();
    expect(asked.slice(10)).toEqual(['check']);
  });

  it('one that was let through by an answer does not make room for another when it is confirmed', async () => {
    const { asked, confirm, beforeUnconfirmed } = withTokens();
    for (let count = 0; count < 3; count += 1) await beforeUnconfirmed();
    const fourth = await beforeUnconfirmed();
    await confirm(token('fourth'));
    if (fourth.ok) fourth.value();
    await beforeUnconfirmed();
    expect(asked).toEqual(['check', 'token', 'check']);
  });
});
